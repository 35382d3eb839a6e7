"""Intervals against the published tables and the textbook."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skm.figures.ikm import Tally, ikm
from skm.figures.sample import (
    Interval,
    effective_n,
    index_mean,
    interval,
    margin_of_error,
    unsur_mean,
)
from skm.survey.unsur import Unsur
from tests.tools.tallies import tally_of


@pytest.mark.parametrize(
    ("n", "population", "points"),
    [
        (384, None, "5.00"),
        (96, None, "10.00"),
        (278, 1000, "5.00"),
        (1000, 1000, "0.00"),
        (1001, 1000, "3.10"),
        (1, 1, "0.00"),
    ],
)
def test_the_margin_of_error_is_five_points_where_the_target_is_met(
    n: int, population: int | None, points: str
) -> None:
    assert margin_of_error(n, population) == Decimal(points)


def test_without_respondents_there_is_no_margin() -> None:
    assert margin_of_error(0) is None


rows = st.lists(st.lists(st.integers(1, 4), min_size=9, max_size=9), min_size=10, max_size=60)


def of_index(tally: Tally, population: int | None = None) -> Interval | None:
    return interval(index_mean(tally, population), tally.n)


@given(rows, st.integers(0, 200))
def test_the_interval_contains_the_index_and_stays_on_the_scale(
    answers: list[list[int]], population: int
) -> None:
    tally = tally_of(*answers)
    wide, narrow, figure = of_index(tally), of_index(tally, population), ikm(tally)
    assert wide is not None
    assert narrow is not None
    assert figure is not None
    assert Decimal(25) <= wide[0] <= narrow[0] <= figure <= narrow[1] <= wide[1] <= Decimal(100)
    assert wide[0] < wide[1]


def test_if_everybody_answered_the_interval_is_a_point() -> None:
    tally = tally_of([4] * 9, [3] * 9, [2] * 9)
    assert of_index(tally, 3) == (Decimal("75.00"), Decimal("75.00"))


def test_more_respondents_than_people_do_not_narrow_the_interval() -> None:
    tally = tally_of(*[[4] * 9, [3] * 9, [2] * 9] * 5)
    assert of_index(tally, 2) == of_index(tally)


def test_of_five_people_who_are_all_content_no_interval_is_shown() -> None:
    """Rather than “between 100 and 100”."""
    assert of_index(tally_of(*[[4] * 9] * 5)) is None


def test_of_thirty_people_who_are_all_content_the_interval_leaves_room_for_others() -> None:
    """The exact interval of Clopper and Pearson for a share of 30 out of 30."""
    assert of_index(tally_of(*[[4] * 9] * 30)) == (Decimal("91.32"), Decimal("100.00"))


def test_answers_of_two_days_are_worth_less_than_those_of_thirty() -> None:
    rows = [[4] * 9, [3] * 9] * 15
    days = tally_of(*rows[:15]).of_one_day() + tally_of(*rows[15:]).of_one_day()
    narrow, wide = of_index(tally_of(*rows)), of_index(days)
    assert narrow is not None
    assert wide is not None
    assert wide[0] < narrow[0] < narrow[1] < wide[1]
    assert effective_n(days) == pytest.approx(30 / (1 + 14 * 0.1))


@given(rows)
def test_the_interval_of_an_unsur_that_all_are_alike_in_is_that_of_the_index(
    answers: list[list[int]],
) -> None:
    tally = tally_of(*([row[0]] * 9 for row in answers))
    assert interval(unsur_mean(tally, Unsur.U7), tally.n) == of_index(tally)
