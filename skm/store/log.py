"""The audit log: who did what about what, and when. It is only ever added to."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.official import Deed
from skm.store.schema_officials import log as table
from skm.store.schema_officials import official


@dataclass(frozen=True)
class Entry:
    """`official` and `name`: who did it; None and "" for the command line. `about`: codes."""

    at: datetime
    official: int | None
    name: str
    deed: Deed
    about: str


async def add(
    conn: AsyncConnection, official_id: int | None, deed: Deed, about: str, now: datetime
) -> None:
    """Write it down, in the transaction of the deed itself."""
    await conn.execute(
        insert(table).values(at=now, official_id=official_id, deed=deed, about=about)
    )


async def newest(conn: AsyncConnection, limit: int) -> list[Entry]:
    """The last entries, newest first."""
    query = (
        select(table.c.at, table.c.official_id, official.c.name, table.c.deed, table.c.about)
        .select_from(table.outerjoin(official))
        .order_by(table.c.id.desc())
        .limit(limit)
    )
    return [
        Entry(at, who, name or "", Deed(deed), about)
        for at, who, name, deed, about in await conn.execute(query)
    ]
