"""Secrets reach nothing but the service they are meant for: no log, error, argument or database."""

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

from bot.messaging.channel import SendError
from bot.running.errors import SettingsError
from bot.running.settings import Settings, read_settings
from bot.whatsapp.http import CloudApi
from tests.stand.telegram import BOT, BotApi
from tests.tools.chat import CODE
from tests.tools.serving import Server

TELEGRAM = "8123456789:AAE-the_token_of-the-bot_xxxxxxxxxxx"
WHATSAPP = "EAAGthe0token0of0the0cloud0api0xxxxxxxxxxxx"
APP, VERIFY = "the-secret-of-the-app-0123456789", "the-word-that-meta-shows-0123"
HOOK, KEY = "the_secret-of_the-hook-0123456789", "the-key-of-the-pseudonyms-0123456789"
SECRETS = (TELEGRAM, TELEGRAM.partition(":")[2], WHATSAPP, APP, VERIFY, HOOK, KEY)


def leaked(text: str) -> list[str]:
    """The secrets that stand in the text."""
    return [secret for secret in SECRETS if secret in text]


# --- messengers that fail ------------------------------------------------------------------------


class FailingApi:
    """Fails nearly every request, each time differently, and echoes what it was sent.

    `called_enough`: set once both messengers were called often enough.
    """

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.called_enough = asyncio.Event()

    def _count(self, path: str) -> None:
        self.paths.append(path)
        wanted = {"/messages": 8, "/getUpdates": 3}
        if all(sum(one.endswith(end) for one in self.paths) >= n for end, n in wanted.items()):
            self.called_enough.set()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self._count(request.path)
        for method, result in (("getMe", BOT), ("deleteWebhook", True)):
            if request.path.endswith(method):
                return web.json_response({"ok": True, "result": result})
        echo = f"{request.url} {request.headers} {await request.text()}"
        match len(self.paths) % 7:
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
async def failing_api() -> AsyncIterator[tuple[FailingApi, str]]:
    """The API and its URL."""
    api = FailingApi()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", api.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield api, f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


# --- a whole server ------------------------------------------------------------------------------


@dataclass
class LoggingServer(Server):
    """A server with everything logged that can be; `messengers`: the URL of both APIs."""

    messengers: str = ""

    @property
    def environment(self) -> Mapping[str, str]:
        return {
            **super().environment,
            "PYTHONASYNCIODEBUG": "1",
            "SKM_LOG_LEVEL": "DEBUG",
            "SKM_SECRET_KEY": KEY,
            "SKM_TELEGRAM_TOKEN": TELEGRAM,
            "SKM_TELEGRAM_API_URL": f"{self.messengers}/bot",
            "SKM_TELEGRAM_FILE_URL": f"{self.messengers}/file/bot",
            "SKM_TELEGRAM_WEBHOOK_SECRET": HOOK,
            "SKM_WHATSAPP_TOKEN": WHATSAPP,
            "SKM_WHATSAPP_PHONE_ID": "1",
            "SKM_WHATSAPP_APP_SECRET": APP,
            "SKM_WHATSAPP_VERIFY_TOKEN": VERIFY,
            "SKM_WHATSAPP_NUMBER": "6281200000000",
            "SKM_WHATSAPP_API_URL": self.messengers,
        }


async def test_a_server_whose_messengers_fail_leaks_no_secret(
    tmp_path: Path,
) -> None:
    async with failing_api() as (failing, url), BotApi() as api:
        server = LoggingServer(tmp_path, api, messengers=url)
        await server.set_up()
        await server.start()
        try:
            for number in range(8):
                await _post_message(server, f"62811000{number}", CODE)
            await asyncio.wait_for(failing.called_enough.wait(), 60)
            arguments = _command_lines(server)
        finally:
            await server.stop()
        database = b"".join(path.read_bytes() for path in tmp_path.glob("skm.db*"))
    assert "A reply did not reach its chat" in server.log
    assert leaked(server.log) == []
    assert leaked(arguments) == []
    assert leaked(database.decode("latin-1")) == []


async def _post_message(server: Server, number: str, text: str) -> None:
    """What Meta posts when the user of this number writes the text."""
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


def _command_lines(server: Server) -> str:
    """Those of the server and of all its child processes."""
    assert server.process
    pids = [server.process.pid]
    lines = []
    for pid in pids:
        pids += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        lines.append(Path(f"/proc/{pid}/cmdline").read_text())
    return "\n".join(lines)


# --- parts by themselves -------------------------------------------------------------------------


async def test_the_whatsapp_token_reaches_no_log_and_no_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Every library logs at DEBUG here, and our log filter is not installed."""
    caplog.set_level(logging.DEBUG)
    asyncio.get_running_loop().set_debug(True)
    errors = []
    async with failing_api() as (_, url):
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
    assert leaked(caplog.text + "".join(errors)) == []


def test_printed_settings_show_no_secret() -> None:
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
        assert leaked(printed) == []
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
def test_an_error_about_a_setting_does_not_show_its_value(
    wrong: dict[str, str],
) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings(_env_file=None, **{"secret_key": KEY, **wrong})
    for text in (str(caught.value), "".join(traceback.format_exception(caught.value))):
        for value in wrong.values():
            assert value not in text
            assert "the-password" not in text
