"""An attacker who sees all shown figures and computes what follows from them.

A figure is the sum over some cells, for example a unit's own responses in a month. Figures can be
added and subtracted with any factors, so one to four people are disclosed exactly if some linear
combination of what is shown holds their cells only: their sum, or the difference of two of them.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from itertools import combinations

PRIME = 2**31 - 1  # the field for the elimination; factors here are small

Cell = Hashable
Vector = list[int]


class Attacker:
    """`people`: cell → number of people; empty cells are left out."""

    def __init__(self, people: Mapping[Cell, int]) -> None:
        self.people = {cell: n for cell, n in people.items() if n}
        self._at = {cell: i for i, cell in enumerate(self.people)}
        self._basis: dict[int, Vector] = {}  # by the index of its first factor, which is 1

    def sees(self, cells: Iterable[Cell]) -> None:
        """Adds a figure that is the sum over these cells."""
        self._add(self._vector(cells))

    def _add(self, vector: Vector) -> None:
        left = self._reduced(vector)
        first = next((i for i, factor in enumerate(left) if factor), None)
        if first is not None:
            inverse = pow(left[first], PRIME - 2, PRIME)
            self._basis[first] = [factor * inverse % PRIME for factor in left]

    def knows(self, cells: Iterable[Cell]) -> bool:
        """Whether the sum over these cells follows from the figures seen."""
        return not any(self._reduced(self._vector(cells)))

    def disclosed(self) -> tuple[Cell, ...] | None:
        """Cells of one to four people together of which a sum or a difference follows; None if
        there are none.
        """
        return next((group for group in self._small_groups() if self._rests_on(group)), None)

    def _rests_on(self, group: tuple[Cell, ...]) -> bool:
        """Whether some combination of what is seen holds these cells only: then what is seen has a
        lower rank without them.
        """
        without = Attacker({cell: n for cell, n in self.people.items() if cell not in group})
        kept = [self._at[cell] for cell in without.people]
        for row in self._basis.values():
            without._add([row[at] for at in kept])
        return len(without._basis) < len(self._basis)

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
