"""Sending to Telegram over a real socket: rate limits, edits, files, errors, and the bot's menu."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.messaging.channel import SendError
from bot.messaging.message import Address, Attachment, Choice, Outbound
from bot.messaging.rate_limit import Limiter, Rate
from bot.telegram.channel import TelegramChannel
from bot.telegram.errors import TokenRefused
from tests.bot.telegram.conftest import unlimited
from tests.stand.citizen import Citizen
from tests.stand.telegram import BotApi
from tests.stand.trouble import moved, refusal, too_many

GONE = Outbound("Pertanyaan 2", replaces="9999")
PNG = Attachment("ikm.png", "image/png", b"\x89PNG....")


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


async def test_a_message_that_was_deleted_is_sent_again(
    telegram: TelegramChannel, api: BotApi
) -> None:
    citizen = api.citizen()
    await telegram.send(address_of(citizen), GONE)
    assert citizen.sees == "Pertanyaan 2"
    assert [call.method for call in api.made()] == ["editMessageText", "sendMessage"]


async def test_a_reply_in_a_topic_stays_there_or_comes_into_the_chat_if_the_topic_is_closed(
    telegram: TelegramChannel, api: BotApi
) -> None:
    member = api.citizen(group=-100_777)
    member.chat.topics |= {7: True, 8: False}
    for topic, shown_in in ((7, 7), (8, 0), (9, 0)):
        await telegram.send(replace(address_of(member), thread=str(topic)), Outbound("halo"))
        assert member.screen.thread == shown_in


@pytest.mark.parametrize("url", ["http://localhost:8080/s/PAJANG", "http://server/s/PAJANG"])
async def test_a_link_that_telegram_refuses_in_a_button_is_sent_as_text(
    telegram: TelegramChannel, api: BotApi, url: str
) -> None:
    citizen = api.citizen()
    rows = ((Choice("Formulir", url=url), Choice("Batal", "v.x")), (Choice("Lain", url=url),))
    for replaces in (None, "edited"):
        place = str(citizen.screen.id) if replaces else None
        await telegram.send(address_of(citizen), Outbound("Buka", rows, replaces=place))
        assert citizen.sees == f"Buka\nFormulir: {url}\nLain: {url}"
        assert citizen.buttons == "[Batal]"
    assert len(citizen.chat.messages) == 1


async def test_a_picture_cannot_become_a_text_so_a_new_message_is_sent(
    telegram: TelegramChannel, api: BotApi
) -> None:
    citizen = api.citizen()
    await telegram.send(address_of(citizen), Outbound("Grafik", attachment=PNG))
    picture = citizen.screen
    await telegram.send(address_of(citizen), Outbound("Rincian", replaces=str(picture.id)))
    assert [message.text for message in citizen.chat.messages.values()] == ["Grafik", "Rincian"]


@pytest.mark.parametrize(
    "said",
    ["Bad Request: PHOTO_INVALID_DIMENSIONS", "Bad Request: not enough rights to send photos"],
)
async def test_a_text_comes_without_a_picture_that_is_refused(
    telegram: TelegramChannel, api: BotApi, said: str
) -> None:
    citizen = api.citizen()
    api.goes_wrong("sendPhoto", refusal(400, said))
    await telegram.send(address_of(citizen), Outbound("IKM 86,34", attachment=PNG))
    assert citizen.sees == "IKM 86,34"
    assert [call.method for call in api.made()] == ["sendPhoto", "sendMessage"]


async def test_files_arrive_complete(telegram: TelegramChannel, api: BotApi) -> None:
    citizen = api.citizen()
    document = Attachment("Laporan.pdf", "application/pdf", bytes(range(256)) * 4096)
    await telegram.send(address_of(citizen), Outbound("Grafik", attachment=PNG))
    await telegram.send(address_of(citizen), Outbound("Laporan", attachment=document))
    photo, file = api.made()
    assert (photo.method, photo.files) == ("sendPhoto", {"ikm.png": PNG.content})
    assert (file.method, file.files) == ("sendDocument", {"Laporan.pdf": document.content})
    assert file.params["caption"] == "Laporan"


async def test_a_long_comment_is_shortened_instead_of_refused(
    telegram: TelegramChannel, api: BotApi
) -> None:
    citizen = api.citizen()
    await telegram.send(address_of(citizen), Outbound("Saran: 👍 panjang\n" * 600))
    assert citizen.sees.endswith("…")


async def test_a_user_who_blocked_the_bot_is_reported(
    telegram: TelegramChannel, api: BotApi
) -> None:
    citizen = api.citizen()
    citizen.chat.blocked = True
    assert (await refused(telegram, citizen, Outbound("halo"))).blocked


async def test_a_deleted_chat_is_reported_as_blocked(
    telegram: TelegramChannel, api: BotApi
) -> None:
    citizen = api.citizen()
    del api.chats[citizen.chat.id]
    assert (await refused(telegram, citizen, Outbound("halo"))).blocked


async def test_a_migrated_group_is_reported_with_its_new_id(
    telegram: TelegramChannel, api: BotApi
) -> None:
    api.goes_wrong("sendMessage", moved(-100_777))
    assert (await refused(telegram, api.citizen(group=-5), Outbound("halo"))).moved == "-100777"


async def test_a_broken_connection_has_an_unknown_outcome(
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


async def test_an_unreachable_telegram_is_retryable(api: BotApi) -> None:
    citizen = api.citizen()
    async with TelegramChannel(api.token, api_url="http://127.0.0.1:1/bot") as telegram:
        assert (await refused(telegram, citizen, Outbound("halo"))).retryable


async def test_too_many_requests_is_retryable_at_the_time_that_telegram_names(api: BotApi) -> None:
    now = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
    api.goes_wrong("sendMessage", too_many(7))
    async with TelegramChannel(api.token, api_url=api.url, now=lambda: now) as telegram:
        error = await refused(telegram, api.citizen(), Outbound("halo"))
    assert error.retryable
    assert error.retry_at == now + timedelta(seconds=7)


async def test_after_too_many_requests_only_that_chat_waits(api: BotApi) -> None:
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


async def test_edits_do_not_wait_for_the_rate_of_their_chat(api: BotApi) -> None:
    citizen = api.citizen()
    limiter = Limiter(Rate(10_000, 100), chat=Rate(1 / 3600), bulk=Rate(1))
    async with TelegramChannel(api.token, api_url=api.url, limiter=limiter) as telegram:
        await telegram.send(address_of(citizen), Outbound("1"))
        async with asyncio.timeout(20):
            for text in ("2", "3", "4"):
                place = str(citizen.screen.id)
                await telegram.send(address_of(citizen), Outbound(text, replaces=place))
    assert citizen.sees == "4"


# --- who we are -----------------------------------------------------------------------------------


async def test_the_bot_name_is_fetched_once(telegram: TelegramChannel, api: BotApi) -> None:
    assert await telegram.fetch_bot_name() == "skm_test_bot"
    assert await telegram.fetch_bot_name() == "skm_test_bot"
    assert len(api.made("getMe")) == 1


async def test_without_an_answer_the_bot_name_is_empty(
    telegram: TelegramChannel, api: BotApi
) -> None:
    api.goes_wrong("getMe", times=3)
    assert await telegram.fetch_bot_name() == ""
    assert await telegram.fetch_bot_name() == "skm_test_bot"


async def test_a_refused_token_says_what_to_do(api: BotApi) -> None:
    async with TelegramChannel("123456:wrong", api_url=api.url) as telegram:
        with pytest.raises(TokenRefused, match="does not accept SKM_TELEGRAM_TOKEN") as caught:
            await telegram.fetch_bot_name()
    assert "wrong" not in str(caught.value)


async def test_menus_are_set_for_all_chats_and_for_one(
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
