"""The outbox: in order per chat, a little persistent, and it forgets what is done."""

import asyncio
from datetime import UTC, datetime

import pytest

from bot.messaging.channel import SendError
from bot.messaging.message import Address, Outbound
from bot.messaging.outbox import LONGEST, TRIES, Outbox
from tests.bot.telegram.conftest import until

SRI, BUDI = Address("telegram", "1", "1"), Address("telegram", "2", "2")


class Line:
    """What was said, where each text may first meet with some errors."""

    def __init__(self, errors: dict[str, list[SendError]] | None = None) -> None:
        self.said: list[str] = []
        self.tried: list[str] = []
        self.pauses: list[float] = []
        self.errors = errors or {}
        self.gate = asyncio.Event()
        self.gate.set()

    async def say(self, address: Address, outbound: Outbound) -> None:
        self.tried.append(outbound.text)
        await self.gate.wait()
        if self.errors.get(outbound.text):
            raise self.errors[outbound.text].pop(0)
        self.said.append(f"{address.chat}: {outbound.text}")

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await asyncio.sleep(0)

    @property
    def outbox(self) -> Outbox:
        return Outbox(self.say, sleep=self.sleep)


async def test_a_chat_hears_in_order_and_chats_do_not_wait_for_each_other() -> None:
    line = Line({"1": [SendError("later", retryable=True)]})
    outbox = line.outbox
    tasks = [outbox.put(SRI, Outbound(text)) for text in ("1", "2", "3")]
    tasks.append(outbox.put(BUDI, Outbound("a")))
    await asyncio.gather(*tasks)
    assert [said for said in line.said if said[0] == "1"] == ["1: 1", "1: 2", "1: 3"]
    assert line.said[0] == "2: a"


async def test_what_is_done_is_forgotten() -> None:
    line = Line()
    outbox = line.outbox
    line.gate.clear()
    tasks = [outbox.put(SRI, Outbound("1")), outbox.put(SRI, Outbound("2"))]
    assert outbox.is_behind("1")
    assert not outbox.is_behind("2")
    line.gate.set()
    await asyncio.gather(*tasks)
    await until(lambda: not outbox.is_behind("1"))


@pytest.mark.parametrize(
    ("error", "tries"),
    [
        (SendError("no connection", retryable=True), TRIES),
        (SendError("wait", retryable=True, retry_at=datetime(2026, 1, 1, tzinfo=UTC)), TRIES),
        (SendError("blocked", blocked=True), 1),
        (SendError("too long"), 1),
        (SendError("no answer", unknown=True), 1),
    ],
)
async def test_only_what_is_safe_is_tried_again(error: SendError, tries: int) -> None:
    line = Line({"1": [error] * 99})
    await line.outbox.put(SRI, Outbound("1"))
    assert len(line.tried) == tries
    assert line.said == []
    assert bool(line.pauses) == (error.retryable and error.retry_at is None)


async def test_an_edit_of_unknown_fate_is_tried_again() -> None:
    line = Line({"1": [SendError("no answer", unknown=True)]})
    await line.outbox.put(SRI, Outbound("1", replaces="7"))
    assert line.said == ["1: 1"]


async def test_an_outdated_screen_is_not_sent(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.messaging.outbox.TIMEOUT", 0.01)
    line = Line()
    line.gate.clear()
    await line.outbox.put(SRI, Outbound("rahasia"))
    assert "A reply was given up" in caplog.text
    assert "rahasia" not in caplog.text


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ([("1", "7"), ("2", "7"), ("3", "7")], ["1", "3"]),  # the first is on its way already
        ([("1", "7"), ("2", "8"), ("3", "7")], ["1", "2", "3"]),
        ([("1", "7"), ("2", None), ("3", "7")], ["1", "2", "3"]),
        ([("1", None), ("2", None), ("3", None)], ["1", "2", "3"]),
    ],
)
async def test_a_screen_gives_way_to_a_later_one_in_its_place(
    texts: list[tuple[str, str | None]], said: list[str]
) -> None:
    line = Line()
    outbox = line.outbox
    line.gate.clear()
    tasks = [outbox.put(SRI, Outbound(*texts[0][:1], replaces=texts[0][1]))]
    await until(lambda: line.tried)
    tasks += [outbox.put(SRI, Outbound(text, replaces=place)) for text, place in texts[1:]]
    line.gate.set()
    await asyncio.gather(*tasks)
    assert line.tried == said


async def test_the_same_screen_is_said_once_of_what_waits() -> None:
    line = Line()
    outbox = line.outbox
    line.gate.clear()
    tasks = [outbox.put(SRI, Outbound("1"))]
    await until(lambda: line.tried)
    tasks += [outbox.put(SRI, Outbound("kodenya")) for _ in range(10)]
    line.gate.set()
    await asyncio.gather(*tasks)
    assert line.tried == ["1", "kodenya"]


async def test_of_a_long_queue_only_the_end_is_sent_and_other_chats_do_not_wait() -> None:
    line = Line()
    outbox = line.outbox
    line.gate.clear()
    tasks = [outbox.put(SRI, Outbound("first"))]
    await until(lambda: line.tried)
    tasks += [outbox.put(SRI, Outbound(str(number))) for number in range(1000)]
    assert sum(not task.done() for task in tasks) == 1 + LONGEST  # the rest is forgotten at once
    line.gate.set()
    await asyncio.gather(*tasks, outbox.put(BUDI, Outbound("a")))
    assert line.said[1] == "2: a"
    assert [said[3:] for said in line.said if said[0] == "1"] == [
        "first",
        *map(str, range(1000 - LONGEST, 1000)),
    ]


async def test_stopping_lets_what_waits_go_out_but_not_for_ever() -> None:
    line = Line()
    outbox = line.outbox
    task = outbox.put(SRI, Outbound("1"))
    await outbox.flush(5)
    assert line.said == ["1: 1"]
    line.gate.clear()
    task = outbox.put(SRI, Outbound("2"))
    await outbox.flush(0.01)
    await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()
    assert line.said == ["1: 1"]
