"""The messages that were processed, by a digest of the channel's id, to recognise redeliveries.

A message is recorded in the transaction that stores what it does: both are stored or neither.
"""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.errors import SkmError
from skm.store.database.database import Database, T, Work
from skm.store.database.upsert import insert_missing
from skm.store.schema.messages import received as table


async def first_time(conn: AsyncConnection, channel: str, message_id: str, now: datetime) -> bool:
    """Records a message; returns False if it was recorded before."""
    row = {"channel": channel, "message_id": digest(channel, message_id), "at": now}
    return (await conn.execute(insert_missing(conn, table), row)).rowcount == 1


def digest(channel: str, message_id: str) -> str:
    """Returns what is stored of an id (SHA-256, 128 bits as hex): WhatsApp's ids contain the
    sender's phone number.
    """
    return sha256(f"{channel}:{message_id}".encode()).hexdigest()[:32]


async def is_known(conn: AsyncConnection, channel: str, message_id: str) -> bool:
    """Whether a message was recorded; does not record it."""
    stored = digest(channel, message_id)
    query = select(table.c.at).where(table.c.channel == channel, table.c.message_id == stored)
    return await conn.scalar(query) is not None


class Repeated(SkmError):
    """Another delivery of the same message was processed already."""


class Once(Database):
    """A database for processing one message: its first write records the message or is refused.

    Reads record nothing, so a message that could not be answered may be delivered again. `guard`,
    if set, runs inside every write before its work, and stops the write by raising.
    """

    guard: Work[None] | None = None

    def __init__(self, db: Database, channel: str, message_id: str, now: datetime) -> None:
        super().__init__(db._engine, db._writer)
        self._slots = db._slots
        self._message = channel, message_id, now
        self._recorded = False

    async def write(self, work: Work[T]) -> T:
        """As in Database; raises Repeated, and then nothing is written."""

        async def guarded(conn: AsyncConnection) -> T:
            if not self._recorded and not await first_time(conn, *self._message):
                raise Repeated("This message was processed by another delivery of it.")
            if self.guard:
                await self.guard(conn)
            return await work(conn)

        result = await super().write(guarded)
        self._recorded = True
        return result

    async def remember(self) -> None:
        """Records the message unless a write did."""
        if not self._recorded:
            await self.write(_nothing)


async def _nothing(conn: AsyncConnection) -> None: ...


async def purge(conn: AsyncConnection, before: datetime) -> int:
    """Deletes messages that are too old to be redelivered; returns how many."""
    return (await conn.execute(delete(table).where(table.c.at < before))).rowcount
