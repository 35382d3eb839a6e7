"""What users receive for what they do, over real sockets and by polling, and in how many calls."""

import asyncio
import logging

import pytest

from bot.messaging.message import Outbound
from bot.telegram.channel import TelegramChannel
from tests.bot.telegram.conftest import Notebook, polling, unlimited, until
from tests.stand.telegram import BotApi
from tests.stand.trouble import moved, refusal, too_many


async def test_a_tap_costs_two_calls(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook
) -> None:
    async with polling(telegram, notebook):
        citizen = api.citizen()
        await citizen.scans("K7Q2M9")
        assert citizen.sees == "K7Q2M9"
        for _ in range(5):
            await citizen.taps("Baik")
        await until(lambda: not api.presses)
    assert citizen.calls() == 1 + 2 * 5
    assert len(citizen.chat.messages) == 1
    assert notebook.committed == ["K7Q2M9"] + ["v.good"] * 5


async def test_a_press_is_answered_before_it_is_processed(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook
) -> None:
    gate = notebook.gates["v.good"] = asyncio.Event()
    async with polling(telegram, notebook):
        citizen = await api.citizen().scans("K7Q2M9")
        await citizen.taps("Baik", wait=False)
        await until(lambda: api.made("answerCallbackQuery") and not api.presses)
        assert "v.good" not in notebook.committed
        gate.set()
        await citizen.waits()


@pytest.mark.parametrize("trouble", ["too old", "hangs", "breaks", "too many"])
async def test_a_press_that_cannot_be_answered_loses_nothing(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook, trouble: str
) -> None:
    answers = {"too many": too_many(30), "too old": refusal(400, "Bad Request: query is too old")}
    api.goes_wrong("answerCallbackQuery", answers.get(trouble), hangs=trouble == "hangs")
    async with polling(telegram, notebook):
        citizen = await api.citizen().scans("K7Q2M9")
        await citizen.taps("Baik")
    assert notebook.committed == ["K7Q2M9", "v.good"]
    assert citizen.sees == "v.good"


async def test_too_many_requests_delays_a_reply(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook
) -> None:
    api.goes_wrong("editMessageText", too_many(1))
    async with polling(telegram, notebook):
        citizen = await api.citizen().scans("K7Q2M9")
        await citizen.taps("Baik")
    assert citizen.sees == "v.good"


@pytest.mark.parametrize("accepted", [True, False])
async def test_an_edit_with_an_unknown_outcome_is_repeated(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook, accepted: bool
) -> None:
    api.goes_wrong("editMessageText", accepted=accepted)
    async with polling(telegram, notebook):
        citizen = await api.citizen().scans("K7Q2M9")
        await citizen.taps("Baik", wait=False)
        await until(lambda: len(api.made("editMessageText")) == 2)
        await citizen.waits()
    assert citizen.sees == "v.good"


async def test_a_new_message_with_an_unknown_outcome_is_not_repeated(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook, caplog: pytest.LogCaptureFixture
) -> None:
    api.goes_wrong("sendMessage", accepted=True)
    async with polling(telegram, notebook):
        citizen = await api.citizen().types("keluhan saya")
        await until(lambda: "did not reach" in caplog.text)
    assert len(api.made("sendMessage")) == 1
    assert len(citizen.chat.messages) == 1
    assert "keluhan" not in caplog.text


async def test_a_refused_reply_is_logged_without_its_text(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    citizen, other = api.citizen(), api.citizen()
    citizen.chat.blocked = True
    async with polling(telegram, notebook):
        await citizen.types("rahasia")
        await other.types("halo")
        await until(lambda: "did not reach" in caplog.text)
    assert notebook.committed == ["rahasia", "halo"]
    assert "rahasia" not in caplog.text
    assert str(citizen.id) not in caplog.text


async def test_a_reply_goes_to_the_new_id_of_a_migrated_group(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook
) -> None:
    old, new = api.citizen(1, group=-5), api.citizen(2, group=-100_777)
    api.goes_wrong("sendMessage", moved(-100_777), chat=-5)
    async with polling(telegram, notebook):
        await old.types("/report", wait=False)
        await new.waits()
    assert new.sees == "/report"


async def test_an_impossible_reply_does_not_affect_the_next_one(
    telegram: TelegramChannel, api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    notebook = Notebook(reply=lambda inbound: Outbound("" if inbound.text == "x" else "halo"))
    async with polling(telegram, notebook):
        citizen = api.citizen()
        await citizen.types("x", wait=False)
        await citizen.types("y")
        assert citizen.sees == "halo"
        await until(lambda: "A reply could not be made" in caplog.text)
    assert "ValueError" in caplog.text


async def test_of_several_edits_waiting_for_one_message_only_the_last_is_sent(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.updates.REPLY_WAIT", 0.05)
    async with polling(telegram, notebook):
        citizen = await api.citizen().scans("K7Q2M9")
        hanging = api.goes_wrong("editMessageText", hangs=True)
        await citizen.presses("v.1", wait=False)
        await until(lambda: api.made("editMessageText"))
        for data in ("v.2", "v.3", "v.4"):
            await citizen.presses(data, wait=False)
        await until(lambda: len(notebook.committed) == 5)
        hanging.over.set()
        await until(lambda: citizen.sees == "v.4")
    shown = [call.params["text"] for call in api.made("editMessageText")]
    assert shown == ["v.1", "v.1", "v.4"]


async def test_queued_messages_are_sent_before_the_channel_closes(api: BotApi) -> None:
    api.latency = 0.2
    notebook = Notebook()
    async with (
        TelegramChannel(api.token, api_url=api.url, limiter=unlimited()) as telegram,
        polling(telegram, notebook),
    ):
        citizen = api.citizen()
        await citizen.types("halo", wait=False)
        await until(lambda: notebook.committed)
    assert citizen.sees == "halo"
