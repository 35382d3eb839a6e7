"""Units in order, and those outside the limits of chance."""

import numpy as np

from skm.figures.ranking import control_limits, ranking
from skm.figures.report import Report
from skm.instansi.period import Period
from tests.tools.populations import POPULATIONS, tally
from tests.tools.tallies import tally_of

Q4 = Period.parse("2026-Q4")


def report(upp: str, *nilai: int) -> Report:
    return Report.of(upp, Q4, {"skm9-1": tally_of(*([each] * 9 for each in nilai))})


def test_the_lowest_come_first_then_small_withheld_and_silent_ones() -> None:
    found = ranking(
        [
            report("B", *[4] * 30),
            report("A", *[2] * 30),
            report("F", *[4] * 8),
            report("W", 4),
            report("S"),
        ]
    )
    assert [(one.report.upp, one.best, one.worst) for one in found.ranked] == [
        ("A", 2, 2),
        ("B", 1, 1),
    ]
    assert [[r.upp for r in part] for part in (found.unranked, found.withheld, found.silent)] == [
        ["F"],
        ["W"],
        ["S"],
    ]
    assert [each.upp for each in found.answered] == ["A", "B", "F", "W"]


def units(*sizes: int) -> list[Report]:
    rng = np.random.default_rng(len(sizes))
    people = POPULATIONS["60 % content"]
    return [
        Report.of(f"U{at}", Q4, {"skm9-1": tally(people.draw(rng, n))})
        for at, n in enumerate(sizes)
    ]


def test_units_that_do_not_differ_lie_between_the_limits() -> None:
    found = control_limits(units(*[12, 30, 100, 400] * 39))
    assert found is not None
    assert sum(map(abs, found.outside.values())) <= 2
    assert [low for _, (low, _) in found.limits] == sorted(low for _, (low, _) in found.limits)


def test_a_unit_that_differs_lies_outside_however_many_do_not() -> None:
    found = control_limits([*units(*[100] * 40), report("LOW", *[3] * 60, *[2] * 20)])
    assert found is not None
    assert found.outside["LOW"] == -1


def test_few_units_have_no_limits() -> None:
    assert control_limits(units(30, 30, 30, 30)) is None
    assert control_limits(units(9, 9, 9, 9, 9, 9)) is None
    assert control_limits([]) is None
