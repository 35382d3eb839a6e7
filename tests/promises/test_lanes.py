"""Nothing waits for another: not Telegram for WhatsApp, not alerts for digests."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.messaging.channel import Channel
from bot.messaging.message import Outbound
from bot.messaging.rate_limit import Limiter, Rate
from bot.scheduled.sender import Sender
from bot.telegram.channel import TelegramChannel
from skm.instansi.official import Invitation, Official, Role
from skm.notices.delivery import Delivery, DeliveryKind, DeliveryState, PlannedDelivery
from skm.store.officials import deliveries, officials, windows
from tests.bot.telegram.conftest import unlimited
from tests.bot.whatsapp.line import Line, a_line
from tests.stand.telegram import BotApi
from tests.stand.whatsapp import refusal
from tests.tools.store_city import call


async def compose(due: Delivery, official: Official) -> Outbound:
    return Outbound(f"{due.plan.kind} {official.name}", language="id")


@dataclass
class Offices:
    """Two officials on each messenger, who wrote today; `sender` reaches both."""

    line: Line
    api: BotApi
    sender: Sender

    async def hires(self, channel: str, name: str, address: str) -> None:
        now, desk = self.line.desk.time(), self.line.desk
        invited = Invitation(Role.ADMIN, None, name)
        await desk.db.write(call(officials.add, invited, name, channel, address, "id", now))
        await desk.db.write(call(windows.record_message, channel, address, now))

    async def plans(self, kind: DeliveryKind) -> None:
        now, desk = self.line.desk.time(), self.line.desk
        plans = [
            PlannedDelivery(f"{kind}:{one.id}:{now}", kind, one.id, "x", now)
            for one in await desk.db.read(officials.listed)
        ]
        await desk.db.write(call(deliveries.plan, plans))

    async def states(self, channel: str) -> dict[str, DeliveryState]:
        desk = self.line.desk
        found = await desk.db.read(call(deliveries.listed, desk.time() - timedelta(days=9)))
        theirs = {
            one.id: one.name for one in await desk.db.read(officials.listed)
            if one.channel == channel
        }  # fmt: skip
        return {
            f"{one.plan.kind} {theirs[one.plan.official]}": one.state
            for one in found
            if one.plan.official in theirs
        }


@pytest.fixture
async def offices(database_url: str) -> AsyncIterator[Offices]:
    async with a_line(database_url) as line, BotApi() as api:
        time = line.desk.time
        fast = Rate(10_000, 100)
        line.channel._limiter = Limiter(fast, fast, fast, clock=lambda: time().timestamp())
        async with TelegramChannel(
            api.token, api_url=api.url, limiter=unlimited(), now=time
        ) as telegram:
            channels: dict[str, Channel] = {"telegram": telegram, "whatsapp": line.channel}
            offices = Offices(line, api, Sender(line.desk.db, channels, compose, time))
            for name in ("Ani", "Budi"):
                await offices.hires("telegram", name, str(api.citizen().chat.id))
            for name in ("Cici", "Dedi"):
                await offices.hires("whatsapp", name, f"62811{ord(name[0])}")
            yield offices


@pytest.mark.parametrize(("code", "minutes"), [(131048, 60), (4, 1)])
async def test_a_hold_of_whatsapp_stops_neither_telegram_nor_its_own_alerts(
    offices: Offices, code: int, minutes: int
) -> None:
    await offices.plans(DeliveryKind.DIGEST)
    offices.line.stand.trouble += [refusal(400, code)] * 2
    await offices.sender.deliver()
    sent = {"digest Ani": DeliveryState.SENT, "digest Budi": DeliveryState.SENT}
    assert await offices.states("telegram") == sent
    assert set((await offices.states("whatsapp")).values()) == {DeliveryState.DUE}
    offices.line.stand.trouble.clear()
    await offices.plans(DeliveryKind.LOWEST)
    await offices.sender.deliver()
    whatsapp = await offices.states("whatsapp")
    assert whatsapp["lowest Cici"] is whatsapp["lowest Dedi"] is DeliveryState.SENT
    assert whatsapp["digest Cici"] is whatsapp["digest Dedi"] is DeliveryState.DUE
    offices.line.desk.time.passes(minutes=minutes + 1)
    await offices.sender.deliver()
    assert set((await offices.states("whatsapp")).values()) == {DeliveryState.SENT}


async def test_a_whole_messenger_that_must_wait_is_asked_once_not_for_each_official(
    offices: Offices,
) -> None:
    await offices.plans(DeliveryKind.DIGEST)
    offices.line.stand.trouble += [refusal(400, 131048)] * 2
    await offices.sender.deliver()
    left = len(offices.line.stand.trouble)
    for _ in range(5):
        offices.line.desk.time.passes(minutes=11)
        await offices.sender.deliver()
    assert len(offices.line.stand.trouble) == left
    assert offices.line.stand.sent == []


async def test_what_is_due_on_a_messenger_that_is_not_open_is_given_up(offices: Offices) -> None:
    await offices.plans(DeliveryKind.DIGEST)
    telegram = {"telegram": offices.sender.channels["telegram"]}
    await Sender(offices.line.desk.db, telegram, compose, offices.line.desk.time).deliver()
    assert set((await offices.states("telegram")).values()) == {DeliveryState.SENT}
    assert set((await offices.states("whatsapp")).values()) == {DeliveryState.FAILED}
