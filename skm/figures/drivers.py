"""Which unsur move with the satisfaction of a unit's respondents: the importance of each unsur.

Importance is not asked but derived: the correlation of an unsur with the mean of the other eight,
over respondents. Beside its nilai this gives the importance–performance quadrants (Martilla & James
1977, Journal of Marketing 41, 77–79), whose lines are the means of the nine. A correlation is no
cause: it shows where satisfied and dissatisfied people differ most.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from skm.figures.ikm import rounded
from skm.figures.report import Report
from skm.figures.sample import Interval
from skm.statistics.correlation import correlation
from skm.statistics.discoveries import discoveries
from skm.survey.unsur import Unsur

ENOUGH: Final = 30
"""Respondents from which on a correlation is shown."""

VARIED: Final = 10
"""Respondents who must differ from what most answered, which carry all that is known."""

RELIABLE: Final = 100
"""Respondents below which the correlations are shown with a warning."""

AnswerPattern = tuple[Mapping[Unsur, Fraction], int]
"""The nilai of the nine unsur, and how many respondents gave them."""


class Quadrant(StrEnum):
    """Where an unsur stands; `PRIORITY`: it matters much and its nilai is low."""

    PRIORITY = "priority"
    KEEP = "keep"
    LATER = "later"
    FINE = "fine"


@dataclass(frozen=True)
class Driver:
    """An unsur. `r`: its correlation with the mean of the other eight, −1.00 to 1.00, and
    `r_interval` at 95 %. `is_clear`: whether the interval of the nilai does not reach across its
    line and r differs from its own by more than chance (false discoveries among the nine are
    controlled).
    """

    unsur: Unsur
    nilai: Decimal
    r: Decimal
    r_interval: Interval
    quadrant: Quadrant
    is_clear: bool


@dataclass(frozen=True)
class Drivers:
    """Of n respondents. `nilai`, `r`: the lines, which are the means of the nine (without unsur
    that everybody answered alike, which have no r and are in `same`).
    """

    n: int
    nilai: Decimal
    r: Decimal
    each: Sequence[Driver]
    same: Sequence[Unsur] = ()

    @property
    def is_reliable(self) -> bool:
        return self.n >= RELIABLE

    def within(self, quadrant: Quadrant) -> list[Driver]:
        """The unsur there, the most important first."""
        there = (each for each in self.each if each.quadrant is quadrant)
        return sorted(there, key=lambda each: (-each.r, each.unsur.number))


def drivers(report: Report, answers: Sequence[AnswerPattern]) -> Drivers | None:
    """`report`: of a unit, by the instrument that `answers` are to. Returns None where figures are
    withheld and where fewer than ENOUGH answered or fewer than VARIED differ from the rest.
    """
    n = sum(many for _, many in answers)
    varied = n - max((many for _, many in answers), default=0)
    if not report.is_shown or report.nilai is None or n < ENOUGH or varied < VARIED:
        return None
    found = {
        unsur: correlation(
            [(float(x[unsur]), float(sum(x.values()) - x[unsur]), many) for x, many in answers],
            varied - 2,
        )
        for unsur in Unsur
    }
    known = {unsur: each for unsur, each in found.items() if each}
    if not known:
        return None
    nilai = rounded(sum((Fraction(report.nilai[u]) for u in known), Fraction()) / len(known), 2)
    line = sum(each.r for each in known.values()) / len(known)
    apart = discoveries({unsur: each.p_value(line) for unsur, each in known.items()})
    return Drivers(
        n,
        nilai,
        _two(line),
        [
            Driver(
                unsur,
                report.nilai[unsur],
                _two(each.r),
                (_two(each.interval[0]), _two(each.interval[1])),
                _quadrant(report.nilai[unsur] >= nilai, each.r >= line),
                unsur in apart and _is_apart(report, unsur, nilai),
            )
            for unsur, each in known.items()
        ],
        [unsur for unsur in Unsur if unsur not in known],
    )


def _quadrant(is_high: bool, matters: bool) -> Quadrant:
    if matters:
        return Quadrant.KEEP if is_high else Quadrant.PRIORITY
    return Quadrant.FINE if is_high else Quadrant.LATER


def _is_apart(report: Report, unsur: Unsur, nilai: Decimal) -> bool:
    interval = report.intervals.get(unsur)
    return interval is not None and not interval[0] <= nilai <= interval[1]


def _two(figure: float) -> Decimal:
    return rounded(Fraction(figure), 2)
