"""Closed periods as sums over disjoint cells of respondents: whom no closed figure can tell apart.

A cell holds the respondents of a unit, to an instrument, whom the same closed periods count. Each
closing keeps by which of the earlier ones its respondents are counted (FrozenUnit.counted_before),
so withdrawn and late responses are in cells of their own.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from skm.closing.frozen import FrozenUnit
from skm.figures.breakdown import Tallies
from skm.figures.withheld import is_uniform
from skm.instansi.period import Period
from skm.privacy.small_groups import TOTAL, path_up, weight

ClosedCell = tuple[str, str, frozenset[Period]]
"""Unit, instrument, and the closed periods that count these respondents."""

Units = Mapping[str, FrozenUnit]

PeopleByPeriods = Counter[frozenset[Period]]
"""Closed periods → how many respondents of one unit and instrument exactly these count."""


class Cells:
    """`closed`: periods and their units, in the order of closing."""

    def __init__(self, closed: Sequence[tuple[Period, Units]]) -> None:
        self._closed = dict(closed)
        self.people: dict[ClosedCell, int] = {}
        self._of: defaultdict[tuple[Period, str, str], list[ClosedCell]] = defaultdict(list)
        for code in sorted({code for units in self._closed.values() for code in units}):
            own = {period: units[code] for period, units in closed if code in units}
            for version in sorted({v for unit in own.values() for v in unit.own}):
                self._add(code, version, own)
        self._below = cache(self._below_now)

    def sum_of(
        self, period: Period, code: str, version: str, *, own: bool
    ) -> dict[ClosedCell, int]:
        """The sum over a unit with the units below (TOTAL: over all), or (`own`) without them."""
        units = [code] if own else self._below(period, code)
        return {cell: 1 for at in units for cell in self._of[period, at, version]}

    def _below_now(self, period: Period, code: str) -> list[str]:
        units = self._closed[period]
        tree = {one: unit.parent for one, unit in units.items()}
        return [one for one in units if code == TOTAL or code in path_up(tree, one)]

    def _add(self, code: str, version: str, own: Mapping[Period, FrozenUnit]) -> None:
        """Adds the cells of a unit and an instrument."""
        found = PeopleByPeriods()
        for period, unit in own.items():
            n = unit.own[version].n if version in unit.own else 0
            if unit.counted_before is None:
                _count_nested(found, period, n)
            else:
                _count(found, period, n, unit.counted_before.get(version, {}))
        for periods, n in found.items():
            if n > 0:
                cell = code, version, periods
                tallies = [own[period].own for period in periods]
                self.people[cell] = weight(n, uniform=_may_agree(version, n, tallies))
                for period in periods:
                    self._of[period, code, version].append(cell)


def _count(found: PeopleByPeriods, period: Period, n: int, before: Mapping[str, int]) -> None:
    """Counts a period. `before`: codes of earlier closed periods → how many of the `n` respondents
    exactly these count.
    """
    for codes, many in before.items():
        _move(found, frozenset(map(Period.parse, codes.split())), period, many)
    found[frozenset({period})] += n - sum(before.values())


def _count_nested(found: PeopleByPeriods, period: Period, n: int) -> None:
    """The same where a closing did not keep it, as in the first versions: whom a shorter period
    counts is taken to be counted in a longer one.
    """
    earlier = list(found.items())
    for periods, many in earlier:
        if any(one.is_part_of(period) for one in periods):
            _move(found, periods, period, many)
            n -= many
    for periods, many in earlier:
        if n > 0 and all(period.is_part_of(one) for one in periods):
            _move(found, periods, period, min(many, n))
            n -= min(many, n)
    found[frozenset({period})] += max(n, 0)


def _move(found: PeopleByPeriods, periods: frozenset[Period], to: Period, many: int) -> None:
    found[periods] -= many
    found[periods | {to}] += many


def _may_agree(version: str, n: int, tallies: Iterable[Tallies]) -> bool:
    """Whether the `n` respondents of a cell may have given an unsur the same nilai: what they gave
    is known where they are all that one of the periods counts.
    """
    whole = [each[version] for each in tallies if each[version].n == n]
    return is_uniform(whole[0]) if whole else True
