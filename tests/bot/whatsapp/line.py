"""A deployment that is reached over WhatsApp: real inbox and channel, simulated Cloud API."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.applications import Starlette

from bot.messaging.channel import Receive, Send
from bot.messaging.message import Inbound
from bot.messaging.rate_limit import Limiter, Rate
from bot.web.body_limit import with_body_limits
from bot.whatsapp.channel import WhatsAppChannel
from bot.whatsapp.http import CloudApi
from bot.whatsapp.ledger import Ledger
from bot.whatsapp.webhook import PATH
from bot.whatsapp.windows import Windows
from skm.privacy.unreadable import UnreadableMessage
from skm.store.survey import responses
from skm.survey.response import Response
from tests.stand.phone import Phone
from tests.stand.whatsapp import PHONE_ID, SECRET, TOKEN, VERIFY, CloudApiStand
from tests.tools.chat import Desk, a_desk
from tests.tools.served import served

TEMPLATE = "skm_ringkasan"


@dataclass
class Line:
    """A deployment, its channel and the simulated Cloud API.

    `sent_waiting`: an entry each time that waiting deliveries were sent. `instead`: receives
    messages in place of the inbox.
    """

    desk: Desk
    stand: CloudApiStand
    channel: WhatsAppChannel
    sent_waiting: list[int] = field(default_factory=list)
    unreadable: list[UnreadableMessage] = field(default_factory=list)
    instead: Receive | None = None

    def phone(self, number: str = "6281234567890") -> Phone:
        return Phone(self.stand, number)

    async def responses(self) -> list[Response]:
        async def read(conn: AsyncConnection) -> list[Response]:
            return [one async for one in responses.export(conn)]

        return await self.desk.db.read(read)

    async def receive(self, inbound: Inbound, send: Send) -> None:
        await (self.instead or self.desk.inbox.receive)(inbound, send)

    async def send_waiting(self) -> None:
        self.sent_waiting.append(1)

    async def record(self, message: UnreadableMessage) -> None:
        self.unreadable.append(message)

    async def quiet(self) -> None:
        """Waits until all replies are sent."""
        await self.channel._outbox.flush(60)


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
        catalog = desk.inbox.screens.catalog
        async with WhatsAppChannel(
            api,
            ledger,
            Windows(desk.db, desk.time),
            catalog,
            flows=flows,
            template=template,
            limiter=unlimited(),
        ) as channel:
            line = Line(desk, stand, channel)
            route = channel.webhook_route(
                line.receive,
                phone_id=PHONE_ID,
                secret=SECRET,
                verify_token=VERIFY,
                instrument=desk.inbox.instrument,
                send_waiting=line.send_waiting,
                on_unreadable=line.record,
            )
            async with served(Starlette(routes=with_body_limits([route]))) as url:
                stand.webhook = url + PATH
                yield line
