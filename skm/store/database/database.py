"""Transactions: `write` returns once the data is on disk, `read` never waits for a writer.

On SQLite, the embedded default, one writer commits all queued writes together. On PostgreSQL each
piece of work is a transaction of its own and is retried after a conflict with another replica. A
piece of work may therefore run more than once: it must have no effect outside the database.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from skm.store.database.engine import CONNECTIONS, engine_for
from skm.store.database.errors import DRIVER_ERRORS, Conflict, StoreError, as_store_error
from skm.store.database.migrate import VersionError, check_version
from skm.store.database.sqlite import truncate_log, writer_engine
from skm.store.database.write_connection import WriteConnection
from skm.store.database.writer import Work, Writer

__all__ = ["Conflict", "Database", "StoreError", "Work"]

T = TypeVar("T")

TRIES = 6
SNAPSHOT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
TRANSIENT = {
    "40001",  # serialization failure
    "40P01",  # deadlock
    "55P03",  # lock not available
    "23505",  # another replica inserted this key first: the retry reads it
}
"""SQLSTATE codes of errors after which the same work may succeed."""


class Database:
    """Open one with `async with Database.open(url) as db`."""

    def __init__(self, engine: AsyncEngine, writer: Writer | None) -> None:
        self._engine = engine
        self._reader = engine if writer else engine.execution_options(**SNAPSHOT)
        self._writer = writer
        # First come, first served; a pool serves in no order, and waiting for it ends in a timeout.
        self._slots = nullcontext() if writer else asyncio.Semaphore(CONNECTIONS)

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str) -> AsyncIterator["Database"]:
        """Yields the database; raises SkmError unless its schema is the one of this code.

        Queued writes are finished on leaving.
        """
        engine = engine_for(url)
        try:
            await _check_schema(engine)
            if engine.dialect.name != "sqlite":
                yield cls(engine, None)
                return
            with writer_engine(engine.url).connect() as conn:
                async with Writer(WriteConnection(engine, conn)).running() as writer:
                    yield cls(engine, writer)
        finally:
            await engine.dispose()

    @property
    def queued(self) -> int:
        """How many writes wait for the writer; 0 on PostgreSQL."""
        return self._writer.queued if self._writer else 0

    async def is_current(self) -> bool:
        """Whether the schema is still this code's: another replica may have upgraded it."""
        try:
            await _check_schema(self._engine)
        except VersionError:
            return False
        return True

    async def read(self, work: Work[T]) -> T:
        """Runs work that changes nothing, in one transaction that sees one snapshot of the data."""
        for retry in (True, False):
            try:
                async with self._slots, self._reader.connect() as conn:
                    return await work(conn)
            except DRIVER_ERRORS as error:
                if not (retry and _connection_lost(error)):
                    raise as_store_error(error) from None
        raise AssertionError("the last attempt returns or raises")

    async def write(self, work: Work[T]) -> T:
        """Runs work in a transaction and returns its result once it is committed.

        If the work raises, its changes are rolled back and the error is raised here.
        """
        if self._writer:
            return await self._writer.write(work)
        for attempt in range(TRIES):
            done = False
            try:
                async with self._slots, self._engine.begin() as conn:
                    result = await work(conn)
                    done = True
                return result
            except DRIVER_ERRORS as error:
                if attempt == TRIES - 1 or not _may_retry(error, done):
                    raise as_store_error(error) from None
            await asyncio.sleep(0.01 * 2**attempt)
        raise AssertionError("the last attempt returns or raises")

    async def wipe(self) -> bool:
        """Removes deleted content from SQLite's write-ahead log; nothing to do on PostgreSQL.

        Returns False if a reader was in the way: call it again later.
        """
        return self._writer is None or await asyncio.to_thread(truncate_log, self._engine.url)


async def _check_schema(engine: AsyncEngine) -> None:
    try:
        async with engine.connect() as conn:
            await conn.run_sync(check_version)
    except DRIVER_ERRORS as error:
        raise as_store_error(error) from None


def _may_retry(error: Exception, done: bool) -> bool:
    """Whether the error is transient, or the connection was lost before the commit was sent."""
    transient = getattr(getattr(error, "orig", None), "sqlstate", None) in TRANSIENT
    return transient or (_connection_lost(error) and not done)


def _connection_lost(error: Exception) -> bool:
    return isinstance(error, DBAPIError) and error.connection_invalidated
