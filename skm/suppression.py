"""Which groups of a breakdown a unit must hide, so that nothing of few follows beside the others.

A breakdown is a table: the groups of a layanan or a profile, in a unit and in those below it. Where
groups are hidden they stand in rows: how many people a row holds is known, not in which groups. A
group that is shown for the unit above adds up a column. A row and a column that share people make
an edge of a graph, and how many these are follows from the sums exactly where that edge is a bridge
(Gusfield 1988): so every edge must lie on a way around.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from skm.disclosure import Counts, K, Key, Tree, Withheld, children, hidden, small_first

Groups = Mapping[Any, int]
"""Group → how many people; only groups that hold somebody."""

Column = tuple[Any, ...]
"""One group that is shown; empty: all that are hidden, together."""

Node = int | Column
"""A row, by its number, or a column."""

Graph = Mapping[Node, set[Node]]
"""The neighbours of each."""


@dataclass(frozen=True)
class Row:
    """`safe`: it may be told, but nobody tells it."""

    groups: Groups
    safe: bool = False

    @property
    def people(self) -> int:
        return sum(self.groups.values())


def few_among(tree: Tree, own: Mapping[Key, Counts], code: str, back: Withheld) -> frozenset[Key]:
    """Groups that a unit must hide. `own`: group → unit → how many, without the units below.
    `back`: which units the period keeps back, groups and all.

    The lowest units go first: a service or a profile says most where people work with it.
    """
    rows = _Units(children(tree), own, back).hiding(code)
    return frozenset(key for row in rows for key in row.groups)


@dataclass(frozen=True)
class _Units:
    below: Mapping[str | None, Collection[str]]
    own: Mapping[Any, Counts]
    back: Withheld

    def hiding(self, code: str) -> list[Row]:
        """What a unit hides, with everything below it."""
        below = self.below.get(code, ())
        kept = [self._whole(at) for at in below if at in self.back.units]
        rows = [row for at in below if at not in self.back.units for row in self.hiding(at)]
        mine = self._mine(code)
        if code in self.back.own:  # whoever is kept back hides behind the others that are
            kept, mine = [*kept, mine], {}
        if not rows and not kept:
            return _behind([Row(mine)], hidden(mine))
        alone = (groups for groups in (mine, _added(kept)) if groups)
        return _suppressed([*rows, *(Row(groups, not hidden(groups)) for groups in alone)])

    def _mine(self, code: str) -> Groups:
        return {key: n[code] for key, n in self.own.items() if n.get(code)}

    def _whole(self, code: str) -> Groups:
        return _added([self._mine(code), *map(self._whole, self.below.get(code, ()))])


def _suppressed(rows: Sequence[Row]) -> list[Row]:
    """What is hidden of these rows together: the groups of few, and with them the smallest others
    that help, as long as something follows. Rows that share no group that is shown stay apart.
    """
    people = _added(row.groups for row in rows)
    hide = {key for key, n in people.items() if n < K}
    while True:
        parts = list(_parts(rows, hide))
        told = [key for part in parts for key in _told(part, hide)]
        if not told:
            return [row for part in parts for row in _behind(part, hide)]
        hide.add(min(told, key=small_first(people)))


def _behind(rows: Iterable[Row], hide: Collection[Any]) -> list[Row]:
    """The one row that these groups of the rows make up, if there is anybody."""
    groups = {key: n for key, n in _added(row.groups for row in rows).items() if key in hide}
    return [Row(groups)] if groups else []


def _added(each: Iterable[Groups]) -> Groups:
    found = Counter[Any]()
    for groups in each:
        found.update(groups)
    return found


def _parts(rows: Sequence[Row], hide: Collection[Any]) -> Iterator[list[Row]]:
    """The rows, parted where they share no group that is shown."""
    near = defaultdict[Any, list[int]](list)
    for at, row in enumerate(rows):
        for key in row.groups.keys() - hide:
            near[key].append(at)
    left = dict(enumerate(rows))
    while left:
        part = [left.popitem()[1]]
        for row in part:  # which grows meanwhile
            found = {at for key in row.groups.keys() - hide for at in near.pop(key, ())}
            part += [left.pop(at) for at in sorted(found & left.keys())]
        yield part


def _told(part: Sequence[Row], hide: Collection[Any]) -> set[Any]:
    """The groups by whose sums one cell of these rows follows, or all that hides in them though it
    is of few.
    """
    for row in _behind(part, hide):
        if len(row.groups) < 2 or row.people < K:
            return _shown(part, hide)
    graph = _graph(part, hide)
    found = set[Any]()
    for bridge in _bridges(graph):
        [at] = (node for node in bridge if isinstance(node, int))
        [column] = (node for node in bridge if isinstance(node, tuple))
        row = part[at]
        if not row.safe and (len(graph[at]) > 1 or row.people < K):
            found.update(column or _shown([row], hide))
    return found


def _shown(rows: Iterable[Row], hide: Collection[Any]) -> set[Any]:
    return {key for row in rows for key in row.groups if key not in hide}


def _graph(part: Sequence[Row], hide: Collection[Any]) -> Graph:
    graph = defaultdict[Node, set[Node]](set)
    for at, row in enumerate(part):
        for key in row.groups:
            column = () if key in hide else (key,)
            graph[at].add(column)
            graph[column].add(at)
    return graph


def _bridges(graph: Graph) -> Iterator[tuple[Node, Node]]:
    """The edges of a connected graph that lie on no way around.

    Each edge that is not in a tree of all nodes has a bit of its own, which both of its ends get.
    Of a branch of the tree they leave, added without carry, those of the ways out of it.
    """
    above = _tree(graph)
    out = dict.fromkeys(graph, 0)
    around = (
        (row, column)
        for row in graph
        for column in graph[row]
        if isinstance(row, int) and above[row] != column and above[column] != row
    )
    for number, edge in enumerate(around):
        for node in edge:
            out[node] ^= 1 << number
    for node, over in reversed(above.items()):
        if over is not None:
            out[over] ^= out[node]
            if not out[node]:
                yield node, over


def _tree(graph: Graph) -> dict[Node, Node | None]:
    """Each node, and the one over it by which it is reached from the first row."""
    above: dict[Node, Node | None] = {0: None}
    reached: list[Node] = [0]
    for node in reached:  # which grows meanwhile
        new = [near for near in graph[node] if near not in above]
        above.update(dict.fromkeys(new, node))
        reached += new
    return above
