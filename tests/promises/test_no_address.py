"""No number, chat or browser id of a respondent is stored, at any moment of any conversation.

Whole conversations on each channel; after each message, before and after the reply to it, the files
of SQLite (or every row of PostgreSQL) are searched. tests/crash does the same after each crash.
"""

from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

from bot.housekeeping import lapse
from bot.messaging.message import Outbound, SentPhoto
from skm.store.upkeep import sqlite_backup
from tests.conftest import Fresh
from tests.promises import test_same_everywhere as messengers
from tests.promises import test_transcripts as stories
from tests.tools.chat import CODE, Chat, Desk, a_desk
from tests.tools.databases import all_rows, held

IDS = {"telegram": "7304418265", "whatsapp": "6281299887766", "web": "pX9-browser-of-one-person"}
WAMID = "wamid." + b64encode(f"..{IDS['whatsapp']}....".encode()).decode()
TRACES = [text.encode() for text in (*IDS.values(), WAMID)]


async def assert_nameless(desk: Desk, url: str) -> None:
    everything = await (held(url) if url.startswith("sqlite") else all_rows(desk.db))
    assert [trace for trace in TRACES if trace in everything] == []


@dataclass
class SearchedChat(Chat):
    """A chat after each message of which the whole database is searched."""

    url: str = ""

    async def _does(self, said: str, photo: SentPhoto | None = None, **what: str) -> Chat:
        await super()._does(said, photo, **what)
        await assert_nameless(self.desk, self.url)
        return self

    async def _hear(self, outbound: Outbound) -> None:
        await assert_nameless(self.desk, self.url)
        await super()._hear(outbound)


@dataclass
class SearchedDesk(Desk):
    """A deployment whose citizens all write from one channel."""

    url: str = ""
    channel: str = ""

    def chat(self, user: str = "", **kind: Any) -> Chat:
        id, numbered = IDS[self.channel], WAMID if self.channel == "whatsapp" else "m"
        return SearchedChat(self, id, self.channel, at=id, numbered=numbered, url=self.url, **kind)


@asynccontextmanager
async def searched(url: str, channel: str) -> AsyncIterator[SearchedDesk]:
    async with a_desk(url) as desk:
        yield SearchedDesk(**vars(desk), url=url, channel=channel)


async def up_to_the_ninth_answer(desk: Desk, language: str) -> Chat:
    """And there the citizen puts the phone away."""
    return await (await desk.chat(language=language).opens(CODE)).answers_all()


async def breaking_off(desk: Desk, language: str) -> Chat:
    """Until the visit lapses; the next press finds it closed."""
    chat = await (await desk.chat(language=language).opens(CODE)).answers_one()
    desk.time.passes(days=4)
    assert await lapse(desk.inbox) == 1
    return await chat.answers_one()


STORIES = [
    stories.a_whole_survey,
    stories.leaving_and_coming_back,
    stories.at_the_door,
    up_to_the_ninth_answer,
    breaking_off,
]


@pytest.mark.parametrize("channel", IDS)
@pytest.mark.parametrize("story", STORIES)
async def test_no_id_is_stored_after_any_message(
    story: FunctionType, channel: str, database_url: str
) -> None:
    async with searched(database_url, channel) as desk:
        chat = await story(desk, "id")
    assert chat.screens


async def test_a_backup_during_a_visit_holds_no_id(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as plain:
        url = sqlite_backup.url_of(tmp_path / "skm.db")
        desk = SearchedDesk(**vars(plain), url=url, channel="whatsapp")
        chat = await up_to_the_ninth_answer(desk, "id")
        await chat.taps("Lewati semua")
        await chat.types("Kursi ruang tunggu kurang.")
        sqlite_backup.copy(tmp_path / "skm.db", tmp_path / "backup", lambda done, total: None)
    copied = (tmp_path / "backup").read_bytes()
    assert b"Kursi ruang tunggu kurang." in copied
    assert [trace for trace in TRACES if trace in copied] == []


@dataclass
class SearchedTold(messengers.Told):
    """The same on a real messenger: whole updates, with names and ids in several places."""

    url: str = ""

    async def _does(self, what: str, act: Awaitable[object]) -> None:
        await super()._does(what, act)
        id = str(getattr(self.person, "number", "") or getattr(self.person, "id", ""))
        assert len(id) >= 9
        assert id.encode() not in await held(self.url)


@pytest.mark.parametrize("messenger", [messengers.on_telegram, messengers.on_whatsapp])
async def test_no_id_is_stored_of_what_a_messenger_sends(
    messenger: FunctionType, fresh: Fresh
) -> None:
    with fresh() as url:
        async with messenger(url) as citizen:
            await messengers.a_whole_survey(SearchedTold(citizen.person, citizen.screen, url=url))


async def test_an_id_would_be_found(database_url: str) -> None:
    """So the tests above can fail: here a citizen writes it into the comment."""
    async with searched(database_url, "telegram") as desk:
        chat = await up_to_the_ninth_answer(desk, "id")
        await chat.taps("Lewati semua")
        with pytest.raises(AssertionError, match=IDS["telegram"]):
            await chat.types(f"Hubungi saya di {IDS['telegram']}")
