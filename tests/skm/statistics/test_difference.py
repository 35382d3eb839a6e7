"""Differences of two means, and how often chance alone makes one."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skm.statistics.bounded_mean import SampleMean
from skm.statistics.difference import difference, p_value

means = st.builds(
    lambda value, part, n: SampleMean(value, part * value * (1 - value), n),
    st.floats(0.01, 0.99),
    st.floats(0.01, 1),
    st.integers(5, 500),
)


@given(means, means)
def test_the_other_way_round_the_interval_is_mirrored(one: SampleMean, other: SampleMean) -> None:
    there, back = difference(one, other), difference(other, one)
    assert (-back.value, -back.high, -back.low) == pytest.approx(tuple(there), abs=1e-6)


@given(means, means)
def test_the_p_value_is_below_five_percent_where_the_interval_excludes_0(
    one: SampleMean, other: SampleMean
) -> None:
    p, excluded = p_value(one, other), difference(one, other).excludes_none
    assert (p <= 0.05) == excluded or abs(p - 0.05) < 0.001


def test_of_many_responses_it_is_the_normal_interval() -> None:
    found = difference(SampleMean(0.5, 0.05, 1e6), SampleMean(0.6, 0.05, 1e6))
    half = 1.959964 * math.sqrt(2 * 0.05 / 1e6)
    assert tuple(found) == pytest.approx((0.1, 0.1 - half, 0.1 + half), abs=1e-5)
