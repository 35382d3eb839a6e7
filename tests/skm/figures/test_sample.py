"""Targets and intervals against the published tables and the textbook."""

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
    target,
    unsur_mean,
)
from skm.survey.unsur import Unsur
from tests.tools.tallies import tally_of

KREJCIE_MORGAN_1970 = """
    10 10  15 14  20 19  25 24  30 28  35 32  40 36  45 40  50 44  55 48  60 52  65 56  70 59
    75 63  80 66  85 70  90 73  95 76  100 80  110 86  120 92  130 97  140 103  150 108  160 113
    170 118  180 123  190 127  200 132  210 136  220 140  230 144  240 148  250 152  260 155
    270 159  280 162  290 165  300 169  320 175  340 181  360 186  380 191  400 196  420 201
    440 205  460 210  480 214  500 217  550 226  600 234  650 242  700 248  750 254  800 260
    850 265  900 269  950 274  1000 278  1100 285  1200 291  1300 297  1400 302  1500 306
    1600 310  1700 313  1800 317  1900 320  2000 322  2200 327  2400 331  2600 335  2800 338
    3000 341  3500 346  4000 351  4500 354  5000 357  6000 361  7000 364  8000 367  9000 368
    10000 370  15000 375  20000 377  30000 379  40000 380  50000 381  75000 382  1000000 384
"""


def test_the_target_is_the_published_table() -> None:
    numbers = [int(number) for number in KREJCIE_MORGAN_1970.split()]
    published = dict(zip(numbers[::2], numbers[1::2], strict=True))
    assert {population: target(population) for population in published} == published


def test_an_unknown_population_has_the_largest_target() -> None:
    assert target(None) == 384 == target(10**12)


@pytest.mark.parametrize(("population", "asked"), [(0, 0), (1, 1), (2, 2), (9, 9)])
def test_of_a_small_population_everybody_is_asked(population: int, asked: int) -> None:
    assert target(population) == asked


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
