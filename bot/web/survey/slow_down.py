"""Slows down a network that asks too often, instead of refusing everybody behind its address.

Many people may share one address, and the server cannot tell them from somebody who floods it from
there. So what is beyond the limit waits a few seconds and is then served. Requests that wait are
limited in number, per key and as a whole, which bounds what a flood gets through and what it costs.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException

from bot.messaging.code_guesses import AttemptLimit

PAUSE = 8.0  # seconds that one request waits at most; browsers and proxies allow 30 and more
WAITING = 1000  # requests that wait at the same time in this process; each holds some 10 kB
RETRY_AFTER = {"Retry-After": "10"}  # seconds


class SlowDown:
    """`await slow_down.turn(key)` returns when a request of the key may be served.

    `limit`: what a key may do without waiting. `at_once`: how many requests of one key may wait at
    the same time, so that at most `at_once / PAUSE` a second are served beyond the limit.
    """

    _waiting = 0  # of all keys and limits

    def __init__(
        self,
        limit: AttemptLimit,
        at_once: int,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._limit, self._at_once = limit, at_once
        self._clock, self._sleep = clock, sleep
        self._of: Counter[str] = Counter()

    async def turn(self, key: str) -> None:
        """Waits while the key is beyond its limit; raises 429 if too many requests wait already."""
        pause = min(self._limit.wait(key, self._clock()), PAUSE)
        if pause <= 0:
            return
        if self._of[key] >= self._at_once or SlowDown._waiting >= WAITING:
            raise HTTPException(429, headers=RETRY_AFTER)
        self._of[key] += 1
        SlowDown._waiting += 1
        try:
            await self._sleep(pause)
        finally:
            SlowDown._waiting -= 1
            self._of[key] -= 1
            if not self._of[key]:
                del self._of[key]
