"""Ticks go on while the system clock is set back, forward, and by decades."""

import asyncio
import datetime as dt
from dataclasses import dataclass, field
from datetime import timedelta, tzinfo

import apscheduler.schedulers.base
import pytest

import bot.scheduled.ticking
from bot.scheduled.ticking import ticking

SOON = timedelta(milliseconds=5)


@dataclass
class SystemClock:
    """The clock that the scheduler reads, ahead of the real one by `ahead`; and its ticks."""

    ahead: timedelta = timedelta()
    ticks: int = 0
    at_once: int = 0  # the most ticks that were under way at the same time
    _under_way: int = 0
    _ticked: asyncio.Event = field(default_factory=asyncio.Event)

    async def tick(self) -> None:
        self._under_way += 1
        self.at_once = max(self.at_once, self._under_way)
        await asyncio.sleep(0)
        self._under_way -= 1
        self.ticks += 1
        self._ticked.set()

    async def ticks_on(self) -> None:
        """Three more ticks; fails if they do not come."""
        until = self.ticks + 3
        async with asyncio.timeout(30):
            while self.ticks < until:
                self._ticked.clear()
                await self._ticked.wait()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SystemClock:
    clock = SystemClock()

    class Set(dt.datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Set":
            return super().now(tz) + clock.ahead

    for module in (apscheduler.schedulers.base, bot.scheduled.ticking):
        monkeypatch.setattr(module, "datetime", Set)
    return clock


@pytest.mark.parametrize(
    "steps",
    [[-3], [-24 * 365], [3, -3, -3, 3], [24 * 365 * 26, -24 * 365 * 26]],
    ids=["hours back", "a year back", "forward and back", "26 years, as at the first NTP answer"],
)
async def test_ticks_go_on_however_the_clock_is_set(clock: SystemClock, steps: list[int]) -> None:
    with ticking(clock.tick, SOON):
        await clock.ticks_on()
        for hours in steps:
            clock.ahead += timedelta(hours=hours)
            await clock.ticks_on()
    assert clock.at_once == 1


async def test_a_tick_that_raises_is_followed_by_others(clock: SystemClock) -> None:
    async def fail() -> None:
        await clock.tick()
        raise ValueError

    with ticking(fail, SOON):
        await clock.ticks_on()


async def test_after_the_end_nothing_ticks(clock: SystemClock) -> None:
    with ticking(clock.tick, SOON):
        await clock.ticks_on()
    before = clock.ticks
    await asyncio.sleep(10 * SOON.total_seconds())
    assert clock.ticks == before
