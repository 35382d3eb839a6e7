"""The limiter against a clock that a test turns."""

import asyncio
import heapq
from collections.abc import Coroutine
from itertools import count
from typing import Any

import pytest

from bot.messaging.rate_limit import (
    PATIENCE,
    PROBED,
    REMEMBERED,
    Bucket,
    Lane,
    Limiter,
    Rate,
    TurnIsFar,
)


class Time:
    """Seconds that pass only when everybody sleeps; `runs` lets everything happen in order."""

    def __init__(self) -> None:
        self.now = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Event]] = []
        self._order = count()

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.Event()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._order), woken))
        await woken.wait()

    async def runs(self, *work: Coroutine[Any, Any, None]) -> None:
        tasks = [asyncio.create_task(one) for one in work]
        while not all(task.done() for task in tasks):
            for _ in range(5):
                await asyncio.sleep(0)
            if self._sleepers and not all(task.done() for task in tasks):
                self.now, _, woken = heapq.heappop(self._sleepers)
                woken.set()
        for task in tasks:
            task.result()


class Sent:
    """Sends through a limiter, and remembers when each went out."""

    def __init__(self, overall: float = 10, chat: float = 1, bulk: float = 5) -> None:
        self.time = Time()
        self.log: list[tuple[float, str]] = []
        self.limiter = Limiter(
            Rate(overall), Rate(chat, burst=2), Rate(bulk),
            clock=self.time, sleep=self.time.sleep,
        )  # fmt: skip

    async def send(self, chat: str, lane: Lane = Lane.REPLY, *, new: bool = True) -> None:
        await self.limiter.turn(chat, lane, new=new)
        self.log.append((round(self.time.now, 6), chat))

    def times(self, *chats: str) -> list[float]:
        return [at for at, chat in self.log if not chats or chat in chats]


@pytest.fixture
def sent() -> Sent:
    return Sent()


@pytest.mark.parametrize(
    ("rate", "waits"),
    [
        (Rate(1), [0, 1, 2, 3]),
        (Rate(2), [0, 0.5, 1, 1.5]),
        (Rate(1, burst=3), [0, 0, 0, 1]),
    ],
)
def test_a_bucket_gives_moments_at_its_rate(rate: Rate, waits: list[float]) -> None:
    bucket = Bucket(rate)
    assert [bucket.book(now=100) for _ in waits] == waits


def test_a_bucket_that_rested_allows_its_burst_and_no_more() -> None:
    bucket = Bucket(Rate(1, burst=2))
    assert [bucket.book(0), bucket.book(0), bucket.book(0)] == [0, 0, 1]
    assert [bucket.book(60), bucket.book(60), bucket.book(60)] == [0, 0, 1]


def test_after_a_hold_there_is_no_burst() -> None:
    bucket = Bucket(Rate(1, burst=3))
    bucket.hold(until=10)
    assert [bucket.book(0), bucket.book(0)] == [10, 11]


async def test_one_chat_gets_a_message_a_second_after_its_burst(sent: Sent) -> None:
    await sent.time.runs(*(sent.send("a") for _ in range(4)))
    assert sent.times() == [0, 0.1, 1, 2]


async def test_edits_do_not_count_for_their_chat(sent: Sent) -> None:
    await sent.time.runs(*(sent.send("a", new=False) for _ in range(4)))
    assert sent.times() == [0, 0.1, 0.2, 0.3]


async def test_many_chats_share_the_overall_rate(sent: Sent) -> None:
    await sent.time.runs(*(sent.send(f"{n}") for n in range(25)))
    assert sent.times() == pytest.approx([n / 10 for n in range(25)])


async def test_a_chat_that_waits_keeps_nobody_else_waiting(sent: Sent) -> None:
    await sent.time.runs(*(sent.send("a") for _ in range(5)), sent.send("b"))
    assert sent.times("b") == [0.2]


async def test_bulk_stays_below_its_own_rate(sent: Sent) -> None:
    await sent.time.runs(*(sent.send(f"{n}", Lane.BULK) for n in range(5)))
    assert sent.times() == pytest.approx([0, 0.2, 0.4, 0.6, 0.8])


async def test_people_go_before_all_the_bulk_that_waited_before_them(sent: Sent) -> None:
    bulk = [sent.send(f"bulk {n}", Lane.BULK) for n in range(20)]
    people = [sent.send(f"warga {n}") for n in range(20)]
    await sent.time.runs(*bulk, *people)
    last_person = max(at for at, who in sent.log if who.startswith("warga"))
    early_bulk = [who for at, who in sent.log if who.startswith("bulk") and at < last_person]
    assert early_bulk == ["bulk 0"]  # it had gone before anybody else came
    assert last_person == pytest.approx(2.0)


async def test_retry_after_holds_up_one_chat_only(sent: Sent) -> None:
    sent.limiter.hold("a", 30)
    await sent.time.runs(
        sent.send("a"), sent.send("a", new=False), sent.send("b"), sent.send("c", Lane.BULK)
    )
    assert max(sent.times("b", "c")) < 1
    assert sent.times("a") == pytest.approx([30, 30.1])


async def refused(sent: Sent, chat: str, lane: Lane) -> float:
    """The seconds after which it may be tried again."""
    with pytest.raises(TurnIsFar) as far:
        await sent.limiter.turn(chat, lane)
    return far.value.seconds


async def test_a_long_retry_after_of_one_chat_in_bulk_holds_up_nobody_else(sent: Sent) -> None:
    """The message to that chat is not waited for: it is to be sent again when the time is over."""
    sent.limiter.hold("a", 1800, Lane.BULK)
    assert await refused(sent, "a", Lane.BULK) == 1800
    assert await refused(sent, "a", Lane.ALERT) == 1800
    others = [sent.send("b"), sent.send("c", Lane.BULK), sent.send("d", Lane.ALERT)]
    await sent.time.runs(*others)
    assert max(sent.times()) < 1


@pytest.mark.parametrize("lane", [Lane.BULK, Lane.ALERT])
async def test_a_retry_after_of_a_whole_lane_holds_up_this_lane_only(
    sent: Sent, lane: Lane
) -> None:
    sent.limiter.hold("a", 3600, lane, whole_lane=True)
    assert await refused(sent, "b", lane) == 3600
    [other] = {Lane.BULK, Lane.ALERT} - {lane}
    await sent.time.runs(sent.send("b"), sent.send("c", other))
    assert max(sent.times()) < 1


async def test_a_second_chat_that_must_wait_holds_up_the_lane_for_a_minute(sent: Sent) -> None:
    """Telegram does not say whether it means the chat or all messages."""
    sent.limiter.hold("a", 1800, Lane.BULK)
    sent.limiter.hold("a", 1800, Lane.BULK)
    await sent.time.runs(sent.send("c", Lane.BULK))
    sent.limiter.hold("b", 1800, Lane.BULK)
    assert await refused(sent, "d", Lane.BULK) == pytest.approx(PROBED)
    await sent.time.runs(sent.send("d", Lane.ALERT))
    sent.time.now += PROBED
    await sent.time.runs(sent.send("d", Lane.BULK))


async def test_bulk_waits_a_short_time_for_its_turn_and_no_longer(sent: Sent) -> None:
    sent.limiter.hold("a", PATIENCE, Lane.BULK)
    await sent.time.runs(sent.send("a", Lane.BULK))
    assert sent.times() == [PATIENCE]
    for _ in range(int(10 * PATIENCE) + 20):  # and people keep the messenger busy
        sent.limiter._overall.book(sent.time.now)
    assert await refused(sent, "b", Lane.BULK) == pytest.approx(PATIENCE + 2.1)


async def test_alerts_do_not_wait_for_the_bulk_before_them(sent: Sent) -> None:
    bulk = [sent.send(f"bulk {n}", Lane.BULK) for n in range(20)]
    await sent.time.runs(*bulk, sent.send("alert", Lane.ALERT))
    assert max(sent.times("alert")) <= 0.2


async def test_a_shorter_hold_does_not_end_a_longer_one(sent: Sent) -> None:
    sent.limiter.hold("a", 30)
    sent.limiter.hold("a", 5)
    await sent.time.runs(sent.send("a"))
    assert sent.times() == [30]


async def test_a_hold_said_meanwhile_is_seen_by_who_already_waits(sent: Sent) -> None:
    async def says_wait() -> None:
        await sent.time.sleep(0.5)
        sent.limiter.hold("a", 20)

    await sent.time.runs(*(sent.send("a") for _ in range(3)), says_wait())
    assert sent.times() == [0, 0.1, 20.5]


async def test_a_hold_that_is_made_longer_is_waited_for_to_its_end(sent: Sent) -> None:
    async def says_wait_again() -> None:
        await sent.time.sleep(5)
        sent.limiter.hold("a", 20)

    sent.limiter.hold("a", 10)
    await sent.time.runs(sent.send("a"), says_wait_again())
    assert sent.times() == [25]


async def test_chats_that_are_silent_are_forgotten_and_those_that_wait_are_not() -> None:
    sent = Sent(overall=1e9)
    sent.limiter.hold("held", 60)
    await sent.time.runs(*(sent.send(f"{n}") for n in range(REMEMBERED)))
    sent.time.now += 10
    await sent.time.runs(sent.send("new"), sent.send("held"))
    assert len(sent.limiter._chats) == 2
    assert sent.times("held") == [60]
