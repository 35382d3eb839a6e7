"""What was kept aside, each message once."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.aside import Aside, Kept
from skm.store.schema_messages import poison as table

_PUT = {
    "sqlite": insert_sqlite(table).on_conflict_do_nothing(),
    "postgresql": insert_postgresql(table).on_conflict_do_nothing(),
}


async def put(conn: AsyncConnection, aside: Aside, now: datetime) -> None:
    """Keep it; one that is there stays as it is."""
    row = {
        "channel": aside.channel,
        "message": aside.message,
        "reason": aside.reason,
        "shape": aside.shape,
        "at": now,
    }
    await conn.execute(_PUT[conn.dialect.name], row)


async def listed(conn: AsyncConnection, since: datetime) -> list[Kept]:
    """The newest first."""
    query = select(table).where(table.c.at >= since).order_by(table.c.at.desc(), table.c.message)
    return [
        Kept(Aside(row.channel, row.message, row.reason, row.shape), row.at)
        for row in await conn.execute(query)
    ]


async def purge(conn: AsyncConnection, before: datetime) -> int:
    """Let go of what nobody will look at any more; how many."""
    return (await conn.execute(delete(table).where(table.c.at < before))).rowcount
