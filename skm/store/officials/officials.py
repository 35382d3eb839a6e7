"""The officials, found by the pseudonym of their chat. A removed one keeps the name in the log."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.instansi.official import Invitation, Official, Role
from skm.store.schema.officials import official as table
from skm.store.schema.survey import upp
from skm.store.survey import upps

_ALL = (
    select(table, upp.c.code)
    .select_from(table.outerjoin(upp))
    .where(table.c.removed_at.is_(None))
    .order_by(table.c.id)
)


async def by_person(conn: AsyncConnection, person: str) -> Official | None:
    """Returns the official with this pseudonym (skm.privacy.pseudonym)."""
    return _first(await _list(conn, table.c.person == person))


async def by_id(conn: AsyncConnection, official: int) -> Official | None:
    """Returns None for a removed official too."""
    return _first(await _list(conn, table.c.id == official))


async def locked(conn: AsyncConnection, official: int) -> Official | None:
    """The same, and nobody can remove the official until this transaction ends.

    Of two who remove each other one therefore waits for the other, and finds itself removed. SQLite
    writes one transaction after the other anyway.
    """
    await conn.execute(select(table.c.id).where(table.c.id == official).with_for_update(read=True))
    return await by_id(conn, official)


async def listed(conn: AsyncConnection) -> list[Official]:
    """Returns all present officials, in the order of their enrolment."""
    return await _list(conn)


async def add(
    conn: AsyncConnection,
    invited: Invitation,
    person: str,
    channel: str,
    address: str,
    language: str,
    now: datetime,
) -> Official:
    """Enrols the person who accepted an invitation. Raises SkmError for an unknown unit."""
    row = {
        "person": person,
        "name": invited.name,
        "role": invited.role,
        "upp_id": await upps.id_of(conn, invited.upp) if invited.upp else None,
        "channel": channel,
        "address": address,
        "language": language,
        "since": now,
    }
    [key] = (await conn.execute(insert(table).returning(table.c.id), row)).one()
    return Official(key, invited.name, invited.role, invited.upp, channel, address, language, now)


async def rename(conn: AsyncConnection, official: int, name: str) -> None:
    await conn.execute(update(table).where(table.c.id == official).values(name=name))


async def set_language(conn: AsyncConnection, person: str, language: str) -> None:
    """Sets the language of an official's answers; does nothing for others."""
    await conn.execute(update(table).where(table.c.person == person).values(language=language))


async def set_alerts(conn: AsyncConnection, official: int, wanted: bool) -> None:
    """Sets whether an official gets alerts and reminders."""
    await conn.execute(update(table).where(table.c.id == official).values(alerts=wanted))


async def set_address(conn: AsyncConnection, official: int, address: str) -> None:
    """Sets the new address of an official's chat."""
    await conn.execute(update(table).where(table.c.id == official).values(address=address))


async def move(conn: AsyncConnection, channel: str, old: str, new: str) -> None:
    """Replaces the address of an official whom the channel names by another id now."""
    at_old = (table.c.channel == channel) & (table.c.address == old)
    await conn.execute(update(table).where(at_old).values(address=new))


async def remove(conn: AsyncConnection, official: int, now: datetime) -> bool:
    """Removes all rights and the address; returns whether they were an official."""
    done = await conn.execute(
        update(table)
        .where(table.c.id == official, table.c.removed_at.is_(None))
        .values(person=None, address=None, removed_at=now)
    )
    return done.rowcount == 1


async def _list(conn: AsyncConnection, *where: Any) -> list[Official]:
    return [_official(row) for row in await conn.execute(_ALL.where(*where))]


def _first(found: list[Official]) -> Official | None:
    return found[0] if found else None


def _official(row: Any) -> Official:
    return Official(
        id=row.id,
        name=row.name,
        role=Role(row.role),
        upp=row.code,
        channel=row.channel,
        address=row.address,
        language=row.language,
        since=row.since,
        alerts=row.alerts,
    )
