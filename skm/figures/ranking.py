"""Units or services in order, and which differ, as far as their answers tell them apart."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from skm.figures.ikm import Tally, ikm, rounded
from skm.figures.report import Report
from skm.figures.sample import ENOUGH, Interval, index_mean
from skm.statistics.bounded_mean import SampleMean
from skm.statistics.ranks import ranked


@dataclass(frozen=True)
class RankedReport:
    """A report and the ranks that it may have in truth, 1 the highest index."""

    report: Report
    best: int
    worst: int


@dataclass(frozen=True)
class Ranking:
    """`ranked`: the lowest first. `unranked`: with too few responses for an interval; `withheld`
    and `silent` (without responses), each as they were given.
    """

    ranked: Sequence[RankedReport]
    unranked: Sequence[Report]
    withheld: Sequence[Report]
    silent: Sequence[Report]

    @property
    def answered(self) -> list[Report]:
        """All with responses, the lowest first, those with few of them and the withheld last."""
        return [*(one.report for one in self.ranked), *self.unranked, *self.withheld]


def ranking(reports: Sequence[Report]) -> Ranking:
    """The ranking of these reports, whose `upp` differ."""
    shown = {report.upp: report for report in reports if report.is_shown}
    enough = {code: report for code, report in shown.items() if report.responden >= ENOUGH}
    means = {code: index_mean(each.tally, each.population) for code, each in enough.items()}
    order = [RankedReport(enough[one.key], one.best, one.worst) for one in ranked(means)]
    return Ranking(
        order[::-1],
        [report for code, report in shown.items() if code not in enough],
        [report for report in reports if report.is_withheld],
        [report for report in reports if report.responden == 0],
    )


# --- which differ from the others ---------------------------------------------------------------

MOST_OF_CHANCE: Final = 0.998
"""Of units that do not differ, this share lies between the limits."""

UNITS: Final = 5
"""Units from which on limits are drawn."""


@dataclass(frozen=True)
class ControlLimits:
    """Between which indices chance alone moves a unit with as many responses.

    `reports`: those compared. `outside`: code → -1 below, 0 between, 1 above the limits of its
    number of responses. `limits`: responses → limits, from the fewest to the most.
    """

    reports: Sequence[Report]
    middle: Decimal
    outside: Mapping[str, int]
    limits: Sequence[tuple[int, Interval]]


def control_limits(reports: Sequence[Report]) -> ControlLimits | None:
    """Limits around the index of all respondents of these units together (Spiegelhalter 2005,
    Statistics in Medicine 24, 1185–1202); None with fewer than UNITS units that have enough
    responses to the instrument that most answered.
    """
    compared = _alike(reports)
    if len(compared) < UNITS:
        return None
    pooled = sum((report.tally for report in compared), Tally.empty())
    sizes = [report.responden for report in compared]
    limits = {n: _limits(pooled, n) for n in {*sizes, *_grid(min(sizes), max(sizes))}}
    outside = {report.upp: _outside(report, limits[report.responden]) for report in compared}
    middle = ikm(pooled) or Decimal()
    return ControlLimits(compared, middle, outside, sorted(limits.items()))


def _alike(reports: Sequence[Report]) -> list[Report]:
    shown = [report for report in reports if report.is_shown and report.responden >= ENOUGH]
    counted = Counter(report.instrument for report in shown)
    return [r for r in shown if r.instrument == counted.most_common(1)[0][0]]


def _limits(pooled: Tally, n: int) -> Interval:
    whole = index_mean(pooled)
    mean = SampleMean(whole.value, whole.spread, n * whole.n / pooled.n)
    low, high = (rounded(Fraction(25 + 75 * each), 2) for each in mean.bounds(MOST_OF_CHANCE))
    return low, high


def _outside(report: Report, limits: Interval) -> int:
    figure = report.ikm or Decimal()
    return (figure > limits[1]) - (figure < limits[0])


def _grid(fewest: int, most: int) -> list[int]:
    """25 numbers at equal ratios."""
    return [round(fewest * (most / fewest) ** (step / 24)) for step in range(25)]
