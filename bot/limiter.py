"""How fast we may send: per chat and overall; bulk in a lane of its own, people who wait first.

Somebody who pressed a button books the next free moment at once. Bulk books nothing: it waits
until nobody has booked and its own lane is free. A messenger's "retry after" holds up only the
chat, or the bulk lane, that it was said to.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

REMEMBERED = 4096  # chats, before those that have been silent are forgotten


@dataclass(frozen=True)
class Rate:
    """`per_second` messages in the long run, of which `burst` may go at once."""

    per_second: float
    burst: int = 1


@dataclass
class Bucket:
    """A rate's memory, in one number: when it will be as if nothing had ever been sent.

    (The generic cell rate algorithm.) Times are seconds of any clock that only goes forward.
    """

    rate: Rate
    empty_at: float = field(default=float("-inf"))

    def wait(self, now: float) -> float:
        """Seconds until one more may go."""
        return max(0.0, self.empty_at - self._slack - now)

    def book(self, now: float) -> float:
        """Take the next free moment; the seconds until then."""
        delay = self.wait(now)
        self.empty_at = max(self.empty_at, now + delay) + 1 / self.rate.per_second
        return delay

    def hold(self, until: float) -> None:
        """Nothing before then, and no burst after it."""
        self.empty_at = max(self.empty_at, until + self._slack)

    @property
    def _slack(self) -> float:
        return (self.rate.burst - 1) / self.rate.per_second


class Limiter:
    """`await limiter.turn(chat)` returns when one may send to the chat."""

    def __init__(
        self,
        overall: Rate,
        chat: Rate,
        bulk: Rate,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._overall, self._bulk = Bucket(overall), Bucket(bulk)
        self._rate = chat
        self._chats: dict[str, Bucket] = {}
        self._held: dict[str, float] = {}
        self._clock, self._sleep = clock, sleep

    async def turn(self, chat: str, *, bulk: bool = False, new: bool = True) -> None:
        """Wait for one's turn. `new`: a new message; an edit does not count for its chat."""
        if new:
            await self._pause(self._bucket(chat).book(self._clock()))
        while (held := self._held.get(chat, 0.0) - self._clock()) > 0:
            await self._pause(held)
        if not bulk:
            await self._pause(self._overall.book(self._clock()))
            return
        while (delay := self._bulk_wait()) > 0:
            await self._pause(delay)
        self._bulk.book(self._clock())
        self._overall.book(self._clock())

    def hold(self, chat: str, seconds: float, *, bulk: bool = False) -> None:
        """Obey a "retry after" said to this chat, or to the bulk lane."""
        until = self._clock() + seconds
        self._held[chat] = max(until, self._held.get(chat, until))
        if bulk:
            self._bulk.hold(until)

    def _bulk_wait(self) -> float:
        now = self._clock()
        return max(self._bulk.wait(now), self._overall.wait(now))

    async def _pause(self, seconds: float) -> None:
        if seconds > 0:
            await self._sleep(seconds)

    def _bucket(self, chat: str) -> Bucket:
        if len(self._chats) >= REMEMBERED:
            self._forget_the_silent()
        return self._chats.setdefault(chat, Bucket(self._rate))

    def _forget_the_silent(self) -> None:
        now = self._clock()
        self._chats = {chat: b for chat, b in self._chats.items() if b.empty_at > now}
        self._held = {chat: until for chat, until in self._held.items() if until > now}
