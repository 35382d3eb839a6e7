"""How fast we may send: per chat and overall, in lanes that do not wait for each other.

A reply to a user who waits books the next free moment at once. Other messages book nothing: they
wait until nothing is booked and their own lane is free, for a short time; one whose turn is further
away is not kept waiting here but is to be sent again later (TurnIsFar). A messenger's "retry after"
holds up the chat it was said to, and its lane only if more than this chat is concerned.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum, auto

REMEMBERED = 4096  # chats, before those that are idle are forgotten
PATIENCE = 20.0  # seconds that a message to an official waits for its turn
PROBED = 60.0  # seconds after which a lane that two chats seem to concern is tried again


class Lane(Enum):
    """What is sent: the reply to a user, an alert that is urgent, or one of many."""

    REPLY = auto()
    ALERT = auto()
    BULK = auto()


class TurnIsFar(Exception):
    """The message may not be sent for another `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"its turn is in {seconds:.0f} s")
        self.seconds = seconds


@dataclass(frozen=True)
class Rate:
    """`per_second` messages in the long run, of which `burst` may be sent at once."""

    per_second: float
    burst: int = 1


@dataclass
class Bucket:
    """The state of a rate by the generic cell rate algorithm.

    `empty_at`: when it will be as if nothing had been sent. Times are seconds of any clock that
    only goes forward.
    """

    rate: Rate
    empty_at: float = field(default=float("-inf"))

    def wait(self, now: float) -> float:
        """Seconds until one more message may be sent."""
        return max(0.0, self.empty_at - self._slack - now)

    def book(self, now: float) -> float:
        """Book the next free moment; returns the seconds until then."""
        delay = self.wait(now)
        self.empty_at = max(self.empty_at, now + delay) + 1 / self.rate.per_second
        return delay

    def hold(self, until: float) -> None:
        """Send nothing before then, and no burst after it."""
        self.empty_at = max(self.empty_at, until + self._slack)

    @property
    def _slack(self) -> float:
        return (self.rate.burst - 1) / self.rate.per_second


class Limiter:
    """`await limiter.turn(chat, lane)` returns when a message to the chat may be sent.

    `bulk`: the rate of Lane.BULK; alerts, which are few, are limited by `overall` only.
    """

    def __init__(
        self,
        overall: Rate,
        chat: Rate,
        bulk: Rate,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._overall = Bucket(overall)
        self._lanes = {Lane.ALERT: Bucket(overall), Lane.BULK: Bucket(bulk)}
        self._last_held: dict[Lane, str] = {}
        self._rate = chat
        self._chats: dict[str, Bucket] = {}
        self._held: dict[str, float] = {}
        self._clock, self._sleep = clock, sleep

    async def turn(self, chat: str, lane: Lane = Lane.REPLY, *, new: bool = True) -> None:
        """Wait until it may be sent. `new`: a new message; an edit is not counted for its chat.
        Raises TurnIsFar, but not for a reply.
        """
        if lane is Lane.REPLY:
            await self._turn_of_reply(chat, new)
        else:
            await self._turn_of_other(chat, self._lanes[lane])

    async def _turn_of_reply(self, chat: str, new: bool) -> None:
        if new:
            await self._pause(self._bucket(chat).book(self._clock()))
        while (held := self._hold_of(chat)) > 0:
            await self._pause(held)
        await self._pause(self._overall.book(self._clock()))

    async def _turn_of_other(self, chat: str, lane: Bucket) -> None:
        until = self._clock() + PATIENCE
        while (delay := self._wait(chat, lane)) > 0:
            if self._clock() + delay > until:
                raise TurnIsFar(delay)
            await self._pause(delay)
        for bucket in (self._bucket(chat), lane, self._overall):
            bucket.book(self._clock())

    def hold(
        self, chat: str, seconds: float, lane: Lane = Lane.REPLY, *, whole_lane: bool = False
    ) -> None:
        """Obey a "retry after" said to this chat, or with `whole_lane` to all messages of a lane.

        Where the messenger does not say whom it means, a second chat that has to wait shows that
        it is the lane, which is tried again after PROBED seconds.
        """
        now = self._clock()
        if whole_lane and lane in self._lanes:
            self._lanes[lane].hold(now + seconds)
            return
        before = self._last_held.get(lane, chat)
        if before != chat and self._hold_of(before) > 0 and lane in self._lanes:
            self._lanes[lane].hold(now + min(seconds, PROBED))
        self._held[chat] = max(now + seconds, self._held.get(chat, 0.0))
        self._last_held[lane] = chat

    def _hold_of(self, chat: str) -> float:
        """Seconds until a "retry after" of this chat is over."""
        return self._held.get(chat, 0.0) - self._clock()

    def _wait(self, chat: str, lane: Bucket) -> float:
        """Seconds until another message than a reply may be sent."""
        now = self._clock()
        buckets = (self._bucket(chat), lane, self._overall)
        return max(self._hold_of(chat), *(bucket.wait(now) for bucket in buckets))

    async def _pause(self, seconds: float) -> None:
        if seconds > 0:
            await self._sleep(seconds)

    def _bucket(self, chat: str) -> Bucket:
        if len(self._chats) >= REMEMBERED:
            self._forget_idle()
        return self._chats.setdefault(chat, Bucket(self._rate))

    def _forget_idle(self) -> None:
        now = self._clock()
        self._chats = {chat: b for chat, b in self._chats.items() if b.empty_at > now}
        self._held = {chat: until for chat, until in self._held.items() if until > now}
