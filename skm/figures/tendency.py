"""Whether the index rises or falls over several periods, where each step alone shows nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from skm.figures.compare import Change, Comparison
from skm.figures.ikm import rounded
from skm.figures.report import Report
from skm.figures.sample import index_mean
from skm.statistics.trend import slope


@dataclass(frozen=True)
class Tendency:
    """`step`: the change in each period, in points. `periods`: how many have a figure."""

    step: Comparison
    periods: int


def tendency(reports: Sequence[Report | None]) -> Tendency | None:
    """The tendency of successive reports, the oldest first, up to the last; None: no report.

    None if the last is not shown, or if too few can be shown that have answers to the same
    instrument. The answers to other instruments are left out: they are not the same series.
    """
    last = reports[-1] if reports else None
    if last is None or not last.is_shown:
        return None
    shown = [(at, report) for at, report in enumerate(reports) if report and report.is_shown]
    tallies = [(at, report.tallies.get(last.instrument or "")) for at, report in shown]
    points = [(at, index_mean(tally)) for at, tally in tallies if tally]
    found = slope(points)
    if found is None:
        return None
    change = Change.TIDAK_BERBEDA_NYATA
    if found.low > 0 or found.high < 0:
        change = Change.NAIK if found.value > 0 else Change.TURUN
    value, low, high = (rounded(Fraction(75 * each), 2) for each in found[:3])
    return Tendency(Comparison(change, value, (low, high), known_p=found.p), len(points))
