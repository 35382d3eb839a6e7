"""What the world may see of a closed period: frozen figures, and none that give a few away.

Fewer than five are not shown (k = 5), nor what would tell of them by subtraction: in the tree of
units, where a parent's figure holds its children's, and in time, where a semester holds its
quarters. Of a unit that is kept back everything below it is kept back as well.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from skm.breakdown import Tallies
from skm.closing import FrozenUnit, Head, instansi
from skm.disclosure import K, hidden
from skm.period import Period
from skm.report import InstansiReport, Report


@dataclass(frozen=True)
class Publication:
    """A closed period as it is published. `kept_back`: the codes of units without figures."""

    head: Head
    units: Mapping[str, FrozenUnit]
    kept_back: frozenset[str]

    @property
    def period(self) -> Period:
        return self.head.period

    @cached_property
    def instansi(self) -> InstansiReport | None:
        """Both figures of the whole instansi; None where so few answered."""
        found = instansi(self.period, self.head.gabungan, list(self.units.values()))
        return found if found.gabungan.responden >= K else None

    def report(self, code: str) -> Report | None:
        """A unit with everything below it; None where nothing may be shown of it."""
        unit = self.units.get(code)
        if unit is None or code in self.kept_back or people(unit.tallies) < K:
            return None
        return unit.report(self.period)


def published(
    head: Head, units: Sequence[FrozenUnit], within: Iterable[Publication] = ()
) -> Publication:
    """`within`: closed periods that are parts of this one, whose hidden units stay hidden."""
    small = {
        code
        for part in within
        for code in part.kept_back
        if people(part.units[code].tallies)
    }  # fmt: skip
    kept_back = frozenset(_kept_back(units, small))
    return Publication(head, {unit.code: unit for unit in units}, kept_back)


def is_part(period: Period, of: Period) -> bool:
    return period != of and of.start <= period.start and period.end <= of.end


def people(tallies: Tallies) -> int:
    """How many responses these hold, to whatever instrument."""
    return sum(tally.n for tally in tallies.values())


def _kept_back(units: Sequence[FrozenUnit], small: set[str]) -> Iterator[str]:
    """From the roots down; siblings make up a shown total, a parent's own responses with them."""
    below: dict[str | None, list[FrozenUnit]] = {}
    for unit in units:
        below.setdefault(unit.parent, []).append(unit)
    todo: list[tuple[FrozenUnit | None, bool]] = [(None, False)]
    while todo:
        above, closed = todo.pop()
        children = below.get(above.code if above else None, [])
        hide = hidden(_groups(above, children, small))
        for child in children:
            back = closed or child.code in hide
            if back:
                yield child.code
            todo.append((child, back))


def _groups(
    above: FrozenUnit | None, children: Sequence[FrozenUnit], small: set[str]
) -> dict[str, int]:
    groups = {
        child.code: K - 1 if child.code in small else people(child.tallies) for child in children
    }
    if above and children:
        groups[f"own of {above.code}"] = people(above.own)
    return groups
