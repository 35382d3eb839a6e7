"""The messages that were taken, by a digest of the channel's id: a redelivery is known by it."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.store.schema import received as table

_INSERT = {
    "sqlite": insert_sqlite(table).on_conflict_do_nothing(),
    "postgresql": insert_postgresql(table).on_conflict_do_nothing(),
}


async def first_time(conn: AsyncConnection, channel: str, message_id: str, now: datetime) -> bool:
    """Remember a message; False if it was here before."""
    row = {"channel": channel, "message_id": digest(channel, message_id), "at": now}
    return (await conn.execute(_INSERT[conn.dialect.name], row)).rowcount == 1


def digest(channel: str, message_id: str) -> str:
    """What is kept of an id (SHA-256, 128 bits): WhatsApp writes the sender's number into it."""
    return sha256(f"{channel}:{message_id}".encode()).hexdigest()[:32]


async def purge(conn: AsyncConnection, before: datetime) -> int:
    """Forget messages that no channel redelivers any more."""
    return (await conn.execute(delete(table).where(table.c.at < before))).rowcount
