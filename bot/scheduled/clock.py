"""The clock tick that runs the scheduled jobs (duties). What is due is stored in the database."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta

from bot.running.clock_jump import ClockJump
from bot.running.heartbeat import Heartbeat
from bot.running.logs import frames
from bot.running.shutdown import Shutdown
from bot.running.steady_time import boot_time
from bot.scheduled.ticking import ticking
from skm.errors import SkmError

log = logging.getLogger(__name__)

TICK = timedelta(seconds=30)
SLOWEST = 7  # failures in a row after which the pause grows no more (64 minutes)
THE_CLOCK = "the clock"  # the name of a jump of the system clock in `Trouble`

Trouble = dict[str, str]
"""By job, what is wrong in a few words; /readyz and `skm doctor` show it."""


@dataclass
class Duty:
    """A job that runs at most once in `every`; after a failure again after 1, 2, 4 … minutes.

    `apart`: runs beside the others, which do not wait for it. `last`: when it last began, in
    seconds of the clock's steady time.
    """

    name: str
    run: Callable[[], Awaitable[object]]
    every: timedelta = timedelta()  # zero: at each tick
    apart: bool = False
    last: float | None = field(default=None, init=False)
    failures: int = field(default=0, init=False)  # in a row

    def is_due(self, now: float) -> bool:
        """`now`: in seconds of the same clock as `last`."""
        return self.last is None or now - self.last >= self._pause.total_seconds()

    @property
    def _pause(self) -> timedelta:
        if not self.failures:
            return self.every
        return min(self.every, TICK * (1 << min(self.failures, SLOWEST)))


@dataclass
class Clock:
    """Runs the duties in order. Each may run again without harm.

    `steady`: by which their intervals are measured, in seconds; it must not follow the system
    clock. `trouble`: the duties that failed when they last ran. `heartbeat`: notes when each ended.
    `jump`: detects a system clock that was set forward.
    """

    duties: Sequence[Duty]
    steady: Callable[[], float] = boot_time
    shutdown: Shutdown = field(default_factory=Shutdown)
    trouble: Trouble = field(default_factory=dict)
    heartbeat: Heartbeat = field(default_factory=Heartbeat)
    jump: ClockJump | None = None
    _apart: dict[str, "asyncio.Task[None]"] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for duty in self.duties:
            self.heartbeat.expect(duty.name, duty.every)

    async def tick(self) -> None:
        """Run the duties that are due; a failing one does not stop the others. None run while the
        system clock may be wrong. Those that run apart are waited for one TICK at most.
        """
        if self._has_jumped():
            self.heartbeat.hold()
            return
        for duty in self.duties:
            if self.shutdown.begun:
                break
            if duty.name in self._apart or not duty.is_due(self.steady()):
                continue
            if duty.apart:
                self._run_apart(duty)
            else:
                await self._run(duty)
        if self._apart:
            await asyncio.wait(self._apart.values(), timeout=TICK.total_seconds())

    def _run_apart(self, duty: Duty) -> None:
        task = self._apart[duty.name] = self.shutdown.watch(self._run(duty))
        task.add_done_callback(lambda _: self._apart.pop(duty.name))

    async def _run(self, duty: Duty) -> None:
        now = self.steady()
        [ended] = await asyncio.gather(duty.run(), return_exceptions=True)
        duty.last = now
        self.heartbeat.beat(duty.name)
        self._note(duty, ended if isinstance(ended, BaseException) else None)

    def _has_jumped(self) -> bool:
        ahead = self.jump.ahead() if self.jump else timedelta()
        if not ahead:
            if self.trouble.pop(THE_CLOCK, ""):
                log.warning("The clock is trusted again.")
            return False
        if THE_CLOCK not in self.trouble:
            self.trouble[THE_CLOCK] = (
                f"was put forward by {ahead / timedelta(hours=1):,.0f} hours: scheduled jobs wait"
                " until it is put back or an hour has passed"
            )
            log.error("%s %s.", THE_CLOCK.capitalize(), self.trouble[THE_CLOCK])
        return True

    def _note(self, duty: Duty, error: BaseException | None) -> None:
        """Log how it went. Of an error of ours only the place, since its text may quote people."""
        if error is None:
            duty.failures = 0
            if self.trouble.pop(duty.name, ""):
                log.info("%s: works again.", duty.name)
            return
        duty.failures += 1
        times = "once" if duty.failures == 1 else f"{duty.failures} times in a row"
        self.trouble[duty.name] = f"failed {times}"
        described = error if isinstance(error, SkmError) else f"\n{frames(error)}"
        log.error("%s failed %s: %s", duty.name, times, described)

    def running(self) -> AbstractContextManager[None]:
        """While this is entered, `tick` is called every TICK."""
        return ticking(self._watched_tick, TICK)

    async def _watched_tick(self) -> None:
        """A shutdown waits for a tick that has begun."""
        await self.shutdown.watch(self.tick())
