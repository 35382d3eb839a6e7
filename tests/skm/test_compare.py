"""Whether a figure has changed: a table of pairs, the textbook's Welch test, and false alarms."""

import math
import random
import statistics
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skm.compare import Change, Reason, compare, compare_unsur, enough
from skm.ikm import Tally, ikm
from skm.sample import t95
from skm.unsur import Unsur
from tests.skm.tallies import tally_of

SAME = ("skm9-1", "skm9-1")

rows = st.lists(st.lists(st.integers(1, 4), min_size=9, max_size=9), min_size=4, max_size=40)


def mixed(fours: int, threes: int) -> Tally:
    return tally_of(*[[4] * 9] * fours, *[[3] * 9] * threes)


@pytest.mark.parametrize(
    ("before", "after", "change", "difference"),
    [
        (mixed(10, 90), mixed(90, 10), Change.NAIK, "20.00"),
        (mixed(90, 10), mixed(10, 90), Change.TURUN, "-20.00"),
        (mixed(50, 50), mixed(52, 48), Change.TIDAK_BERBEDA_NYATA, "0.50"),
        (mixed(50, 50), mixed(50, 50), Change.TIDAK_BERBEDA_NYATA, "0.00"),
        (mixed(0, 4), mixed(4, 0), Change.NAIK, "25.00"),
        (mixed(5, 0), mixed(5, 0), Change.TIDAK_BERBEDA_NYATA, "0.00"),
    ],
)
def test_a_change_is_named_only_where_chance_does_not_explain_it(
    before: Tally, after: Tally, change: Change, difference: str
) -> None:
    found = compare(before, after, SAME)
    assert (found.change, found.difference) == (change, Decimal(difference))
    assert {compare_unsur(before, after, SAME)[unsur].change for unsur in Unsur} == {change}


@pytest.mark.parametrize(
    ("before", "after", "is_enough"),
    [
        (0, 100, False),
        (1, 100, False),
        (3, 3, False),
        (2, 7, False),
        (2, 8, True),
        (4, 4, True),
        (2, 10**9, True),
    ],
)
def test_so_few_that_no_test_could_tell_are_not_compared(
    before: int, after: int, is_enough: bool
) -> None:
    assert enough(before, after) is is_enough
    assert enough(after, before) is is_enough


def test_a_handful_is_no_comparison_and_says_why() -> None:
    found = compare(mixed(3, 0), mixed(0, 3), SAME)
    assert found.change is Change.TIDAK_DAPAT_DIBANDINGKAN
    assert found.reason is Reason.FEW
    assert found.difference is None


def test_two_instruments_are_never_compared() -> None:
    before, after = mixed(10, 90), mixed(90, 10)
    everything = [
        compare(before, after, ("skm9-1", "skm9-2")),
        *compare_unsur(before, after, ("skm9-1", "skm9-2")).values(),
    ]
    assert {found.change for found in everything} == {Change.TIDAK_DAPAT_DIBANDINGKAN}
    assert {found.reason for found in everything} == {Reason.INSTRUMENT}


def welch(before: list[float], after: list[float]) -> tuple[float, float]:
    """The textbook's 95 % interval of after − before, in floating point."""
    errors = [statistics.variance(part) / len(part) for part in (before, after)]
    parts = [e**2 / (len(part) - 1) for e, part in zip(errors, (before, after), strict=True)]
    freedom = sum(errors) ** 2 / sum(parts) if sum(parts) else 1
    half = t95(max(round(freedom, 9), 1)) * math.sqrt(sum(errors))
    middle = statistics.mean(after) - statistics.mean(before)
    return middle - half, middle + half


@given(rows, rows)
def test_the_interval_of_a_difference_is_welchs(
    before: list[list[int]], after: list[list[int]]
) -> None:
    found = compare(tally_of(*before), tally_of(*after), SAME).interval
    own = [[25 * statistics.mean(map(float, row)) for row in part] for part in (before, after)]
    assert list(map(float, found or ())) == pytest.approx(welch(*own), abs=0.006)


@given(rows, rows)
def test_the_interval_of_an_unsur_is_welchs_too(
    before: list[list[int]], after: list[list[int]]
) -> None:
    found = compare_unsur(tally_of(*before), tally_of(*after), SAME)[Unsur.U3].interval
    own = [[25.0 * row[2] for row in part] for part in (before, after)]
    assert list(map(float, found or ())) == pytest.approx(welch(*own), abs=0.006)


@given(rows, rows)
def test_seen_from_the_other_side_a_rise_is_a_fall(
    before: list[list[int]], after: list[list[int]]
) -> None:
    there = compare(tally_of(*before), tally_of(*after), SAME)
    back = compare(tally_of(*after), tally_of(*before), SAME)
    opposite = {Change.NAIK: Change.TURUN, Change.TURUN: Change.NAIK}
    assert back.change is opposite.get(there.change, there.change)
    assert there.difference is not None
    assert back.difference == -there.difference


@given(rows, rows)
def test_the_difference_is_that_of_the_printed_figures(
    before: list[list[int]], after: list[list[int]]
) -> None:
    one, other = tally_of(*before), tally_of(*after)
    printed = (ikm(one) or Decimal(), ikm(other) or Decimal())
    assert compare(one, other, SAME).difference == printed[1] - printed[0]


@pytest.mark.parametrize("n", [4, 10, 40])
def test_about_one_false_alarm_in_twenty(n: int) -> None:
    """A thousand pairs of surveys of the same people, from a fixed seed."""
    dice = random.Random(n)
    moods = ((2, 10, 46, 42), (0, 2, 34, 64))

    def survey() -> Tally:
        return tally_of(*(dice.choices((1, 2, 3, 4), dice.choice(moods), k=9) for _ in range(n)))

    alarms = sum(
        compare(survey(), survey(), SAME).change is not Change.TIDAK_BERBEDA_NYATA
        for _ in range(1000)
    )
    assert 20 <= alarms <= 70
