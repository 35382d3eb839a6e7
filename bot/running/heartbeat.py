"""When each scheduled job last ended, so that /readyz notices if they no longer run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bot.running.steady_time import boot_time

LATE = timedelta(minutes=15)  # after the time at which a job should have ended again


@dataclass
class Heartbeat:
    """`steady`: seconds of a clock that only goes forward."""

    steady: Callable[[], float] = boot_time
    _ended: dict[str, float] = field(default_factory=dict, init=False)
    _within: dict[str, float] = field(default_factory=dict, init=False)
    _held: float = field(default=float("-inf"), init=False)

    def expect(self, job: str, every: timedelta) -> None:
        """Watch a job that is to run once in `every`, from now on."""
        self._ended[job], self._within[job] = self.steady(), (every + LATE).total_seconds()

    def beat(self, job: str) -> None:
        """The job has ended, well or not."""
        self._ended[job] = self.steady()

    def hold(self) -> None:
        """All jobs wait on purpose: none is late because of this."""
        self._held = self.steady()

    def ages(self) -> Mapping[str, float]:
        """By job, the seconds since it ended, or since it is watched."""
        now = self.steady()
        return {job: now - at for job, at in self._ended.items()}

    def stalled(self) -> str:
        """The jobs that should have ended, such as "deliver (16 min)"; "" if there are none."""
        since_hold = self.steady() - self._held
        late = {
            job: age for job, age in self.ages().items() if min(age, since_hold) > self._within[job]
        }
        return ", ".join(f"{job} ({age / 60:.0f} min)" for job, age in late.items())
