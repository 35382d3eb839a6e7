"""The averages of a city beside the mean of the rows they were computed from.

Accepted is the mean of the rows, plain or weighted by respondents, and the mean of the means of a
semester's quarters. The other average in use, over all respondents counted once, cannot be computed
from a recap.
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from skm.errors import SkmError
from skm.figures.ikm import BOBOT, rounded
from skm.instansi.period import Period
from skm.intake.recaps.finding import Check, Finding
from skm.intake.recaps.recap import (
    PrintedAverage,
    Recap,
    RecapRow,
    RecapTable,
    rounding_error,
    step,
    tables,
)
from skm.intake.recaps.weight import wrong_weight
from skm.survey.unsur import Unsur


def average_findings(recap: Recap, elsewhere: Iterable[PrintedAverage]) -> Iterator[Finding]:
    """Averages that are no mean of the rows, and rows of averages whose index does not follow from
    their own nine unsur.

    `elsewhere`: averages that were printed outside of the recap. Raises SkmError for one of a
    period without rows.
    """
    for average in recap.averages:
        yield from _of_rows(average, _within(recap.rows, average.period))
    for average in elsewhere:
        parts = _within(recap.rows, average.period)
        if not parts:
            raise SkmError(f"There are no rows of {average.period} to compare its average with.")
        yield from _of_rows(average, parts)
    for period in dict.fromkeys(average.period for average in recap.averages):
        parts = _within(recap.rows, period)
        if parts and not any(map(wrong_weight, parts)):
            yield from _of_unsur(period, [one for one in recap.averages if one.period == period])


def table_of(rows: Sequence[RecapRow], period: Period) -> RecapTable:
    """The rows of a period, which may be those of its quarters, as one table."""
    return RecapTable(period, [row for part in _within(rows, period) for row in part.rows])


def _within(rows: Sequence[RecapRow], period: Period) -> list[RecapTable]:
    """The tables of a period: its own, or else those of the longest periods within it."""
    parts = [table for at, table in tables(rows).items() if at == period or at.is_part_of(period)]
    longest = max((table.period.days for table in parts), default=0)
    kinds = {table.period.kind for table in parts if table.period.days == longest}
    return [table for table in parts if table.period.kind in kinds]


def _of_rows(average: PrintedAverage, parts: Sequence[RecapTable]) -> Iterator[Finding]:
    if not parts:
        return
    unsur, printed = average.unsur, Fraction(average.figure)
    whole = RecapTable(average.period, [row for part in parts for row in part.rows])
    plain, weighted = whole.plain_mean(unsur), whole.weighted_mean(unsur)
    of_parts = sum((part.plain_mean(unsur) for part in parts), Fraction()) / len(parts)
    allowed = _own_error(average, whole) + _error_of_rows(unsur, whole)
    if all(abs(mean - printed) > allowed for mean in (plain, weighted, of_parts)):
        yield Finding(
            Check.AVERAGE,
            None,
            average.period,
            average.figure,
            rounded(plain, 2),
            rounded(allowed, 4),
            unsur,
            by_respondents=rounded(weighted, 2),
        )


def _error_of_rows(unsur: Unsur | None, whole: RecapTable) -> Fraction:
    """The largest error of the mean of the rows that rounding each of them makes."""
    if unsur is None:
        return whole.ikm_error
    errors = (whole.nilai_error(row) for row in whole.rows)
    return sum(errors, Fraction()) / len(whole.rows)


def _own_error(average: PrintedAverage, whole: RecapTable) -> Fraction:
    """A nilai may be printed as 25 × an nrr of as many decimals as those of the rows."""
    own = rounding_error(average.figure)
    if average.unsur is None:
        return own
    return max(own, min(step([average.figure]), whole.usual_step) / 2)


def _of_unsur(period: Period, averages: Sequence[PrintedAverage]) -> Iterator[Finding]:
    """A row of averages has an index and nine unsur, of which the same is true as of a unit's: a
    mean of means of nine is the mean of nine means.
    """
    printed = {average.unsur: average.figure for average in averages}
    index = printed.get(None)
    if index is None or len(printed) <= len(Unsur):
        return
    nilai = [printed[unsur] for unsur in Unsur]
    mean = BOBOT * sum(map(Fraction, nilai), Fraction())
    allowed = step(nilai) / 2 + rounding_error(index)
    if abs(mean - Fraction(index)) > allowed:
        yield Finding(Check.INDEX, None, period, index, rounded(mean, 2), rounded(allowed, 4))
