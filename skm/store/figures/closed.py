"""Reading what was closed: heads, units with their figures, and the archives of documents."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.closing.archive import Archive
from skm.closing.frozen import FrozenUnit, Head
from skm.figures.report import EVERYTHING, Report
from skm.instansi.period import Period
from skm.store.schema.periods import closed_unit
from skm.store.schema.periods import closing as table

_HEAD = select(
    table.c.period,
    table.c.closed_at,
    table.c.official_id,
    table.c.content,
    table.c.sha256,
    table.c.flagged,
    table.c.remark,
)


async def of(conn: AsyncConnection, period: Period) -> Head | None:
    found = (await conn.execute(_HEAD.where(table.c.period == period))).first()
    return _head(found) if found else None


async def listed(conn: AsyncConnection) -> list[Head]:
    """All that are closed, the latest period first; of those that end together the longest."""
    heads = [_head(row) for row in await conn.execute(_HEAD)]
    return sorted(heads, key=lambda head: (head.period.end, head.period.days), reverse=True)


async def reports(
    conn: AsyncConnection, code: str | None, periods: Sequence[Period]
) -> dict[Period, Report]:
    """The frozen report of a unit (None: of all respondents pooled) in those of the periods that
    are closed; without responses where the unit was not there yet.
    """
    heads = [_head(row) for row in await conn.execute(_HEAD.where(table.c.period.in_(periods)))]
    if code is None:
        return {head.period: Report.of(EVERYTHING, head.period, head.gabungan) for head in heads}
    found = {head.period: Report.of(code, head.period, {}) for head in heads}
    query = select(closed_unit.c.period, closed_unit.c.content).where(
        closed_unit.c.code == code, closed_unit.c.period.in_(periods)
    )
    for period, content in await conn.execute(query):
        found[period] = FrozenUnit.parse(content).report(period)
    return found


async def unit(conn: AsyncConnection, period: Period, code: str) -> FrozenUnit | None:
    """A unit as it was frozen; None where the period is not closed or the unit was not there."""
    content = await conn.scalar(_of_unit(closed_unit.c.content, period, code))
    return FrozenUnit.parse(content) if content else None


async def units(conn: AsyncConnection, period: Period) -> list[FrozenUnit]:
    """All units as they were frozen, by code; none where the period is not closed."""
    return [FrozenUnit.parse(content) for _, content in await contents(conn, period)]


async def archive(conn: AsyncConnection, period: Period, code: str | None) -> Archive | None:
    """Of a unit, or of the whole instansi; None where the period is not closed or was closed
    before archives were kept.
    """
    if code:
        found = await conn.scalar(_of_unit(closed_unit.c.archive, period, code))
    else:
        found = await conn.scalar(select(table.c.archive).where(table.c.period == period))
    return Archive.parse(found) if found else None


async def archives(conn: AsyncConnection, period: Period) -> dict[str, Archive]:
    """Of all units that have one, by code."""
    return {code: Archive.parse(each) for code, each in await archive_contents(conn, period)}


async def contents(conn: AsyncConnection, period: Period) -> list[tuple[str, str]]:
    """Each unit's code and what was frozen of it, as text."""
    return await _texts(conn, period, closed_unit.c.content)


async def archive_contents(conn: AsyncConnection, period: Period) -> list[tuple[str, str]]:
    """Each unit's code and archive, as text."""
    rows = await _texts(conn, period, closed_unit.c.archive)
    return [(code, text) for code, text in rows if text]


async def _texts(conn: AsyncConnection, period: Period, column: Any) -> list[tuple[str, str]]:
    query = select(closed_unit.c.code, column).where(closed_unit.c.period == period)
    rows = [(code, text) for code, text in await conn.execute(query)]
    return sorted(rows, key=lambda row: row[0])  # as Python sorts, whatever the collation


def _of_unit(column: Any, period: Period, code: str) -> Any:
    return select(column).where(closed_unit.c.period == period, closed_unit.c.code == code)


def _head(row: Any) -> Head:
    return Head(*row)
