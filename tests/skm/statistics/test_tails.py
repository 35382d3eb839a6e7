"""The tails are those of scipy, also where they are very small."""

import pytest
from scipy import stats

from skm.statistics.tails import beta_binomial_tail, binomial_tail, poisson_tail


@pytest.mark.parametrize("events", [0, 1, 5, 20, 60])
@pytest.mark.parametrize("expected", [0.01, 1.5, 4.0, 30.0])
def test_the_tail_of_a_poisson_distribution(events: int, expected: float) -> None:
    theirs = float(stats.poisson.sf(events - 1, expected))
    assert poisson_tail(events, expected) == pytest.approx(theirs, rel=1e-6, abs=1e-250)


def test_nothing_expected_is_nothing_found() -> None:
    assert poisson_tail(0, 0) == 1
    assert poisson_tail(1, 0) == 0


@pytest.mark.parametrize("share", [0.01, 0.3, 0.9])
@pytest.mark.parametrize("events", [0, 3, 12, 16])
def test_the_tails_of_shares(events: int, share: float) -> None:
    theirs = float(stats.binom.sf(events - 1, 16, share))
    assert binomial_tail(events, 16, share) == pytest.approx(theirs, rel=1e-6)
    a, b = share * 9, (1 - share) * 9  # a correlation of 0.1
    theirs = float(stats.betabinom.sf(events - 1, 16, a, b))
    assert beta_binomial_tail(events, 16, share, 0.1) == pytest.approx(theirs, rel=1e-6)
