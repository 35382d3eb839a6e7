"""A desk that is reached over WhatsApp: the real inbox and channel, the stand instead of Meta."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.applications import Starlette

from bot.channel import Send
from bot.limiter import Limiter, Rate
from bot.message import Inbound
from bot.whatsapp.channel import WhatsAppChannel
from bot.whatsapp.ledger import Ledger
from bot.whatsapp.reception import Receive
from bot.whatsapp.request import CloudApi
from bot.whatsapp.webhook import PATH
from skm.aside import Aside
from skm.response import Response
from skm.store import responses
from tests.chat import Desk, a_desk
from tests.served import served
from tests.stand.phone import Phone
from tests.stand.whatsapp import PHONE_ID, SECRET, TOKEN, VERIFY, CloudApiStand

TEMPLATE = "skm_ringkasan"


@dataclass
class Line:
    """`woken`: how often what waited for an official was sent for. `instead`: who takes messages,
    if not the desk.
    """

    desk: Desk
    stand: CloudApiStand
    channel: WhatsAppChannel
    woken: list[int] = field(default_factory=list)
    aside: list[Aside] = field(default_factory=list)
    instead: Receive | None = None

    def phone(self, number: str = "6281234567890") -> Phone:
        return Phone(self.stand, number)

    async def responses(self) -> list[Response]:
        async def read(conn: AsyncConnection) -> list[Response]:
            return [one async for one in responses.export(conn)]

        return await self.desk.db.read(read)

    async def receive(self, inbound: Inbound, send: Send) -> None:
        await (self.instead or self.desk.inbox.receive)(inbound, send)

    async def wake(self) -> None:
        self.woken.append(1)

    async def keep(self, aside: Aside) -> None:
        self.aside.append(aside)

    async def quiet(self) -> None:
        """Until everything that was answered has left."""
        await self.channel._outbox.drain(60)


def unlimited() -> Limiter:
    return Limiter(Rate(10_000, 100), Rate(10_000, 100), Rate(10_000, 100))


@asynccontextmanager
async def a_line(
    where: Path | str,
    *,
    flows: Mapping[str, str] | None = None,
    budget: int = 0,
    template: str = "",
) -> AsyncIterator[Line]:
    async with a_desk(where) as desk, CloudApiStand() as stand:
        limits = {**desk.inbox.limits, "whatsapp": WhatsAppChannel.limits}
        desk = replace(desk, inbox=replace(desk.inbox, limits=limits))
        ledger = Ledger(desk.db, ZoneInfo("Asia/Jakarta"), desk.time, budget=budget)
        api = CloudApi(stand.url, PHONE_ID, TOKEN, desk.time)
        catalog = desk.inbox.phrase.catalog
        async with WhatsAppChannel(
            api, ledger, catalog, flows=flows, template=template, limiter=unlimited()
        ) as channel:
            line = Line(desk, stand, channel)
            route = channel.webhook_route(
                line.receive,
                phone_id=PHONE_ID,
                secret=SECRET,
                verify_token=VERIFY,
                instrument=desk.inbox.instrument,
                wake=line.wake,
                keep=line.keep,
            )
            async with served(Starlette(routes=[route])) as url:
                stand.webhook = url + PATH
                yield line
