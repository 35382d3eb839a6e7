"""A slow decline is found over several periods, and nothing where nothing changes."""

from collections.abc import Sequence

import numpy as np
import pytest

from skm.figures.compare import Change
from skm.figures.ikm import Tally
from skm.figures.report import Report
from skm.figures.tendency import Tendency, tendency
from skm.instansi.period import Period
from tests.tools.populations import POPULATIONS, People, tally
from tests.tools.tallies import tally_of

LAST = Period.parse("2026-Q4")
BEFORE = 8


def lowered(people: People, points: float, rng: np.random.Generator) -> People:
    """One answer in so many becomes one lower, so that the index falls by so many points."""
    falls = rng.random(people.shape) < points / 25 * people.size / max((people > 1).sum(), 1)
    return np.asarray(people - (falls & (people > 1)), dtype=np.int64)


def over_two_years(tallies: Sequence[Tally]) -> Tendency | None:
    periods = LAST.last(len(tallies))
    return tendency(
        [Report.of("PAJANG", p, {"skm9-1": t}) for p, t in zip(periods, tallies, strict=True)]
    )


@pytest.mark.parametrize("name", POPULATIONS)
def test_a_decline_of_one_point_a_quarter_over_eight_quarters_is_found(name: str) -> None:
    """50 units with 200 responses a quarter, five at each desk and day."""
    population, rng = POPULATIONS[name], np.random.default_rng(8)
    found = 0
    for _ in range(50):
        people = (population.draw(rng, 200, 5, 0.05) for _ in range(BEFORE))
        fallen = (tally(lowered(each, at, rng), 5) for at, each in enumerate(people))
        said = over_two_years(list(fallen))
        found += said is not None and said.step.change is Change.TURUN
    assert found >= 49


@pytest.mark.parametrize("name", POPULATIONS)
@pytest.mark.parametrize("n", [10, 200])
def test_where_nothing_changes_a_tendency_is_said_in_at_most_one_unit_of_twenty(
    name: str, n: int
) -> None:
    population, rng = POPULATIONS[name], np.random.default_rng(n)
    false = 0
    for _ in range(100):
        said = over_two_years([tally(population.draw(rng, n, 5, 0.1), 5) for _ in range(BEFORE)])
        false += said is not None and said.step.is_change
    assert false <= 5


def test_answers_to_another_questionnaire_are_not_the_same_series() -> None:
    old, new = tally_of(*[[4] * 9] * 50), tally_of(*[[2] * 9] * 50)
    periods = LAST.last(8)
    mixed = [
        Report.of("PAJANG", period, {"skm9-1" if at < 4 else "skm9-2": old if at < 4 else new})
        for at, period in enumerate(periods)
    ]
    assert tendency(mixed) is None


def test_periods_that_are_not_shown_are_left_out() -> None:
    periods = LAST.last(8)
    reports = [Report.of("PAJANG", p, {"skm9-1": tally_of(*[[3] * 9] * 4)}) for p in periods]
    assert tendency(reports) is None
    assert tendency([]) is None
