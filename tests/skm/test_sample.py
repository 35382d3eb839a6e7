"""How many to ask, and how sure a figure is: against the published tables and the textbook."""

import math
import random
import statistics
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skm.ikm import Tally, ikm
from skm.sample import interval, margin_of_error, t95, target, unsur_interval
from tests.skm.tallies import tally_of

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


def test_an_unknown_population_asks_for_as_many_as_any_could() -> None:
    assert target(None) == 384 == target(10**12)


@pytest.mark.parametrize(("population", "asked"), [(0, 0), (1, 1), (2, 2), (9, 9)])
def test_of_a_handful_of_people_all_are_asked(population: int, asked: int) -> None:
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


def test_nobody_asked_is_no_margin() -> None:
    assert margin_of_error(0) is None


@pytest.mark.parametrize("df", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 30, 120, 5000])
def test_the_t_quantile_leaves_a_fortieth_above_it(df: int) -> None:
    """Simpson's rule over the density, which owes nothing to the table or the expansion."""
    half, steps = t95(df), 4000
    factor = math.exp(math.lgamma((df + 1) / 2) - math.lgamma(df / 2)) / math.sqrt(df * math.pi)
    heights = [(1 + (i * half / steps) ** 2 / df) ** (-(df + 1) / 2) for i in range(steps + 1)]
    inner = 4 * sum(heights[1:-1:2]) + 2 * sum(heights[2:-1:2])
    area = factor * half / steps / 3 * (heights[0] + inner + heights[-1])
    assert area == pytest.approx(0.475, abs=1e-5)


def test_the_t_quantile_of_a_fraction_is_the_cautious_one() -> None:
    assert t95(1.99) == t95(1)
    assert t95(10.99) == t95(10)
    assert t95(10.99) > t95(11)


rows = st.lists(st.lists(st.integers(1, 4), min_size=9, max_size=9), min_size=2, max_size=60)


@given(rows)
def test_the_interval_is_the_textbooks(answers: list[list[int]]) -> None:
    own = [25 * statistics.mean(row) for row in answers]
    half = t95(len(own) - 1) * statistics.stdev(own) / math.sqrt(len(own))
    middle = statistics.mean(own)
    found = interval(tally_of(*answers))
    assert found is not None
    expected = (max(25, middle - half), min(100, middle + half))
    assert [float(bound) for bound in found] == pytest.approx(expected, abs=0.00501)


@given(rows, st.integers(0, 200))
def test_the_interval_holds_the_index_and_stays_on_the_scale(
    answers: list[list[int]], population: int
) -> None:
    tally = tally_of(*answers)
    wide, narrow, figure = interval(tally), interval(tally, population), ikm(tally)
    assert wide is not None
    assert narrow is not None
    assert figure is not None
    assert Decimal(25) <= wide[0] <= narrow[0] <= figure <= narrow[1] <= wide[1] <= Decimal(100)


def test_when_everyone_was_asked_there_is_nothing_left_to_chance() -> None:
    tally = tally_of([4] * 9, [3] * 9, [2] * 9)
    assert interval(tally, 3) == (Decimal("75.00"), Decimal("75.00"))


def test_more_respondents_than_people_do_not_make_a_figure_certain() -> None:
    tally = tally_of([4] * 9, [3] * 9, [2] * 9)
    assert interval(tally, 2) == interval(tally)


@pytest.mark.parametrize("tally", [Tally.empty(), tally_of([3] * 9)])
def test_one_response_says_nothing_about_the_others(tally: Tally) -> None:
    assert interval(tally) is None


def test_about_nineteen_intervals_of_twenty_hold_the_true_index() -> None:
    """A thousand surveys of 30 respondents, from a fixed seed. Answers of one person resemble each
    other: half of the people are hard to please (nilai 3.28 on average), half are not (3.62).
    """
    dice = random.Random(2017)
    moods = ((2, 10, 46, 42), (0, 2, 34, 64))
    true = 25 * (Decimal("3.28") + Decimal("3.62")) / 2
    held = 0
    for _ in range(1000):
        answers = [dice.choices((1, 2, 3, 4), dice.choice(moods), k=9) for _ in range(30)]
        low, high = interval(tally_of(*answers)) or (true, true)
        held += low <= true <= high
    assert 930 <= held <= 970


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        # mean 3 → 75, s² = 625 · 2/9, n = 10: 75 ± 2.2622 · √(138.89 / 10)
        ((0, 1, 8, 1), ("66.57", "83.43")),
        ((0, 0, 10, 0), ("75.00", "75.00")),
        ((0, 0, 0, 10), ("100.00", "100.00")),
        ((5, 0, 0, 5), ("34.22", "90.78")),
    ],
)
def test_the_interval_of_one_unsur(
    counts: tuple[int, int, int, int], expected: tuple[str, str]
) -> None:
    assert unsur_interval(counts, 10) == tuple(Decimal(bound) for bound in expected)


def test_one_answer_has_no_interval() -> None:
    assert unsur_interval((0, 0, 1, 0), 1) is None
