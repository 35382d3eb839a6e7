"""Sending to Telegram over a real socket: turns, edits, files, refusals, and replies to people."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import pytest

from bot.channel import SendError
from bot.limiter import Limiter, Rate
from bot.message import Address, Attachment, Choice, Outbound
from bot.telegram.channel import TelegramChannel
from bot.telegram.errors import TokenRefused
from tests.bot.telegram.conftest import Notebook, polling, unlimited, until
from tests.stand.citizen import Citizen
from tests.stand.telegram import BotApi
from tests.stand.trouble import moved, refusal, too_many

GONE = Outbound("Pertanyaan 2", replaces="9999")
PNG = Attachment("ikm.png", "image/png", b"\x89PNG....", alt="IKM 86,34")


def address_of(citizen: Citizen) -> Address:
    return Address("telegram", str(citizen.id), str(citizen.chat.id))


async def refused(telegram: TelegramChannel, citizen: Citizen, outbound: Outbound) -> SendError:
    with pytest.raises(SendError) as caught:
        await telegram.send(address_of(citizen), outbound)
    return caught.value


# --- send -----------------------------------------------------------------------------------------


async def test_a_message_arrives_with_its_buttons(telegram: TelegramChannel, api: BotApi) -> None:
    citizen = api.citizen()
    rows = (
        (Choice("Baik", "v.a"), Choice("Buruk", "v.b", chosen=True)),
        (Choice("Lewati", "v.c"),),
    )
    await telegram.send(address_of(citizen), Outbound("<b>1</b> & 2", rows))
    assert citizen.sees == "<b>1</b> & 2"
    assert citizen.buttons == "[Baik] [✓ Buruk]\n[Lewati]"


async def test_a_replacement_edits_the_message(telegram: TelegramChannel, api: BotApi) -> None:
    citizen = api.citizen()
    await telegram.send(address_of(citizen), Outbound("1"))
    await telegram.send(address_of(citizen), Outbound("2", replaces=str(citizen.screen.id)))
    assert [message.text for message in citizen.chat.messages.values()] == ["2"]


async def test_the_same_screen_twice_is_no_error(telegram: TelegramChannel, api: BotApi) -> None:
    citizen = api.citizen()
    await telegram.send(address_of(citizen), Outbound("1"))
    await telegram.send(address_of(citizen), Outbound("1", replaces=str(citizen.screen.id)))
    assert citizen.calls() == 2
    assert len(citizen.chat.messages) == 1


async def test_a_message_that_is_gone_is_said_anew(telegram: TelegramChannel, api: BotApi) -> None:
    citizen = api.citizen()
    await telegram.send(address_of(citizen), GONE)
    assert citizen.sees == "Pertanyaan 2"
    assert [call.method for call in api.made()] == ["editMessageText", "sendMessage"]


async def test_a_picture_cannot_become_a_text_and_is_said_anew(
    telegram: TelegramChannel, api: BotApi
) -> None:
    citizen = api.citizen()
    await telegram.send(address_of(citizen), Outbound("Grafik", attachment=PNG))
    picture = citizen.screen
    await telegram.send(address_of(citizen), Outbound("Rincian", replaces=str(picture.id)))
    assert [message.text for message in citizen.chat.messages.values()] == ["Grafik", "Rincian"]


async def test_files_arrive_whole(telegram: TelegramChannel, api: BotApi) -> None:
    citizen = api.citizen()
    document = Attachment("Laporan.pdf", "application/pdf", bytes(range(256)) * 4096)
    await telegram.send(address_of(citizen), Outbound("Grafik", attachment=PNG))
    await telegram.send(address_of(citizen), Outbound("Laporan", attachment=document))
    photo, file = api.made()
    assert (photo.method, photo.files) == ("sendPhoto", {"ikm.png": PNG.content})
    assert (file.method, file.files) == ("sendDocument", {"Laporan.pdf": document.content})
    assert file.params["caption"] == "Laporan"


async def test_a_long_comment_arrives_cut_and_not_refused(
    telegram: TelegramChannel, api: BotApi
) -> None:
    citizen = api.citizen()
    await telegram.send(address_of(citizen), Outbound("Saran: 👍 panjang\n" * 600))
    assert citizen.sees.endswith("…")


async def test_somebody_who_blocked_us_is_said_to_have(
    telegram: TelegramChannel, api: BotApi
) -> None:
    citizen = api.citizen()
    citizen.chat.blocked = True
    assert (await refused(telegram, citizen, Outbound("halo"))).blocked


async def test_a_chat_that_is_gone_is_not_to_be_tried_again(
    telegram: TelegramChannel, api: BotApi
) -> None:
    citizen = api.citizen()
    del api.chats[citizen.chat.id]
    assert (await refused(telegram, citizen, Outbound("halo"))).blocked


async def test_a_group_that_moved_says_where_to(telegram: TelegramChannel, api: BotApi) -> None:
    api.goes_wrong("sendMessage", moved(-100_777))
    assert (await refused(telegram, api.citizen(group=-5), Outbound("halo"))).moved == "-100777"


async def test_a_connection_that_breaks_is_unknown_whether_it_arrived_or_not(
    telegram: TelegramChannel, api: BotApi
) -> None:
    citizen = api.citizen()
    api.goes_wrong("sendMessage", accepted=True)
    api.goes_wrong("sendMessage")
    for _ in range(2):
        error = await refused(telegram, citizen, Outbound("Laporan mingguan"))
        assert error.unknown
        assert not error.retryable
    assert len(citizen.chat.messages) == 1


async def test_telegram_being_away_can_be_tried_again(api: BotApi) -> None:
    citizen = api.citizen()
    async with TelegramChannel(api.token, api_url="http://127.0.0.1:1/bot") as telegram:
        assert (await refused(telegram, citizen, Outbound("halo"))).retryable


async def test_too_many_says_when_to_try_again(api: BotApi) -> None:
    now = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
    api.goes_wrong("sendMessage", too_many(7))
    async with TelegramChannel(api.token, api_url=api.url, now=lambda: now) as telegram:
        error = await refused(telegram, api.citizen(), Outbound("halo"))
    assert error.retryable
    assert error.retry_at == now + timedelta(seconds=7)


async def test_after_too_many_that_chat_waits_and_the_others_do_not(api: BotApi) -> None:
    held, other = api.citizen(), api.citizen()
    api.goes_wrong("sendMessage", too_many(300), chat=held.id)
    async with TelegramChannel(api.token, api_url=api.url, limiter=unlimited()) as telegram:
        await refused(telegram, held, Outbound("1"))
        waiting = asyncio.create_task(telegram.send(address_of(held), Outbound("2")))
        await telegram.send(address_of(other), Outbound("3"))
        assert other.sees == "3"
        assert not waiting.done()
        waiting.cancel()
    assert len(api.made("sendMessage", chat=held.id)) == 1


async def test_edits_follow_presses_and_wait_for_no_messages_turn(api: BotApi) -> None:
    citizen = api.citizen()
    limiter = Limiter(Rate(10_000, 100), chat=Rate(1 / 3600), bulk=Rate(1))
    async with TelegramChannel(api.token, api_url=api.url, limiter=limiter) as telegram:
        await telegram.send(address_of(citizen), Outbound("1"))
        async with asyncio.timeout(20):
            for text in ("2", "3", "4"):
                place = str(citizen.screen.id)
                await telegram.send(address_of(citizen), Outbound(text, replaces=place))
    assert citizen.sees == "4"


# --- replies to people ----------------------------------------------------------------------------


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


async def test_a_press_is_answered_before_its_answer_is_taken(
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


async def test_too_many_delays_a_reply_and_then_it_comes(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook
) -> None:
    api.goes_wrong("editMessageText", too_many(1))
    async with polling(telegram, notebook):
        citizen = await api.citizen().scans("K7Q2M9")
        await citizen.taps("Baik")
    assert citizen.sees == "v.good"


@pytest.mark.parametrize("accepted", [True, False])
async def test_an_edit_that_may_not_have_arrived_is_made_again(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook, accepted: bool
) -> None:
    api.goes_wrong("editMessageText", accepted=accepted)
    async with polling(telegram, notebook):
        citizen = await api.citizen().scans("K7Q2M9")
        await citizen.taps("Baik", wait=False)
        await until(lambda: len(api.made("editMessageText")) == 2)
        await citizen.waits()
    assert citizen.sees == "v.good"


async def test_a_message_that_may_not_have_arrived_is_not_repeated(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook, caplog: pytest.LogCaptureFixture
) -> None:
    api.goes_wrong("sendMessage", accepted=True)
    async with polling(telegram, notebook):
        citizen = await api.citizen().types("keluhan saya")
        await until(lambda: "did not reach" in caplog.text)
    assert len(api.made("sendMessage")) == 1
    assert len(citizen.chat.messages) == 1
    assert "keluhan" not in caplog.text


async def test_a_reply_that_telegram_refuses_is_logged_without_its_words(
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


async def test_a_reply_follows_a_group_that_moved(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook
) -> None:
    old, new = api.citizen(1, group=-5), api.citizen(2, group=-100_777)
    api.goes_wrong("sendMessage", moved(-100_777), chat=-5)
    async with polling(telegram, notebook):
        await old.types("/report", wait=False)
        await new.waits()
    assert new.sees == "/report"


async def test_a_reply_that_we_cannot_make_harms_no_other(
    telegram: TelegramChannel, api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    notebook = Notebook(reply=lambda inbound: Outbound("" if inbound.text == "x" else "halo"))
    async with polling(telegram, notebook):
        citizen = api.citizen()
        await citizen.types("x", wait=False)
        await citizen.types("y")
        assert citizen.sees == "halo"
        await until(lambda: "A screen could not be made" in caplog.text)
    assert "ValueError" in caplog.text


async def test_of_screens_that_wait_for_one_message_only_the_last_is_shown(
    telegram: TelegramChannel, api: BotApi, notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.reception.LINGER", 0.05)
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


# --- who we are -----------------------------------------------------------------------------------


async def test_the_bot_knows_its_name(telegram: TelegramChannel, api: BotApi) -> None:
    assert await telegram.username() == "skm_test_bot"
    assert await telegram.username() == "skm_test_bot"
    assert len(api.made("getMe")) == 1


async def test_without_telegram_the_bot_has_no_name_yet(
    telegram: TelegramChannel, api: BotApi
) -> None:
    api.goes_wrong("getMe", times=3)
    assert await telegram.username() == ""
    assert await telegram.username() == "skm_test_bot"


async def test_a_refused_token_says_what_to_do(api: BotApi) -> None:
    async with TelegramChannel("123456:wrong", api_url=api.url) as telegram:
        with pytest.raises(TokenRefused, match="does not accept SKM_TELEGRAM_TOKEN") as caught:
            await telegram.username()
    assert "wrong" not in str(caught.value)


async def test_menus_are_set_for_everybody_and_for_one_chat(
    telegram: TelegramChannel, api: BotApi
) -> None:
    await telegram.set_commands([("bantuan", "Cara memakai")], "id")
    await telegram.set_commands([("report", "IKM suatu unit")], chat="77")
    everybody, one = api.made("setMyCommands")
    assert everybody.params["language_code"] == "id"
    assert "scope" not in everybody.params
    assert '"chat_id": 77' in one.params["scope"]
    with pytest.raises(SendError):
        await telegram.set_commands([("Not A Command", "?")])


async def test_screens_on_their_way_still_go_out_when_we_stop(api: BotApi) -> None:
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
