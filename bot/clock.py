"""The tick: what is due by itself. APScheduler only calls it; the truth stands in the store."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.inbox import Inbox
from skm.store import received, visits
from skm.visit import Visit

TICK = timedelta(seconds=30)
REMEMBER = timedelta(days=8)  # messengers redeliver for at most a week
BATCH = 200


@dataclass(frozen=True)
class Clock:
    """What happens when nobody writes."""

    inbox: Inbox
    now: Callable[[], datetime]

    async def tick(self) -> None:
        """Everything that is due now; repeating it does no harm."""
        await self.lapse()
        before = self.now() - REMEMBER
        await self.inbox.db.write(lambda conn: received.purge(conn, before))

    async def lapse(self) -> int:
        """Close the visits that nobody came back to; the number closed."""
        closed = 0
        before = self.now() - self.inbox.rules.lapse_after
        while True:
            idle = await self.inbox.db.read(lambda conn: visits.idle(conn, before, BATCH))
            for visit in idle:
                await self.inbox.db.write(partial(self._close, visit))
            closed += len(idle)
            if len(idle) < BATCH:
                return closed

    async def _close(self, visit: Visit, conn: AsyncConnection) -> None:
        await self.inbox.close(conn, visit, self.now())

    def started(self) -> AsyncIOScheduler:
        """A running scheduler that calls `tick`; a late tick still runs, and never two at once."""
        scheduler = AsyncIOScheduler()
        scheduler.add_job(
            self.tick,
            "interval",
            seconds=TICK.total_seconds(),
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
        scheduler.start()
        return scheduler
