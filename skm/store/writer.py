"""The one writer of a SQLite database: what has queued up is committed together.

SQLite has one write lock, so a second connection would only wait for it. One task takes everything
that is waiting, runs it in order in one transaction and commits once: a slow disk is paid once for
many (DESIGN 10). Only then the callers hear of it, so what they were told is on disk.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.store.failure import StoreError, told

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]

BATCH = 256
CLOSED = "The database is closed."


@dataclass(frozen=True)
class _Job:
    work: Work[Any]
    done: "asyncio.Future[Any]"

    def settle(self, outcome: object) -> None:
        """Tell the caller, unless it has gone."""
        if self.done.done():
            return
        if isinstance(outcome, BaseException):
            self.done.set_exception(told(outcome))
        else:
            self.done.set_result(outcome)


class Writer:
    """`async with Writer(conn).running()`; leaving finishes what has queued up."""

    def __init__(self, conn: AsyncConnection) -> None:
        self._conn = conn
        self._jobs: asyncio.Queue[_Job | None] = asyncio.Queue()
        self._open = False

    @property
    def queued(self) -> int:
        """How many wait."""
        return self._jobs.qsize()

    async def write(self, work: Work[T]) -> T:
        """What the work returned, once it is on disk; or what it raised."""
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
        going, batch = True, list[_Job | None]()
        try:
            while going:
                batch = [await self._jobs.get()]
                while len(batch) < BATCH and not self._jobs.empty():
                    batch.append(self._jobs.get_nowait())
                going = None not in batch  # which comes last: nothing is taken after it
                await _commit(self._conn, [job for job in batch if job and not job.done.done()])
        finally:  # nobody is left waiting, whatever ended it
            self._open = False
            while not self._jobs.empty():
                batch.append(self._jobs.get_nowait())
            for job in filter(None, batch):
                job.settle(StoreError(CLOSED))


async def _commit(conn: AsyncConnection, jobs: list[_Job]) -> None:
    """All together; if one fails, again with a savepoint each, so that it takes back only itself.

    Failing is rare and a savepoint costs as much as an answer, hence the second pass.
    """
    if not jobs:
        return
    outcomes = await _outcome(_plainly(conn, jobs))
    if isinstance(outcomes, BaseException) and len(jobs) > 1:
        outcomes = await _outcome(_apart(conn, jobs))
    if isinstance(outcomes, BaseException):
        outcomes = [outcomes] * len(jobs)
    for job, outcome in zip(jobs, outcomes, strict=True):
        job.settle(outcome)


async def _plainly(conn: AsyncConnection, jobs: list[_Job]) -> list[object]:
    async with conn.begin():
        return [await job.work(conn) for job in jobs]


async def _apart(conn: AsyncConnection, jobs: list[_Job]) -> list[object]:
    async with conn.begin():
        return [await _in_savepoint(conn, job) for job in jobs]


async def _in_savepoint(conn: AsyncConnection, job: _Job) -> object:
    """What it returned or raised; raises only if the whole transaction is lost (a full disk)."""
    point = await conn.begin_nested()
    outcome = await _outcome(job.work(conn))
    if not isinstance(outcome, BaseException):
        await point.commit()
        return outcome
    try:
        await point.rollback()
    except SQLAlchemyError:
        raise outcome from None
    return outcome


async def _outcome(work: Awaitable[T]) -> T | BaseException:
    """What it returned or raised: raising is the caller's affair, not the writer's."""
    [outcome] = await asyncio.gather(work, return_exceptions=True)
    return outcome
