"""An office whose machines reach the outside through a proxy only."""

import base64

import pytest
from aiohttp import web
from telegram import Bot

from bot.running.proxy import proxy_for
from bot.telegram.http import PLACEHOLDER, TelegramHttp

TELEGRAM = "https://api.telegram.org/bot"
NAMES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def test_without_a_word_in_the_environment_there_is_none() -> None:
    assert proxy_for(TELEGRAM) is None


def test_the_environment_names_one_for_a_kind_of_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.kota.go.id:3128")
    assert proxy_for(TELEGRAM) == "http://proxy.kota.go.id:3128"
    assert proxy_for("http://api.telegram.org/bot") is None


@pytest.mark.parametrize("url", ["https://api.kota.go.id/bot", "https://[", ""])
def test_some_addresses_are_reached_without_it(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.kota.go.id:3128")
    monkeypatch.setenv("NO_PROXY", ".kota.go.id")
    assert proxy_for(url) is None


async def test_the_bot_api_is_asked_through_it_with_its_password() -> None:
    seen: list[tuple[str, str]] = []

    async def proxy(request: web.BaseRequest) -> web.Response:
        seen.append((request.raw_path, request.headers.get("Proxy-Authorization", "")))
        me = {"id": 1, "is_bot": True, "first_name": "SKM", "username": "skm_test_bot"}
        return web.json_response({"ok": True, "result": me})

    runner = web.ServerRunner(web.Server(proxy))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    async with TelegramHttp("1:a", proxy=f"http://kantor:rahasia@127.0.0.1:{port}") as request:
        bot = Bot(
            PLACEHOLDER, "http://bot.invalid/bot", request=request, get_updates_request=request
        )
        assert (await bot.get_me()).username == "skm_test_bot"
    await runner.cleanup()
    word = base64.b64encode(b"kantor:rahasia").decode()
    assert seen == [("http://bot.invalid/bot1:a/getMe", f"Basic {word}")]
