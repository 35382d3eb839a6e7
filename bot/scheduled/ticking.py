"""Calls a function at an interval, however the system clock is set."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler


@contextmanager
def ticking(tick: Callable[[], Awaitable[object]], every: timedelta) -> Iterator[None]:
    """Calls `tick` one interval after its last call has ended, so never twice at once.

    Each call is planned when the last one has ended: APScheduler's "interval" would count every
    interval that a clock put forward by years has passed. With UTC it does not read TZ, of which it
    refuses many values.
    """
    scheduler = AsyncIOScheduler(timezone=UTC)

    def plan() -> None:
        at = datetime.now(UTC) + every
        scheduler.add_job(run, "date", run_date=at, misfire_grace_time=None)

    async def run() -> None:
        try:
            await tick()
        finally:
            plan()

    plan()
    scheduler.start()
    bringing_forward = asyncio.create_task(_bring_forward(scheduler, every))
    try:
        yield
    finally:
        bringing_forward.cancel()
        scheduler.shutdown(wait=False)


async def _bring_forward(scheduler: AsyncIOScheduler, every: timedelta) -> None:
    """Runs at once what is planned for later than one interval from now.

    This happens when the system clock is set back: APScheduler would wait until it shows the
    planned time again.
    """
    while True:
        await asyncio.sleep(every.total_seconds())
        now = datetime.now(UTC)
        for job in scheduler.get_jobs():
            if job.next_run_time - now > every:
                job.modify(next_run_time=now)
