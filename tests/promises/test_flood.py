"""One user sends a thousand messages in a burst: gets few replies, and others are served."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.messaging.outbox import LONGEST
from bot.telegram.channel import MAX_PRESSES, TelegramChannel
from bot.whatsapp.channel import whatsapp_rates
from tests.bot.telegram.conftest import until
from tests.bot.whatsapp.line import Line, a_line
from tests.stand.citizen import Citizen
from tests.stand.phone import Phone
from tests.stand.telegram import BotApi
from tests.stand.whatsapp import CloudApiStand
from tests.tools.chat import CODE, Desk, a_desk

pytestmark = pytest.mark.takes_long

BURST = 1000


# --- Telegram ------------------------------------------------------------------------------------


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with a_desk(database_url) as desk:
        yield desk


@pytest.fixture
async def api(desk: Desk) -> AsyncIterator[BotApi]:
    """A bot that polls, at Telegram's own rates."""
    async with BotApi() as api, TelegramChannel(api.token, api_url=api.url) as telegram:
        running = asyncio.create_task(telegram.run_polling(desk.inbox.receive))
        yield api
        assert not running.done()
        assert all(len(line) <= LONGEST for line in telegram._outbox._queues.values())
        assert len(telegram._presses) <= MAX_PRESSES
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def answers_all(citizen: Citizen) -> None:
    await citizen.scans(CODE)
    for _ in range(9):
        await citizen.taps_at(2)


async def test_a_user_who_types_without_end_gets_few_replies_and_others_are_served(
    api: BotApi,
) -> None:
    flooder, sri = api.citizen(), api.citizen()
    for number in range(BURST):
        await flooder.types(f"halo {number}", wait=False)
    await answers_all(sri)
    await until(lambda: not api.updates, 120)
    assert "sudah kami simpan" in sri.sees
    assert flooder.calls() < BURST / 10


@pytest.mark.thorough
async def test_a_user_who_presses_without_end_gets_the_newest_screen_and_others_are_served(
    api: BotApi,
) -> None:
    flooder, sri = await api.citizen().scans(CODE), api.citizen()
    for number in range(BURST):
        data = flooder.screen.rows[number % 4][0]["callback_data"]
        await flooder.presses(data, wait=False)
    await answers_all(sri)
    await until(lambda: not api.updates, 120)
    assert "sudah kami simpan" in sri.sees
    await flooder.taps_at(0)  # and is served like everybody afterwards
    assert "Pertanyaan" in flooder.sees


# --- WhatsApp ------------------------------------------------------------------------------------


@pytest.fixture
async def line(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Line]:
    """At the Cloud API's own rates."""
    monkeypatch.setattr("bot.whatsapp.channel.FLUSH_TIME", 0.0)
    async with a_line(database_url) as line:
        line.channel._limiter = whatsapp_rates()
        yield line
        assert all(len(waiting) <= LONGEST for waiting in line.channel._outbox._queues.values())


@pytest.mark.thorough
async def test_a_flood_on_whatsapp_costs_little_and_others_answer_meanwhile(line: Line) -> None:
    number = "628999"

    async def floods(stand: CloudApiStand, first: int) -> None:
        for at in range(first, BURST, 20):
            assert await stand.posts(stand.says(number, text={"body": f"halo {at}"})) == 200

    async def answers(phone: Phone) -> None:
        await phone.scans(CODE)
        for _ in range(9):
            await phone.taps_at(2)

    await asyncio.gather(*(floods(line.stand, first) for first in range(20)), answers(line.phone()))
    assert len(await line.responses()) == 1
    assert len(line.stand.to(number)) <= 60  # 40 at once, then one in six seconds
