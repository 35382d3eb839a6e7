"""The database: `write` returns when it is on disk, `read` never waits for a writer.

On SQLite, the embedded default, all writes go through one writer that commits what has queued up.
On PostgreSQL each piece of work is a transaction of its own and is tried again where two replicas
got in each other's way. A piece of work may therefore run more than once: it decides and stores,
and does nothing else.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from skm.store.engine import CONNECTIONS, engine_for
from skm.store.failure import TROUBLE, Conflict, StoreError, told
from skm.store.migrate import VersionError, check_version
from skm.store.sqlite import empty_log, hurried
from skm.store.writer import Work, Writer

__all__ = ["Conflict", "Database", "StoreError", "Work"]

T = TypeVar("T")

TRIES = 6
SNAPSHOT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
PASSING = {
    "40001",  # serialization failure
    "40P01",  # deadlock
    "55P03",  # lock not available
    "23505",  # a unique key that another replica took first: the second look finds it
}


class Database:
    """Open one with `async with Database.open(url) as db`."""

    def __init__(self, engine: AsyncEngine, writer: Writer | None) -> None:
        self._engine = engine
        self._reader = engine if writer else engine.execution_options(**SNAPSHOT)
        self._writer = writer
        # A pool gives what is free to whoever asks first, and lets others wait until they give up.
        self._turn = nullcontext() if writer else asyncio.Semaphore(CONNECTIONS)

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str) -> AsyncIterator["Database"]:
        """A database whose schema is this code's; raises SkmError with what to do if it is not.

        Leaving finishes the writes that have queued up.
        """
        engine = engine_for(url)
        try:
            await _checked(engine)
            if engine.dialect.name != "sqlite":
                yield cls(engine, None)
                return
            async with engine.connect() as conn:
                writing = await hurried(conn)
                async with Writer(writing).running() as writer:
                    yield cls(engine, writer)
        finally:
            await engine.dispose()

    @property
    def queued(self) -> int:
        """How many writes wait; always 0 where each is a transaction of its own."""
        return self._writer.queued if self._writer else 0

    async def is_current(self) -> bool:
        """Whether the schema is still this code's: another replica may have been updated first."""
        try:
            await _checked(self._engine)
        except VersionError:
            return False
        return True

    async def read(self, work: Work[T]) -> T:
        """Run a piece of work that changes nothing, on one unchanging view of the data."""
        for again in (True, False):
            try:
                async with self._turn, self._reader.connect() as conn:
                    return await work(conn)
            except TROUBLE as error:
                if not (again and _lost(error)):
                    raise told(error) from None
        raise AssertionError("the last try returns or raises")

    async def wipe(self) -> bool:
        """What was deleted is overwritten in SQLite's files too, its log included.

        False if somebody was reading: then ask again later. Elsewhere there is nothing to do.
        """
        if self._writer is None:
            return True
        try:
            async with self._engine.connect() as conn:
                return await empty_log(conn)
        except TROUBLE as error:
            raise told(error) from None

    async def write(self, work: Work[T]) -> T:
        """Run a piece of work in a transaction; when this returns it is on disk.

        What the work raises takes back what it did and is raised here.
        """
        if self._writer:
            return await self._writer.write(work)
        for attempt in range(TRIES):
            worked = False
            try:
                async with self._turn, self._engine.begin() as conn:
                    result = await work(conn)
                    worked = True
                return result
            except TROUBLE as error:
                if attempt == TRIES - 1 or not _may_pass(error, worked):
                    raise told(error) from None
            await asyncio.sleep(0.01 * 2**attempt)
        raise AssertionError("the last try returns or raises")


async def _checked(engine: AsyncEngine) -> None:
    try:
        async with engine.connect() as conn:
            await conn.run_sync(check_version)
    except TROUBLE as error:
        raise told(error) from None


def _may_pass(error: Exception, worked: bool) -> bool:
    """Another replica was in the way, or the connection was lost before the commit was sent."""
    passing = getattr(getattr(error, "orig", None), "sqlstate", None) in PASSING
    return passing or (_lost(error) and not worked)


def _lost(error: Exception) -> bool:
    """The server went away, or was restarted since this connection was last used."""
    return isinstance(error, DBAPIError) and error.connection_invalidated
