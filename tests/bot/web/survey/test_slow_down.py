"""Slowing down: a pause beyond the limit, and only so many requests that wait."""

import asyncio

import pytest
from starlette.exceptions import HTTPException

from bot.messaging.code_guesses import AttemptLimit
from bot.web.survey import slow_down
from bot.web.survey.slow_down import PAUSE, SlowDown


class Waiting:
    """A clock that stands still, and a sleep that ends when the test says so."""

    def __init__(self, at_once: int = 2) -> None:
        self.slept: list[float] = []
        self.over = asyncio.Event()
        self.limit = AttemptLimit(limit=3, seconds=30)
        self.slow_down = SlowDown(self.limit, at_once, lambda: 0.0, self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await self.over.wait()

    def counts(self, key: str, attempts: int) -> None:
        for _ in range(attempts):
            self.limit.count(key, 0.0)


async def test_within_the_limit_nothing_waits() -> None:
    waiting = Waiting()
    waiting.counts("office", 2)
    await waiting.slow_down.turn("office")
    assert waiting.slept == []


@pytest.mark.parametrize("attempts", [4, 5000])
async def test_beyond_it_a_request_waits_a_few_seconds_at_most(attempts: int) -> None:
    waiting = Waiting()
    waiting.over.set()
    waiting.counts("office", attempts)
    await waiting.slow_down.turn("office")
    await waiting.slow_down.turn("another")
    assert waiting.slept == [PAUSE]


async def test_only_so_many_of_a_key_wait_and_others_are_not_concerned() -> None:
    waiting = Waiting(at_once=2)
    waiting.counts("flood", 9)
    waiting.counts("office", 9)
    tasks = [asyncio.create_task(waiting.slow_down.turn("flood")) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(HTTPException) as refused:
        await waiting.slow_down.turn("flood")
    assert refused.value.status_code == 429
    tasks.append(asyncio.create_task(waiting.slow_down.turn("office")))
    await asyncio.sleep(0)
    waiting.over.set()
    await asyncio.gather(*tasks)
    assert len(waiting.slept) == 3
    await waiting.slow_down.turn("flood")


async def test_only_so_many_wait_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_down, "WAITING", 1)
    waiting = Waiting()
    for key in ("one", "two"):
        waiting.counts(key, 9)
    task = asyncio.create_task(waiting.slow_down.turn("one"))
    await asyncio.sleep(0)
    with pytest.raises(HTTPException):
        await waiting.slow_down.turn("two")
    waiting.over.set()
    await task
