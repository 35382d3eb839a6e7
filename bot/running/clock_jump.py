"""Detects a system clock that was set forward, by comparing it with one that cannot be set.

Set forward by mistake it makes everything due that it passed, and what was sent or purged then
cannot be called back. So a step of an hour or more is doubted: for an hour, or until it is taken
back. A sleep of the machine is no step, since the steady clock counts it too. A clock that was
wrong when we started shows no step and is not detected.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.running.steady_time import boot_time

FAR = timedelta(hours=1)
PATIENCE = timedelta(hours=1)  # an hour of the steady clock, for somebody to put it right
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class ClockJump:
    """`now`: the clock that can be set. `steady`: seconds that only go on."""

    now: Callable[[], datetime]
    steady: Callable[[], float] = boot_time
    _believed: timedelta = field(init=False)  # its lead over the steady clock
    _doubted: timedelta | None = field(default=None, init=False)
    _since: timedelta = field(init=False)

    def __post_init__(self) -> None:
        self._since = self._steady
        self._believed = self._lead

    @property
    def _steady(self) -> timedelta:
        return timedelta(seconds=self.steady())

    @property
    def _lead(self) -> timedelta:
        return self.now() - EPOCH - self._steady

    def ahead(self) -> timedelta:
        """By how much it was put forward, as long as that is doubted; else nothing."""
        lead = self._lead
        step = lead - self._believed
        if step < FAR or self._stays(lead):
            self._believed, self._doubted = lead, None
            return timedelta()
        return step

    def _stays(self, lead: timedelta) -> bool:
        """Whether it has shown about this for an hour."""
        if self._doubted is None or abs(lead - self._doubted) >= FAR:
            self._doubted, self._since = lead, self._steady
        return self._steady - self._since >= PATIENCE
