"""Published figures disclose no small group, also by subtraction."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skm.closing.frozen import FrozenUnit, Head, canonical
from skm.closing.publication import Publication, published
from skm.figures.breakdown import people, plain_tallies
from skm.figures.ikm import Tally
from skm.instansi.period import Period
from skm.survey.unsur import Unsur

Q3, SEMESTER = Period.parse("2026-Q3"), Period.parse("2026-S2")
ONE, OTHER = (Tally.of_response({unsur: [nilai] for unsur in Unsur}) for nilai in (3, 4))

Tree = dict[str, tuple[str | None, int]]
"""Code → (parent, own respondents)."""


def times(n: int) -> Tally:
    """n responses, not all of the same answers if there are more than one."""
    return ONE * (n - n // 2) + OTHER * (n // 2)


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
    ("tree", "withheld"),
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
def test_with_a_small_unit_the_smallest_of_the_others_is_withheld(
    tree: Tree, withheld: set[str]
) -> None:
    assert publish(tree).withheld.units == withheld


def test_everything_below_a_withheld_unit_is_withheld() -> None:
    tree: Tree = {"A": (None, 3), "B": (None, 0), "B1": ("B", 9), "B2": ("B", 9), "C": (None, 50)}
    assert publish(tree).withheld.units == {"A", "B", "B1", "B2"}


def test_a_semester_withholds_what_would_tell_a_figure_that_its_quarter_withheld() -> None:
    quarter = publish({"A": (None, 3), "B": (None, 9), "C": (None, 50)})
    assert quarter.withheld.units == {"A", "B"}
    same: Tree = {"A": (None, 3), "B": (None, 40), "C": (None, 90)}  # A: nobody since
    assert publish(same, SEMESTER, (quarter,)).withheld.units == {"A", "B"}
    more: Tree = {"A": (None, 40), "B": (None, 9), "C": (None, 90)}  # B: nobody since
    assert publish(more, SEMESTER, (quarter,)).withheld.units == {"A", "B"}
    later: Tree = {"A": (None, 40), "B": (None, 40), "C": (None, 90)}
    assert publish(later, SEMESTER, (quarter,)).withheld.units == set()


def test_where_fewer_than_five_answered_at_all_nothing_is_shown() -> None:
    head = Head(Q3, datetime(2026, 10, 5, tzinfo=UTC), None, '{"gabungan":[]}', "")
    tree = {unit.code: unit for unit in units({"A": (None, 4)})}
    assert Publication(head, tree).instansi is None
    assert Publication(head, tree).report("A") is None


def test_few_respondents_to_a_new_questionnaire_are_withheld_with_another_unit() -> None:
    """Otherwise the total of the new one minus B and C would be the figure of A's three."""
    counted = {"A": {"old": 10, "new": 3}, "B": {"new": 14}, "C": {"new": 20}}
    of = {code: {v: times(n) for v, n in each.items()} for code, each in counted.items()}
    content = canonical({"gabungan": plain_tallies({"old": times(10), "new": times(37)})})
    head = Head(Q3, datetime(2026, 10, 5, tzinfo=UTC), None, content, "")
    found = published(head, [FrozenUnit(c, c, None, None, own, own) for c, own in of.items()])
    assert found.withheld.units == {"A", "B"}


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    tree: Tree = {}
    for number in range(draw(st.integers(1, 9))):
        parent = draw(st.sampled_from([None, *tree]))
        tree[f"U{number}"] = (parent, draw(st.integers(0, 12)))
    return tree


@given(trees())
def test_a_parent_minus_its_shown_children_never_leaves_one_to_four_people(tree: Tree) -> None:
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
def test_shown_figures_have_at_least_five_people(tree: Tree) -> None:
    found = publish(tree)
    for code in tree:
        report = found.report(code)
        assert report is None or report.responden >= 5


def test_a_unit_that_moved_discloses_nobody_who_answered_before() -> None:
    """A1 was below A in September: A in the quarter minus A in September would be one person."""
    september = publish({"A": (None, 5), "A1": ("A", 1), "B": (None, 0)}, Period.parse("2026-09"))
    assert september.report("A")
    quarter = publish({"A": (None, 5), "A1": (None, 7), "B": (None, 4)}, Q3, (september,))
    assert not quarter.report("A")


def test_a_move_does_not_disclose_what_a_month_withheld() -> None:
    """September shows A with A1, which is one person; now A is shown without it."""
    august = publish({"A": (None, 6), "A1": ("A", 5), "B": (None, 9)}, Period.parse("2026-08"))
    september = publish({"A": (None, 5), "A1": ("A", 1), "B": (None, 9)}, Period.parse("2026-09"))
    assert september.report("A")
    assert not september.report("A1")
    moved: Tree = {"A": (None, 11), "A1": (None, 6), "B": (None, 18), "C": (None, 30)}
    quarter = publish(moved, Q3, (august, september))
    assert not quarter.report("A")
    assert quarter.report("C")
