"""The audit of a recap: what it prints that cannot be so, each finding a value without words.

A finding has to hold against the unit that it names, so every check grants the most that rounding
can do. A figure printed in steps of s is off by at most s/2: where unsur are printed in steps of
0.25 (their nrr to two decimals), so is their mean by at most 0.125, and an index printed to 0.01 by
0.005. An index more than 0.13 from the mean of its unsur does not follow from them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from skm.errors import SkmError
from skm.ikm import EQUAL, mutu, rounded
from skm.period import Period
from skm.priority import PRIORITIES, priority
from skm.recap import Recap, Row, Table, rounding_error, tables
from skm.sample import HIGHEST, LOWEST
from skm.tindak_lanjut import done_of, share
from skm.unsur import Unsur


class Check(StrEnum):
    """What was found, and what `printed` and `expected` are then."""

    INDEX = "index"  # the index; the mean of its unsur
    MUTU = "mutu"  # the band; that of the printed index
    PRIORITY = "priority"  # the three named; the three lowest
    PRIORITY_COUNT = "priority_count"  # how many are named; three
    SAME_UNSUR = "same_unsur"  # the index; that of `since`, from the same nine unsur
    FEWER_RESPONDENTS = "fewer_respondents"  # a parent's number; that of its children together
    CHILDREN = "children"  # a parent's figure; the nearest that its children leave possible
    NO_PARENT = "no_parent"  # the parent's name, which has no row in the period; None
    AVERAGE = "average"  # the city's average; the mean of the rows
    REALISED = "realised"  # the realised share; the nearest number of thirds


Value = Decimal | int | str | tuple[Unsur, ...]


@dataclass(frozen=True)
class Finding:
    """One thing to look into. `unit` is None where it is about the city.

    `tolerance`: how far apart rounding could have put the two at most. `unsur`: of which figure of
    a parent; None for the index. `since`: the earlier period with the same unsur.
    """

    check: Check
    unit: str | None
    period: Period
    printed: Value
    expected: Value | None
    tolerance: Decimal | None = None
    unsur: Unsur | None = None
    since: Period | None = None


def audit(recap: Recap, averages: Mapping[Period, Decimal] | None = None) -> list[Finding]:
    """All findings, in the order of Check, then of periods and rows.

    `averages`: the city's index as it was printed for periods of the recap; SkmError for others.
    """
    by_period = tables(recap.rows)
    found = [*_repeated(recap.rows), *_averages(by_period, averages or {})]
    for table in by_period.values():
        for row in table.rows:
            found += [*_index(row, table), *_prioritas(row), *_realised(row)]
        found += _families(table)
    order = list(Check)
    return sorted(found, key=lambda finding: order.index(finding.check))


# --- a row by itself -----------------------------------------------------------------------------


def _index(row: Row, table: Table) -> Iterator[Finding]:
    mean = sum((EQUAL[unsur] * row.figure(unsur) for unsur in Unsur), Fraction())
    allowed = table.nilai_error(row) + table.ikm_error
    if abs(mean - row.figure(None)) > allowed:
        expected, tolerance = rounded(mean, 2), rounded(allowed, 4)
        yield Finding(Check.INDEX, row.unit, row.period, row.ikm, expected, tolerance)
    if row.mutu and row.mutu is not mutu(row.ikm):
        yield Finding(Check.MUTU, row.unit, row.period, row.mutu, mutu(row.ikm))


def _prioritas(row: Row) -> Iterator[Finding]:
    """In any order, and of unsur that are equal in print any: which was lower is not printed."""
    named = sorted(set(row.prioritas), key=row.figure)
    if not named:
        return
    if len(named) < PRIORITIES:
        yield Finding(Check.PRIORITY_COUNT, row.unit, row.period, len(named), PRIORITIES)
    lowest = priority({unsur: row.figure(unsur) for unsur in Unsur})
    if [*map(row.figure, named)] != [*map(row.figure, lowest[: len(named)])]:
        yield Finding(Check.PRIORITY, row.unit, row.period, row.prioritas, lowest)


def _realised(row: Row) -> Iterator[Finding]:
    printed = row.realised
    if printed is not None and done_of(printed) is None:
        thirds = (share(done) for done in range(PRIORITIES + 1))
        nearest = min(thirds, key=lambda third: abs(third - printed))
        yield Finding(Check.REALISED, row.unit, row.period, printed, nearest)


# --- rows against each other ---------------------------------------------------------------------


def _repeated(rows: Iterable[Row]) -> Iterator[Finding]:
    """Where a unit prints the nine unsur of an earlier period again, but another index: one of the
    two was not computed from what stands beside it.
    """
    first: dict[tuple[str | Fraction, ...], Row] = {}
    for row in sorted(rows, key=lambda row: row.period.start):
        before = first.setdefault((row.unit, *map(row.figure, Unsur)), row)
        if before.ikm != row.ikm:
            yield Finding(
                Check.SAME_UNSUR, row.unit, row.period, row.ikm, before.ikm, since=before.period
            )


def _averages(
    by_period: Mapping[Period, Table], averages: Mapping[Period, Decimal]
) -> Iterator[Finding]:
    """Right is the mean of the rows, and that weighted by their respondents. Of the third in use,
    that of all respondents once, a recap does not print enough.
    """
    for period, printed in averages.items():
        if period not in by_period:
            raise SkmError(f"There are no rows of {period} to hold its average against.")
        table = by_period[period]
        allowed = rounding_error(printed) + table.ikm_error
        figures = (table.rerata_upp, table.tertimbang)
        if all(abs(Fraction(figure - printed)) > allowed for figure in figures):
            tolerance = rounded(allowed, 4)
            yield Finding(Check.AVERAGE, None, period, printed, table.rerata_upp, tolerance)


def _families(table: Table) -> Iterator[Finding]:
    """Parents against their children, where a parent's row is that of its whole subtree.

    What a parent's own desks were told is not printed, so no more than this can be said: a parent
    has no fewer respondents than its children together, and each of its figures lies where these
    put it while the others may have said anything from 25 to 100.
    """
    by_unit = {row.unit: row for row in table.rows}
    children: dict[str, list[Row]] = defaultdict(list)
    for row in table.rows:
        if row.parent in by_unit:
            children[row.parent].append(row)
        elif row.parent:
            yield Finding(Check.NO_PARENT, row.unit, row.period, row.parent, None)
    for unit, rows in children.items():
        yield from _parent(by_unit[unit], rows, table)


def _parent(parent: Row, children: Sequence[Row], table: Table) -> Iterator[Finding]:
    own, together = parent.respondents, sum(row.respondents for row in children)
    if own < together:
        yield Finding(Check.FEWER_RESPONDENTS, parent.unit, parent.period, own, together)
        return
    for unsur in (None, *Unsur):
        nearest = _nearest(parent, children, unsur)
        allowed = _leeway(parent, children, unsur, table)
        if abs(parent.figure(unsur) - nearest) > allowed:
            yield Finding(
                Check.CHILDREN,
                parent.unit,
                parent.period,
                parent.nilai[unsur] if unsur else parent.ikm,
                rounded(nearest, 2),
                rounded(allowed, 4),
                unsur,
            )


def _nearest(parent: Row, children: Sequence[Row], unsur: Unsur | None) -> Fraction:
    """Of the figures that a parent can have with these children, the nearest to the printed one."""
    told = sum((row.respondents * row.figure(unsur) for row in children), Fraction())
    others = parent.respondents - sum(row.respondents for row in children)
    low, high = ((told + others * Fraction(end)) / parent.respondents for end in (LOWEST, HIGHEST))
    return min(max(parent.figure(unsur), low), high)


def _leeway(parent: Row, children: Sequence[Row], unsur: Unsur | None, table: Table) -> Fraction:
    """How far apart rounding can have put a parent's figure and what its children make of it."""

    def error(row: Row) -> Fraction:
        return table.nilai_error(row) if unsur else table.ikm_error

    moved = sum((row.respondents * error(row) for row in children), Fraction())
    return error(parent) + moved / parent.respondents
