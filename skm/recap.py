"""A published recap: what was printed about units and periods, one row each, with its source.

These are reported figures, which stand beside the own responses and are never mixed with them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from statistics import mode
from typing import Final

from skm.ikm import Mutu, places, rounded
from skm.period import Period
from skm.tindak_lanjut import counts
from skm.unsur import Unsur


@dataclass(frozen=True)
class Row:
    """What was printed about a unit and a period.

    `nilai` and `ikm` stand on the scale 25–100, with the digits that were printed. `parent`,
    `mutu`, `prioritas` (up to three) and `realised` (0–100 % of the follow-ups) are None or empty
    where nothing was printed.
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


@dataclass(frozen=True)
class Published:
    """The index that was reported for a period: of a unit, or the mean of the `units` of a city.

    `respondents`: None where it is not told again; `source`: the file it was taken from.
    """

    period: Period
    ikm: Decimal
    source: str
    units: int = 1
    respondents: int | None = None


@dataclass(frozen=True)
class Reported:
    """A row that was imported, with the file that it came from."""

    row: Row
    source: str
    sha256: str
    imported_at: datetime

    @property
    def published(self) -> Published:
        return Published(self.row.period, self.row.ikm, self.source)


@dataclass(frozen=True)
class Recap:
    """The rows of one file; `source` is its name, `sha256` (hex) says which version of it."""

    rows: tuple[Row, ...]
    source: str
    sha256: str


@dataclass(frozen=True)
class Table:
    """The rows of one period, which were printed together, and what follows from them all."""

    period: Period
    rows: Sequence[Row]

    @property
    def respondents(self) -> int:
        """As printed, row by row: of parents whose rows hold their children's, some twice."""
        return sum(row.respondents for row in self.rows)

    @property
    def rerata_upp(self) -> Decimal:
        """The mean of the printed indices, each unit counting the same."""
        return rounded(
            sum((Fraction(row.ikm) for row in self.rows), Fraction()) / len(self.rows), 2
        )

    @property
    def tertimbang(self) -> Decimal:
        """The mean of the printed indices, each row counting by its respondents."""
        weighted = sum((Fraction(row.ikm) * row.respondents for row in self.rows), Fraction())
        return rounded(weighted / self.respondents, 2)

    @property
    def realised(self) -> dict[Decimal, int]:
        """How many units realised 100.00, 66.67, 33.33 and 0.00 % of their follow-ups."""
        return counts(row.realised for row in self.rows if row.realised is not None)

    @cached_property
    def ikm_error(self) -> Fraction:
        """How far rounding can have moved an index of this table."""
        return rounding_error(max((row.ikm for row in self.rows), key=places))

    def nilai_error(self, row: Row) -> Fraction:
        """How far rounding can have moved an unsur of this row.

        By its own nine, but no further than in most rows: nine that are all 100 are no sign of a
        coarse print, and one row that was printed more finely says nothing about the others.
        """
        return min(step(row.nilai.values()), self._usual_step) / 2

    @cached_property
    def _usual_step(self) -> Fraction:
        return mode(step(row.nilai.values()) for row in self.rows)


def tables(rows: Iterable[Row]) -> dict[Period, Table]:
    """One for each period, the earliest first."""
    grouped: dict[Period, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row.period, []).append(row)
    by_time = sorted(grouped, key=lambda period: (period.start, period.end))
    return {period: Table(period, grouped[period]) for period in by_time}


def rounding_error(printed: Decimal) -> Fraction:
    """How far rounding can have moved a figure with these decimals."""
    return Fraction(1, 2 * 10 ** places(printed))


_DECIMALS: Final = [Fraction(1, 10**decimals) for decimals in range(7)]
STEPS: Final = sorted({*_DECIMALS, *(25 * size for size in _DECIMALS[1:])}, reverse=True)
"""In which nilai are printed, the coarsest first: with no, one, … six decimals of their own, or of
the nrr that they are 25 times of. Trailing zeros do not tell: 85.00 may be 25 × 3.40.
"""


def step(printed: Iterable[Decimal]) -> Fraction:
    """The coarsest of STEPS in which all these nilai may have been printed."""
    exact = [Fraction(figure) for figure in printed]
    return next((size for size in STEPS if not any(figure % size for figure in exact)), STEPS[-1])
