"""The design effect: 1 for independent responses, larger for days on which all answer alike."""

from functools import reduce
from operator import add

import pytest

from skm.statistics.clusters import Clusters, design_effect


def effect(*days: list[int]) -> float:
    answers = [answer for day in days for answer in day]
    clusters = reduce(add, (Clusters.of(len(day), sum(day)) for day in days))
    squares = sum(answer * answer for answer in answers)
    return design_effect(clusters, len(answers), sum(answers), squares)


def test_one_response_a_day_counts_as_independent() -> None:
    assert effect(*([n % 4 + 1] for n in range(20))) == pytest.approx(1, abs=0.01)


def test_forty_days_on_which_all_five_answer_alike_are_worth_forty_responses() -> None:
    assert effect(*([n % 4 + 1] * 5 for n in range(40))) == pytest.approx(5, rel=0.1)


def test_few_days_count_as_alike_even_where_they_do_not_look_it() -> None:
    assert effect([1, 4] * 10, [1, 4] * 10) == pytest.approx(1 + 19 * 0.1)


def test_responses_of_unknown_days_count_as_independent() -> None:
    assert design_effect(Clusters(), 100, 300, 1000) == 1


def test_sums_of_days_add_up() -> None:
    one, other = Clusters.of(3, 10), Clusters.of(2, 7)
    assert one + other == Clusters(2, 13, 44, 149)
    assert Clusters.of(3, 10) * 2 == one + one
    assert Clusters.of(0, 0) == Clusters()
