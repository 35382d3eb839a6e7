"""What is published gives no small group away: whoever subtracts finds five or nobody."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skm.breakdown import plain_tallies
from skm.closing import FrozenUnit, Head, canonical
from skm.ikm import Tally
from skm.period import Period
from skm.publication import Publication, people, published
from skm.unsur import Unsur

Q3, SEMESTER = Period.parse("2026-Q3"), Period.parse("2026-S2")
ONE = Tally.of_response({unsur: [3] for unsur in Unsur})

Tree = dict[str, tuple[str | None, int]]
"""code → its parent and how many answered there."""


def times(n: int) -> Tally:
    return sum([ONE] * n, Tally.empty())


def tally(n: int) -> dict[str, Tally]:
    return {"skm9-1": times(n)} if n else {}


def units(tree: Tree) -> list[FrozenUnit]:
    def whole(code: str) -> int:
        return tree[code][1] + sum(whole(child) for child, (up, _) in tree.items() if up == code)

    return [
        FrozenUnit(code, code, parent, None, tally(n), tally(whole(code)))
        for code, (parent, n) in tree.items()
    ]


def publish(tree: Tree, period: Period = Q3, within: tuple[Publication, ...] = ()) -> Publication:
    head = Head(period, datetime(2026, 10, 5, tzinfo=UTC), None, "", "")
    return published(head, units(tree), within)


@pytest.mark.parametrize(
    ("tree", "kept_back"),
    [
        ({"A": (None, 30), "B": (None, 12)}, set()),
        ({"A": (None, 30), "B": (None, 12), "C": (None, 3)}, {"B", "C"}),
        ({"A": (None, 3), "B": (None, 2), "C": (None, 30)}, {"A", "B"}),
        ({"A": (None, 30), "A1": ("A", 4)}, {"A1"}),  # A's own are never shown apart
        ({"A": (None, 3), "A1": ("A", 8)}, {"A1"}),  # else A less A1 would be three people
        ({"A": (None, 2), "A1": ("A", 0), "B": (None, 9)}, {"A", "A1", "B"}),
        ({"A": (None, 0), "B": (None, 9)}, set()),
    ],
)
def test_a_small_group_takes_the_smallest_beside_it_along(tree: Tree, kept_back: set[str]) -> None:
    assert publish(tree).kept_back == kept_back


def test_of_a_unit_that_is_kept_back_all_below_it_is() -> None:
    tree: Tree = {"A": (None, 3), "B": (None, 0), "B1": ("B", 9), "B2": ("B", 9), "C": (None, 50)}
    assert publish(tree).kept_back == {"A", "B", "B1", "B2"}


def test_a_semester_keeps_back_what_its_quarter_does() -> None:
    quarter = publish({"A": (None, 3), "B": (None, 9), "C": (None, 50)})
    assert quarter.kept_back == {"A", "B"}
    semester: Tree = {"A": (None, 40), "B": (None, 40), "C": (None, 90)}
    assert publish(semester, SEMESTER, (quarter,)).kept_back == {"A", "B"}
    assert publish(semester, SEMESTER).kept_back == set()


def test_where_fewer_than_five_answered_at_all_nothing_is_shown() -> None:
    head = Head(Q3, datetime(2026, 10, 5, tzinfo=UTC), None, '{"gabungan":[]}', "")
    tree = {unit.code: unit for unit in units({"A": (None, 4)})}
    assert Publication(head, tree, frozenset()).instansi is None
    assert Publication(head, tree, frozenset()).report("A") is None


def test_few_who_answered_a_new_questionnaire_are_few_and_hide_with_another() -> None:
    """Else the new one's figure of all, less those of B and C, would be that of the three of A."""
    counted = {"A": {"old": 10, "new": 3}, "B": {"new": 14}, "C": {"new": 20}}
    of = {code: {v: times(n) for v, n in each.items()} for code, each in counted.items()}
    content = canonical({"gabungan": plain_tallies({"old": times(10), "new": times(37)})})
    head = Head(Q3, datetime(2026, 10, 5, tzinfo=UTC), None, content, "")
    found = published(head, [FrozenUnit(c, c, None, None, own, own) for c, own in of.items()])
    assert found.kept_back == {"A", "B"}


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    tree: Tree = {}
    for number in range(draw(st.integers(1, 9))):
        parent = draw(st.sampled_from([None, *tree]))
        tree[f"U{number}"] = (parent, draw(st.integers(0, 12)))
    return tree


@given(trees())
def test_no_parent_less_its_shown_children_leaves_one_to_four_people(tree: Tree) -> None:
    found = publish(tree)
    total = sum(n for _, n in tree.values())
    for above in (None, *tree):
        if above is not None and found.report(above) is None:
            continue
        whole = people(found.units[above].tallies) if above else total
        below = [unit for unit in found.units.values() if unit.parent == above]
        left = whole - sum(people(u.tallies) for u in below if found.report(u.code))
        hidden = [unit for unit in below if people(unit.tallies) and not found.report(unit.code)]
        own = [above] if above and tree[above][1] else []
        if hidden and total >= 5:
            assert left >= 5 or len(hidden) + len(own) != 1


@given(trees())
def test_what_is_shown_has_five_people_or_more(tree: Tree) -> None:
    found = publish(tree)
    for code in tree:
        report = found.report(code)
        assert report is None or report.responden >= 5


def test_a_unit_that_moved_meanwhile_gives_away_nobody_who_answered_there() -> None:
    """A1 stood under A in September: the quarter's A less September's A would be one person."""
    september = publish({"A": (None, 5), "A1": ("A", 1), "B": (None, 0)}, Period.parse("2026-09"))
    assert september.report("A")
    quarter = publish({"A": (None, 5), "A1": (None, 7), "B": (None, 4)}, Q3, (september,))
    assert not quarter.report("A")


def test_what_a_month_kept_back_does_not_follow_since_a_unit_has_moved_away() -> None:
    """September's A with A1 is shown, and A1 is one person; now A stands without it."""
    august = publish({"A": (None, 6), "A1": ("A", 5), "B": (None, 9)}, Period.parse("2026-08"))
    september = publish({"A": (None, 5), "A1": ("A", 1), "B": (None, 9)}, Period.parse("2026-09"))
    assert september.report("A")
    assert not september.report("A1")
    moved: Tree = {"A": (None, 11), "A1": (None, 6), "B": (None, 18), "C": (None, 30)}
    quarter = publish(moved, Q3, (august, september))
    assert not quarter.report("A")
    assert quarter.report("C")
