"""The menus that Telegram shows: everybody's in each language, and an official's own."""

import json
from collections.abc import AsyncIterator

import pytest

from bot.official.menu import Menus
from bot.telegram.channel import TelegramChannel
from tests.bot.telegram.conftest import unlimited
from tests.stand.telegram import BotApi
from tests.stand.trouble import refusal
from tests.tools.chat import Chat, Desk, a_desk

CITIZENS = ["bahasa", "berhenti", "salinan", "hapus", "bantuan"]


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as api:
        yield api


@pytest.fixture
async def desk(database_url: str, api: BotApi) -> AsyncIterator[Desk]:
    """An installation whose officials have menus in Telegram."""
    async with (
        a_desk(database_url) as desk,
        TelegramChannel(api.token, api_url=api.url, limiter=unlimited()) as telegram,
    ):
        catalog = desk.instansi.catalog
        yield desk.answering_with(menus=Menus({telegram.name: telegram}, catalog, "id"))


def menus(api: BotApi) -> dict[str, list[str]]:
    """The commands by whom they are for: "" everybody, a language, or a chat."""
    found = {}
    for call in api.made("setMyCommands"):
        scope = json.loads(call.params["scope"]) if "scope" in call.params else {}
        names = [command["command"] for command in json.loads(call.params["commands"])]
        found[str(scope.get("chat_id") or call.params.get("language_code", ""))] = names
    return found


async def joins(desk: Desk, role: str, chat: str) -> Chat:
    """Somebody whose chat has a number, as in Telegram, accepts an invitation."""
    token = await desk.invitation(role)
    return await Chat(desk, chat, at=chat).opens(f"i-{token}")


async def test_everybody_gets_the_citizens_commands_in_every_language(
    desk: Desk, api: BotApi
) -> None:
    await desk.inbox.officials.menus.announce(())
    assert menus(api) == dict.fromkeys(["", "id", "en", "jv"], CITIZENS)


async def test_an_official_gets_the_menu_of_the_role_and_loses_it_when_removed(
    desk: Desk, api: BotApi
) -> None:
    await joins(desk, "viewer", "71")
    admin = await joins(desk, "admin", "72")
    assert {"report", "langganan", *CITIZENS} <= set(menus(api)["71"])
    assert "undang" not in menus(api)["71"]
    assert {"undang", "petugas", "audit"} <= set(menus(api)["72"])
    await admin.types("/petugas cabut 1")
    await admin.taps("Ya, cabut")
    assert menus(api)["71"] == CITIZENS
    assert "Akses Anda sebagai petugas" in api.made("sendMessage")[-1].params["text"]


async def test_a_menu_that_is_not_taken_stops_nothing(desk: Desk, api: BotApi) -> None:
    api.goes_wrong("setMyCommands", refusal(400, "Bad Request: chat not found"))
    chat = await joins(desk, "viewer", "71")
    chat.hears("Selamat datang")
    assert len(api.made("setMyCommands")) == 1
