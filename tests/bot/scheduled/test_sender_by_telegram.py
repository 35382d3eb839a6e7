"""What Telegram answers, over sockets, decides what becomes of a delivery.

What a crash leaves of one: tests/crash/test_digests.py.
"""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from bot.messaging.message import Outbound
from bot.messaging.rate_limit import Limiter, Rate
from bot.scheduled.sender import Sender
from bot.telegram.channel import TelegramChannel
from skm.instansi.official import Invitation, Official, Role
from skm.notices.delivery import Delivery, DeliveryKind, DeliveryState, PlannedDelivery
from skm.store.database.database import Database
from skm.store.officials import deliveries, officials
from tests.bot.telegram.conftest import unlimited
from tests.stand.outside import OUTSIDE, Outside
from tests.stand.telegram import BotApi
from tests.stand.trouble import Answer, blocked, refusal, too_many
from tests.tools.chat import Time
from tests.tools.store_city import call

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
            plan = PlannedDelivery(
                f"digest:{number}:2026-W47", DeliveryKind.DIGEST, number, "2026-W47", NOW
            )
            add = partial(officials.add, invited=invited, person=invited.name, address=chat)
            await self.db.write(call(add, channel="telegram", language="id", now=NOW))
            await self.db.write(call(deliveries.plan, [plan]))

    async def ticks_three_hours(self) -> None:
        time = Time(NOW)
        async with TelegramChannel(
            self.api.token, api_url=self.api.url, limiter=unlimited(), now=time
        ) as telegram:
            for _ in range(3):
                await Sender(self.db, {"telegram": telegram}, compose, time).deliver()
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
    [
        (too_many(1), DeliveryState.SENT),
        (BROKEN, DeliveryState.SENT),
        (blocked(), DeliveryState.BLOCKED),
        (OUTSIDE["a login page"], DeliveryState.UNKNOWN),
        (OUTSIDE["a proxy's refusal"], DeliveryState.UNKNOWN),
    ],
)
async def test_what_telegram_answers_decides_what_becomes_of_a_digest(
    office: Office, answer: Answer | Outside, state: DeliveryState
) -> None:
    office.api.goes_wrong("sendMessage", answer, chat=1001, times=1)
    await office.ticks_three_hours()
    found = await office.db.read(call(deliveries.listed, NOW))
    states = {d.plan.official: d.state for d in found if d.plan.kind is DeliveryKind.DIGEST}
    assert states == {1: state, 2: DeliveryState.SENT, 3: DeliveryState.SENT}
    assert office.received(2) == office.received(3) == 1


async def test_a_long_retry_after_for_one_chat_holds_up_this_chat_only(office: Office) -> None:
    """It comes when its time is over; nothing waits for that, not even the tick itself."""
    office.api.goes_wrong("sendMessage", too_many(1800), chat=1001, times=1)
    time = Time(NOW)
    async with TelegramChannel(office.api.token, api_url=office.api.url, now=time) as telegram:
        sender = Sender(office.db, {"telegram": telegram}, compose, time)
        await sender.deliver()
        assert [office.received(number) for number in (1, 2, 3)] == [1, 1, 1]  # 1 was refused
        time.at += timedelta(minutes=29)
        await sender.deliver()
        [held] = await office.db.read(call(deliveries.listed, NOW, [DeliveryState.DUE]))
        assert (held.plan.official, held.next_at) == (1, NOW + timedelta(minutes=30))
    assert office.received(1) == 1


async def test_what_must_wait_for_its_chat_is_neither_sent_nor_marked_as_being_sent(
    office: Office,
) -> None:
    """Ten messages to one chat, which gets one an hour: nine stay due, with no attempt counted."""
    plans = [
        PlannedDelivery(f"digest:2:{week}", DeliveryKind.DIGEST, 2, f"2026-W{week}", NOW)
        for week in range(30, 40)
    ]
    await office.db.write(call(deliveries.plan, plans))
    hourly = Limiter(Rate(10_000, 100), chat=Rate(1 / 3600), bulk=Rate(10_000, 100))
    async with TelegramChannel(
        office.api.token, api_url=office.api.url, limiter=hourly, now=Time(NOW)
    ) as telegram:
        await Sender(office.db, {"telegram": telegram}, compose, Time(NOW)).deliver()
    found = await office.db.read(call(deliveries.listed, NOW))
    assert Counter(d.state for d in found) == {DeliveryState.SENT: 3, DeliveryState.DUE: 10}
    waiting = [d for d in found if d.state is DeliveryState.DUE]
    assert {d.attempts for d in waiting} == {0}
    assert min(d.next_at for d in waiting) > NOW + timedelta(minutes=59)
