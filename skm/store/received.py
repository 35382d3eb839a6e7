"""The messages that were taken, by a digest of the channel's id: a redelivery is known by it.

A message is remembered in the transaction of what it does, so that both are there or neither.
"""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.errors import SkmError
from skm.store.database import Database, T, Work
from skm.store.schema_messages import received as table

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


async def is_known(conn: AsyncConnection, channel: str, message_id: str) -> bool:
    """Whether a message was here before; it is not remembered."""
    kept = digest(channel, message_id)
    query = select(table.c.at).where(table.c.channel == channel, table.c.message_id == kept)
    return await conn.scalar(query) is not None


class Repeated(SkmError):
    """Somebody else has done what this message asks for."""


class Once(Database):
    """The same database for one message: its first write remembers the message, or is refused.

    Reading remembers nothing, so that what could not be answered is asked again.
    """

    def __init__(self, db: Database, channel: str, message_id: str, now: datetime) -> None:
        super().__init__(db._engine, db._writer)
        self._row = channel, message_id, now
        self._remembered = False

    async def write(self, work: Work[T]) -> T:
        """As a Database; raises Repeated, and then nothing is done."""
        if self._remembered:
            return await super().write(work)

        async def first(conn: AsyncConnection) -> T:
            if not await first_time(conn, *self._row):
                raise Repeated("This message was taken meanwhile.")
            return await work(conn)

        result = await super().write(first)
        self._remembered = True
        return result

    async def remember(self) -> None:
        """Remember the message, if no write has."""
        if not self._remembered:
            await self.write(_nothing)


async def _nothing(conn: AsyncConnection) -> None: ...


async def purge(conn: AsyncConnection, before: datetime) -> int:
    """Forget messages that no channel redelivers any more."""
    return (await conn.execute(delete(table).where(table.c.at < before))).rowcount
