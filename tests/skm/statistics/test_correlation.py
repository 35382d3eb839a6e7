"""Correlations with intervals that hold at the ceiling too."""

import math
from collections import Counter
from statistics import mean

import numpy as np
import pytest
from scipy.stats import pearsonr

from skm.statistics.correlation import Correlation, Pair, correlation
from tests.tools.populations import POPULATIONS, People

DRAWS = 120


def fisher_interval(r: float, n: int) -> tuple[float, float]:
    z, half = math.atanh(min(r, 1 - 1e-9)), 1.96 / math.sqrt(n - 3)
    return math.tanh(z - half), math.tanh(z + half)


def of(people: People, at: int, df: float) -> Correlation:
    found = correlation(pairs(people, at), df)
    assert found is not None
    return found


def pairs(people: People, at: int) -> list[Pair]:
    counted = Counter((int(row[at]), int(row.sum() - row[at])) for row in people)
    return [(x, y, many) for (x, y), many in counted.items()]


@pytest.mark.parametrize("name", POPULATIONS)
@pytest.mark.parametrize("n", [30, 300])
def test_the_interval_covers_the_true_correlation_where_fishers_does_not(name: str, n: int) -> None:
    """Nine unsur of each sample. 94 % would be 95 % within two standard errors of the draws."""
    rng, population = np.random.default_rng(13), POPULATIONS[name]
    true = [of(population.people, at, 1000).r for at in range(9)]
    held, fisher = list[int](), list[int]()
    for _ in range(DRAWS):
        people = population.draw(rng, n)
        varied = n - Counter(map(tuple, people.tolist())).most_common(1)[0][1]
        for at in range(9):
            found = correlation(pairs(people, at), max(varied - 2, 1))
            if found:
                low, high = found.interval
                held.append(int(low <= true[at] <= high))
                low, high = fisher_interval(found.r, n)
                fisher.append(int(low <= true[at] <= high))
    assert mean(held) > 0.93
    if name == "90 % content":
        assert mean(fisher) < 0.7


def test_r_is_pearsons() -> None:
    people = POPULATIONS["60 % content"].draw(np.random.default_rng(1), 200)
    found = of(people, 3, 100)
    assert found.r == pytest.approx(pearsonr(people[:, 3], people.sum(axis=1) - people[:, 3])[0])
    low, high = found.interval
    assert low < found.r < high
    assert found.p_value(low) == found.p_value(high) == pytest.approx(0.05)
    assert found.p_value(found.r) == pytest.approx(1)


def test_without_any_variation_there_is_no_correlation() -> None:
    assert correlation([(4, 32, 30)], 8) is None
    assert correlation([(4, 32, 30), (4, 20, 5)], 8) is None
    assert correlation([(4, 32, 30), (3, 32, 5)], 8) is None


def test_one_pair_that_alone_makes_the_correlation_gives_no_certainty() -> None:
    found = correlation([(4, 32, 29), (1, 8, 1)], 8)
    assert found is not None
    assert found.r == pytest.approx(1)
    assert found.interval[0] < 0
