"""Which groups of a breakdown a unit withholds so that no small group can be derived.

A breakdown (by layanan, or a field of the profile) over a unit and the units below it is a table.
The groups that a unit withholds are a remainder: how many people it holds is known (the unit's
total minus the groups shown), but not how many are in each of its groups. A group that is shown
for the unit above is a known sum over the remainders, a column. Take remainders and columns as the
nodes of a graph, with an edge wherever they share people: the number of people on an edge follows
from the known sums exactly where the edge is a bridge (Gusfield 1988, SIAM J. Comput. 17:552-571).
So groups are withheld until no bridge is left that would disclose one.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from skm.privacy.small_groups import (
    CountByUnit,
    Group,
    K,
    Tree,
    WithheldUnits,
    children_of,
    smallest_first,
    withheld_groups,
)

Groups = Mapping[Any, int]
"""Group → number of people; only groups that hold some."""

Column = tuple[Any, ...]
"""(group,) for a group that is shown; () for all groups that are withheld, together."""

Node = int | Column
"""A remainder, by its number, or a column."""

Graph = Mapping[Node, set[Node]]
"""Node → its neighbours."""


@dataclass(frozen=True)
class Remainder:
    """Withheld groups of which only the sum of people is known.

    `harmless`: its groups could be shown, but are not, so deriving one does no harm.
    """

    groups: Groups
    harmless: bool = False

    @property
    def people(self) -> int:
        return sum(self.groups.values())


def withheld_groups_of_unit(
    tree: Tree, own: Mapping[Group, CountByUnit], code: str, withheld: WithheldUnits
) -> frozenset[Group]:
    """Returns the groups that the unit `code`, with everything below it, must withhold.

    `own`: group → unit → number of people, without the units below. `withheld`: the units of which
    the period shows nothing, breakdowns included. The lowest units are decided first, because a
    service or a profile says most to the people who work there.
    """
    remainders = _Breakdown(children_of(tree), own, withheld).remainders(code)
    return frozenset(key for remainder in remainders for key in remainder.groups)


@dataclass(frozen=True)
class _Breakdown:
    below: Mapping[str | None, Collection[str]]
    own: Mapping[Any, CountByUnit]
    withheld: WithheldUnits

    def remainders(self, code: str) -> list[Remainder]:
        """What a unit with everything below it withholds."""
        below = self.below.get(code, ())
        hidden = [self._whole(at) for at in below if at in self.withheld.units]
        found = [
            each for at in below if at not in self.withheld.units for each in self.remainders(at)
        ]
        own = self._own(code)
        if code in self.withheld.own:  # the unit's own answers hide among the hidden units'
            hidden, own = [*hidden, own], {}
        if not found and not hidden:
            return _merged([Remainder(own)], withheld_groups(own))
        parts = (groups for groups in (own, _summed(hidden)) if groups)
        return _closed([*found, *(Remainder(part, not withheld_groups(part)) for part in parts)])

    def _own(self, code: str) -> Groups:
        return {key: n[code] for key, n in self.own.items() if n.get(code)}

    def _whole(self, code: str) -> Groups:
        return _summed([self._own(code), *map(self._whole, self.below.get(code, ()))])


def _closed(remainders: Sequence[Remainder]) -> list[Remainder]:
    """Withholds small groups, and then the smallest groups whose column still discloses one, until
    none does. Remainders that share no shown group stay separate.
    """
    sizes = _summed(each.groups for each in remainders)
    withheld = {key for key, n in sizes.items() if n < K}
    while True:
        components = list(_components(remainders, withheld))
        disclosing = [key for part in components for key in _disclosing(part, withheld)]
        if not disclosing:
            return [each for part in components for each in _merged(part, withheld)]
        withheld.add(min(disclosing, key=smallest_first(sizes)))


def _merged(remainders: Iterable[Remainder], withheld: Collection[Any]) -> list[Remainder]:
    """One remainder of the withheld groups of these; none if there are no people in them."""
    sizes = _summed(each.groups for each in remainders)
    groups = {key: n for key, n in sizes.items() if key in withheld}
    return [Remainder(groups)] if groups else []


def _summed(each: Iterable[Groups]) -> Groups:
    found = Counter[Any]()
    for groups in each:
        found.update(groups)
    return found


def _components(
    remainders: Sequence[Remainder], withheld: Collection[Any]
) -> Iterator[list[Remainder]]:
    """The remainders, grouped by whether they are connected through groups that are shown."""
    near = defaultdict[Any, list[int]](list)
    for at, remainder in enumerate(remainders):
        for key in remainder.groups.keys() - withheld:
            near[key].append(at)
    left = dict(enumerate(remainders))
    while left:
        part = [left.popitem()[1]]
        for remainder in part:  # the list grows in the loop
            keys = remainder.groups.keys() - withheld
            found = {at for key in keys for at in near.pop(key, ())}
            part += [left.pop(at) for at in sorted(found & left.keys())]
        yield part


def _disclosing(component: Sequence[Remainder], withheld: Collection[Any]) -> set[Any]:
    """The shown groups whose sums disclose a cell of the component, or a small remainder of it."""
    for remainder in _merged(component, withheld):
        if len(remainder.groups) < 2 or remainder.people < K:
            return _shown(component, withheld)
    graph = _graph(component, withheld)
    found = set[Any]()
    for bridge in _bridges(graph):
        [at] = (node for node in bridge if isinstance(node, int))
        [column] = (node for node in bridge if isinstance(node, tuple))
        remainder = component[at]
        if not remainder.harmless and (len(graph[at]) > 1 or remainder.people < K):
            found.update(column or _shown([remainder], withheld))
    return found


def _shown(remainders: Iterable[Remainder], withheld: Collection[Any]) -> set[Any]:
    return {key for each in remainders for key in each.groups if key not in withheld}


def _graph(component: Sequence[Remainder], withheld: Collection[Any]) -> Graph:
    graph = defaultdict[Node, set[Node]](set)
    for at, remainder in enumerate(component):
        for key in remainder.groups:
            column = () if key in withheld else (key,)
            graph[at].add(column)
            graph[column].add(at)
    return graph


def _bridges(graph: Graph) -> Iterator[tuple[Node, Node]]:
    """The bridges of a connected graph: the edges that lie on no cycle.

    Each edge outside a spanning tree closes one cycle and gets a bit of its own, which both of its
    ends carry. The XOR over a subtree has the bits of the edges that leave it by another way than
    the tree edge above it: if it is 0, that tree edge is a bridge.
    """
    parent = _spanning_tree(graph)
    bits = dict.fromkeys(graph, 0)
    others = (
        (at, column)
        for at in graph
        for column in graph[at]
        if isinstance(at, int) and parent[at] != column and parent[column] != at
    )
    for number, edge in enumerate(others):
        for node in edge:
            bits[node] ^= 1 << number
    for node, above in reversed(parent.items()):
        if above is not None:
            bits[above] ^= bits[node]
            if not bits[node]:
                yield node, above


def _spanning_tree(graph: Graph) -> dict[Node, Node | None]:
    """Node → its parent, breadth first from remainder 0, whose parent is None."""
    parent: dict[Node, Node | None] = {0: None}
    reached: list[Node] = [0]
    for node in reached:  # the list grows in the loop
        new = [near for near in graph[node] if near not in parent]
        parent.update(dict.fromkeys(new, node))
        reached += new
    return parent
