"""How many respondents a unit should have in a period, and whether it keeps pace with that.

The sample of a year follows from the people whom the unit serves in a year. A shorter period is
asked its share by days, so that the targets of the weeks, months or quarters that make up a year
add up to the year's. A unit with units below is asked for its own population, and the answers below
count for it. A period owes nothing to the one before: a unit that begins in July is asked in the
third quarter what any other unit is asked.
"""

import math
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from skm.instansi.period import Period, PeriodKind

CHI_SQUARE: Final = Fraction("3.841")  # one degree of freedom, 95 %
ERROR: Final = Fraction("0.05")
SPREAD: Final = Fraction(1, 4)  # P × (1 − P) with P = 0.5, the cautious choice


def year_sample(population: int | None) -> int:
    """How many of the people served in a year to ask (Krejcie & Morgan 1970, in lampiran of
    Permenpan RB 14/2017).

    X² N P Q / (d² (N − 1) + X² P Q), rounded half-up. For an unknown population (None) it is the
    limit of the formula, 384, which is enough for any number of people.
    """
    most = CHI_SQUARE * SPREAD / ERROR**2
    if population is None:
        return math.floor(most + Fraction(1, 2))
    exact = most * population / (population - 1 + most)
    return math.floor(exact + Fraction(1, 2))


def target(population: int | None, period: Period) -> int | None:
    """How many respondents to ask in a period; None for a day, on which an office may be closed."""
    if period.kind is PeriodKind.DAY:
        return None
    return _between(year_sample(population), period.start, period.end)


def expected(population: int | None, period: Period, today: date) -> int:
    """How many of them there should be by the end of yesterday: none yet in a period that has not
    begun, all in one that is over.
    """
    day = min(max(today, period.start), period.end)
    return _between(year_sample(population), period.start, day)


@dataclass(frozen=True)
class Pace:
    """A running period. `expected`: respondents by the end of yesterday, `answered`: so far.
    `days`: those left, with today.
    """

    target: int
    expected: int
    answered: int
    days: int

    @property
    def per_day(self) -> int:
        """How many respondents a day reach the target from today on, rounded up."""
        return math.ceil(Fraction(max(self.target - self.answered, 0), self.days))


def pace(population: int | None, period: Period, answered: int, today: date) -> Pace | None:
    """None for a period without a target, and for one that is not running."""
    asked = target(population, period)
    if asked is None or not period.contains(today):
        return None
    return Pace(asked, expected(population, period, today), answered, (period.end - today).days)


def _between(sample: int, first: date, end: date) -> int:
    """The part of the samples of successive years for the days first ≤ day < end."""
    return _until(sample, end) - _until(sample, first)


def _until(sample: int, day: date) -> int:
    """The samples of all years before a day, and of its own year the part for the days before it,
    rounded down.
    """
    first, next_first = date(day.year, 1, 1), date(day.year + 1, 1, 1)
    return sample * day.year + sample * (day - first).days // (next_first - first).days
