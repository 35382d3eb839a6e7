"""Figures about flagged and assisted responses disclose no small group, also beside other units."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from skm.figures.withheld import withheld_in_tree
from skm.instansi.collector import Mode
from skm.privacy.small_groups import Tree
from skm.quality.flag import Flag, Thresholds
from skm.quality.flagged import Odd, look
from skm.quality.flags import flags
from skm.quality.timed_response import TimedResponse, tally_of
from tests.skm.survey.test_instrument import SKM9
from tests.tools.differencing import Attacker
from tests.tools.examples import examples

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NIGHT = NOON + timedelta(hours=9)
AT = Thresholds(burst=99, straight_lines=99, codes=2)
TREE: Tree = {"CITY": None, "A": "CITY", "A1": "A", "A2": "A", "B": "CITY"}


def gave(
    unit: str, n: int, *, at: datetime = NOON, mode: Mode = Mode.SELF, who: str = ""
) -> list[TimedResponse]:
    """Responses at a collector of their own, a week apart; those at night are better on average.

    `who`: all of one respondent, on one day.
    """
    better = 2 if at == NIGHT else 0
    return [
        TimedResponse(f"{unit}-{at:%H}-{mode}-{who}-{number}", unit, SKM9.version,
              {item.id: 1 + (number + better) % 4 for item in SKM9.items},
              at if who else at + timedelta(weeks=number), None, who or None, mode, unit)
        for number in range(n)
    ]  # fmt: skip


def within(given: Sequence[TimedResponse], unit: str) -> list[TimedResponse]:
    """The responses of a unit and the units below it."""
    below = {unit}
    for code, above in TREE.items():
        below |= {code} if above in below else set()
    return [one for one in given if one.upp in below]


def odd(given: Sequence[TimedResponse], unit: str) -> Odd:
    own = within(given, unit)
    return look(own, tally_of(own, SKM9), SKM9, UTC, AT)


def test_the_index_without_flagged_responses_is_given_if_all_groups_are_large_enough() -> None:
    given = [*gave("A1", 20), *gave("A1", 6, at=NIGHT), *gave("A2", 20), *gave("A2", 7, at=NIGHT)]
    assert odd(given, "A1").unflagged
    assert odd(given, "A").unflagged


def test_a_parent_gets_only_the_number_if_the_index_would_disclose_few() -> None:
    """Six at night in A1, two in A2: A minus A1 would be the two."""
    given = [*gave("A1", 20), *gave("A1", 6, at=NIGHT), *gave("A2", 20), *gave("A2", 2, at=NIGHT)]
    assert odd(given, "A1").unflagged
    assert odd(given, "A") == Odd({Flag.OUTSIDE_HOURS: 8}, count=8)


def test_assisted_responses_are_not_compared_if_a_unit_below_has_few_of_them() -> None:
    helped = [*gave("A1", 9, mode=Mode.ASSISTED), *gave("A2", 1, mode=Mode.ASSISTED)]
    given = [*gave("A1", 20), *gave("A2", 20), *helped]
    assert odd(given, "A1").assisted
    assert odd(given, "A").assisted is None


def test_assisted_responses_are_not_compared_if_few_are_both_flagged_and_assisted() -> None:
    helped = [*gave("A1", 9, mode=Mode.ASSISTED), *gave("A1", 1, at=NIGHT, mode=Mode.ASSISTED)]
    given = [*gave("A1", 20), *gave("A1", 9, at=NIGHT), *helped]
    assert odd(given, "A1").unflagged
    assert odd(given, "A1").assisted is None


NUMBERS = st.sampled_from([0, 0, 1, 2, 4, 5, 6, 9, 14])


@examples(200)
@given(each=st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=5, max_size=5), many=NUMBERS)
def test_the_digests_of_a_unit_and_of_those_below_it_disclose_nobody(
    each: list[tuple[int, int, int]], many: int
) -> None:
    """Each unit has responses at noon, at night and with help; one person answered in two units."""
    given = [*gave("A1", many, who="siti"), *gave("B", 1, who="siti")]
    for unit, (noon, night, helped) in zip(TREE, each, strict=True):
        given += [*gave(unit, noon), *gave(unit, night, at=NIGHT)]
        given += gave(unit, helped, mode=Mode.ASSISTED)
    flagged = {id for unit in TREE for id in flags([r for r in given if r.upp == unit], UTC, AT)}
    cell_of = {one.id: (one.upp, one.mode, one.id in flagged) for one in given}
    attacker = Attacker(Counter(cell_of.values()))
    back = withheld_in_tree(TREE, Counter(one.upp for one in given))
    for unit in TREE.keys() - back.units if not back.total else ():
        own = within(given, unit)
        found = odd(given, unit) if len(own) >= 5 else Odd()
        attacker.sees({cell_of[r.id] for r in own if len(own) >= 5})
        if found.unflagged is not None:
            attacker.sees({cell_of[r.id] for r in own if r.id not in flagged})
        if found.assisted:
            attacker.sees({cell_of[r.id] for r in own if r.mode is Mode.ASSISTED})
    assert attacker.disclosed() is None
