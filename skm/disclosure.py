"""What may be said of small groups: k = 5, and what was hidden must not follow from the rest.

A group of fewer than five could give away who answered what (UU 27/2022; k-anonymity, Sweeney
2002). Where the total is shown as well, one hidden group could be had by subtraction; then a
second one, the smallest of the others, is hidden with it (complementary suppression).
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

K = 5

TOTAL = ""
"""Stands for all units together."""

Key = TypeVar("Key", bound=Hashable)

Tree = Mapping[str, str | None]
"""Unit code → the code of the unit above it."""

Counts = Mapping[str, int]
"""Unit code → how many answered."""


def shown(n: int) -> bool:
    """Whether the figures of a group of n people may be shown. Nobody is no group: 0 is shown."""
    return n == 0 or n >= K


def hidden(groups: Mapping[Key, int], few: Collection[Key] = ()) -> frozenset[Key]:
    """Which of the groups that make up a shown total must be hidden. `few`: those that must be for
    another reason.

    Between them the hidden groups hold at least K people and are at least two (which hold
    somebody), so that the difference of total and shown groups says nothing about a single one.
    """
    hide = {key for key, n in groups.items() if not shown(n) or (n and key in few)}
    rest = sorted((key for key in groups.keys() - hide if groups[key]), key=small_first(groups))
    while hide and rest and (len(hide) < 2 or sum(groups[key] for key in hide) < K):
        hide.add(rest.pop(0))
    return frozenset(hide)


def small_first(groups: Mapping[Key, int]) -> Callable[[Key], tuple[int, str]]:
    """How to sort them; of equal ones always the same way, or who asks twice would see both."""
    return lambda key: (groups[key], str(key))


@dataclass(frozen=True)
class Withheld:
    """Of a period. `units`: those not shown with all below them; `own`: those whose own answers,
    without the units below, would tell of few or have to hide somebody else who would. `total`:
    what all answered is not shown either.
    """

    units: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    total: bool = False

    def __or__(self, other: "Withheld") -> "Withheld":
        return Withheld(self.units | other.units, self.own | other.own, self.total or other.total)

    @property
    def apart(self) -> frozenset[str]:
        """Units whose own answers follow from nothing that is shown, nor may be."""
        return self.units | self.own


def withheld(tree: Tree, own: Counts, small: Iterable[str] = ()) -> Withheld:
    """What a tree of units has to keep back in a period in which its total is shown.

    A unit's figure holds its own answers and those of the units below; of a unit that is kept back
    everything below it is as well. `own`: without the units below. `small`: units to be kept back
    for another reason. A unit without answers is never among them.
    """
    whole = added_up(tree, own)
    below = children(tree)
    units, apart, few = set[str](), set[str](), set(small)
    todo: list[tuple[str | None, bool]] = [(None, False)]
    while todo:
        at, closed = todo.pop()
        groups = {code: whole[code] for code in below.get(at, ())}
        if at is not None:
            groups[""] = own.get(at, 0)  # what the unit has of its own
        hide = hidden(groups, few) if below.get(at) else frozenset()
        if at is not None and groups[""] and (closed or "" in hide):
            apart.add(at)
        for code in below.get(at, ()):
            back = closed or code in hide
            if back and whole[code]:
                units.add(code)
            todo.append((code, back))
    return Withheld(frozenset(units), frozenset(apart))


def with_same_people(tree: Tree, own: Counts, small: Iterable[str]) -> set[str]:
    """Units to be kept back, and those above them (at last TOTAL) that the same people answered."""
    whole, total, found = added_up(tree, own), sum(own.values()), set(small)
    for code in found & tree.keys():
        found |= {at for at in upward(tree, code) if whole[at] == whole[code]}
        if total == whole[code]:
            found.add(TOTAL)
    return found


def children(tree: Tree) -> dict[str | None, list[str]]:
    """By the code of a unit (None: of none) the codes of those directly below it."""
    below: dict[str | None, list[str]] = {}
    for code, above in tree.items():
        below.setdefault(above, []).append(code)
    return below


def added_up(tree: Tree, own: Counts) -> dict[str, int]:
    """Of each unit with everything below it."""
    whole = dict.fromkeys(tree, 0)
    for code, n in own.items():
        for at in upward(tree, code):
            whole[at] += n
    return whole


def upward(tree: Tree, code: str | None) -> Iterator[str]:
    """A unit and all above it, the lowest first."""
    while code is not None:
        yield code
        code = tree.get(code)
