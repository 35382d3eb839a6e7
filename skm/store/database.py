"""The database: one writer that commits what has queued up, readers that never wait for it.

`write` returns after the commit, so what it answered is on disk. On SQLite all writes go through
one task: it takes everything that is waiting, runs each piece of work in a savepoint of one
transaction and commits once, so a slow disk is paid once for many (DESIGN 10). On PostgreSQL each
piece of work is a transaction of its own.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from skm.errors import SkmError
from skm.store.migrate import check_version

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]

BATCH = 256
TRIES = 6
BUSY = 10_000  # ms that SQLite waits for another process's lock


class StoreError(SkmError):
    """The database did not take it; nothing of it was stored."""


class Conflict(SkmError):
    """Somebody else changed this meanwhile: load it again and decide anew."""


@dataclass
class _Job:
    work: Work[Any]
    done: "asyncio.Future[Any]"


class Database:
    """Open one with `Database.open(url)`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._jobs: asyncio.Queue[_Job | None] = asyncio.Queue()
        self.is_sqlite = engine.dialect.name == "sqlite"

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str) -> AsyncIterator["Database"]:
        """A database whose schema is the code's; raises SkmError with what to do if it is not."""
        engine = create_async_engine(url)
        if engine.dialect.name == "sqlite":
            _prepare_sqlite(engine)
        db = cls(engine)
        try:
            try:
                async with engine.connect() as conn:
                    await conn.run_sync(check_version)
            except (DBAPIError, OSError) as error:
                raise _told(error) from error
            async with db._writing():
                yield db
        finally:
            await engine.dispose()

    async def read(self, work: Work[T]) -> T:
        """Run a piece of work that changes nothing."""
        try:
            async with self._engine.connect() as conn:
                return await work(conn)
        except DBAPIError as error:
            raise _told(error) from error

    async def write(self, work: Work[T]) -> T:
        """Run a piece of work in a transaction; when this returns it is on disk."""
        if not self.is_sqlite:
            return await self._transaction(work)
        job = _Job(work, asyncio.get_running_loop().create_future())
        await self._jobs.put(job)
        result: T = await job.done
        return result

    # --- PostgreSQL ----------------------------------------------------------------------------

    async def _transaction(self, work: Work[T]) -> T:
        for attempt in range(TRIES):
            try:
                async with self._engine.begin() as conn:
                    return await work(conn)
            except DBAPIError as error:
                if attempt == TRIES - 1 or not _may_pass(error):
                    raise _told(error) from error
                await asyncio.sleep(0.01 * 2**attempt)
        raise AssertionError("the last try returns or raises")

    # --- SQLite: the one writer ----------------------------------------------------------------

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[None]:
        """The writer runs; on leaving, what has queued up is finished first."""
        if not self.is_sqlite:
            yield
            return
        writer = asyncio.create_task(self._write_queued())
        try:
            yield
        finally:
            await self._jobs.put(None)
            await writer

    async def _write_queued(self) -> None:
        async with self._engine.connect() as conn:
            await conn.execution_options(writing=True)
            going = True
            while going:
                batch = [await self._jobs.get()]
                while len(batch) < BATCH and not self._jobs.empty():
                    batch.append(self._jobs.get_nowait())
                going = None not in batch
                jobs = [job for job in batch if job is not None and not job.done.done()]
                if jobs:
                    await _commit_together(conn, jobs)


async def _commit_together(conn: AsyncConnection, jobs: list[_Job]) -> None:
    """One transaction for all; a piece of work that fails takes back only itself."""
    try:
        transaction = await conn.begin()
        if len(jobs) == 1:
            outcomes = [await _outcome(conn, jobs[0])]
        else:
            outcomes = [await _in_savepoint(conn, job) for job in jobs]
        if all(isinstance(outcome, BaseException) for outcome in outcomes):
            await transaction.rollback()
        else:
            await transaction.commit()
    except DBAPIError as error:  # the disk is full, the file is locked: nothing was stored
        await conn.rollback()
        outcomes = [_told(error) for _ in jobs]
    for job, outcome in zip(jobs, outcomes, strict=True):
        if job.done.done():
            continue
        if isinstance(outcome, BaseException):
            job.done.set_exception(outcome)
        else:
            job.done.set_result(outcome)


async def _in_savepoint(conn: AsyncConnection, job: _Job) -> Any:
    point = await conn.begin_nested()
    outcome = await _outcome(conn, job)
    await (point.rollback() if isinstance(outcome, BaseException) else point.commit())
    return outcome


async def _outcome(conn: AsyncConnection, job: _Job) -> Any:
    """What the work returned or raised; raising is its caller's affair, not the writer's."""
    outcome: Any = (await asyncio.gather(job.work(conn), return_exceptions=True))[0]
    return _told(outcome) if isinstance(outcome, DBAPIError) else outcome


def _may_pass(error: DBAPIError) -> bool:
    """Two transactions got in each other's way (serialization, deadlock, a unique key)."""
    state = getattr(error.orig, "sqlstate", None)
    return isinstance(error, IntegrityError) or state in ("40001", "40P01", "55P03")


def _told(error: BaseException) -> SkmError:
    """What the operator can do about it."""
    said = str(getattr(error, "orig", None) or error)
    for sign, advice in ADVICE.items():
        if sign in said:
            return StoreError(advice)
    return StoreError(f"The database refused ({said.splitlines()[0][:200]}); nothing was stored.")


ADVICE = {
    "database or disk is full": "The disk is full: free some space; nothing was stored.",
    "readonly database": "The database file is read-only: let this user write to it.",
    "database is locked": "Another process holds the database: stop it, or use PostgreSQL.",
    "unable to open database file": "The database file cannot be opened: does its folder exist?",
    "disk I/O error": "The disk failed while writing: check it; nothing was stored.",
}


def _prepare_sqlite(engine: AsyncEngine) -> None:
    """WAL for readers beside the writer, FULL so that a commit is on disk, real transactions."""

    @event.listens_for(engine.sync_engine, "connect")
    def connect(connection: DBAPIConnection, record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(conn: Connection) -> None:
        writing = conn.get_execution_options().get("writing")
        conn.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
