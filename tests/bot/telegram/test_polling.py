"""Long polling over a real socket: nothing is acknowledged before it is committed."""

import asyncio
import logging
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messaging.channel import Send
from bot.messaging.message import Address, Inbound, Outbound
from bot.messaging.outbox import Outbox
from bot.running.shutdown import Shutdown
from bot.telegram import wire
from bot.telegram.channel import TelegramChannel
from bot.telegram.polling import Polling
from bot.telegram.updates import TelegramUpdates
from skm.privacy.unreadable import UnreadableMessage
from skm.store.database.database import StoreError
from tests.bot.telegram.conftest import Notebook, polling, unlimited, until
from tests.bot.telegram.updates import WARGA, message
from tests.stand.telegram import BotApi
from tests.stand.trouble import refusal, too_many
from tests.tools.examples import examples

FULL = "The disk is full: free some space; nothing was stored."


@pytest.mark.parametrize("newest_first", [False, True])
async def test_messages_of_one_user_are_processed_in_order(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook, newest_first: bool
) -> None:
    api.newest_first = newest_first
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


async def test_users_do_not_wait_for_each_other(
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


async def test_the_next_batch_is_fetched_only_after_the_commit(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook
) -> None:
    notebook.gates["1"] = asyncio.Event()
    await api.citizen().types("1", wait=False)
    async with polling(telegram, notebook):
        await until(lambda: notebook.begun)
        await api.citizen().types("2", wait=False)
        assert len(api.updates) == 2  # nothing was acknowledged yet
        assert len(api.made("getUpdates")) == 1
        notebook.gates["1"].set()
        await until(lambda: not api.updates)
    assert notebook.committed == ["1", "2"]


async def test_a_slow_update_does_not_hold_up_others_and_is_acknowledged_when_committed(
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
        assert len(api.updates) == 5  # nothing behind the slow one may be acknowledged yet
        gate.set()
        await until(lambda: not api.updates)
    assert notebook.begun == ["foto", "1", "2", "3", "sesudah"]
    assert notebook.committed == ["1", "2", "3", "foto", "sesudah"]


async def test_a_shutdown_finishes_a_slow_update_and_confirms_nothing_behind_it(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook
) -> None:
    shutdown = Shutdown()
    gate = notebook.gates["foto"] = asyncio.Event()
    slow = api.citizen()
    await slow.types("foto", wait=False)
    running = asyncio.create_task(telegram.run_polling(notebook.receive, shutdown))
    await until(lambda: notebook.begun)
    await slow.types("sesudah", wait=False)
    await api.citizen().types("1")
    shutdown.ask()
    gate.set()
    await running
    assert notebook.committed == ["1", "foto"]
    assert len(api.updates) == 2  # "sesudah" and, behind it, "1" come to the next process


async def test_an_update_is_not_acknowledged_before_its_reply_is_sent(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook
) -> None:
    hanging = api.goes_wrong("sendMessage", hangs=True, accepted=True)
    async with polling(telegram, notebook):
        await api.citizen().types("halo", wait=False)
        await until(lambda: api.made("sendMessage"))
        assert api.updates  # a crash now would deliver it again, and it would be shown
        hanging.over.set()
        await until(lambda: not api.updates)


async def test_a_reply_that_waits_for_the_rate_limit_does_not_hold_up_updates(
    monkeypatch: pytest.MonkeyPatch, telegram: TelegramChannel, api: BotApi, notebook: Notebook
) -> None:
    monkeypatch.setattr("bot.telegram.updates.REPLY_WAIT", 0.05)
    monkeypatch.setattr("bot.telegram.channel.FLUSH_TIME", 0.05)
    held, other = api.citizen(), api.citizen()
    api.goes_wrong("sendMessage", too_many(300), chat=held.id)
    async with polling(telegram, notebook):
        await held.types("1", wait=False)
        await until(lambda: "1" in notebook.committed)
        await other.types("2")
    assert other.sees == "2"


async def test_an_update_interrupted_by_a_crash_is_delivered_again(
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


async def test_an_update_is_delivered_again_while_the_store_fails(
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


async def test_a_malformed_update_does_not_affect_the_others(
    api: BotApi, notebook: Notebook, caplog: pytest.LogCaptureFixture
) -> None:
    unreadable: list[UnreadableMessage] = []

    async def record(one: UnreadableMessage) -> None:
        unreadable.append(one)

    await api.citizen().types("1", wait=False)
    malformed_id = api.deliver({"message": {"text": "rahasia", "from": "?"}})
    api.updates[0] = {"update_id": "x", "message": {}}
    await api.citizen().types("2", wait=False)
    async with TelegramChannel(
        api.token,
        api_url=api.url,
        limiter=unlimited(),
        on_unreadable=record,
    ) as telegram, polling(telegram, notebook):  # fmt: skip
        await until(lambda: not api.updates)
        await api.citizen().types("3")
    assert sorted(notebook.committed) == ["1", "2", "3"]
    by_id = sorted(unreadable, key=lambda one: one.message_id, reverse=True)
    without_id, malformed = by_id[0], by_id[-1]
    assert malformed.message_id == str(malformed_id)
    assert malformed.reason == "from is missing or not of type dict"
    assert '"text": "str 7", "from": "str 1"' in malformed.shape
    assert without_id.message_id.startswith("without an id")
    assert without_id.reason == "update_id is missing or not of type int"
    assert "rahasia" not in caplog.text


async def test_an_update_that_always_fails_is_recorded_as_unreadable(
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
    assert "is unreadable: KeyError" in caplog.text
    assert "rahasia" not in caplog.text


async def test_an_update_that_fails_by_a_bug_causes_short_pauses_only(notebook: Notebook) -> None:
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
    updates = TelegramUpdates(notebook.receive, lambda press: None, Outbox(_says_nothing))
    running = asyncio.create_task(Polling(fetch, updates, sleep=sleep).run())
    await done.wait()
    running.cancel()
    assert len(pauses) == 4
    assert max(pauses) <= 0.5


async def test_a_batch_without_any_update_id_is_fetched_with_growing_pauses(
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
    updates = TelegramUpdates(notebook.receive, lambda press: None, outbox)
    running = asyncio.create_task(Polling(fetch, updates, sleep=sleep).run())
    await until(lambda: len(pauses) == 8)
    running.cancel()
    assert pauses[-1] > 15
    assert max(pauses) <= 30


async def _says_nothing(address: Address, outbound: Outbound) -> None: ...


async def test_a_chat_held_up_by_telegram_is_waited_for_once(
    monkeypatch: pytest.MonkeyPatch, notebook: Notebook
) -> None:
    """Otherwise one user who presses on while being throttled would slow down all others."""
    monkeypatch.setattr("bot.telegram.updates.REPLY_WAIT", 3600)
    never = asyncio.Event()

    async def held_up(address: Address, outbound: Outbound) -> None:
        await never.wait()

    outbox = Outbox(held_up)
    updates = TelegramUpdates(notebook.receive, lambda press: None, outbox)
    first = asyncio.create_task(updates.handle(wire.read(message("1", number=1))))
    await until(lambda: outbox.is_behind("7000000001"))
    async with asyncio.timeout(20):
        for number in range(2, 50):
            await updates.handle(wire.read(message(f"{number}", number=number)))
    assert len(notebook.committed) == 49
    assert not first.done()
    first.cancel()
    await outbox.flush(0)


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
async def test_polling_continues_after_a_failure_and_logs_it_once(
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


async def test_a_second_poller_is_reported(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook, caplog: pytest.LogCaptureFixture
) -> None:
    async with (
        TelegramChannel(api.token, api_url=api.url) as other,
        polling(telegram, notebook),
        polling(other, notebook),
    ):
        await until(lambda: "Another process receives this bot's updates" in caplog.text)


async def test_polling_first_deletes_the_webhook(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook
) -> None:
    api.webhook = {"url": "http://127.0.0.1:1/", "secret_token": "s"}
    async with polling(telegram, notebook):
        await api.citizen().types("halo")
    assert notebook.committed == ["halo"]


async def test_only_messages_and_presses_are_requested(
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


async def test_a_shutdown_finishes_and_confirms_what_was_received(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook
) -> None:
    shutdown = Shutdown()
    gate = notebook.gates["1"] = asyncio.Event()
    await api.citizen().types("1", wait=False)
    running = asyncio.create_task(telegram.run_polling(notebook.receive, shutdown))
    await until(lambda: notebook.begun)
    shutdown.ask()
    await api.citizen().types("2", wait=False)
    gate.set()
    await running
    assert notebook.committed == ["1"]
    assert len(api.updates) == 1  # "1" is confirmed, "2" waits for the next process


async def test_a_shutdown_does_not_wait_for_an_open_request(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook
) -> None:
    shutdown = Shutdown()
    running = asyncio.create_task(telegram.run_polling(notebook.receive, shutdown))
    await until(lambda: any(call.method == "getUpdates" for call in api.calls))
    shutdown.ask()
    async with asyncio.timeout(20):  # Telegram would keep it for half a minute
        await running


async def test_a_shutdown_ends_the_retries_of_an_unreachable_telegram(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook
) -> None:
    api.goes_wrong("deleteWebhook", times=1000)
    shutdown = Shutdown()
    running = asyncio.create_task(telegram.run_polling(notebook.receive, shutdown))
    await until(lambda: not telegram.answers)
    shutdown.ask()
    await running


@dataclass
class Telegram:
    """Keeps updates until they are acknowledged, and fails if that comes before their commit.

    `people`: for each update its user, how many turns processing takes, and how often it fails.
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


@examples(40)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 6), st.integers(0, 2)), max_size=20))
async def test_each_update_is_committed_once_in_order_and_acknowledged_afterwards(
    people: list[tuple[int, int, int]],
) -> None:
    telegram = Telegram(people)
    updates = TelegramUpdates(telegram.receive, lambda press: None, Outbox(_says_nothing))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("bot.telegram.polling.MAX_WAIT", 0.002)
        polling = Polling(telegram.fetch, updates, sleep=lambda seconds: asyncio.sleep(0))
        running = asyncio.create_task(polling.run())
        over = asyncio.create_task(telegram.over.wait())
        await asyncio.wait({running, over}, return_when=asyncio.FIRST_COMPLETED)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
    for person in range(3):
        theirs = [n for n, (whose, _, _) in enumerate(people, 1) if whose == person]
        assert [n for n in telegram.committed if people[n - 1][0] == person] == theirs
