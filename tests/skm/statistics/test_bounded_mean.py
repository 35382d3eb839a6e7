"""Bounds of a mean: the textbook's where there is one, and their coverage by simulation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from skm.figures.sample import index_mean
from skm.statistics.bounded_mean import SampleMean
from tests.tools.populations import POPULATIONS, tally

SAMPLES = 300


@pytest.mark.parametrize(("yes", "n"), [(0, 5), (5, 5), (3, 10), (29, 30), (90, 100)])
def test_for_yes_and_no_the_bounds_are_those_of_clopper_and_pearson(yes: int, n: int) -> None:
    share = yes / n
    low, high = SampleMean(share, share * (1 - share), n).bounds()
    exact = stats.binomtest(yes, n).proportion_ci(method="exact")
    assert (low, high) == pytest.approx((exact.low, exact.high), abs=1e-6)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(2, 1e6))
def test_the_bounds_lie_around_the_mean_and_are_never_a_point(
    value: float, part: float, n: float
) -> None:
    low, high = SampleMean(value, part * value * (1 - value), n).bounds()
    assert 0 <= low <= value + 1e-9
    assert value - 1e-9 <= high <= 1
    assert high > low


def test_if_everybody_answered_the_bounds_are_a_point() -> None:
    assert SampleMean(0.8, 0.1, math.inf).bounds() == (0.8, 0.8)


def test_many_responses_give_the_normal_interval() -> None:
    low, high = SampleMean(0.8, 0.04, 100_000).bounds()
    half = 1.959964 * 0.2 / math.sqrt(100_000)
    assert (low, high) == pytest.approx((0.8 - half, 0.8 + half), abs=2e-5)


@pytest.mark.parametrize("name", POPULATIONS)
@pytest.mark.parametrize(("n", "size"), [(5, 1), (5, 5), (10, 5), (30, 10), (100, 20)])
@pytest.mark.parametrize("icc", [0.0, 0.05, 0.1])
def test_at_least_19_of_20_intervals_contain_the_true_index(
    name: str, n: int, size: int, icc: float
) -> None:
    """300 surveys, from a fixed seed; Student's t contains it in 40 % of those of five people of
    whom 90 % are content.
    """
    population, rng = POPULATIONS[name], np.random.default_rng([n, size, round(100 * icc)])
    true = (population.ikm - 25) / 75
    held = 0
    for _ in range(SAMPLES):
        low, high = index_mean(tally(population.draw(rng, n, size, icc), size)).bounds()
        held += low <= true <= high
    assert held / SAMPLES >= 0.95
