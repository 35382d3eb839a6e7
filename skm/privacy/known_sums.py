"""Whether a further sum, with all sums that are known, would disclose a small group.

Each sum is over disjoint cells of people, with whole factors. Readers can add and subtract sums, so
a set of cells is disclosed exactly if some combination of the known sums has these cells only
(the row space of a matrix; Chin and Ozsoyoglu 1982, IEEE Trans. Softw. Eng. SE-8:574-582). Rows are
kept in reduced echelon form modulo a prime. Large cells come first: then exactly the rows that
begin with a small cell have small cells only, and only these can be combined to a small group.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from skm.privacy.small_groups import K

PRIME = 2**61 - 1  # factors of sums are small, so none is a multiple of it

Factors = Mapping[Any, int]
"""Cell → factor."""


class KnownSums:
    """`people`: cell → how many people it holds; cells that are not in it hold none."""

    def __init__(self, people: Mapping[Any, int]) -> None:
        self._people: dict[Hashable, int] = {cell: n for cell, n in people.items() if n}
        self._rows: dict[Hashable, dict[Hashable, int]] = {}  # by pivot, whose factor is 1
        self._with: defaultdict[Hashable, set[Hashable]] = defaultdict(set)  # cell → pivots

    def add(self, known: Factors) -> None:
        """Adds a sum that readers know."""
        row = self._reduced(known)
        if not row:
            return
        pivot = min(row, key=self._order)
        row = _times(row, pow(row[pivot], -1, PRIME))
        for other in list(self._with[pivot]):
            self._store(other, _combined(self._rows[other], row, -self._rows[other][pivot]))
        self._store(pivot, row)

    def allows(self, further: Factors) -> bool:
        """Whether no set of cells with fewer than K people follows once this sum is known too."""
        row = self._reduced(further)
        if not row or any(self._people[cell] >= K for cell in row):
            return True
        return not self._is_small(row, [], K - 1)

    def _reduced(self, given: Factors) -> dict[Hashable, int]:
        """What is left of a sum after subtracting what follows from the known ones."""
        left = {cell: factor % PRIME for cell, factor in given.items() if cell in self._people}
        for pivot in list(left.keys() & self._rows.keys()):
            left = _combined(left, self._rows[pivot], -left[pivot])
        return {cell: factor for cell, factor in left.items() if factor}

    def _order(self, cell: Hashable) -> tuple[bool, int, str]:
        """Large cells first, and of these the smallest, which is looked at last."""
        return self._people[cell] < K, self._people[cell], str(cell)

    def _store(self, pivot: Hashable, row: dict[Hashable, int]) -> None:
        for cell in self._rows.get(pivot, {}):
            self._with[cell].discard(pivot)
        self._rows[pivot] = row
        for cell in row:
            self._with[cell].add(pivot)

    # --- combinations with few people ------------------------------------------------------------

    def _is_small(
        self,
        row: dict[Hashable, int],
        cancelled: Sequence[tuple[Hashable, dict[Hashable, int]]],
        budget: int,
        kept: frozenset[Hashable] = frozenset(),
    ) -> bool:
        """Whether `row` and known rows can be combined so that at most `budget` people are left.

        `cancelled`: cells whose factor has become 0, each with the row that was subtracted for it.
        `kept`: cells that stay in the combination and are paid for. Either the next cell is kept,
        or it is cancelled by a row, whose pivot then stays.
        """
        open_cells = [cell for cell in row if cell not in kept]
        if not open_cells:
            return True
        cell = max(open_cells, key=self._people.__getitem__)
        left = budget - self._people[cell]
        if left >= 0 and self._is_small(row, cancelled, left, kept | {cell}):
            return True
        near = set[Hashable]().union(*(self._with[at] for at in (cell, *dict(cancelled))))
        for pivot in near - kept:
            left = budget - self._people[pivot]
            if left < 0:
                continue
            other = self._rows[pivot]
            for at, used in cancelled:
                other = _combined(other, used, -other.get(at, 0))
            if not other.get(cell):
                continue
            other = _times(other, pow(other[cell], -1, PRIME))
            rest = _combined(row, other, -row[cell])
            if self._is_small(rest, [*cancelled, (cell, other)], left, kept | {pivot}):
                return True
        return False


def _times(row: Mapping[Hashable, int], factor: int) -> dict[Hashable, int]:
    return {cell: value * factor % PRIME for cell, value in row.items()}


def _combined(row: Mapping[Hashable, int], other: Factors, factor: int) -> dict[Hashable, int]:
    """row + factor × other, without cells of factor 0."""
    found = dict(row)
    for cell, value in other.items():
        found[cell] = (found.get(cell, 0) + factor * value) % PRIME
    return {cell: value for cell, value in found.items() if value}
