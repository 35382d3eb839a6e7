"""From a tap in WhatsApp to a stored answer: a server process, a Cloud API stand, real sockets."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.messaging.button import parse_button
from bot.whatsapp.webhook import PATH
from skm.privacy.pseudonym import pseudonym
from skm.survey.event import EventType
from tests.stand.citizen import Silence
from tests.stand.phone import Phone
from tests.stand.telegram import BotApi
from tests.stand.whatsapp import PHONE_ID, SECRET, TOKEN, VERIFY, CloudApiStand, now
from tests.tools.chat import CODE
from tests.tools.databases import held
from tests.tools.serving import KEY, Server
from tests.tools.visitors import (
    ITEMS,
    Answers,
    assert_stored_as_planned,
    random_answers,
    restarted_during,
    stored,
)

pytestmark = pytest.mark.takes_long

SARAN = "Kursi ruang tunggu kurang nyaman"


@dataclass
class WhatsAppServer(Server):
    """`python -m bot serve` with WhatsApp as its only messenger."""

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
class WhatsAppVisitor:
    """Answers by a plan made beforehand; repeats a tap that the bot does not react to."""

    phone: Phone
    plan: Answers
    pause: float
    asked: list[str] = field(default_factory=list)

    @property
    def respondent(self) -> str:
        return pseudonym(KEY.encode(), "whatsapp", self.phone.number)

    async def visits(self) -> None:
        while not self.phone.got:
            await self._do(self.phone.scans(CODE))
        while self.phone.choices:
            await self._do(self._answers())
            await asyncio.sleep(self.pause)

    def _answers(self) -> Coroutine[None, None, Phone]:
        event = parse_button(self.phone.ids[0])[1]
        if event.type is EventType.ANSWER:
            self.asked.append(event.key)
            return self.phone.taps_at(self.plan[event.key] - 1)
        return self.phone.taps_at(0)  # the first profile option, or Selesai

    async def _do(self, action: Coroutine[None, None, Phone]) -> None:
        """Wait longer after each silence, so that a slow machine can catch up."""
        try:
            await action
        except Silence:
            self.phone.patience *= 1.5


@asynccontextmanager
async def whatsapp_server(folder: Path, database: str = "") -> AsyncIterator[WhatsAppServer]:
    async with CloudApiStand(moment=now) as cloud:
        server = WhatsAppServer(folder, BotApi(), database=database, cloud=cloud)
        cloud.webhook = server.url + PATH
        await server.set_up()
        await server.start()
        try:
            yield server
        finally:
            await server.stop()


@pytest.mark.thorough
async def test_kill_9_during_surveys_loses_and_doubles_no_answer(
    tmp_path: Path, database_url: str
) -> None:
    rng = random.Random(4)
    async with whatsapp_server(tmp_path, database_url) as server:
        visitors = [
            WhatsAppVisitor(
                Phone(server.cloud, f"62812{number:07}", patience=5),
                random_answers(rng),
                pause=rng.uniform(0, 0.3),
            )
            for number in range(80)
        ]
        surveys = asyncio.gather(*(visitor.visits() for visitor in visitors))
        kills = await restarted_during(surveys, server, rng, signal.SIGKILL, most=4, pause=(0.2, 1))
        found, tally = await stored(server.database_url)
    assert kills >= 3
    plans = {visitor.respondent: visitor.plan for visitor in visitors}
    assert_stored_as_planned(plans, found, tally)
    for visitor in visitors:  # a lost answer would be asked for again
        assert list(dict.fromkeys(visitor.asked)) == ITEMS
        assert visitor.asked == sorted(visitor.asked, key=ITEMS.index)
    assert "Traceback" not in server.log


async def test_a_whole_survey_stores_its_comment_and_no_phone_number_and_logs_neither(
    tmp_path: Path, database_url: str
) -> None:
    async with whatsapp_server(tmp_path, database_url) as server:
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
        found, _ = await stored(server.database_url)
    [response] = found.values()
    assert response.saran == SARAN
    assert len(phone.got) == 14  # thirteen, and the thanks for a comment
    assert phone.number.encode() not in await held(database_url)
    for secret in (SARAN, f"Bearer {TOKEN}", SECRET, phone.number):
        assert secret not in server.log


async def test_connections_that_whatsapp_closed_are_opened_again(
    tmp_path: Path, database_url: str
) -> None:
    async with whatsapp_server(tmp_path, database_url) as server:
        phone = await Phone(server.cloud, "6281234567890").scans(CODE)
        for _ in range(2):
            assert server.cloud.close_connections()
            await phone.taps_at(0)
        assert len(phone.got) == 3
