"""Long polling over a real socket: nothing is acknowledged before it is committed."""

import asyncio
import logging
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channel import Send
from bot.drain import Drain
from bot.message import Address, Inbound, Outbound
from bot.outbox import Outbox
from bot.telegram import wire
from bot.telegram.channel import TelegramChannel
from bot.telegram.polling import Polling
from bot.telegram.reception import Reception
from skm.aside import Aside
from skm.store.database import StoreError
from tests.bot.telegram.conftest import Notebook, polling, unlimited, until
from tests.bot.telegram.updates import WARGA, message
from tests.stand.telegram import BotApi
from tests.stand.trouble import refusal, too_many

FULL = "The disk is full: free some space; nothing was stored."


async def test_one_persons_messages_are_taken_in_order(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook
) -> None:
    gate = notebook.gates["1"] = asyncio.Event()
    citizen = api.citizen()
    for text in ("1", "2", "3"):
        await citizen.types(text, wait=False)
    async with polling(telegram, notebook):
        await until(lambda: notebook.begun)
        assert notebook.begun == ["1"]
        gate.set()
        await until(lambda: len(notebook.committed) == 3)
    assert notebook.committed == ["1", "2", "3"]


async def test_nobody_waits_for_anybody_else(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook
) -> None:
    notebook.gates["lambat"] = asyncio.Event()
    await api.citizen().types("lambat", wait=False)
    for n in range(30):
        await api.citizen().types(f"{n}", wait=False)
    async with polling(telegram, notebook):
        await until(lambda: len(notebook.committed) == 30)
        assert "lambat" not in notebook.committed
        notebook.gates["lambat"].set()


async def test_the_next_updates_are_asked_for_only_after_the_commit(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook
) -> None:
    notebook.gates["1"] = asyncio.Event()
    await api.citizen().types("1", wait=False)
    async with polling(telegram, notebook):
        await until(lambda: notebook.begun)
        await api.citizen().types("2", wait=False)
        assert len(api.updates) == 2  # Telegram was told of nothing yet
        assert len(api.made("getUpdates")) == 1
        notebook.gates["1"].set()
        await until(lambda: not api.updates)
    assert notebook.committed == ["1", "2"]


async def test_whoever_is_slow_holds_up_nobody_and_is_acknowledged_when_it_is_done(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook
) -> None:
    gate = notebook.gates["foto"] = asyncio.Event()
    slow, other = api.citizen(), api.citizen()
    await slow.types("foto", wait=False)
    async with polling(telegram, notebook):
        await until(lambda: notebook.begun)
        await slow.types("sesudah", wait=False)
        for text in ("1", "2", "3"):
            await other.types(text)
        assert notebook.committed == ["1", "2", "3"]
        assert len(api.updates) == 5  # nothing behind the slow one may be forgotten yet
        gate.set()
        await until(lambda: not api.updates)
    assert notebook.begun == ["foto", "1", "2", "3", "sesudah"]
    assert notebook.committed == ["1", "2", "3", "foto", "sesudah"]


async def test_told_to_stop_it_finishes_what_is_slow_and_confirms_nothing_that_waits_behind_it(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook
) -> None:
    drain = Drain()
    gate = notebook.gates["foto"] = asyncio.Event()
    slow = api.citizen()
    await slow.types("foto", wait=False)
    running = asyncio.create_task(telegram.run_polling(notebook.receive, drain))
    await until(lambda: notebook.begun)
    await slow.types("sesudah", wait=False)
    await api.citizen().types("1")
    drain.ask()
    gate.set()
    await running
    assert notebook.committed == ["1", "foto"]
    assert len(api.updates) == 2  # "sesudah" and, behind it, "1" come to the next process


async def test_what_was_not_shown_yet_is_not_acknowledged_yet(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook
) -> None:
    hanging = api.goes_wrong("sendMessage", hangs=True, accepted=True)
    async with polling(telegram, notebook):
        await api.citizen().types("halo", wait=False)
        await until(lambda: api.made("sendMessage"))
        assert api.updates  # a crash now would deliver it again, and it would be shown
        hanging.over.set()
        await until(lambda: not api.updates)


async def test_a_reply_that_is_held_back_holds_back_no_updates(
    monkeypatch: pytest.MonkeyPatch, telegram: TelegramChannel, api: BotApi, notebook: Notebook
) -> None:
    monkeypatch.setattr("bot.telegram.reception.LINGER", 0.05)
    monkeypatch.setattr("bot.telegram.channel.GRACE", 0.05)
    held, other = api.citizen(), api.citizen()
    api.goes_wrong("sendMessage", too_many(300), chat=held.id)
    async with polling(telegram, notebook):
        await held.types("1", wait=False)
        await until(lambda: "1" in notebook.committed)
        await other.types("2")
    assert other.sees == "2"


async def test_what_a_crash_interrupted_is_delivered_again(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook
) -> None:
    notebook.gates["2"] = asyncio.Event()
    await api.citizen().types("1", wait=False)
    await api.citizen().types("2", wait=False)
    async with polling(telegram, notebook):
        await until(lambda: len(notebook.begun) == 2)
    assert notebook.committed == ["1"]
    notebook.gates.clear()
    async with polling(telegram, notebook):
        await until(lambda: not api.updates)
    assert notebook.committed == ["1", "1", "2"]  # the inbox knows the first one by its id
    assert notebook.ids[0] == notebook.ids[1]


async def test_while_the_store_fails_the_update_comes_again(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook, caplog: pytest.LogCaptureFixture
) -> None:
    notebook.troubles["2"] = [StoreError(FULL), StoreError(FULL)]
    citizen, other = api.citizen(), api.citizen()
    for text in ("1", "2", "3"):
        await citizen.types(text, wait=False)
    await other.types("a", wait=False)
    async with polling(telegram, notebook):
        await until(lambda: not api.updates)
    assert [said for said in notebook.committed if said != "a"] == ["1", "2", "3"]
    assert notebook.committed.count("a") == 1
    assert FULL in caplog.text


async def test_a_malformed_update_costs_only_itself(
    api: BotApi, notebook: Notebook, caplog: pytest.LogCaptureFixture
) -> None:
    aside: list[Aside] = []

    async def keep(one: Aside) -> None:
        aside.append(one)

    await api.citizen().types("1", wait=False)
    poison = api.deliver({"message": {"text": "rahasia", "from": "?"}})
    api.updates[0] = {"update_id": "x", "message": {}}
    await api.citizen().types("2", wait=False)
    async with TelegramChannel(
        api.token,
        api_url=api.url,
        limiter=unlimited(),
        keep=keep,
    ) as telegram, polling(telegram, notebook):  # fmt: skip
        await until(lambda: not api.updates)
        await api.citizen().types("3")
    assert sorted(notebook.committed) == ["1", "2", "3"]
    stray, malformed = sorted(aside, key=lambda one: one.message, reverse=True)[:: len(aside) - 1]
    assert malformed.message == str(poison)
    assert malformed.reason == "from is missing or no dict"
    assert '"text": "str 7", "from": "str 1"' in malformed.shape
    assert stray.message.startswith("without a number")
    assert stray.reason == "update_id is missing or no int"
    assert "rahasia" not in caplog.text


async def test_a_mistake_of_ours_stops_one_update_and_not_the_bot(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook, caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("bot.telegram.polling.backoff", lambda failures: 0.01)
    notebook.troubles["rahasia"] = [KeyError("rahasia")] * 99
    citizen = api.citizen()
    await citizen.types("rahasia", wait=False)
    await citizen.types("2", wait=False)
    async with polling(telegram, notebook):
        await until(lambda: not api.updates)
        assert notebook.committed == ["2"]
    assert notebook.begun.count("rahasia") == 5
    assert "is kept aside: KeyError" in caplog.text
    assert "rahasia" not in caplog.text


async def test_a_mistake_of_ours_keeps_nobody_else_waiting_for_long(notebook: Notebook) -> None:
    pauses: list[float] = []
    batches: list[list[object]] = [[message("rahasia", number=n)] for n in (1, 1, 1, 1, 1)]
    done = asyncio.Event()

    async def fetch(offset: int) -> list[object]:
        if batches:
            return batches.pop()
        done.set()
        await asyncio.Event().wait()
        return []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    notebook.troubles["rahasia"] = [KeyError("x")] * 99
    reception = Reception(notebook.receive, lambda press: None, Outbox(_says_nothing))
    running = asyncio.create_task(Polling(fetch, reception, sleep=sleep).run())
    await done.wait()
    running.cancel()
    assert len(pauses) == 4
    assert max(pauses) <= 0.5


async def test_a_batch_without_a_single_number_is_asked_for_ever_more_slowly(
    notebook: Notebook,
) -> None:
    pauses: list[float] = []
    asleep = asyncio.Event()

    async def fetch(offset: int) -> list[object]:
        assert offset == 0
        return [{"nonsense": True}]

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 8:
            await asleep.wait()

    outbox = Outbox(_says_nothing)
    reception = Reception(notebook.receive, lambda press: None, outbox)
    running = asyncio.create_task(Polling(fetch, reception, sleep=sleep).run())
    await until(lambda: len(pauses) == 8)
    running.cancel()
    assert pauses[-1] > 15
    assert max(pauses) <= 30


async def _says_nothing(address: Address, outbound: Outbound) -> None: ...


async def test_a_chat_that_is_held_up_is_waited_for_once(
    monkeypatch: pytest.MonkeyPatch, notebook: Notebook
) -> None:
    """Else whoever presses on while Telegram holds them up would slow down everybody."""
    monkeypatch.setattr("bot.telegram.reception.LINGER", 3600)
    never = asyncio.Event()

    async def held_up(address: Address, outbound: Outbound) -> None:
        await never.wait()

    outbox = Outbox(held_up)
    reception = Reception(notebook.receive, lambda press: None, outbox)
    first = asyncio.create_task(reception.take(wire.read(message("1", number=1))))
    await until(lambda: outbox.is_behind("7000000001"))
    async with asyncio.timeout(20):
        for number in range(2, 50):
            await reception.take(wire.read(message(f"{number}", number=number)))
    assert len(notebook.committed) == 49
    assert not first.done()
    first.cancel()
    await outbox.drain(0)


@pytest.mark.parametrize(
    "answer",
    [
        refusal(500, "Internal Server Error"),
        refusal(502, "Bad Gateway"),
        refusal(409, "Conflict: terminated by other getUpdates request"),
        refusal(401, "Unauthorized"),
        too_many(1),
        (200, {"ok": True, "result": {"not": "a list"}}),
        None,
    ],
)
async def test_polling_goes_on_after_trouble_and_says_it_once(
    telegram: TelegramChannel,
    api: BotApi,
    notebook: Notebook,
    answer: tuple[int, dict[str, object]] | None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "bot")
    api.goes_wrong("getUpdates", answer, times=2)
    async with polling(telegram, notebook):
        await api.citizen().types("halo")
    assert notebook.committed == ["halo"]
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == len(set(said)) <= 2


async def test_another_poller_is_named(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook, caplog: pytest.LogCaptureFixture
) -> None:
    async with (
        TelegramChannel(api.token, api_url=api.url) as other,
        polling(telegram, notebook),
        polling(other, notebook),
    ):
        await until(lambda: "Another process asks for this bot's updates" in caplog.text)


async def test_polling_first_takes_away_a_webhook(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook
) -> None:
    api.webhook = {"url": "http://127.0.0.1:1/", "secret_token": "s"}
    async with polling(telegram, notebook):
        await api.citizen().types("halo")
    assert notebook.committed == ["halo"]


async def test_only_the_kinds_that_we_read_are_asked_for(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook
) -> None:
    async with polling(telegram, notebook):
        await api.citizen().types("halo")
        api.deliver({"edited_message": message("diubah")["message"]})
        assert not api.updates or all("message" in update for update in api.updates.values())
    assert api.allowed == {"message", "callback_query"}


async def test_two_hundred_people_at_once(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook
) -> None:
    async def answers() -> int:
        citizen = await api.citizen().scans("K7Q2M9")
        for label in ("Baik", "Buruk", "Baik"):
            await citizen.taps(label)
        return citizen.calls()

    async with polling(telegram, notebook):
        calls = await asyncio.gather(*(answers() for _ in range(200)))
        await until(lambda: not api.presses)
    assert max(calls) <= 7
    assert len(notebook.committed) == 800
    assert len(set(notebook.ids)) == 800


async def test_told_to_stop_it_finishes_what_it_took_confirms_it_and_asks_no_more(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook
) -> None:
    drain = Drain()
    gate = notebook.gates["1"] = asyncio.Event()
    await api.citizen().types("1", wait=False)
    running = asyncio.create_task(telegram.run_polling(notebook.receive, drain))
    await until(lambda: notebook.begun)
    drain.ask()
    await api.citizen().types("2", wait=False)
    gate.set()
    await running
    assert notebook.committed == ["1"]
    assert len(api.updates) == 1  # "1" is confirmed, "2" waits for the next process


async def test_told_to_stop_it_does_not_wait_for_a_question_that_is_open(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook
) -> None:
    drain = Drain()
    running = asyncio.create_task(telegram.run_polling(notebook.receive, drain))
    await until(lambda: any(call.method == "getUpdates" for call in api.calls))
    drain.ask()
    async with asyncio.timeout(20):  # Telegram would keep it for half a minute
        await running


async def test_told_to_stop_while_telegram_is_away_it_stops(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook
) -> None:
    api.goes_wrong("deleteWebhook", times=1000)
    drain = Drain()
    running = asyncio.create_task(telegram.run_polling(notebook.receive, drain))
    await until(lambda: not telegram.answers)
    drain.ask()
    await running


@dataclass
class Telegram:
    """Keeps updates until they are acknowledged, which is refused before they are committed.

    `people`: of each update who sent it, how long taking it takes, and how often it fails first.
    """

    people: list[tuple[int, int, int]]
    told: int = 0
    offset: int = 1
    tries: Counter[int] = field(default_factory=Counter)
    committed: list[int] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def fetch(self, offset: int) -> list[object]:
        assert set(range(1, offset)) <= set(self.committed)
        self.offset, self.told = max(self.offset, offset), self.told + 2
        if self.offset > len(self.people):
            self.over.set()
            await asyncio.Event().wait()
        numbers = range(self.offset, min(self.offset + 6, self.told, len(self.people) + 1))
        return [self._update(number) for number in numbers]

    def _update(self, number: int) -> dict[str, Any]:
        whose = self.people[number - 1][0]
        return message("x", number=number, who={**WARGA, "id": 7 + whose})

    async def receive(self, inbound: Inbound, send: Send) -> None:
        number = int(inbound.id)
        _, turns, fails = self.people[number - 1]
        for _ in range(turns):
            await asyncio.sleep(0.001)
        self.tries[number] += 1
        if self.tries[number] <= fails:
            raise StoreError(FULL)
        self.committed.append(number)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 6), st.integers(0, 2)), max_size=20))
async def test_each_is_taken_once_in_its_persons_order_and_acknowledged_after_its_commit(
    people: list[tuple[int, int, int]],
) -> None:
    telegram = Telegram(people)
    reception = Reception(telegram.receive, lambda press: None, Outbox(_says_nothing))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("bot.telegram.polling.PATIENCE", 0.002)
        polling = Polling(telegram.fetch, reception, sleep=lambda seconds: asyncio.sleep(0))
        running = asyncio.create_task(polling.run())
        over = asyncio.create_task(telegram.over.wait())
        await asyncio.wait({running, over}, return_when=asyncio.FIRST_COMPLETED)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
    for person in range(3):
        theirs = [n for n, (whose, _, _) in enumerate(people, 1) if whose == person]
        assert [n for n in telegram.committed if people[n - 1][0] == person] == theirs
