"""The officials, by the pseudonym of their chat. Whoever was removed stays in the log by name."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.errors import SkmError
from skm.official import Invitation, Official, Role
from skm.store.schema import upp
from skm.store.schema_officials import official as table

_ALL = (
    select(table, upp.c.code)
    .select_from(table.outerjoin(upp))
    .where(table.c.removed_at.is_(None))
    .order_by(table.c.id)
)


async def by_person(conn: AsyncConnection, person: str) -> Official | None:
    """The official behind a pseudonym (skm.visit.pseudonym)."""
    return _first(await _list(conn, table.c.person == person))


async def by_id(conn: AsyncConnection, official: int) -> Official | None:
    """None as well for one who was removed."""
    return _first(await _list(conn, table.c.id == official))


async def listed(conn: AsyncConnection) -> list[Official]:
    """Everybody who may do something, in the order in which they came."""
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
    """Enrol a person as what they were invited as. Raises SkmError for an unknown unit."""
    row = {
        "person": person,
        "name": invited.name,
        "role": invited.role,
        "upp_id": await unit_id(conn, invited.upp),
        "channel": channel,
        "address": address,
        "language": language,
        "since": now,
    }
    [key] = (await conn.execute(insert(table).returning(table.c.id), row)).one()
    return Official(key, invited.name, invited.role, invited.upp, channel, address, language, now)


async def rename(conn: AsyncConnection, official: int, name: str) -> None:
    await conn.execute(update(table).where(table.c.id == official).values(name=name))


async def speak(conn: AsyncConnection, person: str, language: str) -> None:
    """The language they want to be answered in; nothing for whoever is no official."""
    await conn.execute(update(table).where(table.c.person == person).values(language=language))


async def move(conn: AsyncConnection, official: int, address: str) -> None:
    """Their chat has another address now."""
    await conn.execute(update(table).where(table.c.id == official).values(address=address))


async def remove(conn: AsyncConnection, official: int, now: datetime) -> bool:
    """From now on they may do nothing and are not written to; whether they were an official."""
    done = await conn.execute(
        update(table)
        .where(table.c.id == official, table.c.removed_at.is_(None))
        .values(person=None, address=None, removed_at=now)
    )
    return done.rowcount == 1


async def unit_id(conn: AsyncConnection, code: str | None) -> int | None:
    """The key of a unit, None for the whole instansi. Raises SkmError for an unknown one."""
    if code is None:
        return None
    found: int | None = await conn.scalar(select(upp.c.id).where(upp.c.code == code))
    if found is None:
        raise SkmError(f"There is no unit {code}: see `skm upp list`.")
    return found


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
    )
