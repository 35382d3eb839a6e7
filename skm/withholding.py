"""Which units are kept back when a period is shown: of a tree, in which sums are shown as well."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from skm.breakdown import Tallies
from skm.closing import FrozenUnit
from skm.disclosure import (
    TOTAL,
    Counts,
    Tree,
    Withheld,
    added_up,
    children,
    shown,
    withheld,
)

OWN = "/own"
"""What a unit with others below it has answered itself stands beside these as one of them."""

ByInstrument = Mapping[str, Counts]
"""Unit code → instrument → how many answered it there, without the units below."""


def in_period(tree: Tree, own: ByInstrument, in_force: Mapping[str, str]) -> Withheld:
    """What a period has to keep back. `in_force`: the instrument whose figures a unit with answers
    (TOTAL: all together) shows.

    Where many answered, few may have answered the instrument in force. So where a period has more
    than one, each is looked at by itself as far as a unit and those below it show it.
    """
    back = in_tree(tree, {code: sum(each.values()) for code, each in own.items()})
    if not several(own):
        return back
    below = children(tree)
    for root, version in _shown_first(tree, in_force):
        part = tree if root == TOTAL else {**dict(_under(below, root)), root: None}
        counts = {code: own.get(code, {}).get(version, 0) for code in part}
        if shown(sum(counts.values())):
            found = in_tree(part, counts)
            back |= replace(found, total=found.total and root == TOTAL)
    return back


def several(own: ByInstrument) -> bool:
    """Whether more than one instrument was answered."""
    return len({version for each in own.values() for version, n in each.items() if n}) > 1


def by_instrument(own: Mapping[str, Tallies]) -> ByInstrument:
    """What tallies hold, as numbers of people."""
    return {code: {v: tally.n for v, tally in each.items()} for code, each in own.items()}


def of_closed(units: Sequence[FrozenUnit], gabungan: Tallies) -> Withheld:
    """Of a closed period, from what was frozen."""
    tree = {unit.code: unit.parent for unit in units}
    whole = {unit.code: unit.tallies for unit in units}
    return of_tallies(tree, {unit.code: unit.own for unit in units}, whole, gabungan)


def of_tallies(
    tree: Tree, own: Mapping[str, Tallies], whole: Mapping[str, Tallies], gabungan: Tallies
) -> Withheld:
    """By unit code, without the units below it and with them; and of all together."""
    return in_period(tree, by_instrument(own), in_force_of({TOTAL: gabungan, **whole}))


def in_force_of(tallies: Mapping[str, Tallies]) -> dict[str, str]:
    """By unit code, the instrument that was answered last; none where nobody answered."""
    answered = {code: [v for v, tally in each.items() if tally.n] for code, each in tallies.items()}
    return {code: versions[-1] for code, versions in answered.items() if versions}


def in_tree(tree: Tree, own: Counts) -> Withheld:
    """The same where all answered one instrument. `own`: answers of each unit without those below
    it.
    """
    if not shown(sum(own.values())):
        answered = frozenset(code for code, n in added_up(tree, own).items() if n)
        return Withheld(answered, answered, total=True)
    units = withheld(_leaves(tree), _own_apart(tree, own)).units
    mine = frozenset(code for code in tree if code + OWN in units)
    return Withheld(units & tree.keys(), mine)


def _leaves(tree: Tree) -> dict[str, str | None]:
    above = {parent for parent in tree.values() if parent}
    return {**tree, **{code + OWN: code for code in tree if code in above}}


def _own_apart(tree: Tree, own: Counts) -> dict[str, int]:
    above = {parent for parent in tree.values() if parent}
    return {code + OWN if code in above else code: n for code, n in own.items()}


def _shown_first(tree: Tree, in_force: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """TOTAL, and units that show another instrument than the one above them."""
    for code, version in in_force.items():
        if code == TOTAL or version != in_force.get(tree[code] or TOTAL):
            yield code, version


def _under(below: Mapping[str | None, list[str]], root: str) -> Iterator[tuple[str, str]]:
    for code in below.get(root, ()):
        yield code, root
        yield from _under(below, code)
