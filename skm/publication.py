"""What the world may see of a closed period: frozen figures, and none that give a few away.

Fewer than five are not shown (k = 5), nor what would tell of them by subtraction: in the tree of
units, where a parent's figure holds its children's, and in time, where a semester holds its
quarters. Of a unit that is kept back everything below it is kept back as well. What was published
stays; a period that is closed later keeps back what would follow from it and the earlier ones.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from skm.breakdown import Tallies
from skm.closing import FrozenUnit, Head, instansi
from skm.disclosure import (
    TOTAL,
    K,
    Tree,
    Withheld,
    added_up,
    shown,
    upward,
    with_same_people,
    withheld,
)
from skm.period import Period
from skm.report import InstansiReport, Report
from skm.withholding import by_instrument, of_closed, several


@dataclass(frozen=True)
class Publication:
    """A closed period as it is published. `kept_back`: the codes of units without figures."""

    head: Head
    units: Mapping[str, FrozenUnit]
    kept_back: frozenset[str]
    back: Withheld = field(default_factory=Withheld)

    @property
    def period(self) -> Period:
        return self.head.period

    @cached_property
    def instansi(self) -> InstansiReport | None:
        """Both figures of the whole instansi; None where so few answered."""
        whole = instansi(self.period, self.head.gabungan, list(self.units.values()))
        found = replace(whole, apart=self.back.apart | self.kept_back)
        return found if found.gabungan.responden >= K and not self.back.total else None

    @cached_property
    def own(self) -> Mapping[str, int]:
        """How many answered in each unit, without those below it."""
        return {code: people(unit.own) for code, unit in self.units.items()}

    @cached_property
    def whole(self) -> Mapping[str, int]:
        """The same with those below."""
        return {code: people(unit.tallies) for code, unit in self.units.items()}

    def report(self, code: str) -> Report | None:
        """A unit with everything below it; None where nothing may be shown of it."""
        unit = self.units.get(code)
        if unit is None or code in self.kept_back or people(unit.tallies) < K:
            return None
        return unit.report(self.period)


def published(
    head: Head, units: Sequence[FrozenUnit], earlier: Iterable[Publication] = ()
) -> Publication:
    """`earlier`: what was published before, from which something might follow with this one."""
    found = Publication(head, {unit.code: unit for unit in units}, frozenset())
    tree = {unit.code: unit.parent for unit in units}
    few = {*_of_instruments(found), *_small(found, list(earlier), tree)}
    small = with_same_people(tree, found.own, few)
    if TOTAL in small or not shown(sum(found.own.values())):
        everything = frozenset(tree)
        return replace(found, kept_back=everything, back=Withheld(everything, everything, True))
    back = withheld(tree, found.own, small - {TOTAL})
    below = (code for code in tree if any(at in back.units for at in upward(tree, code)))
    return replace(found, kept_back=frozenset(below), back=back)


def _of_instruments(new: Publication) -> Iterator[str]:
    """Units that must be kept back because few answered one of several instruments."""
    if several(by_instrument({code: unit.own for code, unit in new.units.items()})):
        back = of_closed(list(new.units.values()), new.head.gabungan)
        yield from back.units
        yield from [TOTAL] if back.total else []


def is_part(period: Period, of: Period) -> bool:
    return period != of and of.start <= period.start and period.end <= of.end


def people(tallies: Tallies) -> int:
    """How many responses these hold, to whatever instrument."""
    return sum(tally.n for tally in tallies.values())


# --- what follows in time ------------------------------------------------------------------------


def _small(new: Publication, earlier: list[Publication], tree: Tree) -> Iterator[str]:
    """Units that were kept back in a part of the period, and those that few people would be left
    of between it and what was published before: then they are kept back like a small group.
    """
    parts = [one for one in earlier if is_part(one.period, new.period)]
    for part in parts:
        yield from (code for code in part.kept_back if part.whole[code])
        yield from _left_by_moves(part, tree)
    for beside in ([part] for part in parts):  # units may have moved: each by itself as well
        yield from _left(new, beside, tree)
    yield from _left(new, _longest(parts), tree)
    for whole in earlier:
        if not is_part(new.period, whole.period):
            continue
        yield from _left(whole, [new], tree)
        others = [one for one in earlier if is_part(one.period, whole.period)]
        if any(is_part(new.period, one.period) for one in others):
            continue  # a shorter one that holds this one is looked at by itself
        beside = [one for one in others if not is_part(one.period, new.period)]
        yield from _left(whole, [new, *_longest(beside)], tree)


def _left_by_moves(part: Publication, tree: Tree) -> Iterator[str]:
    """Units of which something else is shown since others moved away, where what was kept back in
    the part follows from it.
    """
    was: Tree = {code: unit.parent for code, unit in part.units.items()}
    apart = part.kept_back | part.back.apart
    for code, above in was.items():
        if above != tree.get(code) and part.whole[code]:
            yield from (at for at in upward(was, above) if apart & {code, at})


def _longest(parts: list[Publication]) -> list[Publication]:
    """Those that are no part of another, so that nobody is counted twice."""
    return [one for one in parts if not any(is_part(one.period, other.period) for other in parts)]


def _left(whole: Publication, parts: Sequence[Publication], tree: Tree) -> Iterator[str]:
    """Units of which one to four people are left when the parts are taken out of the whole, or
    which must hide with such a unit.
    """
    if not parts:
        return
    left = {
        code: whole.whole.get(code, 0)
        - sum(part.whole.get(code, 0) for part in parts if code not in part.kept_back)
        for code in tree
    }
    own = {
        code: whole.own.get(code, 0)
        - sum(part.own.get(code, 0) for part in parts if code not in part.back.apart)
        for code in tree
    }
    told = sum(sum(part.own.values()) for part in parts if not part.back.total)
    if not shown(abs(sum(whole.own.values()) - told)):
        yield TOTAL
    few = {code for code, n in left.items() if not shown(abs(n))}
    yield from few
    held = {code: max(n, 0) for code, n in own.items()}
    yield from (code for code in withheld(tree, held, few).units if added_up(tree, held)[code])
