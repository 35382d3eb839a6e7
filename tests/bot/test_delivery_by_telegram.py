"""What Telegram answers, over sockets, decides what becomes of a delivery.

What a crash leaves of one: tests/crash/test_digests.py.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from bot.delivery import Postman
from bot.message import Outbound
from bot.telegram.channel import TelegramChannel
from skm.delivery import Delivery, Kind, Plan, State
from skm.official import Invitation, Official, Role
from skm.store import deliveries, officials
from skm.store.database import Database
from tests.bot.telegram.conftest import unlimited
from tests.chat import Time
from tests.skm.store.city import call
from tests.stand.telegram import BotApi
from tests.stand.trouble import Answer, blocked, refusal, too_many

NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
BROKEN = refusal(500, "Internal Server Error")


async def compose(delivery: Delivery, official: Official) -> Outbound:
    return Outbound(f"{official.name}: {delivery.plan.about}")


@dataclass
class Office:
    """Three officials (1, 2, 3 in the chats 1001, 1002, 1003) with a digest due to each."""

    db: Database
    api: BotApi

    async def settles(self) -> None:
        for number in (1, 2, 3):
            chat = str(self.api.citizen(1000 + number).chat.id)
            invited = Invitation(Role.ADMIN, None, f"P{number}")
            plan = Plan(f"digest:{number}:2026-W47", Kind.DIGEST, number, "2026-W47", NOW)
            add = partial(officials.add, invited=invited, person=invited.name, address=chat)
            await self.db.write(call(add, channel="telegram", language="id", now=NOW))
            await self.db.write(call(deliveries.plan, [plan]))

    async def ticks_three_hours(self) -> None:
        time = Time(NOW)
        async with TelegramChannel(
            self.api.token, api_url=self.api.url, limiter=unlimited(), now=time
        ) as telegram:
            for _ in range(3):
                await Postman(self.db, {"telegram": telegram}, compose, time).deliver()
                time.at += timedelta(hours=1)

    def received(self, number: int) -> int:
        """How often somebody got their digest."""
        calls = self.api.made("sendMessage", chat=1000 + number)
        return sum("2026-W47" in sent.params["text"] for sent in calls)


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    async with BotApi() as api, Database.open(database_url) as db:
        office = Office(db, api)
        await office.settles()
        yield office


@pytest.mark.parametrize(
    ("answer", "state"),
    [(too_many(1), State.SENT), (BROKEN, State.SENT), (blocked(), State.BLOCKED)],
)
async def test_what_telegram_answers_decides_what_becomes_of_a_digest(
    office: Office, answer: Answer, state: State
) -> None:
    office.api.goes_wrong("sendMessage", answer, chat=1001, times=1)
    await office.ticks_three_hours()
    found = await office.db.read(call(deliveries.listed, NOW))
    states = {d.plan.official: d.state for d in found if d.plan.kind is Kind.DIGEST}
    assert states == {1: state, 2: State.SENT, 3: State.SENT}
    assert office.received(2) == office.received(3) == 1
