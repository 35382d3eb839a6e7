"""Visits: open ones with all that was said, closed ones with only how they ended."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.interview import Disposition, Interview
from skm.store.database import Conflict
from skm.store.schema import collector, upp
from skm.store.schema import visit as table
from skm.store.upps import below
from skm.upp import Collector, Mode
from skm.visit import Visit

_ALL = select(
    table,
    collector.c.code.label("code"),
    collector.c.layanan,
    collector.c.place,
    collector.c.ticketed,
    upp.c.code.label("upp_code"),
    upp.c.name.label("upp_name"),
).select_from(table.join(collector).join(upp))

_BY_ID = _ALL.where(table.c.id == bindparam("visit"))
_OPEN_OF = _ALL.where(table.c.respondent == bindparam("who"), table.c.closed_at.is_(None))
_WHO, _IS_OPEN = [table.c.respondent], table.c.closed_at.is_(None)
_ADD = {
    "sqlite": insert_sqlite(table).on_conflict_do_nothing(_WHO, _IS_OPEN),
    "postgresql": insert_postgresql(table).on_conflict_do_nothing(
        index_elements=_WHO, index_where=_IS_OPEN
    ),
}
_SAVE = (
    update(table)
    .where(table.c.id == bindparam("visit"), table.c.version == bindparam("known"))
    .values(
        version=bindparam("next"),
        state=bindparam("said"),
        language=bindparam("tongue"),
        touched_at=bindparam("now"),
        disposition=bindparam("ended"),
    )
)


async def by_id(conn: AsyncConnection, visit_id: str) -> Visit | None:
    """Open or closed; a closed one holds only its id, its language and how it ended."""
    return await _one(conn, _BY_ID, visit=visit_id)


async def open_of(conn: AsyncConnection, respondent: str) -> Visit | None:
    """The open visit of a person."""
    return await _one(conn, _OPEN_OF, who=respondent)


async def add(conn: AsyncConnection, visit: Visit) -> None:
    """Raises Conflict if somebody else opened one for the same person meanwhile."""
    at = select(collector.c.id).where(collector.c.code == visit.collector.code).scalar_subquery()
    done = await conn.execute(
        _ADD[conn.dialect.name].values(
            id=visit.id,
            version=visit.version,
            collector_id=at,
            respondent=visit.respondent,
            channel=visit.channel,
            address=visit.address,
            mode=visit.mode,
            instrument=visit.instrument,
            ticket=visit.ticket,
            state=visit.interview.to_json(),
            language=visit.interview.language,
            opened_at=visit.opened_at,
            touched_at=visit.touched_at,
            disposition=visit.interview.ended,
        )
    )
    if done.rowcount != 1:
        raise Conflict("A visit of the same person was opened meanwhile.")


async def save(conn: AsyncConnection, visit: Visit) -> None:
    """Raises Conflict if the visit was saved or closed by somebody else since it was loaded."""
    done = await conn.execute(
        _SAVE,
        {
            "visit": visit.id,
            "known": visit.version,
            "next": visit.version + 1,
            "said": visit.interview.to_json(),
            "tongue": visit.interview.language,
            "now": visit.touched_at,
            "ended": visit.interview.ended,
        },
    )
    if done.rowcount != 1:
        raise Conflict(f"Visit {visit.id} was changed meanwhile.")


async def close(
    conn: AsyncConnection, visit: Visit, now: datetime, broke_off_at: str | None
) -> None:
    """Keep how and when it ended; the address and what was said go. Raises Conflict like save."""
    done = await conn.execute(
        update(table)
        .where(table.c.id == visit.id, table.c.version == visit.version)
        .values(
            version=visit.version + 1,
            address=None,
            state=None,
            closed_at=now,
            disposition=visit.interview.ended,
            broke_off_at=broke_off_at,
        )
    )
    if done.rowcount != 1:
        raise Conflict(f"Visit {visit.id} was changed meanwhile.")


async def idle(conn: AsyncConnection, before: datetime, limit: int) -> list[Visit]:
    """Open visits that nobody touched since `before`, oldest first."""
    query = (
        _ALL.where(table.c.closed_at.is_(None), table.c.touched_at <= before)
        .order_by(table.c.touched_at)
        .limit(limit)
    )
    return [_visit(row) for row in await conn.execute(query)]


async def forget(conn: AsyncConnection, respondent: str) -> int:
    """Delete all visits of a person; how many."""
    return (await conn.execute(delete(table).where(table.c.respondent == respondent))).rowcount


async def break_offs(
    conn: AsyncConnection, upp_code: str | None, start: datetime, end: datetime
) -> dict[str, int]:
    """How many of a subtree's visits closed in the period broke off, by the item it was at."""
    query = _ended(table.c.broke_off_at, upp_code, start, end)
    query = query.where(table.c.disposition == Disposition.BREAK_OFF)
    return {item: n for item, n in await conn.execute(query) if item}


async def dispositions(
    conn: AsyncConnection, upp_code: str | None, start: datetime, end: datetime
) -> dict[Disposition, int]:
    """How a subtree's visits closed in the period ended."""
    query = _ended(table.c.disposition, upp_code, start, end)
    return {Disposition(how): n for how, n in await conn.execute(query) if how}


def _ended(by: Any, upp_code: str | None, start: datetime, end: datetime) -> Select[Any]:
    """How many closed in start ≤ t < end, in a subtree or (None) anywhere."""
    ways_in = select(collector.c.id)  # collector by collector along the index
    if upp_code:
        ways_in = ways_in.where(collector.c.upp_id.in_(below(upp_code)))
    return (
        select(by, func.count())
        .where(table.c.collector_id.in_(ways_in))
        .where(table.c.closed_at >= start, table.c.closed_at < end)
        .group_by(by)
    )


async def _one(conn: AsyncConnection, query: Select[Any], **values: str) -> Visit | None:
    row = (await conn.execute(query, values)).first()
    return _visit(row) if row else None


def _visit(row: Any) -> Visit:
    said = (
        Interview.from_json(row.state)
        if row.state
        else Interview(
            id=row.id,
            language=row.language,
            ended=Disposition(row.disposition) if row.disposition else None,
        )
    )
    return Visit(
        interview=said,
        collector=Collector(row.code, row.upp_code, row.layanan, row.place, row.ticketed),
        upp_name=row.upp_name,
        instrument=row.instrument,
        respondent=row.respondent,
        channel=row.channel,
        address=row.address,
        mode=Mode(row.mode),
        opened_at=row.opened_at,
        touched_at=row.touched_at,
        ticket=row.ticket,
        version=row.version,
    )
