"""Simulated users who answer a running server as planned, and a check of what was stored."""

import asyncio
import random
import signal
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.button import parse_button
from bot.running.settings import INSTRUMENTS
from skm.figures.ikm import Tally
from skm.privacy.pseudonym import pseudonym
from skm.store.database.database import Database
from skm.store.survey import responses, tallies
from skm.survey.event import EventType
from skm.survey.instrument import Instrument
from skm.survey.response import Response
from skm.survey.unsur import Unsur
from tests.stand.citizen import Citizen, Silence
from tests.tools.chat import CODE
from tests.tools.serving import KEY, Server

INSTRUMENT = Instrument.parse((INSTRUMENTS / "skm9.toml").read_text("utf-8"))
ITEMS = [item.id for item in INSTRUMENT.items]
ALL_DAYS = date(2000, 1, 1), date(2100, 1, 1)

Answers = Mapping[str, int]
"""Item → nilai."""


def random_answers(rng: random.Random) -> dict[str, int]:
    return {item: rng.randint(1, 4) for item in ITEMS}


@dataclass
class Visitor:
    """A Telegram user who answers as planned, looking at the screen before each tap.

    `pause`: seconds between two taps. `insists`: repeats a tap that the bot does not react to,
    instead of failing. `asked`: the items the bot asked for, in order.
    """

    citizen: Citizen
    plan: Answers
    saran: str = ""
    pause: float = 0
    insists: bool = False
    asked: list[str] = field(default_factory=list)

    @property
    def respondent(self) -> str:
        return pseudonym(KEY.encode(), "telegram", str(self.citizen.id))

    async def visits(self) -> None:
        """Scan the QR, answer what is asked, one profile question, the comment, finish."""
        while not self.citizen.chat.newest:
            await self._do(self.citizen.scans(CODE))
        while self.citizen.screen.rows:
            await self._do(self.answers())
            await asyncio.sleep(self.pause)

    def answers(self) -> Coroutine[None, None, Citizen]:
        """The action that the newest screen asks for."""
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

    async def _do(self, action: Coroutine[None, None, Citizen]) -> None:
        """With `insists`, wait longer after each silence, so that a slow machine can catch up."""
        try:
            await action
        except Silence:
            if not self.insists:
                raise
            self.citizen.patience *= 1.5


def visitors_of(
    server: Server, count: int, rng: random.Random, patience: float = 60
) -> list[Visitor]:
    """Users with random answers; `patience`: seconds until one takes it for silence."""
    plans = [random_answers(rng) for _ in range(count)]
    return [
        Visitor(server.api.citizen(patience=patience), plan, pause=rng.uniform(0, 0.2))
        for plan in plans
    ]


def plans_of(visitors: Sequence[Visitor]) -> dict[str, Answers]:
    """Respondent → the answers that were tapped."""
    return {visitor.respondent: visitor.plan for visitor in visitors}


async def restarted_during(
    surveys: asyncio.Future[list[None]],
    server: Server,
    rng: random.Random,
    how: signal.Signals,
    *,
    most: int,
    pause: tuple[float, float],
) -> int:
    """Stop the server with a signal and start it again until all surveys are done, then stop it.

    It stops at most `most` times, each after a random `pause` in seconds. Returns how often it did.
    """
    stops = 0
    while not surveys.done() and stops < most:
        await asyncio.sleep(rng.uniform(*pause))
        await server.stop(how)
        assert server.process
        assert server.process.returncode == (-how if how is signal.SIGKILL else 0)
        stops += 1
        await server.start()
    await surveys
    await server.stop()
    return stops


async def stored(database_url: str) -> tuple[dict[str, Response], Tally]:
    """Each respondent's response, and the sum of the rollup. Fails if someone has two responses."""

    async def read(conn: AsyncConnection) -> tuple[list[Response], list[Tally]]:
        found = [response async for response in responses.export(conn)]
        return found, list((await tallies.of(conn, None, *ALL_DAYS)).values())

    async with Database.open(database_url) as db:
        found, counted = await db.read(read)
    by_respondent = {response.respondent or "": response for response in found}
    assert len(by_respondent) == len(found)
    return by_respondent, sum(counted, Tally.empty())


def assert_stored_as_planned(
    plans: Mapping[str, Answers], found: Mapping[str, Response], tally: Tally
) -> None:
    """Every respondent's answers are the planned ones, and the rollup counts each of them once."""
    assert {who: dict(response.answers) for who, response in found.items()} == plans
    expected = sum(
        (
            Tally.of_response({Unsur(item.unsur): [plan[item.id]] for item in INSTRUMENT.items})
            for plan in plans.values()
        ),
        Tally.empty(),
    )
    assert tally == expected
