"""No combination of the shown figures is the figure of one to four people.

The cells of these cities are the responses of one unit, without the units below, in one month. The
attacker tries every linear combination of what is shown.
"""

from collections import Counter
from collections.abc import Hashable, Iterable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skm.closing.frozen import FrozenUnit, Head, canonical
from skm.closing.publication import Publication, published
from skm.figures.breakdown import plain_tallies
from skm.figures.ikm import Tally
from skm.figures.withheld import withheld_in_period, withheld_in_tree
from skm.instansi.period import Period
from skm.privacy.groups_of_units import withheld_groups_of_unit
from skm.privacy.small_groups import WithheldUnits, subtree_totals, withheld_groups
from skm.survey.unsur import Unsur
from tests.tools.differencing import Attacker
from tests.tools.examples import examples

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
    """Reads every unit and the whole, as /report, /peringkat, /banding, charts and documents show
    them, and units without those below, as the sheet of answers does.
    """
    days = [day for day in counted if period.contains(day)]
    own = {code: sum(counted[day][code] for day in days) for code in tree}
    back = withheld_in_tree(tree, own)
    if not back.total:
        attacker.sees(cells(tree, days))
    for code, n in subtree_totals(tree, own).items():
        if n >= 5 and code not in back.units:
            attacker.sees(cells(subtree(tree, code), days))
        if own[code] >= 5 and code not in back.own:
            attacker.sees(cells([code], days))


def asks_all(tree: Tree, counted: Counted, periods: Iterable[str]) -> Attacker:
    attacker = Attacker(people(counted))
    for period in map(Period.parse, periods):
        asks(attacker, tree, counted, period)
    return attacker


@given(st.data())
@examples(200)
def test_one_period_discloses_no_small_group_in_any_tree_of_units(data: st.DataObject) -> None:
    tree = data.draw(trees(7))
    counted = data.draw(answers(tree, MONTHS[:1]))
    assert asks_all(tree, counted, ["2026-01"]).disclosed() is None


@given(st.data())
@examples(150)
def test_breakdowns_disclose_no_small_group_in_any_tree_of_units(
    data: st.DataObject,
) -> None:
    """Neither one group in one unit nor a whole withheld unit is disclosed. The groups add up to
    each unit's total; a withheld unit shows no group.
    """
    tree = data.draw(trees(6))
    own = {group: {code: data.draw(SOME) for code in tree} for group in "abcd"[: data.draw(GROUPS)]}
    attacker = Attacker({(g, code): n for g, each in own.items() for code, n in each.items()})
    answered = Counter[str]()
    for each in own.values():
        answered.update(each)
    back, whole = withheld_in_tree(tree, answered), subtree_totals(tree, answered)
    if not back.total:
        attacker.sees({(group, code) for group in own for code in tree})
    for code in tree:
        units = subtree(tree, code)
        if answered[code] >= 5 and code not in back.own:
            attacker.sees({(group, code) for group in own})
        if whole[code] >= 5 and code not in back.units:
            attacker.sees({(group, at) for group in own for at in units})
            groups = {group: sum(n[at] for at in units) for group, n in own.items()}
            for group in own.keys() - withheld_groups(
                groups, withheld_groups_of_unit(tree, own, code, back)
            ):
                attacker.sees({(group, at) for at in units})
    assert len(attacker.disclosed() or ()) != 1, "a group of one unit"
    for code in back.units:
        of_few = {(group, at) for group in own for at in subtree(tree, code)}
        assert whole[code] >= 5 or not attacker.knows(of_few), "all of a unit"


def test_a_group_that_only_a_small_unit_has_is_withheld_above_it() -> None:
    """What is left of U without U3 belongs to U1 or U2, and cannot be told apart."""
    tree = {"U": None, "U1": "U", "U2": "U", "U3": "U"}
    own = {"Loket": {"U1": 3, "U3": 20}, "Resep": {"U2": 9, "U3": 20}, "Rawat": {"U3": 20}}
    back = withheld_in_tree(tree, {"U1": 3, "U2": 9, "U3": 60})
    assert back.units == {"U1", "U2"}
    assert withheld_groups_of_unit(tree, own, "U", back) == {"Loket", "Resep"}


@pytest.mark.parametrize("number", range(20))
def test_of_two_equally_small_groups_the_same_one_is_always_withheld(number: int) -> None:
    """Otherwise two servers would show one of them each, and the third would follow."""
    first, second = f"A{number}", f"B{number}"
    assert withheld_groups({"few": 3, second: 7, first: 7}) == {"few", first}


# --- what is published ---------------------------------------------------------------------------

ONE, OTHER = (Tally.of_response({unsur: [nilai] for unsur in Unsur}) for nilai in (3, 4))


def tally(n: int) -> dict[str, Tally]:
    """n responses, not all of the same answers if there are more than one."""
    return {"skm9-1": ONE * (n - n // 2) + OTHER * (n // 2)} if n else {}


def frozen(tree: Tree, counted: Counted, period: Period) -> list[FrozenUnit]:
    own = {
        code: sum(each[code] for day, each in counted.items() if period.contains(day))
        for code in tree
    }
    whole = subtree_totals(tree, own)
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
@examples(100)
def test_one_closed_period_discloses_no_small_group(data: st.DataObject) -> None:
    tree = data.draw(trees(6))
    counted = data.draw(answers(tree, MONTHS[:1]))
    attacker = Attacker(people(counted))
    looks(attacker, closed(tree, counted, Period.parse("2026-01"), []), counted)
    assert attacker.disclosed() is None


@given(st.data())
@examples(200)
def test_months_and_their_quarter_disclose_no_small_group_in_any_order_even_if_units_move(
    data: st.DataObject,
) -> None:
    """Also where only some of them are closed. A unit may get another parent in between."""
    counted = data.draw(answers({"U0": None, "U1": None, "U2": None}, MONTHS))
    order = data.draw(st.permutations(QUARTER))[: data.draw(st.integers(2, 4))]
    attacker = Attacker(people(counted))
    for found in closed_one_by_one(data, counted, order):
        looks(attacker, found, counted)
    assert attacker.disclosed() is None


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
    head = Head(period, at, None, canonical({"gabungan": plain_tallies(tally(n))}), "")
    return published(head, frozen(tree, counted, period), earlier)


# --- several instruments -------------------------------------------------------------------------

BESIDE: Tree = {"A": None, "B": None, "C": None}
NEW = {"": "new", "A": "new", "B": "new", "C": "new"}


def test_few_respondents_to_the_instrument_in_force_are_withheld() -> None:
    own = {"A": {"old": 10, "new": 3}, "B": {"new": 14}, "C": {"new": 20}}
    assert withheld_in_period(BESIDE, own, NEW).units == {"A", "B"}


def test_few_respondents_to_the_previous_instrument_withhold_nothing() -> None:
    own = {"A": {"old": 2, "new": 13}, "B": {"new": 14}, "C": {"new": 20}}
    assert withheld_in_period(BESIDE, own, NEW) == WithheldUnits()


def test_a_unit_whose_parent_had_no_responses_is_checked_by_itself() -> None:
    """For example a quarter under the tree of a semester in which the unit has moved."""
    own = {"A": {"old": 9}, "A1": {"old": 6, "new": 2}}
    in_force = {"": "new", "A1": "old"}
    assert withheld_in_period({"A": None, "A1": "A"}, own, in_force).units == set()
