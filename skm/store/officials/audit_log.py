"""The audit log: who did what, and when. Entries are only ever added.

An entry keeps the id of the official and the name that they had at that moment.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.instansi.official import AuditEvent
from skm.store.schema.officials import log as table
from skm.store.schema.officials import official

_ALL = select(table).order_by(table.c.id.desc())


@dataclass(frozen=True)
class AuditEntry:
    """`official`, `name`: who did it; None and "" for the command line. `about`: codes, and what a
    change was from and to (`changed`).
    """

    at: datetime
    official: int | None
    name: str
    event: AuditEvent
    about: str
    id: int = field(default=0, compare=False)


async def add(
    conn: AsyncConnection, official_id: int | None, event: AuditEvent, about: str, now: datetime
) -> None:
    """Adds an entry; call it in the transaction of the change itself, before a name changes."""
    name = select(official.c.name).where(official.c.id == official_id).scalar_subquery()
    row = {"at": now, "official_id": official_id, "event": event, "about": about}
    await conn.execute(insert(table).values(name=func.coalesce(name, ""), **row))


def changed(before: str, after: str) -> str:
    """How an entry writes a change: "Sri → Sri Wahyuni"; "–" stands for nothing."""
    return f"{before or '–'} → {after or '–'}"


async def newest(conn: AsyncConnection, limit: int) -> list[AuditEntry]:
    """Returns the last entries, the newest first."""
    return [_entry(row) for row in await conn.execute(_ALL.limit(limit))]


async def since(
    conn: AsyncConnection, at: datetime, events: Collection[AuditEvent]
) -> list[AuditEntry]:
    """Returns the entries of these events from a moment on, the newest first."""
    query = _ALL.where(table.c.at >= at, table.c.event.in_(events))
    return [_entry(row) for row in await conn.execute(query)]


async def by_id(conn: AsyncConnection, entry: int) -> AuditEntry | None:
    found = (await conn.execute(_ALL.where(table.c.id == entry))).first()
    return _entry(found) if found else None


def _entry(row: Any) -> AuditEntry:
    return AuditEntry(row.at, row.official_id, row.name, AuditEvent(row.event), row.about, row.id)
