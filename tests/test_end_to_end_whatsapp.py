"""From a tap in WhatsApp to a stored answer: our server as a process, Meta as a stand."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.phrase import parse_button
from bot.settings import INSTRUMENTS
from bot.whatsapp.webhook import PATH
from skm.event import EventType
from skm.ikm import Tally
from skm.instrument import Instrument
from skm.response import Response
from skm.store import responses, tallies
from skm.store.database import Database
from skm.unsur import Unsur
from skm.visit import pseudonym
from tests.chat import CODE
from tests.databases import held
from tests.serving import KEY, Server
from tests.stand.citizen import Silence
from tests.stand.phone import Phone
from tests.stand.telegram import BotApi
from tests.stand.whatsapp import PHONE_ID, SECRET, TOKEN, VERIFY, CloudApiStand, now

INSTRUMENT = Instrument.parse((INSTRUMENTS / "skm9.toml").read_text("utf-8"))
ITEMS = [item.id for item in INSTRUMENT.items]
EVER = date(2000, 1, 1), date(2100, 1, 1)
pytestmark = pytest.mark.takes_long

SARAN = "Kursi ruang tunggu kurang nyaman"


@dataclass
class WhatsAppServer(Server):
    """`python -m bot serve` with WhatsApp alone."""

    cloud: CloudApiStand = field(default_factory=CloudApiStand)

    @property
    def environment(self) -> Mapping[str, str]:
        return {
            **super().environment,
            "SKM_TELEGRAM_TOKEN": "",
            "SKM_WHATSAPP_TOKEN": TOKEN,
            "SKM_WHATSAPP_PHONE_ID": PHONE_ID,
            "SKM_WHATSAPP_APP_SECRET": SECRET,
            "SKM_WHATSAPP_VERIFY_TOKEN": VERIFY,
            "SKM_WHATSAPP_NUMBER": "6281200000000",
            "SKM_WHATSAPP_API_URL": self.cloud.url,
            "SKM_WHATSAPP_RATE": "5000",
        }


@dataclass
class Visitor:
    """Answers by a plan made before; taps again where the bot says nothing."""

    phone: Phone
    plan: dict[str, int]
    pause: float
    asked: list[str] = field(default_factory=list)

    async def visits(self) -> None:
        while not self.phone.got:
            await self.does(self.phone.scans(CODE))
        while self.phone.choices:
            await self.does(self.answers())
            await asyncio.sleep(self.pause)

    def answers(self) -> Coroutine[None, None, Phone]:
        event = parse_button(self.phone.ids[0])[1]
        if event.type is EventType.ANSWER:
            self.asked.append(event.key)
            return self.phone.taps_at(self.plan[event.key] - 1)
        return self.phone.taps_at(0)  # the first option about oneself, or Selesai

    async def does(self, act: Coroutine[None, None, Phone]) -> None:
        """Waits longer from time to time, so that a slow machine can catch up."""
        try:
            await act
        except Silence:
            self.phone.patience *= 1.5


@asynccontextmanager
async def serving(folder: Path, database: str = "") -> AsyncIterator[WhatsAppServer]:
    async with CloudApiStand(moment=now) as cloud:
        server = WhatsAppServer(folder, BotApi(), database=database, cloud=cloud)
        cloud.webhook = server.url + PATH
        await server.set_up()
        await server.start()
        try:
            yield server
        finally:
            await server.stop()


async def stored(server: Server) -> tuple[dict[str, Response], Tally]:
    """What is on disk, by respondent, and what the rollup made of it. Nobody answered twice."""

    async def read(conn: AsyncConnection) -> tuple[list[Response], list[Tally]]:
        found = [response async for response in responses.export(conn)]
        return found, list((await tallies.of_city(conn, *EVER)).values())

    async with Database.open(server.database_url) as db:
        found, counted = await db.read(read)
    by_respondent = {response.respondent or "": response for response in found}
    assert len(by_respondent) == len(found)
    return by_respondent, sum(counted, Tally.empty())


async def test_killing_the_server_during_two_hundred_surveys_loses_and_doubles_nothing(
    tmp_path: Path,
    database_url: str,
) -> None:
    chance = random.Random(4)
    async with serving(tmp_path, database_url) as server:
        visitors = [
            Visitor(
                Phone(server.cloud, f"62812{number:07}", patience=5),
                {item: chance.randint(1, 4) for item in ITEMS},
                pause=chance.uniform(0, 0.3),
            )
            for number in range(200)
        ]
        everybody = asyncio.gather(*(visitor.visits() for visitor in visitors))
        kills = 0
        while not everybody.done() and kills < 5:
            await asyncio.sleep(chance.uniform(0.5, 2))
            await server.stop(signal.SIGKILL)
            kills += 1
            await server.start()
        await everybody
        await server.stop()
        found, tally = await stored(server)
    assert kills >= 3
    plans = {pseudonym(KEY.encode(), "whatsapp", v.phone.number): v.plan for v in visitors}
    assert {who: dict(response.answers) for who, response in found.items()} == plans
    by_hand = sum(
        (
            Tally.of_response({Unsur(item.unsur): [plan[item.id]] for item in INSTRUMENT.items})
            for plan in plans.values()
        ),
        Tally.empty(),
    )
    assert tally == by_hand
    for visitor in visitors:  # an answer that was lost would be asked for again
        assert list(dict.fromkeys(visitor.asked)) == ITEMS
        assert visitor.asked == sorted(visitor.asked, key=ITEMS.index)
    assert "Traceback" not in server.log


async def test_a_running_server_takes_a_survey_and_keeps_its_secrets(
    tmp_path: Path, database_url: str
) -> None:
    async with serving(tmp_path, database_url) as server:
        phone = Phone(server.cloud, "6281234567890")
        await phone.scans(CODE)
        for number in range(9):
            await phone.taps_at(number % 4)
        await phone.taps_at(0)
        await phone.taps_at(0)
        await phone.types(SARAN)
        await phone.taps("Selesai")
        async with server.cloud._session.get(f"{server.url}/s/{CODE}") as page:
            assert f"/s/{CODE}/whatsapp" in await page.text()
        assert await server.cloud.posts(secret="another", statuses=[]) == 401
        await server.stop()
        found, _ = await stored(server)
    [response] = found.values()
    assert response.saran == SARAN
    assert len(phone.got) == 14  # thirteen, and the thanks for a comment
    assert phone.number.encode() not in await held(database_url)
    for secret in (SARAN, f"Bearer {TOKEN}", SECRET, phone.number):
        assert secret not in server.log
