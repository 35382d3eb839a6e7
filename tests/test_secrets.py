"""No secret leaves the process by another way than to whom it is meant for."""

import asyncio
import hashlib
import hmac
import json
import logging
import time
import traceback
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.channel import SendError
from bot.settings import Settings, SettingsError, read_settings
from bot.whatsapp.request import CloudApi
from tests.chat import CODE
from tests.serving import Server
from tests.stand.telegram import BOT, BotApi

TELEGRAM = "8123456789:AAE-the_token_of-the-bot_xxxxxxxxxxx"
WHATSAPP = "EAAGthe0token0of0the0cloud0api0xxxxxxxxxxxx"
APP, VERIFY = "the-secret-of-the-app-0123456789", "the-word-that-meta-shows-0123"
HOOK, KEY = "the_secret-of_the-hook-0123456789", "the-key-of-the-pseudonyms-0123456789"
SECRETS = (TELEGRAM, TELEGRAM.partition(":")[2], WHATSAPP, APP, VERIFY, HOOK, KEY)


def told(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


# --- messengers that answer badly ----------------------------------------------------------------


class Liar:
    """Answers nearly everything badly, each time in another way, and says back what it was sent.

    `heard`: set once both messengers were asked often enough.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.heard = asyncio.Event()

    def _counts(self, path: str) -> None:
        self.asked.append(path)
        often = {"/messages": 8, "/getUpdates": 3}
        if all(sum(one.endswith(end) for one in self.asked) >= n for end, n in often.items()):
            self.heard.set()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self._counts(request.path)
        if request.path.endswith(("/getMe", "/deleteWebhook")):
            return web.json_response({"ok": True, "result": BOT})
        echo = f"{request.url} {request.headers} {await request.text()}"
        match len(self.asked) % 7:
            case 0:
                return web.Response(status=500, text=echo)
            case 1:
                return web.json_response({"ok": False, "description": "Unauthorized"}, status=401)
            case 2:
                wait = {"ok": False, "parameters": {"retry_after": 0}}
                return web.json_response(wait, status=429)
            case 3:
                return web.Response(text=f"<html>{echo}")
            case 4:
                raise web.HTTPFound(f"http://127.0.0.1:9/{TELEGRAM}/{WHATSAPP}")
            case 5:
                assert request.transport
                request.transport.abort()
                return web.Response()
        return web.json_response([echo])


@asynccontextmanager
async def lying() -> AsyncIterator[tuple[Liar, str]]:
    liar = Liar()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", liar.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield liar, f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


# --- a whole server ------------------------------------------------------------------------------


@dataclass
class Whole(Server):
    """Both messengers are the liar, and everything that can be logged is."""

    liar: str = ""

    @property
    def environment(self) -> Mapping[str, str]:
        return {
            **super().environment,
            "PYTHONASYNCIODEBUG": "1",
            "SKM_LOG_LEVEL": "DEBUG",
            "SKM_SECRET_KEY": KEY,
            "SKM_TELEGRAM_TOKEN": TELEGRAM,
            "SKM_TELEGRAM_API_URL": f"{self.liar}/bot",
            "SKM_TELEGRAM_FILE_URL": f"{self.liar}/file/bot",
            "SKM_TELEGRAM_WEBHOOK_SECRET": HOOK,
            "SKM_WHATSAPP_TOKEN": WHATSAPP,
            "SKM_WHATSAPP_PHONE_ID": "1",
            "SKM_WHATSAPP_APP_SECRET": APP,
            "SKM_WHATSAPP_VERIFY_TOKEN": VERIFY,
            "SKM_WHATSAPP_NUMBER": "6281200000000",
            "SKM_WHATSAPP_API_URL": self.liar,
        }


async def test_a_server_whose_messengers_answer_badly_tells_nobody_its_secrets(
    tmp_path: Path,
) -> None:
    async with lying() as (liar, url), BotApi() as api:
        server = Whole(tmp_path, api, liar=url)
        await server.set_up()
        await server.start()
        try:
            for number in range(8):
                await _says(server, f"62811000{number}", CODE)
            await asyncio.wait_for(liar.heard.wait(), 60)
            arguments = _arguments_of(server)
        finally:
            await server.stop()
        kept = b"".join(path.read_bytes() for path in tmp_path.glob("skm.db*"))
    assert "A screen did not reach its chat" in server.log
    assert told(server.log) == []
    assert told(arguments) == []
    assert told(kept.decode("latin-1")) == []


async def _says(server: Server, number: str, text: str) -> None:
    """Meta posts what somebody wrote."""
    message = {
        "id": f"wamid.{number}",
        "from": number,
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": text},
    }
    value = {"metadata": {"phone_number_id": "1"}, "messages": [message]}
    body = json.dumps({"entry": [{"changes": [{"field": "messages", "value": value}]}]}).encode()
    signature = hmac.digest(APP.encode(), body, hashlib.sha256).hex()
    headers = {"X-Hub-Signature-256": f"sha256={signature}"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{server.url}/whatsapp", data=body, headers=headers) as answer,
    ):
        assert answer.status == 200


def _arguments_of(server: Server) -> str:
    """Of the server and of everything that it has started."""
    assert server.process
    family = [server.process.pid]
    lines = []
    for pid in family:
        family += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        lines.append(Path(f"/proc/{pid}/cmdline").read_text())
    return "\n".join(lines)


# --- by itself -----------------------------------------------------------------------------------


async def test_the_token_of_whatsapp_reaches_no_log_and_no_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Unlike in a server's log, here every library speaks and nothing is replaced."""
    caplog.set_level(logging.DEBUG)
    asyncio.get_running_loop().set_debug(True)
    errors = []
    async with lying() as (_, url):
        for address in [url] * 7 + [
            "http://127.0.0.1:9",
            "https://:1",
            "ftp://a",
            "http://nowhere.invalid",
        ]:
            async with CloudApi(address, "1", WHATSAPP, lambda: datetime.now(UTC)) as api:
                with pytest.raises(SendError) as caught:
                    await api.send({"to": "62811", "text": {"body": "Halo"}})
                errors.append("".join(traceback.format_exception(caught.value)))
                errors.append(repr(caught.value) + repr(api))
    assert caplog.text
    assert told(caplog.text + "".join(errors)) == []


def test_settings_print_no_secret() -> None:
    password = "the-password-of-the-database"
    settings = Settings(
        _env_file=None,
        database_url=f"postgresql+asyncpg://skm:{password}@host/skm",
        secret_key=KEY,
        telegram_token=TELEGRAM,
        telegram_webhook_secret=HOOK,
        whatsapp_token=WHATSAPP,
        whatsapp_phone_id="1",
        whatsapp_number="62811",
        whatsapp_app_secret=APP,
        whatsapp_verify_token=VERIFY,
    )
    for printed in (repr(settings), str(settings), f"{settings}", f"{[settings]}"):
        assert told(printed) == []
        assert password not in printed
    assert set(SECRETS[:1] + SECRETS[2:]) | {password} <= set(settings.secrets)


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret_key": "the-key-that-is-too-short"},
        {"database_url": "mysql://skm:the-password@host/skm"},
        {"telegram_rate": "the-token-in-the-wrong-line"},
        {"telegram_webhook_url": "the-token-in-the-wrong-line"},
        {"http_port": "the-token-in-the-wrong-line"},
        {"opens": "the-token-in-the-wrong-line"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_is_wrong_with_a_setting_is_told_without_what_stands_in_it(
    wrong: dict[str, str],
) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings(_env_file=None, **{"secret_key": KEY, **wrong})
    for said in (str(caught.value), "".join(traceback.format_exception(caught.value))):
        for value in wrong.values():
            assert value not in said
            assert "the-password" not in said
