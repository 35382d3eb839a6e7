"""Runs that chance does not explain."""

import random

import pytest
from scipy import stats

from skm.statistics.runs import CHANCE, SIZES, crowded, is_run_by_chance, shortest


@pytest.mark.parametrize("size", SIZES)
def test_the_shortest_time_of_a_run_is_the_quantile_of_a_gamma_distribution(size: int) -> None:
    assert shortest(size) == pytest.approx(float(stats.gamma.ppf(CHANCE, size - 1)), rel=1e-6)


def test_events_that_come_by_chance_are_hardly_ever_crowded() -> None:
    dice, days = random.Random(7), 0
    for _ in range(500):
        times = sorted(dice.uniform(0, 7) for _ in range(20))
        days += bool(crowded(times, 20 / 7))
    assert days <= 10


def test_a_dense_run_among_others_is_found_and_the_others_are_not() -> None:
    hours = [*range(7), *(3.01 + n / 60 for n in range(15))]
    found = sorted(hours)
    assert {found[at] for at in crowded(found, 4)} >= {3.01 + n / 60 for n in range(15)}
    assert found.index(0) not in crowded(found, 4)
    assert crowded([], 4) == set()


def test_a_run_of_a_usual_kind_is_no_wonder() -> None:
    assert is_run_by_chance(15, 0.9, 100, 0.01)
    assert not is_run_by_chance(15, 0.3, 100, 0.01)
