"""Whoever asks for everything that is shown, and adds and subtracts it, finds five or nobody.

The cells of these cities are what a unit itself got in a month. A promise is kept if no
combination whatever of the figures shown is the sum over a few people.
"""

from collections import Counter
from collections.abc import Hashable, Iterable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skm.closing import FrozenUnit, Head
from skm.disclosure import Withheld, added_up, hidden
from skm.ikm import Tally
from skm.period import Period
from skm.publication import Publication, published
from skm.suppression import few_among
from skm.unsur import Unsur
from skm.withholding import in_period, in_tree
from tests.differencing import Attacker

Tree = dict[str, str | None]
Counted = dict[date, dict[str, int]]

MONTHS = [date(2026, month, 1) for month in range(1, 4)]
QUARTER = ["2026-Q1", "2026-01", "2026-02", "2026-03"]
GROUPS = st.integers(2, 4)
SOME = st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 9, 14])


@st.composite
def trees(draw: st.DrawFn, most: int) -> Tree:
    tree: Tree = {}
    for number in range(draw(st.integers(1, most))):
        tree[f"U{number}"] = draw(st.sampled_from([None, *tree]))
    return tree


@st.composite
def answers(draw: st.DrawFn, tree: Tree, days: list[date]) -> Counted:
    return {day: {code: draw(SOME) for code in tree} for day in days}


def people(counted: Counted) -> dict[Hashable, int]:
    return {(unit, day): n for day, own in counted.items() for unit, n in own.items()}


def cells(units: Iterable[str], days: Iterable[date]) -> set[tuple[str, date]]:
    held = list(days)
    return {(unit, day) for unit in units for day in held}


def subtree(tree: Tree, code: str) -> set[str]:
    below = [at for at, above in tree.items() if above == code]
    return {code}.union(*(subtree(tree, at) for at in below))


def asks(attacker: Attacker, tree: Tree, counted: Counted, period: Period) -> None:
    """Every unit and the whole, as /report, /peringkat, /banding, charts and documents show them;
    and units by themselves, as the sheet of answers does.
    """
    days = [day for day in counted if period.contains(day)]
    own = {code: sum(counted[day][code] for day in days) for code in tree}
    back = in_tree(tree, own)
    if not back.total:
        attacker.sees(cells(tree, days))
    for code, n in added_up(tree, own).items():
        if n >= 5 and code not in back.units:
            attacker.sees(cells(subtree(tree, code), days))
        if own[code] >= 5 and code not in back.apart:
            attacker.sees(cells([code], days))


def asks_all(tree: Tree, counted: Counted, periods: Iterable[str]) -> Attacker:
    attacker = Attacker(people(counted))
    for period in map(Period.parse, periods):
        asks(attacker, tree, counted, period)
    return attacker


@given(st.data())
@settings(max_examples=200)
def test_in_one_period_nothing_follows_of_any_tree_of_units(data: st.DataObject) -> None:
    tree = data.draw(trees(7))
    counted = data.draw(answers(tree, MONTHS[:1]))
    assert asks_all(tree, counted, ["2026-01"]).given_away() is None


@given(st.data())
@settings(max_examples=150)
def test_of_layanan_and_profiles_nothing_follows_from_any_tree_of_units(
    data: st.DataObject,
) -> None:
    """Neither of one group in one unit, nor of all of a unit that is kept back. The groups make up
    all of each unit; of one that is kept back no group is shown either.
    """
    tree = data.draw(trees(6))
    own = {group: {code: data.draw(SOME) for code in tree} for group in "abcd"[: data.draw(GROUPS)]}
    attacker = Attacker({(g, code): n for g, each in own.items() for code, n in each.items()})
    answered = Counter[str]()
    for each in own.values():
        answered.update(each)
    back, whole = in_tree(tree, answered), added_up(tree, answered)
    if not back.total:
        attacker.sees({(group, code) for group in own for code in tree})
    for code in tree:
        units = subtree(tree, code)
        if answered[code] >= 5 and code not in back.apart:
            attacker.sees({(group, code) for group in own})
        if whole[code] >= 5 and code not in back.units:
            attacker.sees({(group, at) for group in own for at in units})
            groups = {group: sum(n[at] for at in units) for group, n in own.items()}
            for group in own.keys() - hidden(groups, few_among(tree, own, code, back)):
                attacker.sees({(group, at) for at in units})
    assert len(attacker.given_away() or ()) != 1, "a group of one unit"
    for code in back.units:
        of_few = {(group, at) for group in own for at in subtree(tree, code)}
        assert whole[code] >= 5 or not attacker.knows(of_few), "all of a unit"


def test_a_group_that_only_a_unit_of_few_is_in_is_hidden_above_it() -> None:
    """By what is left of U1 and U2 when U3 is taken away nobody knows which of them it was."""
    tree = {"U": None, "U1": "U", "U2": "U", "U3": "U"}
    own = {"Loket": {"U1": 3, "U3": 20}, "Resep": {"U2": 9, "U3": 20}, "Rawat": {"U3": 20}}
    back = in_tree(tree, {"U1": 3, "U2": 9, "U3": 60})
    assert back.units == {"U1", "U2"}
    assert few_among(tree, own, "U", back) == {"Loket", "Resep"}


@pytest.mark.parametrize("number", range(20))
def test_of_two_groups_as_small_always_the_same_one_hides(number: int) -> None:
    """Two servers would else show one each, and the third by subtraction."""
    first, second = f"A{number}", f"B{number}"
    assert hidden({"few": 3, second: 7, first: 7}) == {"few", first}


# --- what is published ---------------------------------------------------------------------------

ONE = Tally.of_response({unsur: [3] for unsur in Unsur})


def tally(n: int) -> dict[str, Tally]:
    return {"skm9-1": sum([ONE] * n, Tally.empty())} if n else {}


def frozen(tree: Tree, counted: Counted, period: Period) -> list[FrozenUnit]:
    own = {
        code: sum(each[code] for day, each in counted.items() if period.contains(day))
        for code in tree
    }
    whole = added_up(tree, own)
    return [
        FrozenUnit(code, code, above, None, tally(own[code]), tally(whole[code]))
        for code, above in tree.items()
    ]


def looks(attacker: Attacker, found: Publication, counted: Counted) -> None:
    days = [day for day in counted if found.period.contains(day)]
    tree = {code: unit.parent for code, unit in found.units.items()}
    if found.instansi:
        attacker.sees(cells(tree, days))
    for code in tree:
        if found.report(code):
            attacker.sees(cells(subtree(tree, code), days))


@given(st.data())
@settings(max_examples=100)
def test_in_one_closed_period_nothing_follows(data: st.DataObject) -> None:
    tree = data.draw(trees(6))
    counted = data.draw(answers(tree, MONTHS[:1]))
    attacker = Attacker(people(counted))
    looks(attacker, closed(tree, counted, Period.parse("2026-01"), []), counted)
    assert attacker.given_away() is None


@given(st.data())
@settings(max_examples=100)
def test_nothing_follows_from_months_and_then_their_quarter_whatever_moves_meanwhile(
    data: st.DataObject,
) -> None:
    """A unit may stand under another one in between."""
    counted = data.draw(answers({"U0": None, "U1": None, "U2": None}, MONTHS))
    attacker = Attacker(people(counted))
    for found in closed_one_by_one(data, counted, [*QUARTER[1:], QUARTER[0]]):
        looks(attacker, found, counted)
    assert len(attacker.given_away() or ()) != 1


@given(st.data())
@settings(max_examples=200)
def test_no_few_are_left_between_a_quarter_and_its_months_whatever_was_closed_first(
    data: st.DataObject,
) -> None:
    counted = data.draw(answers({"U0": None, "U1": None, "U2": None}, MONTHS))
    order = data.draw(st.permutations(QUARTER))
    found = {str(one.period): one for one in closed_one_by_one(data, counted, order)}
    quarter, months = found[QUARTER[0]], [found[name] for name in QUARTER[1:]]
    for code in counted[MONTHS[0]]:
        if quarter.report(code):
            told = sum(month.whole[code] for month in months if month.report(code))
            assert not 0 < abs(quarter.whole[code] - told) < 5


def closed_one_by_one(
    data: st.DataObject, counted: Counted, periods: Iterable[str]
) -> list[Publication]:
    found: list[Publication] = []
    for period in map(Period.parse, periods):
        tree: Tree = {"U0": None, "U1": data.draw(st.sampled_from([None, "U0"])), "U2": None}
        found.append(closed(tree, counted, period, found))
    return found


def closed(tree: Tree, counted: Counted, period: Period, earlier: list[Publication]) -> Publication:
    at = datetime(2026, 8, 1, tzinfo=UTC) + timedelta(days=len(earlier))
    n = sum(sum(own.values()) for day, own in counted.items() if period.contains(day))
    plain = f'{{"gabungan":{_plain(n)}}}'
    head = Head(period, at, None, plain, "")
    return published(head, frozen(tree, counted, period), earlier)


def _plain(n: int) -> str:
    counts = f"[{','.join([f'[0,0,{n},0]'] * 9)}]"
    return f'[["skm9-1",[{n},{counts},{n * 27},{n * 27 * 27}]]]' if n else "[]"


# --- several instruments -------------------------------------------------------------------------

BESIDE: Tree = {"A": None, "B": None, "C": None}
NEW = {"": "new", "A": "new", "B": "new", "C": "new"}


def test_where_few_answered_the_instrument_in_force_they_are_few() -> None:
    own = {"A": {"old": 10, "new": 3}, "B": {"new": 14}, "C": {"new": 20}}
    assert in_period(BESIDE, own, NEW).units == {"A", "B"}


def test_stragglers_to_the_instrument_before_hide_nobody() -> None:
    own = {"A": {"old": 2, "new": 13}, "B": {"new": 14}, "C": {"new": 20}}
    assert in_period(BESIDE, own, NEW) == Withheld()


def test_a_unit_whose_parent_had_nobody_then_is_looked_at_by_itself() -> None:
    """As a quarter's figures are, under the tree of a semester in which it has moved."""
    own = {"A": {"old": 9}, "A1": {"old": 6, "new": 2}}
    in_force = {"": "new", "A1": "old"}
    assert in_period({"A": None, "A1": "A"}, own, in_force).units == set()
