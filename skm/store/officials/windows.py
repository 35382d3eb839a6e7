"""When officials last wrote: some channels accept our messages only for a day after that.

Later, one short message may invite the official to open the chat; it is repeated only after a
while without an answer.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Update, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.store.schema.officials import official as table

OPEN_FOR = timedelta(hours=24)


async def record_message(
    conn: AsyncConnection, channel: str, address: str, now: datetime
) -> int | None:
    """Records that a message came; returns the id of the official at this address, if any."""
    wrote = _at(channel, address).values(heard_at=now, knocked_at=None)
    found: int | None = await conn.scalar(wrote.returning(table.c.id))
    return found


async def is_open(conn: AsyncConnection, channel: str, address: str, now: datetime) -> bool:
    """Whether the official wrote within OPEN_FOR."""
    wrote_at: datetime | None = await conn.scalar(
        select(table.c.heard_at).where(table.c.channel == channel, table.c.address == address)
    )
    return wrote_at is not None and now - wrote_at < OPEN_FOR


async def close(conn: AsyncConnection, channel: str, address: str) -> None:
    """Records that the channel reports the window as closed."""
    await conn.execute(_at(channel, address).values(heard_at=None))


async def begin_invitation(
    conn: AsyncConnection, channel: str, address: str, now: datetime, again: timedelta
) -> bool:
    """Records an invitation. Returns False if one was sent within the last `again`."""
    due = or_(table.c.knocked_at.is_(None), table.c.knocked_at <= now - again)
    done = await conn.execute(_at(channel, address, due).values(knocked_at=now))
    return done.rowcount == 1


async def cancel_invitation(conn: AsyncConnection, channel: str, address: str) -> None:
    """Records that the invitation could not be sent, so that it may be sent again."""
    await conn.execute(_at(channel, address).values(knocked_at=None))


def _at(channel: str, address: str, *more: Any) -> Update:
    return update(table).where(table.c.channel == channel, table.c.address == address, *more)
