"""The index: nrr = Σ nilai / n, ikm = 25 × the mean of the nine nrr (Permenpan RB 14/2017).

Figures follow from tallies only: SQL counts, this file applies the rule. Arithmetic is exact, in
fractions, and a figure is rounded half-up once, when it is printed. The mutu follows from the
rounded figure by one lower bound for each band, so nothing falls between the bands as published
(B up to 88.30, A from 88.31).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from skm.statistics.clusters import Clusters
from skm.survey.unsur import Unsur

SCALE: Final = 60
"""Makes the mean of 1 to 6 items an integer: 60 is divisible by each of 1 … 6."""

BOBOT: Final = Fraction(1, 9)
"""The weight of each unsur in the index."""

Counts = tuple[int, int, int, int]
"""How many answers had nilai 1, 2, 3 and 4."""

Nrr = Mapping[Unsur, Fraction]
"""Unsur → mean nilai, 1 to 4."""


@dataclass(frozen=True)
class Tally:
    """What the responses to one instrument add up to; tallies add with `+`.

    `n`: responses. `counts`: per unsur; an unsur of k items has n·k answers. The sum of a response
    is SCALE × the sum of its nine unsur (each the mean of its items), an integer. `total` is the
    sum of these over the responses, `total_sq` the sum of their squares: from them follows the
    variance, which the counts do not have. `clusters`: the same by desk and day, which tells how
    alike answers of one day are; two tallies that are added must not share a desk and day.
    """

    n: int
    counts: Mapping[Unsur, Counts]
    total: int
    total_sq: int
    clusters: Clusters = field(default=Clusters(), compare=False)

    @classmethod
    def empty(cls) -> "Tally":
        return cls(0, dict.fromkeys(Unsur, (0, 0, 0, 0)), 0, 0)

    @classmethod
    def of_response(cls, answers: Mapping[Unsur, Sequence[int]]) -> "Tally":
        """The tally of one response: per unsur the nilai of its one to six items."""
        return cls.of([answers])

    @classmethod
    def of(cls, given: Sequence[Mapping[Unsur, Sequence[int]]]) -> "Tally":
        """The tally of responses, each as `of_response` takes it and independent of the others."""
        own = [
            sum(SCALE * sum(answers[unsur]) // len(answers[unsur]) for unsur in Unsur)
            for answers in given
        ]
        counts = {
            unsur: _count([nilai for answers in given for nilai in answers[unsur]])
            for unsur in Unsur
        }
        squares = sum(each * each for each in own)
        alone = Clusters(len(own), len(own), sum(own), squares)
        return cls(len(own), counts, sum(own), squares, alone)

    def of_one_day(self) -> "Tally":
        """The tally with all responses in one cluster, given at one desk on one day."""
        return replace(self, clusters=Clusters.of(self.n, self.total))

    def __add__(self, other: "Tally") -> "Tally":
        return self._with(other, 1)

    def __sub__(self, other: "Tally") -> "Tally":
        """Without the responses of `other`, which are among these. Clusters are not known then."""
        return self._with(other, -1)

    def __mul__(self, times: int) -> "Tally":
        """The tally of `times` as many responses with the same answers."""
        counts = {
            unsur: (a * times, b * times, c * times, d * times)
            for unsur, (a, b, c, d) in self.counts.items()
        }
        sums = self.n * times, counts, self.total * times, self.total_sq * times
        return Tally(*sums, self.clusters * times)

    def _with(self, other: "Tally", sign: int) -> "Tally":
        return Tally(
            self.n + sign * other.n,
            {unsur: _plus(self.counts[unsur], other.counts[unsur], sign) for unsur in Unsur},
            self.total + sign * other.total,
            self.total_sq + sign * other.total_sq,
            self.clusters + other.clusters if sign > 0 else Clusters(),
        )


def _count(nilai: Sequence[int]) -> Counts:
    return nilai.count(1), nilai.count(2), nilai.count(3), nilai.count(4)


def _plus(one: Counts, other: Counts, sign: int) -> Counts:
    a, b, c, d = other
    return one[0] + sign * a, one[1] + sign * b, one[2] + sign * c, one[3] + sign * d


class Mutu(StrEnum):
    """The band of a figure on the scale 25–100 (Permenpan RB 14/2017, lampiran)."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"

    @property
    def lower_bound(self) -> Decimal:
        """The lowest figure of the band, which ends where the next one begins."""
        return _BANDS[self][0]

    @property
    def kinerja(self) -> str:
        """The regulation's term, in Indonesian also in documents and JSON of other languages."""
        return _BANDS[self][1]


_BANDS: Final = {
    Mutu.A: (Decimal("88.31"), "Sangat Baik"),
    Mutu.B: (Decimal("76.61"), "Baik"),
    Mutu.C: (Decimal("65.00"), "Kurang Baik"),
    Mutu.D: (Decimal("25.00"), "Tidak Baik"),
}


def rounded(value: Fraction, places: int) -> Decimal:
    """The value to `places` decimals, half away from zero as schools and spreadsheets round:
    `rounded(Fraction(1, 8), 2)` is Decimal("0.13").
    """
    digits = math.floor(abs(value) * 10**places + Fraction(1, 2))
    return Decimal(digits if value >= 0 else -digits).scaleb(-places)


def places(printed: Decimal) -> int:
    """The number of decimals of a printed figure: 2 for Decimal("85.00")."""
    return len(f"{printed:f}".partition(".")[2])


def nrr(tally: Tally) -> Nrr | None:
    """Nilai rata-rata of each unsur, exact; None without responses."""
    if tally.n == 0:
        return None
    return {unsur: _mean(tally.counts[unsur]) for unsur in Unsur}


def _mean(counts: Counts) -> Fraction:
    return Fraction(sum(nilai * count for nilai, count in enumerate(counts, 1)), sum(counts))


def nilai(tally: Tally) -> dict[Unsur, Decimal]:
    """25 × nrr of each unsur, 25.00 to 100.00; empty without responses."""
    return {unsur: rounded(25 * mean, 2) for unsur, mean in (nrr(tally) or {}).items()}


def ikm(tally: Tally) -> Decimal | None:
    """The index, 25.00 to 100.00; None without responses."""
    return weighted_ikm(tally, BOBOT)


def legacy_ikm(tally: Tally, weight: Decimal = Decimal("0.111")) -> Decimal | None:
    """The index as spreadsheets with a truncated weight (0.11 or 0.111) print it.

    Always lower than `ikm`: nine times 0.111 is 0.999. Only shown beside the index and labelled, so
    that a unit can reconcile an old report; it has no mutu.
    """
    return weighted_ikm(tally, Fraction(weight))


def weighted_ikm(
    tally: Tally, weight: Fraction, of: Iterable[Unsur] = tuple(Unsur)
) -> Decimal | None:
    """25 × the sum of weight × nrr over some unsur, to two decimals; None without responses."""
    means = nrr(tally)
    if means is None:
        return None
    return rounded(25 * weight * sum(means[unsur] for unsur in of), 2)


def mutu(figure: Decimal | Fraction) -> Mutu:
    """The band of an index, or of one unsur's nilai (25 × nrr), after rounding to two decimals."""
    printed = rounded(Fraction(figure), 2)
    return next((band for band in Mutu if printed >= band.lower_bound), Mutu.D)
