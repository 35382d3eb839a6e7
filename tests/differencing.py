"""Somebody who knows every figure that is shown, and works out what follows from them.

A figure is the sum over some cells (a unit's own answers in a month, say), and whoever has several
can add and subtract them with any factors. So a group of one to four people is given away exactly
where the cells that make it up are a linear combination of what is shown.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from itertools import combinations

PRIME = 2**31 - 1  # exact enough: factors here are small

Cell = Hashable
Vector = list[int]


class Attacker:
    """`people`: how many are in each cell. Cells without anybody tell nothing."""

    def __init__(self, people: Mapping[Cell, int]) -> None:
        self.people = {cell: n for cell, n in people.items() if n}
        self._at = {cell: i for i, cell in enumerate(self.people)}
        self._basis: dict[int, Vector] = {}  # by the place of its first factor, which is 1

    def sees(self, cells: Iterable[Cell]) -> None:
        """A figure that adds up these cells."""
        left = self._reduced(self._vector(cells))
        first = next((i for i, factor in enumerate(left) if factor), None)
        if first is not None:
            inverse = pow(left[first], PRIME - 2, PRIME)
            self._basis[first] = [factor * inverse % PRIME for factor in left]

    def knows(self, cells: Iterable[Cell]) -> bool:
        """Whether the sum over these cells follows."""
        return not any(self._reduced(self._vector(cells)))

    def given_away(self) -> tuple[Cell, ...] | None:
        """Cells that together hold one to four people and whose sum follows; None: nobody's."""
        return next((group for group in self._small_groups() if self.knows(group)), None)

    def _small_groups(self) -> Iterator[tuple[Cell, ...]]:
        small = [cell for cell, n in self.people.items() if n < 5]
        for size in range(1, 5):
            for group in combinations(small, size):
                if sum(self.people[cell] for cell in group) < 5:
                    yield group

    def _vector(self, cells: Iterable[Cell]) -> Vector:
        vector = [0] * len(self._at)
        for cell in cells:
            if cell in self._at:
                vector[self._at[cell]] += 1
        return vector

    def _reduced(self, vector: Vector) -> Vector:
        for first in sorted(self._basis):
            factor = vector[first]
            if factor:
                known = self._basis[first]
                vector = [(a - factor * b) % PRIME for a, b in zip(vector, known, strict=True)]
        return vector
