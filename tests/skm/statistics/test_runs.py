"""Runs that chance does not explain."""

import random

import numpy as np
import pytest
from scipy import stats

from skm.statistics.runs import (
    CHANCE,
    SERVED,
    SIZES,
    Attendance,
    crowded,
    is_run_by_chance,
    regular,
    shortest,
)


@pytest.mark.parametrize("size", SIZES)
def test_the_shortest_time_of_a_run_is_the_quantile_of_a_gamma_distribution(size: int) -> None:
    assert shortest(size) == pytest.approx(float(stats.gamma.ppf(CHANCE, size - 1)), rel=1e-6)


def pace(*days: list[float], ordinary: float = 4) -> Attendance:
    return Attendance(sorted(hour for day in days for hour in day), len(days), 7, ordinary)


def test_events_that_come_by_chance_are_hardly_ever_crowded() -> None:
    """Twenty a day, most of them in the first two hours."""
    dice, found = random.Random(7), 0
    for _ in range(200):
        days = [sorted(8 + 7 * dice.random() ** 1.5 for _ in range(20)) for _ in range(5)]
        found += sum(bool(crowded(day, pace(*days, ordinary=1))) for day in days)
    assert found <= 1


def test_a_dense_run_among_others_is_found_and_the_others_are_not() -> None:
    hours = [*range(7), *(3.01 + n / 60 for n in range(15))]
    times = sorted(hours)
    found = crowded(times, pace(times))
    assert {times[at] for at in found} >= {3.01 + n / 60 for n in range(15)}
    assert times.index(0) not in found
    assert crowded([], pace()) == set()


@pytest.mark.parametrize(("often", "expected"), [(0, 15), (30, 0)])
def test_what_is_as_dense_on_other_days_at_that_hour_is_not_found(
    often: int, expected: int
) -> None:
    rush = [10 + n / 30 for n in range(15)]
    other = [9.5 + 0.05 * n for n in range(often)]
    all_day = [8 + n / 4 for n in range(28)]
    assert len(crowded(rush, pace(rush, *[sorted([*other, *all_day])] * 4))) == expected


def test_even_gaps_are_found_and_those_of_a_queue_are_not() -> None:
    rng = np.random.default_rng(3)
    assert len(regular(np.cumsum(60 + rng.uniform(-3, 3, 15)).tolist())) == 15
    queues = (rng.gamma(SERVED, 1, 30).cumsum().tolist() for _ in range(2000))
    assert sum(bool(regular(queue)) for queue in queues) <= 1
    assert regular([1.0] * 20) == set()  # all at once has no gaps to be alike


def test_regularity_is_the_tail_of_bartletts_test() -> None:
    """Its statistic under the hypothesis follows chi-square closely, also in the lower tail."""
    gaps = np.random.default_rng(4).gamma(SERVED, 1, (20_000, 13))
    spread = np.log(gaps.mean(axis=1)) - np.log(gaps).mean(axis=1)
    statistic = 2 * 13 * SERVED * spread / (1 + 14 / (6 * 13 * SERVED))
    for p in (0.001, 0.01, 0.1):
        assert (statistic <= stats.chi2.ppf(p, 12)).mean() == pytest.approx(p, rel=0.3)


def test_a_run_of_a_usual_kind_is_no_wonder() -> None:
    assert is_run_by_chance(15, 0.9, 100, 0.01)
    assert not is_run_by_chance(15, 0.3, 100, 0.01)
    assert is_run_by_chance(15, 0.3, 100, 0.00001, icc=0.1)
