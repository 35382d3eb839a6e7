"""Messages that could not be read or processed, each stored once, without their content."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.privacy.unreadable import UnreadableMessage, UnreadableRecord
from skm.store.database.upsert import insert_missing
from skm.store.schema.messages import unreadable as table


async def put(conn: AsyncConnection, message: UnreadableMessage, now: datetime) -> None:
    """Stores a message; one that is stored already stays as it is."""
    row = {
        "channel": message.channel,
        "message_id": message.message_id,
        "reason": message.reason,
        "shape": message.shape,
        "at": now,
    }
    await conn.execute(insert_missing(conn, table), row)


async def listed(conn: AsyncConnection, since: datetime) -> list[UnreadableRecord]:
    """Returns the messages stored since a timestamp, the newest first."""
    query = select(table).where(table.c.at >= since).order_by(table.c.at.desc(), table.c.message_id)
    return [
        UnreadableRecord(
            UnreadableMessage(row.channel, row.message_id, row.reason, row.shape), row.at
        )
        for row in await conn.execute(query)
    ]


async def purge(conn: AsyncConnection, before: datetime) -> int:
    """Deletes the messages stored before a timestamp; returns how many."""
    return (await conn.execute(delete(table).where(table.c.at < before))).rowcount
