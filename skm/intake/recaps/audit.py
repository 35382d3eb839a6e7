"""The audit of a recap: printed figures that cannot be right, as values without words.

A finding must be defensible before the unit that it names, so every check allows for the largest
possible rounding errors. A figure printed in steps of s is off by at most s/2: where unsur are
printed in steps of 0.25 (their nrr to two decimals), their mean is off by at most 0.125, and an
index printed to 0.01 by 0.005. So an index more than 0.13 from the mean of its unsur does not
follow from them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from skm.figures.ikm import BOBOT, mutu, rounded
from skm.figures.priority import PRIORITIES, priority
from skm.figures.sample import HIGHEST, LOWEST
from skm.follow_up.realised import done_of, share
from skm.intake.recaps.averages import average_findings
from skm.intake.recaps.finding import Check, Finding
from skm.intake.recaps.recap import PrintedAverage, Recap, RecapRow, RecapTable, tables
from skm.intake.recaps.weight import wrong_weight
from skm.survey.unsur import Unsur


def audit(recap: Recap, averages: Iterable[PrintedAverage] = ()) -> list[Finding]:
    """All findings, sorted by Check, then by period and row.

    `averages`: those of the city that were printed elsewhere than in a row of the recap. Raises
    SkmError for a period without rows.
    """
    by_period = tables(recap.rows)
    found = [*_repeated(recap.rows), *average_findings(recap, averages)]
    for table in by_period.values():
        used = wrong_weight(table)
        explained = {row.unit for row in used.rows} if used else set()
        if used:
            found.append(
                Finding(Check.WEIGHT, None, table.period, used.weight, str(BOBOT), rows=used.rows)
            )
        for row in table.rows:
            if row.unit not in explained:
                found += _index(row, table)
            found += [*_mutu(row), *_prioritas(row), *_realised(row)]
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


def _mutu(row: RecapRow) -> Iterator[Finding]:
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
