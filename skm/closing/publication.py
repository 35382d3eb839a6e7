"""What the public sees of a closed period: its frozen figures, without those of small groups.

Figures of fewer than five respondents are withheld (k = 5), and so is every figure from which one
of those would follow together with all that was published before, by any addition and subtraction:
in the tree of units, in time, where a semester includes its quarters, and between instruments. With
a withheld unit everything below it is withheld. What has been published stays published, so the
order of closing counts.

Figures of fewer than VARIED_FROM respondents are withheld as well where all of them gave an unsur
the same nilai: the figure would tell what each of them answered (Machanavajjhala et al. 2007, ACM
TKDD 1:3, homogeneity attack).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from skm.closing.disclosed import Cells
from skm.closing.frozen import FrozenUnit, Head, instansi
from skm.figures.breakdown import Tallies, people
from skm.figures.ikm import Tally
from skm.figures.instansi import InstansiReport
from skm.figures.report import Report
from skm.figures.withheld import tells_an_answer, withheld_of_tallies
from skm.instansi.period import Period
from skm.privacy.known_sums import KnownSums
from skm.privacy.small_groups import TOTAL, WithheldUnits, path_up


@dataclass(frozen=True)
class Publication:
    """A closed period as it is published. `units`: by code."""

    head: Head
    units: Mapping[str, FrozenUnit]
    withheld: WithheldUnits = field(default_factory=WithheldUnits)

    @property
    def period(self) -> Period:
        return self.head.period

    @cached_property
    def instansi(self) -> InstansiReport | None:
        """Both figures of the whole instansi; None if they are withheld."""
        whole = instansi(self.period, self.head.gabungan, list(self.units.values()))
        found = whole.withholding(self.withheld)
        return found if found.gabungan.is_shown else None

    @cached_property
    def whole(self) -> Mapping[str, int]:
        """Respondents of each unit with everything below it, to whatever instrument."""
        return {code: people(unit.tallies) for code, unit in self.units.items()}

    def report(self, code: str) -> Report | None:
        """The report of a unit with everything below it; None if nothing of it may be shown."""
        unit = self.units.get(code)
        report = unit.report(self.period).withholding(self.withheld) if unit else None
        return report if report and report.is_shown else None

    @cached_property
    def pooled(self) -> Tallies:
        """The tallies of all respondents; the order of the instruments is that of the closing."""
        found: dict[str, Tally] = {}
        for unit in self.units.values():
            for version, tally in unit.own.items():
                found[version] = found.get(version, Tally.empty()) + tally
        order = list(self.head.gabungan) if len(found) > 1 else list(found)
        return {version: found[version] for version in order if version in found}


def published(
    head: Head, units: Sequence[FrozenUnit], earlier: Iterable[Publication] = ()
) -> Publication:
    """Returns what is published of a closed period. `earlier`: what was published before, in the
    order of closing.
    """
    new = Publication(head, {unit.code: unit for unit in units})
    return replace(new, withheld=_Decision(new, _near(head.period, earlier)).made())


def _near(period: Period, earlier: Iterable[Publication]) -> list[Publication]:
    """Those that have responses in common with the period, or with another of these."""
    left, near, added = list(earlier), list[Publication](), [period]
    while added:
        found = [one for one in left if any(_overlap(one.period, at) for at in added)]
        left = [one for one in left if one not in found]
        near, added = [*near, *found], [one.period for one in found]
    return near


def _overlap(one: Period, other: Period) -> bool:
    return one.start < other.end and other.start < one.end


def withheld_of_frozen(units: Sequence[FrozenUnit], gabungan: Tallies) -> WithheldUnits:
    """Returns what a closed period withholds by itself, whatever else is published."""
    tree = {unit.code: unit.parent for unit in units}
    own = {unit.code: unit.own for unit in units}
    return withheld_of_tallies(tree, own, {unit.code: unit.tallies for unit in units}, gabungan)


class _Decision:
    """Decides figure by figure, the largest first: one with which a small group would follow is
    withheld. Of equal figures the order is that of the codes, so it can be repeated.
    """

    def __init__(self, new: Publication, earlier: Sequence[Publication]) -> None:
        self.new, self.tree = new, {code: unit.parent for code, unit in new.units.items()}
        self.cells = Cells([(one.period, one.units) for one in (*earlier, new)])
        self.known = KnownSums(self.cells.people)
        for one in earlier:
            for code, version, own in _shown(one):
                self.known.add(self.cells.sum_of(one.period, code, version, own=own))

    def made(self) -> WithheldUnits:
        units = self.new.units
        if not self._shows(TOTAL, self.new.pooled):
            everything = frozenset(units)
            return WithheldUnits(everything, everything, total=True)
        order, withheld = sorted(units, key=self._largest_first), set[str]()
        for code in order:
            unit = units[code]
            if unit.parent in withheld or not self._shows(code, unit.tallies):
                withheld.add(code)
        own = {
            code
            for code in order
            if code in withheld or not self._shows(code, units[code].own, own=True)
        }
        parts = frozenset(self._parts(withheld))
        return WithheldUnits(frozenset(withheld), frozenset(own), parts=parts)

    def _largest_first(self, code: str) -> tuple[int, int, str]:
        """Units come after those above them, which are at least as large."""
        depth = sum(1 for _ in path_up(self.tree, code))
        return -self.new.whole[code], depth, code

    def _parts(self, withheld: set[str]) -> Iterator[tuple[str, str]]:
        """The figures of other instruments than the one in force that are withheld."""
        each = {TOTAL: self.new.pooled, **{code: u.tallies for code, u in self.new.units.items()}}
        for code, tallies in each.items():
            for version in [version for version, tally in tallies.items() if tally.n][:-1]:
                one = {version: tallies[version]}
                if code in withheld or not self._shows(code, one):
                    yield code, version

    def _shows(self, code: str, tallies: Tallies, *, own: bool = False) -> bool:
        """Whether the figure by the instrument in force may be shown, then it counts as known; or
        nobody answered.
        """
        answered = [version for version, tally in tallies.items() if tally.n]
        if not answered:
            return True
        if tells_an_answer(tallies[answered[-1]]):
            return False
        figure = self.cells.sum_of(self.new.period, code, answered[-1], own=own)
        if not self.known.allows(figure):
            return False
        self.known.add(figure)
        return True


def _shown(one: Publication) -> Iterator[tuple[str, str, bool]]:
    """(unit or TOTAL, instrument, whether without the units below) of each published figure."""
    if one.withheld.total:
        return
    hidden = one.withheld
    each = [(TOTAL, one.pooled, False)]
    each += [(code, u.tallies, False) for code, u in one.units.items() if code not in hidden.units]
    each += [(code, u.own, True) for code, u in one.units.items() if code not in hidden.own]
    for code, tallies, own in each:
        answered = [version for version, tally in tallies.items() if tally.n]
        for version in answered[-1:] if own else answered:
            if version == answered[-1] or (code, version) not in hidden.parts:
                yield code, version, own
