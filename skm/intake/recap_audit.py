"""The audit of a recap: printed figures that cannot be right, as values without words.

A finding must be defensible before the unit that it names, so every check allows for the largest
possible rounding errors. A figure printed in steps of s is off by at most s/2: where unsur are
printed in steps of 0.25 (their nrr to two decimals), their mean is off by at most 0.125, and an
index printed to 0.01 by 0.005. So an index more than 0.13 from the mean of its unsur does not
follow from them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from skm.errors import SkmError
from skm.figures.ikm import BOBOT, mutu, rounded
from skm.figures.priority import PRIORITIES, priority
from skm.figures.sample import HIGHEST, LOWEST
from skm.follow_up.realised import done_of, share
from skm.instansi.period import Period
from skm.intake.recap import Recap, RecapRow, RecapTable, rounding_error, tables
from skm.survey.unsur import Unsur


class Check(StrEnum):
    """What was found; the comments say what `printed` and `expected` hold."""

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
    """One figure to look into. `unit`: None if it is the city's.

    `tolerance`: the largest difference that rounding can explain. `unsur`: which figure of a
    parent; None for the index. `since`: the earlier period with the same unsur.
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
    """All findings, sorted by Check, then by period and row.

    `averages`: period → the city's index as it was printed. Raises SkmError for a period without
    rows.
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


def _index(row: RecapRow, table: RecapTable) -> Iterator[Finding]:
    mean = sum((BOBOT * row.figure(unsur) for unsur in Unsur), Fraction())
    allowed = table.nilai_error(row) + table.ikm_error
    if abs(mean - row.figure(None)) > allowed:
        expected, tolerance = rounded(mean, 2), rounded(allowed, 4)
        yield Finding(Check.INDEX, row.unit, row.period, row.ikm, expected, tolerance)
    if row.mutu and row.mutu is not mutu(row.ikm):
        yield Finding(Check.MUTU, row.unit, row.period, row.mutu, mutu(row.ikm))


def _prioritas(row: RecapRow) -> Iterator[Finding]:
    """Accepts any order, and any of several unsur that are printed alike: which one was lower is
    not printed.
    """
    named = sorted(set(row.prioritas), key=row.figure)
    if not named:
        return
    if len(named) < PRIORITIES:
        yield Finding(Check.PRIORITY_COUNT, row.unit, row.period, len(named), PRIORITIES)
    lowest = priority({unsur: row.figure(unsur) for unsur in Unsur})
    if [*map(row.figure, named)] != [*map(row.figure, lowest[: len(named)])]:
        yield Finding(Check.PRIORITY, row.unit, row.period, row.prioritas, lowest)


def _realised(row: RecapRow) -> Iterator[Finding]:
    printed = row.realised
    if printed is not None and done_of(printed) is None:
        thirds = (share(done) for done in range(PRIORITIES + 1))
        nearest = min(thirds, key=lambda third: abs(third - printed))
        yield Finding(Check.REALISED, row.unit, row.period, printed, nearest)


# --- rows against each other ---------------------------------------------------------------------


def _repeated(rows: Iterable[RecapRow]) -> Iterator[Finding]:
    """Finds units that print the nine unsur of an earlier period again with another index: one of
    the two indices was not computed from its unsur.
    """
    first: dict[tuple[str | Fraction, ...], RecapRow] = {}
    for row in sorted(rows, key=lambda row: row.period.start):
        before = first.setdefault((row.unit, *map(row.figure, Unsur)), row)
        if before.ikm != row.ikm:
            yield Finding(
                Check.SAME_UNSUR, row.unit, row.period, row.ikm, before.ikm, since=before.period
            )


def _averages(
    by_period: Mapping[Period, RecapTable], averages: Mapping[Period, Decimal]
) -> Iterator[Finding]:
    """Accepts the mean of the rows, plain or weighted by respondents. The third average in use,
    over all respondents counted once, cannot be computed from a recap.
    """
    for period, printed in averages.items():
        if period not in by_period:
            raise SkmError(f"There are no rows of {period} to compare its average with.")
        table = by_period[period]
        allowed = rounding_error(printed) + table.ikm_error
        figures = (table.rerata_upp, table.tertimbang)
        if all(abs(Fraction(figure - printed)) > allowed for figure in figures):
            tolerance = rounded(allowed, 4)
            yield Finding(Check.AVERAGE, None, period, printed, table.rerata_upp, tolerance)


def _families(table: RecapTable) -> Iterator[Finding]:
    """Compares parents with their children, where a parent's row is that of its whole subtree.

    A parent's own responses are not printed separately. So a parent must have at least as many
    respondents as its children together, and each of its figures must be possible if its own
    respondents gave anything from 25 to 100.
    """
    by_unit = {row.unit: row for row in table.rows}
    children: dict[str, list[RecapRow]] = defaultdict(list)
    for row in table.rows:
        if row.parent in by_unit:
            children[row.parent].append(row)
        elif row.parent:
            yield Finding(Check.NO_PARENT, row.unit, row.period, row.parent, None)
    for unit, rows in children.items():
        yield from _parent(by_unit[unit], rows, table)


def _parent(parent: RecapRow, children: Sequence[RecapRow], table: RecapTable) -> Iterator[Finding]:
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


def _nearest(parent: RecapRow, children: Sequence[RecapRow], unsur: Unsur | None) -> Fraction:
    """The possible figure of a parent with these children that is nearest to the printed one."""
    known = sum((row.respondents * row.figure(unsur) for row in children), Fraction())
    others = parent.respondents - sum(row.respondents for row in children)
    low, high = ((known + others * Fraction(end)) / parent.respondents for end in (LOWEST, HIGHEST))
    return min(max(parent.figure(unsur), low), high)


def _leeway(
    parent: RecapRow, children: Sequence[RecapRow], unsur: Unsur | None, table: RecapTable
) -> Fraction:
    """The largest difference that rounding can explain between a parent's figure and `_nearest`."""

    def error(row: RecapRow) -> Fraction:
        return table.nilai_error(row) if unsur else table.ikm_error

    moved = sum((row.respondents * error(row) for row in children), Fraction())
    return error(parent) + moved / parent.respondents
