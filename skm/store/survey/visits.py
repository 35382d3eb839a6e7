"""Visits: open ones with the state of their interview, closed ones only with how they ended."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.instansi.collector import Collector, Mode
from skm.store.database.database import Conflict
from skm.store.database.upsert import insert_missing
from skm.store.schema.survey import collector, upp
from skm.store.schema.survey import visit as table
from skm.store.survey.upps import within
from skm.survey.interview import Disposition, Interview
from skm.survey.visit import Visit

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
_SAVE = (
    update(table)
    .where(table.c.id == bindparam("visit"), table.c.version == bindparam("known"))
    .values(
        version=bindparam("next"),
        state=bindparam("new_state"),
        language=bindparam("new_language"),
        touched_at=bindparam("now"),
        asked_at=bindparam("asked"),
        disposition=bindparam("ended"),
    )
)


async def by_id(conn: AsyncConnection, visit_id: str) -> Visit | None:
    """Returns a visit, open or closed; of a closed interview only its language and disposition."""
    return await _one(conn, _BY_ID, visit=visit_id)


async def open_of(conn: AsyncConnection, respondent: str) -> Visit | None:
    """Returns the open visit of a respondent."""
    return await _one(conn, _OPEN_OF, who=respondent)


async def all_of(conn: AsyncConnection, respondent: str) -> list[Visit]:
    """Returns all visits of a respondent, the earliest first."""
    query = _ALL.where(table.c.respondent == respondent).order_by(table.c.opened_at)
    return [_visit(row) for row in await conn.execute(query)]


async def add(conn: AsyncConnection, visit: Visit) -> None:
    """Raises Conflict if the respondent has an open visit already."""
    at = select(collector.c.id).where(collector.c.code == visit.collector.code).scalar_subquery()
    done = await conn.execute(
        insert_missing(conn, table).values(
            id=visit.id,
            version=visit.version,
            collector_id=at,
            respondent=visit.respondent,
            channel=visit.channel,
            mode=visit.mode,
            instrument=visit.instrument,
            ticket=visit.ticket,
            state=visit.interview.to_json(),
            language=visit.interview.language,
            opened_at=visit.opened_at,
            touched_at=visit.touched_at,
            asked_at=visit.asked_at,
            disposition=visit.interview.ended,
        )
    )
    if done.rowcount != 1:
        raise Conflict("Another visit of this respondent was opened.")


async def save(conn: AsyncConnection, visit: Visit) -> None:
    """Raises Conflict if the visit was saved or closed since it was loaded."""
    done = await conn.execute(
        _SAVE,
        {
            "visit": visit.id,
            "known": visit.version,
            "next": visit.version + 1,
            "new_state": visit.interview.to_json(),
            "new_language": visit.interview.language,
            "now": visit.touched_at,
            "asked": visit.asked_at,
            "ended": visit.interview.ended,
        },
    )
    if done.rowcount != 1:
        raise Conflict(f"Visit {visit.id} was changed since it was loaded.")


async def close(
    conn: AsyncConnection, visit: Visit, now: datetime, broke_off_at: str | None
) -> None:
    """Deletes the state of the interview. Raises Conflict as `save` does."""
    done = await conn.execute(
        update(table)
        .where(table.c.id == visit.id, table.c.version == visit.version)
        .values(
            version=visit.version + 1,
            state=None,
            asked_at=None,
            closed_at=now,
            disposition=visit.interview.ended,
            broke_off_at=broke_off_at,
        )
    )
    if done.rowcount != 1:
        raise Conflict(f"Visit {visit.id} was changed since it was loaded.")


async def idle(conn: AsyncConnection, before: datetime, limit: int) -> list[Visit]:
    """Returns open visits without an event since `before`, the longest idle first."""
    query = (
        _ALL.where(table.c.closed_at.is_(None), table.c.touched_at <= before)
        .order_by(table.c.touched_at)
        .limit(limit)
    )
    return [_visit(row) for row in await conn.execute(query)]


async def forget(conn: AsyncConnection, respondent: str) -> int:
    """Deletes all visits of a respondent; returns how many."""
    found = await conn.scalars(select(table.c.id).where(table.c.respondent == respondent))
    return await delete_all(conn, list(found))


async def delete_all(conn: AsyncConnection, receipts: Sequence[str]) -> int:
    """Deletes visits by their ids; returns how many were there."""
    return (await conn.execute(delete(table).where(table.c.id.in_(receipts)))).rowcount


async def break_offs(
    conn: AsyncConnection, upp_code: str | None, start: datetime, end: datetime
) -> dict[str, int]:
    """Returns item → break-offs there, of a subtree's visits that closed in start ≤ t < end."""
    query = _ended(table.c.broke_off_at, upp_code, start, end)
    query = query.where(table.c.disposition == Disposition.BREAK_OFF)
    return {item: n for item, n in await conn.execute(query) if item}


async def dispositions(
    conn: AsyncConnection, upp_code: str | None, start: datetime, end: datetime
) -> dict[Disposition, int]:
    """Returns disposition → visits of a subtree that closed in start ≤ t < end."""
    query = _ended(table.c.disposition, upp_code, start, end)
    return {Disposition(how): n for how, n in await conn.execute(query) if how}


def _ended(by: Any, upp_code: str | None, start: datetime, end: datetime) -> Select[Any]:
    """Counts closed visits of a subtree, or (None) of all units."""
    collectors = select(collector.c.id).where(within(collector.c.upp_id, upp_code))
    return (
        select(by, func.count())
        .where(table.c.collector_id.in_(collectors))
        .where(table.c.closed_at >= start, table.c.closed_at < end)
        .group_by(by)
    )


async def _one(conn: AsyncConnection, query: Select[Any], **values: str) -> Visit | None:
    row = (await conn.execute(query, values)).first()
    return _visit(row) if row else None


def _visit(row: Any) -> Visit:
    interview = (
        Interview.from_json(row.state)
        if row.state
        else Interview(
            id=row.id,
            language=row.language,
            ended=Disposition(row.disposition) if row.disposition else None,
        )
    )
    return Visit(
        interview=interview,
        collector=Collector(row.code, row.upp_code, row.layanan, row.place, row.ticketed),
        upp_name=row.upp_name,
        instrument=row.instrument,
        respondent=row.respondent,
        channel=row.channel,
        mode=Mode(row.mode),
        opened_at=row.opened_at,
        touched_at=row.touched_at,
        asked_at=row.asked_at,
        closed_at=row.closed_at,
        ticket=row.ticket,
        version=row.version,
    )
