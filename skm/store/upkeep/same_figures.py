"""Compares two databases: their rows, and the reports that follow from them."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.figures.report import EVERYTHING, Report
from skm.instansi.period import Period, PeriodKind
from skm.progress import Advance
from skm.store.periods import closings
from skm.store.schema.counts import tally as table
from skm.store.survey import rollup, tallies, upps

CHUNK = 2000  # rows at a time

Progress = Callable[[str, float], AbstractContextManager[Advance]]
"""`with progress(what, total) as advance:` shows how far some work is; `advance(n)` adds to it."""


@dataclass(frozen=True)
class Checksum:
    """A checksum of a table's rows, whatever their order; valid within one process."""

    rows: int = 0
    mark: int = 0

    def with_rows(self, rows: Sequence[Any]) -> "Checksum":
        mark = self.mark + sum(hash(tuple(row)) for row in rows)
        return Checksum(self.rows + len(rows), mark)


@dataclass(frozen=True)
class Proof:
    """How much was compared, and the differences, one sentence each."""

    periods: int
    reports: int
    closings: int
    differences: tuple[str, ...]


async def rows_of(conn: AsyncConnection, table: Table) -> AsyncIterator[Sequence[Any]]:
    """Yields all rows of a table, CHUNK at a time."""
    found = await conn.stream(select(table))
    async for rows in found.partitions(CHUNK):
        yield rows


async def checksum(conn: AsyncConnection, table: Table, advance: Advance) -> Checksum:
    """The checksum of a whole table."""
    found = Checksum()
    async for rows in rows_of(conn, table):
        found = found.with_rows(rows)
        advance(len(rows))
    return found


async def of(source: AsyncConnection, target: AsyncConnection, progress: Progress) -> Proof:
    """Compares reports of all units and periods, closed periods, and the rollup with a recount."""
    differences: list[str] = []
    periods, compared = await _periods(source), 0
    with progress("Comparing reports", len(periods)) as advance:
        for period in periods:
            ours, theirs = await _figures(source, period), await _figures(target, period)
            differences += _differing(period, ours, theirs)
            compared += len(ours)
            advance(1)
    heads = await closings.listed(source)
    with progress("Verifying closed periods", len(heads)) as advance:
        for head in heads:
            if await closings.verify(source, head.period) != await closings.verify(
                target, head.period
            ):
                differences.append(f"{head.period}: `skm verify` has another result.")
            advance(1)
    if wrong := await rollup.count_differences(target):
        differences.append(f"{wrong:,} rows of the rollup do not follow from the responses.")
    return Proof(len(periods), compared, len(heads), tuple(differences))


async def _periods(conn: AsyncConnection) -> list[Period]:
    """Every week, month, quarter, semester and year with a response in it."""
    days = await conn.scalars(
        select(table.c.start).where(table.c.kind == PeriodKind.DAY, table.c.n != 0).distinct()
    )
    kinds = [kind for kind in PeriodKind if kind is not PeriodKind.DAY]
    found = {Period.of(kind, day) for day in days.all() for kind in kinds}
    return sorted(found, key=lambda period: (period.start, period.days))


async def _figures(conn: AsyncConnection, period: Period) -> dict[str, Report]:
    """The report of all responses, of each unit's own, and of each with those below it.

    Reports are equal if their instrument, tally and population are, from which all that is printed
    follows: respondents, nrr, ikm, interval, mutu, priorities.
    """
    span = period.start, period.end
    own, below = await tallies.by_upp(conn, *span), await tallies.by_subtree(conn, *span)
    found = {"all units": Report.of(EVERYTHING, period, await tallies.of(conn, None, *span))}
    for unit in await upps.listed(conn):
        for about, counted in ((f"{unit.code} alone", own), (unit.code, below)):
            tally = counted.get(unit.code, {})
            found[about] = Report.of(unit.code, period, tally, unit.population)
    return found


def _differing(period: Period, ours: dict[str, Report], theirs: dict[str, Report]) -> Iterator[str]:
    for about in ours.keys() | theirs.keys():
        if ours.get(about) != theirs.get(about):
            yield f"{period}, {about}: the reports differ."
