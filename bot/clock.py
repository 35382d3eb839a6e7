"""The tick: what is due by itself. APScheduler only calls it; the truth stands in the store."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.aside import FORGET
from bot.drain import Drain
from bot.inbox import Inbox
from bot.outbox import frames
from bot.wall import Wall
from skm.errors import SkmError
from skm.retention import keeps_from
from skm.store import asides, officials, partition, people, received, visits
from skm.store.database import Conflict
from skm.store.purge import Purge
from skm.visit import Visit, pseudonym

log = logging.getLogger(__name__)

TICK = timedelta(seconds=30)
REMEMBER = timedelta(days=8)  # messengers redeliver for at most a week
BATCH = 200
SLOWEST = 7  # failures, after which a duty is tried again no more rarely: 64 minutes

WALL = "the clock"

Trouble = dict[str, str]
"""By what, what is wrong with it in a few words."""


@dataclass
class Duty:
    """Something that is done at a tick, at most once in `every`; sooner where it failed, after a
    minute, two, four …
    """

    name: str
    run: Callable[[], Awaitable[object]]
    every: timedelta = timedelta()  # at each tick, also one that comes a little early
    last: datetime | None = field(default=None, init=False)
    failures: int = field(default=0, init=False)  # in a row

    def is_due(self, now: datetime) -> bool:
        """A clock that was set back makes it due as well, rather than never."""
        return self.last is None or not timedelta(0) <= now - self.last < self._pause

    @property
    def _pause(self) -> timedelta:
        if not self.failures:
            return self.every
        return min(self.every, TICK * (1 << min(self.failures, SLOWEST)))


@dataclass
class Clock:
    """What happens when nobody writes. Each duty may be repeated without harm."""

    duties: Sequence[Duty]
    now: Callable[[], datetime]
    drain: Drain = field(default_factory=Drain)
    trouble: Trouble = field(default_factory=dict)  # the duties that failed when last tried
    wall: Wall | None = None

    async def tick(self) -> None:
        """All duties that are due; one that fails is told of and does not keep the others. None
        while it is doubted what time it is.
        """
        if self._is_doubted():
            return
        for duty in self.duties:
            now = self.now()
            if self.drain.begun or not duty.is_due(now):
                continue
            [ended] = await asyncio.gather(duty.run(), return_exceptions=True)
            duty.last = now
            self._note(duty, ended if isinstance(ended, BaseException) else None)

    def _is_doubted(self) -> bool:
        ahead = self.wall.ahead() if self.wall else timedelta()
        if not ahead:
            if self.trouble.pop(WALL, ""):
                log.warning("The clock is believed again.")
            return False
        if WALL not in self.trouble:
            self.trouble[WALL] = (
                f"was put forward by {ahead / timedelta(hours=1):,.0f} hours, so what is due waits"
                " until it is put back or an hour has passed"
            )
            log.error("%s %s.", WALL.capitalize(), self.trouble[WALL])
        return True

    def _note(self, duty: Duty, error: BaseException | None) -> None:
        """Tell how it went; a mistake of ours by its place, for its words may be somebody's."""
        if error is None:
            duty.failures = 0
            if self.trouble.pop(duty.name, ""):
                log.info("%s: works again.", duty.name)
            return
        duty.failures += 1
        times = "once" if duty.failures == 1 else f"{duty.failures} times in a row"
        self.trouble[duty.name] = f"failed {times}"
        said = error if isinstance(error, SkmError) else f"\n{frames(error)}"
        log.error("%s failed %s: %s", duty.name, times, said)

    def started(self) -> AsyncIOScheduler:
        """A running scheduler that calls `tick`; a late tick still runs, and never two at once."""
        scheduler = AsyncIOScheduler()
        scheduler.add_job(
            self._watched_tick,
            "interval",
            seconds=TICK.total_seconds(),
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
        scheduler.start()
        return scheduler

    async def _watched_tick(self) -> None:
        """A tick that is under way when we stop is let finish."""
        await self.drain.watch(self.tick())


def housekeeping(inbox: Inbox) -> list[Duty]:
    """What the survey itself needs: interviews that lapse, messages that may be forgotten."""
    recognise = Duty("recognise officials", partial(_recognise, inbox), every=timedelta(days=1))
    return [
        Duty("lapse", partial(lapse, inbox)),
        Duty("forget messages", partial(_forget, inbox), every=timedelta(hours=1)),
        Duty("wipe", inbox.db.wipe, every=timedelta(minutes=10)),
        Duty("part of next year", partial(_part, inbox), every=timedelta(days=1)),
        *([recognise] if inbox.rules.old_key else []),
    ]


async def lapse(inbox: Inbox) -> int:
    """Close the visits that nobody came back to; how many."""
    closed = 0
    before = inbox.now() - inbox.rules.lapse_after
    while True:
        idle = await inbox.db.read(lambda conn: visits.idle(conn, before, BATCH))
        for visit in idle:
            closed += await inbox.db.write(partial(_close, inbox, visit))
        if len(idle) < BATCH:
            return closed


async def _close(inbox: Inbox, visit: Visit, conn: AsyncConnection) -> bool:
    try:
        await inbox.visiting.close(conn, visit, inbox.now())
    except Conflict:  # somebody came back at this very moment
        return False
    return True


async def purge(inbox: Inbox, months: int) -> None:
    """Let go what was kept long enough."""
    before = keeps_from(inbox.now().astimezone(inbox.rules.zone).date(), months)
    if before:
        await Purge(inbox.db, before, inbox.rules.zone).run()


async def _recognise(inbox: Inbox) -> None:
    """While the key is being changed: officials keep their access although they have not written.

    In a private chat the address is the person, on all channels that can be written to.
    """

    async def write(conn: AsyncConnection) -> None:
        for one in await officials.listed(conn):
            old, new = (
                pseudonym(key, one.channel, one.address)
                for key in (inbox.rules.old_key, inbox.rules.key)
            )
            await people.rekey(conn, old, new)

    await inbox.db.write(write)


async def _forget(inbox: Inbox) -> None:
    now = inbox.now()
    await inbox.db.write(lambda conn: received.purge(conn, now - REMEMBER))
    await inbox.db.write(lambda conn: asides.purge(conn, now - FORGET))


async def _part(inbox: Inbox) -> None:
    today = inbox.now().astimezone(inbox.rules.zone).date()
    await inbox.db.write(lambda conn: partition.ahead(conn, today))
