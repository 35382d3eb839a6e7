"""Ranks: small samples take neither end, and what cannot be told apart shares its ranks."""

import numpy as np

from skm.figures.sample import index_mean
from skm.statistics.bounded_mean import SampleMean
from skm.statistics.ranks import ranked
from tests.tools.populations import POPULATIONS, tally


def test_means_that_lie_far_apart_have_one_rank_each() -> None:
    means = {
        name: SampleMean(value, 0.03, 2000)
        for name, value in zip("cab", (0.7, 0.9, 0.8), strict=True)
    }
    assert [tuple(each) for each in ranked(means)] == [("a", 1, 1), ("b", 2, 2), ("c", 3, 3)]


def test_means_that_cannot_be_told_apart_share_all_ranks() -> None:
    means = {n: SampleMean(0.8 + n / 1000, 0.03, 30) for n in range(20)}
    assert {(each.best, each.worst) for each in ranked(means)} == {(1, 20)}


def test_nothing_is_ranked_without_means() -> None:
    assert ranked({}) == []


def test_units_with_few_answers_take_neither_end_by_luck() -> None:
    """Sorted by index they fill most of both ends of 155 units that do not differ much."""
    population, rng = POPULATIONS["60 % content"], np.random.default_rng(155)
    sizes = [12] * 55 + [400] * 100
    by_index, by_rank = 0, 0
    for _ in range(10):
        people = [population.draw(rng, n) for n in sizes]
        for at in range(100):  # the large units differ
            people[55 + at] = np.maximum(people[55 + at] - (rng.random((400, 9)) < at / 500), 1)
        means = {at: index_mean(tally(each)) for at, each in enumerate(people)}
        plain = sorted(means, key=lambda at: means[at].value)
        order = [each.key for each in ranked(means)]
        by_index += sum(sizes[at] == 12 for at in (*plain[:10], *plain[-10:]))
        by_rank += sum(sizes[at] == 12 for at in (*order[:10], *order[-10:]))
    assert by_index / 200 > 0.5
    assert by_rank / 200 < 0.05


def test_the_ranks_contain_the_true_ones_of_all_units_in_19_of_20_cases() -> None:
    rng, held = np.random.default_rng(3), 0
    truth = np.linspace(0.7, 0.95, 30)
    for _ in range(100):
        drawn = rng.normal(truth, np.sqrt(0.02 / 100)).clip(0, 1)
        means = {at: SampleMean(float(value), 0.02, 100) for at, value in enumerate(drawn)}
        held += all(each.best <= 30 - each.key <= each.worst for each in ranked(means))
    assert held >= 95
