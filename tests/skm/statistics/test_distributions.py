"""Quantiles against scipy's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from skm.statistics.distributions import LARGE, beta_cdf, beta_quantile, t_quantile, t_tail

shapes = st.floats(-1, 4).map(lambda exponent: 10**exponent)
tails = st.sampled_from([1e-5, 0.001, 0.025, 0.5, 0.975, 0.999])


@given(tails, shapes, shapes)
def test_a_beta_quantile_is_scipys(p: float, a: float, b: float) -> None:
    close = 2e-5 if min(a, b) >= LARGE else 1e-8
    assert beta_quantile(p, a, b) == pytest.approx(float(stats.beta.ppf(p, a, b)), abs=close)


@given(st.floats(0, 1), shapes, shapes)
def test_a_beta_probability_is_scipys(x: float, a: float, b: float) -> None:
    assert beta_cdf(x, a, b) == pytest.approx(float(stats.beta.cdf(x, a, b)), abs=1e-8)


@pytest.mark.parametrize("df", [1, 2, 3.5, 10, 29, 100, 5000])
def test_students_t_is_scipys(df: float) -> None:
    for p in (0.9, 0.975, 0.9999):
        assert t_quantile(p, df) == pytest.approx(float(stats.t.ppf(p, df)), rel=1e-5)
        t = t_quantile(p, df)
        assert t_tail(t, df) == pytest.approx(2 * (1 - p), rel=1e-3)
