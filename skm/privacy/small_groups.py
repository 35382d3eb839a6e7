"""Which figures of small groups are withheld: k = 5, with complementary suppression.

The figures of fewer than five people could give away who answered what (UU 27/2022; k-anonymity,
Sweeney 2002). Where the total is shown as well, a single withheld group follows by subtraction;
then a second one, the smallest of the others, is withheld with it.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

K = 5

VARIED_FROM = 10
"""From this many respondents on a published unsur may have the same nilai from all of them."""

TOTAL = ""
"""The key of all units together, where a unit's code would stand."""

Group = TypeVar("Group", bound=Hashable)

Tree = Mapping[str, str | None]
"""Unit code → code of the unit above it."""

CountByUnit = Mapping[str, int]
"""Unit code → number of respondents."""


class WithheldReason(StrEnum):
    """Why a figure is not shown."""

    SMALL = "small"  # fewer than K respondents
    DERIVABLE = "derivable"  # the figure of a small group would follow from it

    @classmethod
    def of(cls, n: int) -> "WithheldReason":
        """The reason for withholding the figure of `n` respondents."""
        return cls.SMALL if is_small(n) else cls.DERIVABLE


Count = int | WithheldReason
"""A number of people, or why it is not shown."""


def is_small(n: int) -> bool:
    """Whether a group of `n` people is too small for its figures to be shown. 0 is not."""
    return 0 < n < K


def is_telling(n: int, *, uniform: bool) -> bool:
    """Whether the published figure of `n` people tells too much: they are few, or all of them gave
    the same answer (`uniform`) and they are not many.
    """
    return is_small(n) or (uniform and 0 < n < VARIED_FROM)


def weight(n: int, *, uniform: bool) -> int:
    """As how many people `n` count in sums from which no group of fewer than K may follow."""
    return min(n, K - 1) if is_telling(n, uniform=uniform) else n


def withheld_groups(
    sizes: Mapping[Group, int], required: Collection[Group] = ()
) -> frozenset[Group]:
    """Returns the groups to withhold where the groups add up to a total that is shown.

    `sizes`: group → number of people. `required`: groups to withhold for another reason. The
    withheld groups together hold at least K people and are at least two groups (if there are that
    many), so that the total minus the groups shown says nothing about one of them, also not its
    size.
    """
    found = {key for key, n in sizes.items() if is_small(n) or (n and key in required)}
    rest = sorted((key for key in sizes.keys() - found if sizes[key]), key=smallest_first(sizes))
    while found and rest and not _are_hidden([sizes[key] for key in found], sizes[rest[0]]):
        found.add(rest.pop(0))
    return frozenset(found)


def _are_hidden(withheld: Sequence[int], shown: int) -> bool:
    """Whether the sum of these sizes leaves each of them open. Readers are told which are small; of
    the others they know that they are no larger than `shown`, the smallest size that is shown. So
    the sum must be neither the least nor the most that is possible, and the others not all K.
    """
    small = sum(map(is_small, withheld))
    others = len(withheld) - small
    least, most = small + K * others, (K - 1) * small + shown * others
    if len(withheld) < 2 or sum(withheld) < K or (others and shown == K):
        return False
    return least < sum(withheld) < most


def withhold_counts(
    sizes: Mapping[Group, int], required: Collection[Group] = ()
) -> dict[Group, Count]:
    """Returns the sizes as they may be shown; see `withheld_groups`."""
    withheld = withheld_groups(sizes, required)
    return {key: WithheldReason.of(n) if key in withheld else n for key, n in sizes.items()}


def rounded_down(n: int) -> int:
    """`n` down to a multiple of K, so that readers cannot see a single person come or go."""
    return n - n % K


def smallest_first(sizes: Mapping[Group, int]) -> Callable[[Group], tuple[int, str]]:
    """Returns a sort key by size. Ties are always broken alike: two answers that withhold
    different groups would together show both.
    """
    return lambda key: (sizes[key], str(key))


@dataclass(frozen=True)
class WithheldUnits:
    """What a period must not show of a tree of units.

    `units`: units whose figure, which includes the units below, is withheld. `own`: units of which
    the figure of their own answers is withheld; these may be shown with the units below. `total`:
    whether the figure of all respondents is withheld. `parts`: (unit, or TOTAL; instrument) whose
    figure is withheld beside the one in force.
    """

    units: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    total: bool = False
    parts: frozenset[tuple[str, str]] = field(default=frozenset(), compare=False)

    def __or__(self, other: "WithheldUnits") -> "WithheldUnits":
        return WithheldUnits(
            self.units | other.units,
            self.own | other.own,
            self.total or other.total,
            self.parts | other.parts,
        )

    def instruments_of(self, code: str) -> frozenset[str]:
        """The instruments of which a unit (TOTAL: all together) shows no figure."""
        return frozenset(version for at, version in self.parts if at == code)


def withheld_units(tree: Tree, own: CountByUnit, required: Iterable[str] = ()) -> WithheldUnits:
    """Returns what to withhold of a tree of units in a period whose total is shown.

    `own`: respondents of each unit without the units below. `required`: units to withhold for
    another reason. Everything below a withheld unit is withheld with it; units without answers
    are never in the result.
    """
    whole, below, also = subtree_totals(tree, own), children_of(tree), set(required)
    units, withheld_own = set[str](), set[str]()
    todo: list[tuple[str | None, bool]] = [(None, False)]
    while todo:
        at, inherited = todo.pop()
        sizes = {code: whole[code] for code in below.get(at, ())}
        if at is not None:
            sizes[""] = own.get(at, 0)  # the unit's own answers are one more part of its figure
        found = withheld_groups(sizes, also) if below.get(at) else frozenset()
        if at is not None and sizes[""] and (inherited or "" in found):
            withheld_own.add(at)
        for code in below.get(at, ()):
            is_withheld = inherited or code in found
            if is_withheld and whole[code]:
                units.add(code)
            todo.append((code, is_withheld))
    return WithheldUnits(frozenset(units), frozenset(withheld_own))


def children_of(tree: Tree) -> dict[str | None, list[str]]:
    """Unit code (None: the top of the tree) → codes of the units directly below it."""
    below: dict[str | None, list[str]] = {}
    for code, above in tree.items():
        below.setdefault(above, []).append(code)
    return below


def subtree_totals(tree: Tree, own: CountByUnit) -> dict[str, int]:
    """Respondents of each unit with everything below it."""
    whole = dict.fromkeys(tree, 0)
    for code, n in own.items():
        for at in path_up(tree, code):
            whole[at] += n
    return whole


def path_up(tree: Tree, code: str | None) -> Iterator[str]:
    """A unit and all units above it, the lowest first."""
    while code is not None:
        yield code
        code = tree.get(code)
