"""When officials wrote to us last: some channels let us write freely only for a day after that.

Later we may knock: one short message that asks them to open the chat, once until they write again.
"""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.store.schema_officials import official as table

OPEN_FOR = timedelta(hours=24)


async def heard(conn: AsyncConnection, channel: str, address: str, now: datetime) -> int | None:
    """Somebody wrote from there; the number of the official who did, None for a citizen."""
    done = await conn.execute(
        update(table)
        .where(table.c.channel == channel, table.c.address == address)
        .values(heard_at=now, knocked_at=None)
        .returning(table.c.id)
    )
    found: int | None = done.scalar()
    return found


async def is_open(conn: AsyncConnection, channel: str, address: str, now: datetime) -> bool:
    """Whether they wrote within the last day."""
    heard_at: datetime | None = await conn.scalar(
        select(table.c.heard_at).where(table.c.channel == channel, table.c.address == address)
    )
    return heard_at is not None and now - heard_at < OPEN_FOR


async def shut(conn: AsyncConnection, channel: str, address: str) -> None:
    """The channel says that it is closed, whatever we thought."""
    await conn.execute(
        update(table)
        .where(table.c.channel == channel, table.c.address == address)
        .values(heard_at=None)
    )


async def knock(
    conn: AsyncConnection, channel: str, address: str, now: datetime, again: timedelta
) -> bool:
    """Whether to knock now: nobody did in the last while (`again`), and from now on we did."""
    due = or_(table.c.knocked_at.is_(None), table.c.knocked_at <= now - again)
    done = await conn.execute(
        update(table)
        .where(table.c.channel == channel, table.c.address == address, due)
        .values(knocked_at=now)
    )
    return done.rowcount == 1


async def unknock(conn: AsyncConnection, channel: str, address: str) -> None:
    """Our knocking did not leave: it may be tried again."""
    await conn.execute(
        update(table)
        .where(table.c.channel == channel, table.c.address == address)
        .values(knocked_at=None)
    )
