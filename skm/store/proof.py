"""Whether two databases hold the same and say the same, and what they differ in."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.period import Kind, Period
from skm.report import EVERYTHING, Report
from skm.store import closings, rollup, tallies, upps
from skm.store.schema_counts import tally as table

CHUNK = 2000  # rows at a time

Advance = Callable[[int], None]
Progress = Callable[[str, float], AbstractContextManager[Advance]]
"""`with progress(what, total) as advance:`, as a bar on a screen is."""


@dataclass(frozen=True)
class Checksum:
    """Of a table's rows, in whatever order they came; comparable within one process."""

    rows: int = 0
    mark: int = 0

    def with_rows(self, rows: Sequence[Any]) -> "Checksum":
        mark = self.mark + sum(hash(tuple(row)) for row in rows)
        return Checksum(self.rows + len(rows), mark)


@dataclass(frozen=True)
class Proof:
    """How much was compared, and what differs; nothing is right."""

    periods: int
    reports: int
    closings: int
    differences: tuple[str, ...]


async def rows_of(conn: AsyncConnection, table: Table) -> AsyncIterator[Sequence[Any]]:
    """All rows of a table, some thousands at a time."""
    found = await conn.stream(select(table))
    async for rows in found.partitions(CHUNK):
        yield rows


async def checksum(conn: AsyncConnection, table: Table, advance: Advance) -> Checksum:
    """Read a table from beginning to end."""
    found = Checksum()
    async for rows in rows_of(conn, table):
        found = found.with_rows(rows)
        advance(len(rows))
    return found


async def of(source: AsyncConnection, target: AsyncConnection, progress: Progress) -> Proof:
    """Every unit's report in every period, what was closed, and the rollup against a recount."""
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
                differences.append(f"{head.period}: `skm verify` does not say the same.")
            advance(1)
    if wrong := await rollup.check(target):
        differences.append(f"{wrong:,} rows of the rollup are not what the responses add up to.")
    return Proof(len(periods), compared, len(heads), tuple(differences))


async def _periods(conn: AsyncConnection) -> list[Period]:
    """Every week, month, quarter, semester and year with a response in it."""
    days = await conn.scalars(
        select(table.c.start).where(table.c.kind == Kind.DAY, table.c.n != 0).distinct()
    )
    kinds = [kind for kind in Kind if kind is not Kind.DAY]
    found = {Period.of(kind, day) for day in days.all() for kind in kinds}
    return sorted(found, key=lambda period: (period.start, period.days))


async def _figures(conn: AsyncConnection, period: Period) -> dict[str, Report]:
    """The report of all responses, of each unit's own, and of each with those below it.

    Reports are equal if their instrument, tally, population and bobot are, of which all that is
    printed is made: respondents, nrr, ikm, interval, mutu, priorities.
    """
    span = period.start, period.end
    own, below = await tallies.by_upp(conn, *span), await tallies.by_subtree(conn, *span)
    found = {"all units": Report.of(EVERYTHING, period, await tallies.of_city(conn, *span))}
    for unit in await upps.listed(conn):
        for about, counted in ((f"{unit.code} alone", own), (unit.code, below)):
            tally = counted.get(unit.code, {})
            found[about] = Report.of(unit.code, period, tally, unit.population)
    return found


def _differing(period: Period, ours: dict[str, Report], theirs: dict[str, Report]) -> Iterator[str]:
    for about in ours.keys() | theirs.keys():
        if ours.get(about) != theirs.get(about):
            yield f"{period}, {about}: the report does not say the same."
