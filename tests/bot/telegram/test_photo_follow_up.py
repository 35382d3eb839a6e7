"""A photo of a follow-up, over sockets: real channel and inbox, simulated Telegram."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

import pytest

from bot.messaging.channel import load_photo
from bot.telegram.channel import TelegramChannel
from skm.instansi.period import Period
from skm.store.periods import follow_ups
from skm.store.survey import upps
from tests.bot.telegram.conftest import until
from tests.stand.citizen import Citizen
from tests.stand.telegram import BotApi
from tests.tools.chat import Desk, a_desk
from tests.tools.officials_city import settle
from tests.tools.pictured import jpeg

JANUARY = datetime(2027, 1, 5, 3, 0, tzinfo=UTC)


@pytest.fixture
async def desk(database_url: str, telegram: TelegramChannel) -> AsyncIterator[Desk]:
    """The inbox, reached over Telegram."""
    async with a_desk(database_url) as desk:
        await settle(desk)
        desk.time.at = JANUARY
        load = partial(load_photo, {telegram.name: telegram})
        inbox = desk.answering_with(load=load).inbox
        running = asyncio.create_task(telegram.run_polling(inbox.receive))
        yield desk
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


@pytest.fixture
async def sri(desk: Desk, api: BotApi) -> Citizen:
    """An officer who has planned the first of the three follow-ups and reports it as done."""
    sri = api.citizen()
    await sri.scans("i-" + await desk.invitation("officer", "PAJANG", "Sri"))
    await sri.types("/tl 2026-Q4")
    await sri.taps_at(0)
    await sri.taps("Tulis rencana")
    await sri.types("Membuka loket ketiga")
    await sri.taps("31 Maret 2027")
    await sri.taps("Sri")
    return await sri.taps("Tandai selesai")


async def test_an_officer_sends_a_photo_and_sees_the_stored_one(
    desk: Desk, sri: Citizen, api: BotApi
) -> None:
    await sri.sends_photo(jpeg(2400, 1800), "Loket ketiga dibuka")
    assert "Tersimpan." in sri.sees
    assert "Loket ketiga dibuka" in sri.sees
    [shown] = api.made("sendPhoto", chat=sri.id)
    [content] = shown.files.values()
    unit = await desk.db.read(lambda conn: upps.by_code(conn, "PAJANG"))
    assert unit is not None
    items = await desk.db.read(lambda conn: follow_ups.of(conn, unit, Period.parse("2026-Q4")))
    assert [item.done is not None for item in items] == [True, False, False]
    assert content.startswith(b"\xff\xd8")
    assert b"Merek" not in content


async def test_only_one_size_is_downloaded_and_only_once(sri: Citizen, api: BotApi) -> None:
    await sri.sends_photo(jpeg(), "Loket ketiga dibuka")
    [loaded] = api.made("file")
    assert api.files[loaded.params["key"]] == jpeg()


async def test_after_a_failed_download_the_officer_is_asked_to_send_the_photo_again(
    sri: Citizen, api: BotApi
) -> None:
    api.goes_wrong("getFile", (502, {"ok": False, "error_code": 502, "description": "Bad"}))
    await sri.sends_photo(jpeg(), "Loket ketiga dibuka")
    assert "kirim sekali lagi" in sri.sees
    await sri.sends_photo(jpeg(), "Loket ketiga dibuka")
    assert "Tersimpan." in sri.sees


async def test_a_citizen_answers_while_an_officers_photo_is_being_downloaded(
    sri: Citizen, api: BotApi
) -> None:
    hanging = api.goes_wrong("getFile", hangs=True)
    await sri.sends_photo(jpeg(), "Loket ketiga dibuka", wait=False)
    await until(lambda: api.made("getFile"))
    citizen = await api.citizen().scans("PAJANG")
    await citizen.taps_at(0)
    assert "Pertanyaan 2 dari 9" in citizen.sees
    hanging.over.set()  # only now Telegram breaks off
    await sri.waits()
    assert "kirim sekali lagi" in sri.sees


async def test_a_citizens_photo_is_never_downloaded(desk: Desk, sri: Citizen, api: BotApi) -> None:
    citizen = await api.citizen().scans("PAJANG")
    await citizen.sends_photo(jpeg(), "Loketnya penuh")
    assert api.made("getFile", "file") == []
