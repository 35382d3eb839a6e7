"""The single writer of a SQLite database: all queued work is committed in one transaction.

SQLite has one write lock, so a second write connection would only wait for the first. One task
takes everything that is queued, runs it in order, and commits once, so a slow disk is paid once for
many writes (measured in DESIGN 10). Callers get their result after the commit.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.store.database.errors import StoreError, as_store_error
from skm.store.database.write_connection import WriteConnection

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]

MAX_BATCH = 256
CLOSED = "The database is closed."


@dataclass(frozen=True)
class _Job:
    work: Work[Any]
    done: "asyncio.Future[Any]"

    def settle(self, outcome: object) -> None:
        """Give the caller its result or error, unless it was cancelled."""
        if self.done.done():
            return
        if isinstance(outcome, BaseException):
            self.done.set_exception(as_store_error(outcome))
        else:
            self.done.set_result(outcome)


class Writer:
    """`async with Writer(conn).running()`; queued work is finished on leaving."""

    def __init__(self, conn: WriteConnection) -> None:
        self._conn = conn
        self._jobs: asyncio.Queue[_Job | None] = asyncio.Queue()
        self._open = False

    @property
    def queued(self) -> int:
        """How many jobs wait."""
        return self._jobs.qsize()

    async def write(self, work: Work[T]) -> T:
        """Returns the result of the work once it is committed; raises its error."""
        if not self._open:
            raise StoreError(CLOSED)
        job = _Job(work, asyncio.get_running_loop().create_future())
        self._jobs.put_nowait(job)
        result: T = await job.done
        return result

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Writer"]:
        self._open = True
        task = asyncio.create_task(self._serve())
        try:
            yield self
        finally:
            self._open = False
            self._jobs.put_nowait(None)
            await task

    async def _serve(self) -> None:
        running, batch = True, list[_Job | None]()
        try:
            while running:
                batch = [await self._jobs.get()]
                while len(batch) < MAX_BATCH and not self._jobs.empty():
                    batch.append(self._jobs.get_nowait())
                running = None not in batch  # the last entry of the queue
                await _commit(self._conn, [job for job in batch if job and not job.done.done()])
        finally:  # whatever ended the loop, no caller waits for ever
            self._open = False
            while not self._jobs.empty():
                batch.append(self._jobs.get_nowait())
            for job in filter(None, batch):
                job.settle(StoreError(CLOSED))


async def _commit(conn: WriteConnection, jobs: list[_Job]) -> None:
    """Runs all jobs in one transaction; if one fails, again with a savepoint around each.

    A savepoint costs as much as an answer and failures are rare, hence the second pass.
    """
    if not jobs:
        return
    outcomes = await _outcome(_run_together(conn, jobs))
    if isinstance(outcomes, BaseException) and len(jobs) > 1:
        outcomes = await _outcome(_run_in_savepoints(conn, jobs))
    if isinstance(outcomes, BaseException):
        outcomes = [outcomes] * len(jobs)
    for job, outcome in zip(jobs, outcomes, strict=True):
        job.settle(outcome)


async def _run_together(conn: WriteConnection, jobs: list[_Job]) -> list[object]:
    async with conn.transaction():
        return [await job.work(conn) for job in jobs]


async def _run_in_savepoints(conn: WriteConnection, jobs: list[_Job]) -> list[object]:
    async with conn.transaction():
        return [await _run_in_savepoint(conn, job) for job in jobs]


async def _run_in_savepoint(conn: AsyncConnection, job: _Job) -> object:
    """Returns the job's result or error; raises if the whole transaction is lost (a full disk)."""
    savepoint = await conn.begin_nested()
    outcome = await _outcome(job.work(conn))
    if not isinstance(outcome, BaseException):
        await savepoint.commit()
        return outcome
    try:
        await savepoint.rollback()
    except SQLAlchemyError:
        raise outcome from None
    return outcome


async def _outcome(work: Awaitable[T]) -> T | BaseException:
    """Returns what the work returns or raises: its errors belong to its caller."""
    [outcome] = await asyncio.gather(work, return_exceptions=True)
    return outcome
