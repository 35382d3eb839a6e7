"""Drafts of follow-ups; what an official types next belongs to their draft."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.follow_up.draft import LAPSES, Draft
from skm.store.schema.officials import official
from skm.store.schema.periods import draft as table


async def of(conn: AsyncConnection, official_id: int, now: datetime) -> Draft | None:
    """The open draft of an official."""
    return await _found(conn, table.c.official_id == official_id, now)


async def of_person(conn: AsyncConnection, person: str, now: datetime) -> Draft | None:
    """The open draft of the official with this pseudonym."""
    return await _found(conn, official.c.person == person, now)


async def keep(conn: AsyncConnection, draft: Draft, now: datetime) -> None:
    """Stores a draft in place of the official's earlier one."""
    await drop(conn, draft.official)
    await conn.execute(
        insert(table).values(
            official_id=draft.official,
            about=draft.about,
            finishing=int(draft.finishing),
            has_photo=draft.has_photo,
            action=draft.action,
            deadline=draft.deadline,
            touched_at=now,
        )
    )


async def drop(conn: AsyncConnection, official_id: int) -> None:
    await conn.execute(delete(table).where(table.c.official_id == official_id))


async def _found(conn: AsyncConnection, who: ColumnElement[bool], now: datetime) -> Draft | None:
    query = (
        select(table)
        .select_from(table.join(official))
        .where(who, table.c.touched_at > now - LAPSES)
    )
    row = (await conn.execute(query)).first()
    if row is None:
        return None
    return Draft(
        row.official_id, row.about, bool(row.finishing), row.has_photo, row.action, row.deadline
    )
