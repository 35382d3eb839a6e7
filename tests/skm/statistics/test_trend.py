"""The slope through successive means, against statsmodels."""

import numpy as np
import pytest
import statsmodels.api as sm

from skm.statistics.bounded_mean import SampleMean
from skm.statistics.trend import slope

QUARTERS = [SampleMean(0.8 + move, 0.03, 200) for move in (0, 0.02, -0.01, 0.04, 0.03, 0.07, 0.05)]


def test_the_slope_and_its_error_are_those_of_weighted_least_squares() -> None:
    weights = [1 / mean.variance for mean in QUARTERS]
    at = sm.add_constant(np.arange(len(QUARTERS)))
    fitted = sm.WLS([mean.value for mean in QUARTERS], at, weights=weights).fit()
    found = slope(list(enumerate(QUARTERS)))
    assert found is not None
    assert found.value == pytest.approx(fitted.params[1])
    assert fitted.scale > 1
    assert (found.low, found.high) == pytest.approx(tuple(fitted.conf_int()[1]), rel=1e-4)
    assert found.p == pytest.approx(fitted.pvalues[1], rel=1e-4)


def test_means_that_lie_on_a_line_by_chance_are_not_surer_than_their_samples() -> None:
    on_a_line = [SampleMean(0.8 - 0.001 * at, 0.03, 50) for at in range(6)]
    found = slope(list(enumerate(on_a_line)))
    assert found is not None
    assert found.low < 0 < found.high


def test_four_means_are_too_few_for_a_line() -> None:
    assert slope(list(enumerate(QUARTERS[:4]))) is None
