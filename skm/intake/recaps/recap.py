"""A published recap: what was printed about units and periods, a row for each, with its source.

These are reported figures. They are shown beside figures from responses and never mixed with them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from statistics import mode
from typing import Final

from skm.figures.ikm import BOBOT, Mutu, places, rounded
from skm.follow_up.realised import counts
from skm.instansi.period import Period
from skm.survey.unsur import Unsur


@dataclass(frozen=True)
class RecapRow:
    """What was printed about a unit and a period.

    `nilai` and `ikm` are on the scale 25–100, with the digits that were printed. `parent`, `mutu`,
    `prioritas` (up to three) and `realised` (0–100 % of the follow-ups) are None or empty where
    nothing was printed.
    """

    unit: str
    parent: str | None
    period: Period
    nilai: Mapping[Unsur, Decimal]
    ikm: Decimal
    mutu: Mutu | None
    respondents: int
    prioritas: tuple[Unsur, ...]
    realised: Decimal | None

    def figure(self, unsur: Unsur | None) -> Fraction:
        """The nilai of an unsur, or the index."""
        return Fraction(self.nilai[unsur] if unsur else self.ikm)

    @cached_property
    def step(self) -> Fraction:
        """The step in which its nilai seem to be printed; see `step`."""
        return step(self.nilai.values())

    @property
    def mean(self) -> Decimal:
        """The index that follows from the nine printed nilai."""
        return rounded(BOBOT * sum(map(Fraction, self.nilai.values()), Fraction()), 2)


@dataclass(frozen=True)
class Published:
    """The index that was reported for a period: of a unit, or the mean of the `units` of a city.

    `respondents`: None where they are not shown again. `source`: the file it was imported from.
    """

    period: Period
    ikm: Decimal
    source: str
    units: int = 1
    respondents: int | None = None


@dataclass(frozen=True)
class Reported:
    """An imported row, and the file that it came from."""

    row: RecapRow
    source: str
    sha256: str
    imported_at: datetime

    @property
    def published(self) -> Published:
        return Published(self.row.period, self.row.ikm, self.source)


@dataclass(frozen=True)
class PrintedAverage:
    """An average over the units of a period, as it was printed: of the index (None) or an unsur."""

    period: Period
    unsur: Unsur | None
    figure: Decimal


@dataclass(frozen=True)
class Recap:
    """The rows of one file. `source`: its name; `sha256`: of its content, as hex. `totals`: what
    rows of sums and means call themselves, which are no units; `averages`: what the rows of means
    among them print.
    """

    rows: tuple[RecapRow, ...]
    source: str
    sha256: str
    totals: tuple[str, ...] = ()
    averages: tuple[PrintedAverage, ...] = ()


@dataclass(frozen=True)
class RecapTable:
    """The rows of one period, which were printed together, and what follows from all of them."""

    period: Period
    rows: Sequence[RecapRow]

    @property
    def units(self) -> int:
        """How many; of a semester a unit may have a row for each quarter."""
        return len({row.unit for row in self.rows})

    @property
    def respondents(self) -> int:
        """The sum over the rows; children count twice where a parent's row includes them."""
        return sum(row.respondents for row in self.rows)

    @property
    def rerata_upp(self) -> Decimal:
        """The mean of the printed indices, in which each unit counts the same."""
        return rounded(self.plain_mean(None), 2)

    @property
    def tertimbang(self) -> Decimal:
        """The mean of the printed indices, weighted by the rows' respondents."""
        return rounded(self.weighted_mean(None), 2)

    def plain_mean(self, unsur: Unsur | None) -> Fraction:
        """Of a nilai or the index, in which each row counts the same."""
        return sum((row.figure(unsur) for row in self.rows), Fraction()) / len(self.rows)

    def weighted_mean(self, unsur: Unsur | None) -> Fraction:
        """Of a nilai or the index, weighted by the rows' respondents."""
        weighted = sum((row.figure(unsur) * row.respondents for row in self.rows), Fraction())
        return weighted / self.respondents

    @property
    def realised(self) -> dict[Decimal, int]:
        """Share of follow-ups done, in % → how many units printed it; see `realised.counts`."""
        return counts(row.realised for row in self.rows if row.realised is not None)

    @cached_property
    def ikm_error(self) -> Fraction:
        """The largest rounding error of an index of this table."""
        return rounding_error(max((row.ikm for row in self.rows), key=places))

    def nilai_error(self, row: RecapRow) -> Fraction:
        """The largest rounding error of a nilai of this row.

        It follows from the row's own nine nilai, but is at most that of most rows: nine times 100
        does not mean a coarse print, and one finely printed row says nothing about the others.
        """
        return min(row.step, self.usual_step) / 2

    @cached_property
    def usual_step(self) -> Fraction:
        """The step in which most rows print their nilai."""
        return mode(row.step for row in self.rows)


def tables(rows: Iterable[RecapRow]) -> dict[Period, RecapTable]:
    """Period → its table, the earliest first."""
    grouped: dict[Period, list[RecapRow]] = {}
    for row in rows:
        grouped.setdefault(row.period, []).append(row)
    by_time = sorted(grouped, key=lambda period: (period.start, period.end))
    return {period: RecapTable(period, grouped[period]) for period in by_time}


def rounding_error(printed: Decimal) -> Fraction:
    """The largest rounding error of a figure printed with so many decimals."""
    return Fraction(1, 2 * 10 ** places(printed))


_DECIMALS: Final = [Fraction(1, 10**decimals) for decimals in range(7)]
STEPS: Final = sorted({*_DECIMALS, *(25 * size for size in _DECIMALS[1:])}, reverse=True)
"""The steps in which nilai are printed, coarsest first: with 0 to 6 decimals of their own, or 25 ×
an nrr with 1 to 6 decimals. Trailing zeros say nothing: 85.00 may be 25 × 3.40.
"""


def step(printed: Iterable[Decimal]) -> Fraction:
    """The coarsest of STEPS that all these nilai are multiples of."""
    exact = [Fraction(figure) for figure in printed]
    return next((size for size in STEPS if not any(figure % size for figure in exact)), STEPS[-1])
