"""The index: nrr = Σ nilai / n, ikm = 25 × the mean of the nine nrr, exact until printed.

A tally is the only bridge from answers to figures: SQL counts, this file applies the rule. The
weight is exactly 1/9 (Permenpan RB 14/2017, lampiran, allows others that sum to 1), arithmetic is
in fractions, and a figure is rounded half-up once. The mutu follows from the rounded figure by one
lower bound a band, so that nothing falls between the bands as published (76.60, then 76.61).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from skm.errors import SkmError
from skm.unsur import Unsur

SCALE: Final = 60
"""Makes the mean of 1 to 6 items an integer: 60 is divisible by each of 1 … 6."""

Counts = tuple[int, int, int, int]
Nrr = Mapping[Unsur, Fraction]
Bobot = Mapping[Unsur, Fraction]
EQUAL: Final[Bobot] = {unsur: Fraction(1, 9) for unsur in Unsur}


class BobotError(SkmError):
    """Weights that are not nine that sum to 1, and how to write them."""


@dataclass(frozen=True)
class Tally:
    """What a number of responses to one instrument add up to; tallies add with `+`.

    `n`: responses. `counts`: per unsur, how many answers had nilai 1, 2, 3 and 4; an unsur of k
    items has n·k answers. A response's own sum is SCALE × the sum of its nine unsur (each the mean
    of its items), an integer; `total` is the sum of these over the responses, `total_sq` the sum
    of their squares. They carry the variance, which counts cannot.
    """

    n: int
    counts: Mapping[Unsur, Counts]
    total: int
    total_sq: int

    @classmethod
    def empty(cls) -> "Tally":
        return cls(0, dict.fromkeys(Unsur, (0, 0, 0, 0)), 0, 0)

    @classmethod
    def of_response(cls, answers: Mapping[Unsur, Sequence[int]]) -> "Tally":
        """The tally of one response: per unsur the nilai of its one to six items."""
        return cls.of([answers])

    @classmethod
    def of(cls, given: Sequence[Mapping[Unsur, Sequence[int]]]) -> "Tally":
        """The tally of responses, each as `of_response` takes it."""
        own = [
            sum(SCALE * sum(answers[unsur]) // len(answers[unsur]) for unsur in Unsur)
            for answers in given
        ]
        counts = {
            unsur: _count([nilai for answers in given for nilai in answers[unsur]])
            for unsur in Unsur
        }
        return cls(len(own), counts, sum(own), sum(each * each for each in own))

    def __add__(self, other: "Tally") -> "Tally":
        return self._with(other, 1)

    def __sub__(self, other: "Tally") -> "Tally":
        """Without those responses, which are among these."""
        return self._with(other, -1)

    def _with(self, other: "Tally", sign: int) -> "Tally":
        return Tally(
            self.n + sign * other.n,
            {unsur: _plus(self.counts[unsur], other.counts[unsur], sign) for unsur in Unsur},
            self.total + sign * other.total,
            self.total_sq + sign * other.total_sq,
        )


def _count(nilai: Sequence[int]) -> Counts:
    return nilai.count(1), nilai.count(2), nilai.count(3), nilai.count(4)


def _plus(one: Counts, other: Counts, sign: int) -> Counts:
    a, b, c, d = other
    return one[0] + sign * a, one[1] + sign * b, one[2] + sign * c, one[3] + sign * d


class Mutu(StrEnum):
    """The band of a figure on the scale 25–100, and what the regulation calls it."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"

    @property
    def lower_bound(self) -> Decimal:
        """The lowest figure of the band; it reaches up to the next band's."""
        return _BANDS[self][0]

    @property
    def kinerja(self) -> str:
        """The regulation's own term, which documents and JSON carry in Indonesian."""
        return _BANDS[self][1]


_BANDS: Final = {
    Mutu.A: (Decimal("88.31"), "Sangat Baik"),
    Mutu.B: (Decimal("76.61"), "Baik"),
    Mutu.C: (Decimal("65.00"), "Kurang Baik"),
    Mutu.D: (Decimal("25.00"), "Tidak Baik"),
}


def rounded(value: Fraction, places: int) -> Decimal:
    """Half-up as schools and spreadsheets round, away from zero; for the one time a figure is
    printed. `rounded(Fraction(1, 8), 2)` is Decimal("0.13").
    """
    digits = math.floor(abs(value) * 10**places + Fraction(1, 2))
    return Decimal(digits if value >= 0 else -digits).scaleb(-places)


def places(printed: Decimal) -> int:
    """The decimals with which a figure was printed: 2 of Decimal("85.00")."""
    return len(f"{printed:f}".partition(".")[2])


def nrr(tally: Tally) -> Nrr | None:
    """Nilai rata-rata of each unsur, 1 to 4, exact; None without responses."""
    if tally.n == 0:
        return None
    return {unsur: _mean(tally.counts[unsur]) for unsur in Unsur}


def _mean(counts: Counts) -> Fraction:
    return Fraction(sum(nilai * count for nilai, count in enumerate(counts, 1)), sum(counts))


def ikm(tally: Tally, bobot: Bobot = EQUAL) -> Decimal | None:
    """The index, 25.00 to 100.00; None without responses. Raises BobotError for bad weights."""
    check_bobot(bobot)
    means = nrr(tally)
    if means is None:
        return None
    return rounded(25 * sum((bobot[unsur] * means[unsur] for unsur in Unsur), Fraction()), 2)


def check_bobot(bobot: Bobot) -> None:
    """Nine weights, none negative, that sum to exactly 1; else BobotError."""
    if set(bobot) != set(Unsur) or min(bobot.values()) < 0 or sum(bobot.values()) != 1:
        raise BobotError(
            "Give nine weights, U1 to U9, none below 0, that sum to exactly 1"
            " (write 1/9, not 0.111)."
        )


def mutu(figure: Decimal | Fraction) -> Mutu:
    """The band of an index, or of one unsur's nilai (25 × nrr), after rounding to two decimals."""
    printed = rounded(Fraction(figure), 2)
    return next((band for band in Mutu if printed >= band.lower_bound), Mutu.D)


def legacy_ikm(tally: Tally, weight: Decimal = Decimal("0.111")) -> Decimal | None:
    """The index as spreadsheets with a truncated weight (0.11 or 0.111) print it.

    Always lower than `ikm`: nine times 0.111 is 0.999. Only ever shown beside it, labelled, so that
    an office can reconcile an old report; it has no mutu.
    """
    means = nrr(tally)
    if means is None:
        return None
    return rounded(25 * Fraction(weight) * sum(means.values()), 2)
