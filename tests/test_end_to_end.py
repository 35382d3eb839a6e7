"""From a tap to a stored answer: our server as a process, Telegram as a stand, sockets between."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.phrase import parse_button
from bot.settings import INSTRUMENTS
from skm.event import EventType
from skm.ikm import Tally
from skm.instrument import Instrument
from skm.response import Response
from skm.store import responses, tallies
from skm.store.database import Database
from skm.unsur import Unsur
from skm.visit import pseudonym
from tests.chat import CODE
from tests.serving import KEY, Server
from tests.stand.citizen import Citizen, Silence
from tests.stand.telegram import BotApi

INSTRUMENT = Instrument.parse((INSTRUMENTS / "skm9.toml").read_text("utf-8"))
ITEMS = [item.id for item in INSTRUMENT.items]
EVER = date(2000, 1, 1), date(2100, 1, 1)
SARAN = ["", "Ramah", "Antre <b>lama</b> & panas 👍🏽", "الخدمة جيدة"]

pytestmark = pytest.mark.takes_long

ways_in = pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])


@dataclass
class Visitor:
    """A citizen who answers by a plan made before, looking at the screen as a person does.

    `pause`: seconds between two taps. `insists`: presses again where the bot says nothing.
    """

    citizen: Citizen
    plan: dict[str, int]
    saran: str = ""
    pause: float = 0
    insists: bool = False
    asked: list[str] = field(default_factory=list)

    async def visits(self) -> None:
        """Scan, answer what is asked, say a little about oneself, comment, finish."""
        while not self.citizen.chat.newest:
            await self.does(self.citizen.scans(CODE))
        while self.citizen.screen.rows:
            await self.does(self.answers())
            await asyncio.sleep(self.pause)

    def answers(self) -> Coroutine[None, None, Citizen]:
        """What this screen asks to do."""
        event = parse_button(self.citizen.screen.rows[0][0]["callback_data"])[1]
        if event.type is EventType.ANSWER:
            self.asked.append(event.key)
            return self.citizen.taps_at(self.plan[event.key] - 1)
        if event.type is EventType.PROFILE:
            first = event.key == INSTRUMENT.profile[0].id
            return self.citizen.taps_at(0) if first else self.citizen.taps("Lewati semua")
        if self.saran:
            saran, self.saran = self.saran, ""
            return self.citizen.types(saran)
        return self.citizen.taps("Selesai")

    async def does(self, act: Coroutine[None, None, Citizen]) -> None:
        """Whoever insists waits longer from time to time, so that a slow machine can catch up."""
        try:
            await act
        except Silence:
            if not self.insists:
                raise
            self.citizen.patience *= 1.5


@asynccontextmanager
async def serving(
    folder: Path, database: str = "", *, webhook: bool = False
) -> AsyncIterator[Server]:
    async with BotApi() as api:
        server = Server(folder, api, webhook, database=database)
        await server.set_up()
        await server.start()
        try:
            yield server
        finally:
            await server.stop()


def some(server: Server, count: int, chance: random.Random, patience: float = 60) -> list[Visitor]:
    plans = [{item: chance.randint(1, 4) for item in ITEMS} for _ in range(count)]
    return [
        Visitor(server.api.citizen(patience=patience), plan, pause=chance.uniform(0, 0.2))
        for plan in plans
    ]


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


def same_as_tapped(visitors: list[Visitor], found: dict[str, Response], tally: Tally) -> None:
    """Every answer is the one that was tapped, and each is counted once."""
    plans = {pseudonym(KEY.encode(), "telegram", str(v.citizen.id)): v.plan for v in visitors}
    assert {who: dict(response.answers) for who, response in found.items()} == plans
    by_hand = sum(
        (
            Tally.of_response({Unsur(item.unsur): [plan[item.id]] for item in INSTRUMENT.items})
            for plan in plans.values()
        ),
        Tally.empty(),
    )
    assert tally == by_hand


@ways_in
async def test_two_hundred_citizens_at_once(
    tmp_path: Path, database_url: str, webhook: bool
) -> None:
    chance = random.Random(200)
    async with serving(tmp_path, database_url, webhook=webhook) as server:
        visitors = some(server, 200, chance)
        for visitor in visitors:
            visitor.saran = chance.choice(SARAN)
        said = {v.citizen.id: v.saran for v in visitors if v.saran}
        await asyncio.gather(*(visitor.visits() for visitor in visitors))
        await server.stop()
        found, tally = await stored(server)
    same_as_tapped(visitors, found, tally)
    for id, saran in said.items():
        assert found[pseudonym(KEY.encode(), "telegram", str(id))].saran == saran
    for visitor in visitors:
        citizen = visitor.citizen
        assert visitor.asked == ITEMS
        assert citizen.taps_made == 12
        assert citizen.calls() <= min(30, 2 * citizen.taps_made + 1 + bool(said.get(citizen.id)))
    assert "Traceback" not in server.log
    assert not any(saran and saran in server.log for saran in SARAN)
    assert server.api.token not in server.log


@ways_in
async def test_killing_the_server_at_any_moment_loses_and_doubles_nothing(
    tmp_path: Path, database_url: str, webhook: bool
) -> None:
    chance = random.Random(9)
    async with serving(tmp_path, database_url, webhook=webhook) as server:
        server.api.latency = 0.01
        visitors = some(server, 40, chance, patience=5)
        for visitor in visitors:
            visitor.insists = True
        everybody = asyncio.gather(*(visitor.visits() for visitor in visitors))
        kills = 0
        while not everybody.done() and kills < 5:
            await asyncio.sleep(chance.uniform(0.05, 0.6))
            await server.stop(signal.SIGKILL)
            kills += 1
            await server.start()
        await everybody
        await server.stop()
        found, tally = await stored(server)
    assert kills >= 3
    same_as_tapped(visitors, found, tally)
    for visitor in visitors:  # an answer that was lost would be asked for again
        assert list(dict.fromkeys(visitor.asked)) == ITEMS
        assert visitor.asked == sorted(visitor.asked, key=ITEMS.index)
    assert "Traceback" not in server.log


async def test_whatever_is_sent_gets_a_friendly_answer_or_silence(
    tmp_path: Path, database_url: str
) -> None:
    async with serving(tmp_path, database_url) as server:
        citizen, api = server.api.citizen(), server.api
        await citizen.types("/start")
        assert "kode" in citizen.sees
        await citizen.scans("SALAH9")
        assert "SALAH9" in citizen.sees
        await citizen.scans(CODE)
        first = citizen.sees
        for content in ({"photo": [{"file_id": "a"}]}, {"sticker": {"file_id": "a"}}):
            await citizen.sends(**content)
            assert first.splitlines()[-1] in citizen.sees
        for data in ("x" * 64, "AAAAAAAA.a:U1:4", ".a:U1:9", "-.lang:xx", "👍", "/hapus"):
            await citizen.presses(data)
        await citizen.types("<script>alert(1)</script>" + "مرحبا 👍🏽" * 300)
        api.deliver({"message": {"text": "rahasia", "from": "?"}})
        member = api.citizen(group=-1_000_777)
        await member.types("halo semua", wait=False)
        await member.types("/report")
        assert len(member.chat.messages) == 1
        stranger = await api.citizen().scans(CODE)
        await stranger.presses(citizen.screen.rows[0][0]["callback_data"])
        visitor = Visitor(citizen, dict.fromkeys(ITEMS, 3))
        await citizen.scans(CODE)
        await visitor.visits()
        await server.stop()
        found, _ = await stored(server)
    assert [dict(response.answers) for response in found.values()] == [dict.fromkeys(ITEMS, 3)]
    assert "Traceback" not in server.log
    assert "rahasia" not in server.log


async def test_a_refused_token_is_one_sentence_and_exit_2(
    tmp_path: Path, database_url: str
) -> None:
    async with BotApi() as api:
        server = Server(tmp_path, api, token="123456:another", database=database_url)
        await server.set_up()
        with pytest.raises(AssertionError, match="does not accept SKM_TELEGRAM_TOKEN"):
            await server.start()
        assert server.process
        assert server.process.returncode == 2
    assert "Traceback" not in server.log
