"""What is said of single responses: never of few, also beside what the units below are told."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from skm.disclosure import Tree
from skm.odd import Odd, look
from skm.quality import Flag, Given, Thresholds, flags, tally_of
from skm.upp import Mode
from skm.withholding import in_tree
from tests.differencing import Attacker
from tests.skm.test_instrument import SKM9

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NIGHT = NOON + timedelta(hours=9)
AT = Thresholds(burst=99, straight_lines=99, codes=2)
TREE: Tree = {"CITY": None, "A": "CITY", "A1": "A", "A2": "A", "B": "CITY"}


def gave(
    unit: str, n: int, *, at: datetime = NOON, mode: Mode = Mode.SELF, who: str = ""
) -> list[Given]:
    """Each to a collector of its own; `who`: all were one person."""
    return [
        Given(f"{unit}-{at:%H}-{mode}-{who}-{number}", unit, SKM9.version,
              {item.id: 1 + number % 4 for item in SKM9.items}, at, None, who or None, mode, unit)
        for number in range(n)
    ]  # fmt: skip


def within(given: Sequence[Given], unit: str) -> list[Given]:
    """What a unit and those below it got."""
    below = {unit}
    for code, above in TREE.items():
        below |= {code} if above in below else set()
    return [one for one in given if one.upp in below]


def odd(given: Sequence[Given], unit: str) -> Odd:
    own = within(given, unit)
    return look(own, tally_of(own, SKM9), SKM9, UTC, AT)


def test_of_enough_it_is_told_how_the_index_is_without_them() -> None:
    given = [*gave("A1", 20), *gave("A1", 6, at=NIGHT), *gave("A2", 20), *gave("A2", 7, at=NIGHT)]
    assert odd(given, "A1").unflagged
    assert odd(given, "A").unflagged


def test_a_unit_above_is_told_how_many_where_the_index_without_them_would_tell_of_few() -> None:
    """Six at night in A1, two in A2: A less A1 would be the two."""
    given = [*gave("A1", 20), *gave("A1", 6, at=NIGHT), *gave("A2", 20), *gave("A2", 2, at=NIGHT)]
    assert odd(given, "A1").unflagged
    assert odd(given, "A") == Odd({Flag.OUTSIDE_HOURS: 8})


def test_with_help_and_without_is_not_told_where_few_were_helped_in_a_unit_below() -> None:
    helped = [*gave("A1", 9, mode=Mode.ASSISTED), *gave("A2", 1, mode=Mode.ASSISTED)]
    given = [*gave("A1", 20), *gave("A2", 20), *helped]
    assert odd(given, "A1").assisted
    assert odd(given, "A").assisted is None


def test_with_help_and_without_is_not_told_where_few_are_both_flagged_and_helped() -> None:
    helped = [*gave("A1", 9, mode=Mode.ASSISTED), *gave("A1", 1, at=NIGHT, mode=Mode.ASSISTED)]
    given = [*gave("A1", 20), *gave("A1", 9, at=NIGHT), *helped]
    assert odd(given, "A1").unflagged
    assert odd(given, "A1").assisted is None


NUMBERS = st.sampled_from([0, 0, 1, 2, 4, 5, 6, 9, 14])


@settings(max_examples=200)
@given(each=st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=5, max_size=5), many=NUMBERS)
def test_nobody_follows_from_what_a_unit_and_those_below_it_are_told(
    each: list[tuple[int, int, int]], many: int
) -> None:
    """Of each unit some at noon, at night and with help; somebody also answered in two units."""
    given = [*gave("A1", many, who="siti"), *gave("B", 1, who="siti")]
    for unit, (noon, night, helped) in zip(TREE, each, strict=True):
        given += [*gave(unit, noon), *gave(unit, night, at=NIGHT)]
        given += gave(unit, helped, mode=Mode.ASSISTED)
    flagged = {id for unit in TREE for id in flags([r for r in given if r.upp == unit], UTC, AT)}
    cell_of = {one.id: (one.upp, one.mode, one.id in flagged) for one in given}
    attacker = Attacker(Counter(cell_of.values()))
    back = in_tree(TREE, Counter(one.upp for one in given))
    for unit in TREE.keys() - back.units if not back.total else ():
        own = within(given, unit)
        found = odd(given, unit) if len(own) >= 5 else Odd()
        attacker.sees({cell_of[r.id] for r in own if len(own) >= 5})
        if found.unflagged is not None:
            attacker.sees({cell_of[r.id] for r in own if r.id not in flagged})
        if found.assisted:
            attacker.sees({cell_of[r.id] for r in own if r.mode is Mode.ASSISTED})
    assert attacker.given_away() is None
