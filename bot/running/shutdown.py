"""A graceful shutdown: no longer ready, nothing new accepted, work in progress finished.

Code that accepts new work checks `begun` first; work that must be finished is passed to `watch`.
"""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")

BUDGET = 9.0  # seconds from the signal to the end; Docker kills after ten
SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Shutdown:
    """Begins with the first signal; after a second one, unfinished work is not waited for."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._asked = asyncio.Event()
        self._until = float("inf")
        self._watched: set[asyncio.Task[Any]] = set()

    @property
    def begun(self) -> bool:
        return self._asked.is_set()

    def ask(self) -> None:
        self._until = self._clock() + (0 if self.begun else BUDGET)
        self._asked.set()

    async def asked(self) -> None:
        """Returns when a shutdown has begun."""
        await self._asked.wait()

    def left(self, at_most: float = BUDGET) -> float:
        """Seconds until the process must have ended, at most `at_most`."""
        return max(0.0, min(at_most, self._until - self._clock()))

    @contextmanager
    def on_signals(self) -> Iterator[None]:
        """Within this context SIGTERM and Ctrl-C begin the shutdown."""
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            loop.add_signal_handler(number, self.ask)
        try:
            yield
        finally:
            for number in SIGNALS:
                loop.remove_signal_handler(number)

    def watch(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """Start work that a shutdown waits for."""
        task = asyncio.create_task(work)
        self._watched.add(task)
        task.add_done_callback(self._watched.discard)
        return task

    async def finished(self, seconds: float) -> None:
        """Wait for the watched work; cancel what takes longer than this."""
        if self._watched:
            _, late = await asyncio.wait(self._watched, timeout=seconds)
            for task in late:
                task.cancel()

    async def unless_asked(self, work: Awaitable[T]) -> T | None:
        """The result of the work; None if a shutdown begins first, which cancels the work."""
        working = asyncio.ensure_future(work)
        asked = asyncio.ensure_future(self._asked.wait())
        try:
            await asyncio.wait({working, asked}, return_when=asyncio.FIRST_COMPLETED)
            return working.result() if working.done() else None
        finally:
            working.cancel()
            asked.cancel()
            await asyncio.gather(working, asked, return_exceptions=True)
