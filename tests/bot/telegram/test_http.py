"""The request backend of telegram.Bot: which failures it distinguishes, and where the token is."""

import asyncio
import logging
import socket
import traceback
from typing import Any

import pytest
from telegram import Bot, InputFile
from telegram.error import InvalidToken, NetworkError, TelegramError

from bot.telegram.http import PLACEHOLDER, NotConnected, TelegramHttp, Unanswered
from tests.bot.telegram.conftest import until
from tests.stand.telegram import BotApi
from tests.stand.trouble import refusal


async def ask(url: str, token: str, **limits: Any) -> str:
    """The bot's name, fetched through the request backend."""
    async with TelegramHttp(token, **limits) as request:
        user = await Bot(PLACEHOLDER, url, request=request, get_updates_request=request).get_me()
        return user.username or ""


async def test_it_reaches_the_bot_api(api: BotApi) -> None:
    assert await ask(api.url, api.token) == "skm_test_bot"


async def test_a_refused_connection_means_that_nothing_was_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(NotConnected):
        await ask(f"http://127.0.0.1:{port}/bot", "1:a")


async def test_an_unknown_host_means_that_nothing_was_sent() -> None:
    with pytest.raises(NotConnected):
        await ask("http://telegram.invalid/bot", "1:a")


async def test_an_invalid_url_means_that_nothing_was_sent() -> None:
    with pytest.raises(NotConnected):
        await ask("https://:1/bot", "1:a")


@pytest.mark.parametrize("accepted", [True, False])
async def test_a_broken_connection_leaves_the_outcome_unknown(api: BotApi, accepted: bool) -> None:
    api.goes_wrong("getMe", accepted=accepted)
    with pytest.raises(Unanswered):
        await ask(api.url, api.token)


async def test_a_timeout_leaves_the_outcome_unknown(api: BotApi) -> None:
    api.goes_wrong("getMe", hangs=True)
    with pytest.raises(Unanswered):
        await ask(api.url, api.token, read=0.2)


async def test_no_free_connection_means_that_nothing_was_sent(api: BotApi) -> None:
    api.goes_wrong("getMe", hangs=True)
    async with TelegramHttp(api.token, connections=1, connect=0.2, read=30) as request:
        bot = Bot(PLACEHOLDER, api.url, request=request, get_updates_request=request)
        first = asyncio.create_task(bot.get_me())
        await until(lambda: api.calls)
        with pytest.raises(NotConnected):
            await bot.get_me()
        first.cancel()


@pytest.mark.parametrize("status", [502, 504])
async def test_a_gateway_error_leaves_the_outcome_unknown(api: BotApi, status: int) -> None:
    api.goes_wrong("getMe", refusal(status, "Bad Gateway"))
    with pytest.raises(Unanswered):
        await ask(api.url, api.token)


async def test_status_500_is_a_network_error(api: BotApi) -> None:
    api.goes_wrong("getMe", refusal(500, "Internal Server Error"))
    with pytest.raises(NetworkError) as caught:
        await ask(api.url, api.token)
    assert type(caught.value) is NetworkError


async def test_a_closed_request_sends_nothing(api: BotApi) -> None:
    request = TelegramHttp(api.token)
    bot = Bot(PLACEHOLDER, api.url, request=request, get_updates_request=request)
    with pytest.raises(NotConnected):
        await bot.get_me()
    async with request:
        await bot.get_me()
    with pytest.raises(NotConnected):
        await bot.get_me()


@pytest.mark.parametrize("answer", [b"<html>Wi-Fi login</html>", b"[]", b"[" * 100_000, b"\xff"])
def test_an_answer_that_is_not_telegrams_is_not_logged(
    answer: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(Unanswered):
        TelegramHttp.parse_json_payload(answer)
    assert not caplog.records


async def test_files_are_uploaded(api: BotApi) -> None:
    citizen = api.citizen()
    async with TelegramHttp(api.token) as request:
        bot = Bot(PLACEHOLDER, api.url, request=request, get_updates_request=request)
        await bot.send_document(citizen.id, InputFile(b"%PDF-1.7 \x00\xff", "Laporan SKM – Q4.pdf"))
    [call] = api.made("sendDocument")
    assert call.files == {"Laporan SKM – Q4.pdf": b"%PDF-1.7 \x00\xff"}
    assert call.params["chat_id"] == str(citizen.id)


async def test_the_token_is_in_no_log_and_no_error(
    api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "telegram.Bot")
    api.goes_wrong("getMe", refusal(500, "Internal Server Error"))
    api.goes_wrong("getMe", refusal(401, "Unauthorized"))
    api.goes_wrong("getMe")
    api.goes_wrong("getMe", hangs=True)
    told = []
    for url in [api.url] * 5 + ["http://127.0.0.1:1/bot", "https://:1/bot", "ftp://a/bot"]:
        try:
            told.append(await ask(url, api.token, read=0.2))
        except TelegramError as error:
            told.append("".join(traceback.format_exception(error)) + repr(error))
    assert len(told) == 8
    assert any("InvalidToken" in text for text in told)
    secret = api.token.partition(":")[2]
    assert caplog.text
    assert secret not in caplog.text
    assert secret not in "".join(told)


async def test_a_wrong_token_raises_invalid_token(api: BotApi) -> None:
    with pytest.raises(InvalidToken):
        await ask(api.url, "1:wrong")
