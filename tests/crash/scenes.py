"""What a child does until it dies: the parts of a real server, assembled as the server does it."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import uvicorn
from starlette.routing import BaseRoute

from bot.app import opened, web_of, whatsapp_route
from bot.deployment import Deployment
from bot.duties import digests_of, sender_of
from bot.messaging.channel import Send
from bot.messaging.message import Inbound
from bot.request.chart_workers import ChartWorkers
from bot.running.settings import Settings
from bot.telegram.channel import TelegramChannel
from bot.telegram.from_settings import telegram_of
from bot.web import server
from bot.whatsapp.channel import WhatsAppChannel
from bot.whatsapp.from_settings import whatsapp_of
from skm.output.charts.draw import Chart
from tests.crash.points import Kind
from tests.tools.serving import KEY

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8ffff"
    "3f0005fe02fea735819d0000000049454e44ae426082"
)


@dataclass(frozen=True)
class ChildTask:
    """What a child does, on which database and with which settings, and where it dies.

    `now`: ISO timestamp. `more`: settings by name. `deadly`: the number of the point at which it
    dies, 0 for never. `early`: acknowledge before storing, which the tests must detect.
    """

    scene: str
    url: str
    now: str
    more: Mapping[str, Any]
    kind: Kind
    deadly: int = 0
    early: bool = False

    def settings(self) -> Settings:
        return Settings(_env_file=None, database_url=self.url, secret_key=KEY, **self.more)

    def clock(self) -> datetime:
        return datetime.fromisoformat(self.now)


Scene = Callable[[Deployment], Awaitable[None]]


async def run_scene(task: ChildTask, begin: Callable[[], None]) -> None:
    """Open what a server opens, call `begin`, then run the scene."""
    settings = task.settings()
    async with AsyncExitStack() as stack:
        app = await stack.enter_async_context(opened(settings, task.clock, InstantCharts()))
        if settings.telegram_token.get_secret_value():
            telegram = await stack.enter_async_context(telegram_of(settings, task.clock))
            app.channels[telegram.name] = telegram
        if settings.whatsapp_token.get_secret_value():
            channel = whatsapp_of(settings, app.db, app.instansi, app.metrics)
            whatsapp = await stack.enter_async_context(channel)
            app.channels[whatsapp.name] = whatsapp
        begin()
        await SCENES[task.scene](AcknowledgesEarly(**vars(app)) if task.early else app)


class AcknowledgesEarly(Deployment):
    """A defective server that acknowledges before it stores: the tests must detect it."""

    async def receive(self, inbound: Inbound, send: Send) -> None:
        PENDING.add(asyncio.create_task(self._later(inbound, send)))

    async def _later(self, inbound: Inbound, send: Send) -> None:
        await asyncio.sleep(0.1)
        await super().receive(inbound, send)


PENDING = set[asyncio.Task[None]]()


async def poll(app: Deployment) -> None:
    """Poll Telegram for updates until killed."""
    await _telegram(app).run_polling(app.receive)


async def serve(app: Deployment) -> None:
    """Serve webhooks and web pages until killed."""
    routes = list[BaseRoute]()
    doing = list[Coroutine[Any, Any, None]]()
    for channel in app.channels.values():
        if isinstance(channel, TelegramChannel):
            routes.append(channel.webhook_route(app.receive))
            doing.append(channel.announce_webhook())
        if isinstance(channel, WhatsAppChannel):
            routes.append(whatsapp_route(app, channel))
    http = uvicorn.Server(server.configured(app.settings, web_of(app, routes)))
    await asyncio.gather(http.serve(), *doing)


def _telegram(app: Deployment) -> TelegramChannel:
    channel = app.channels[TelegramChannel.name]
    assert isinstance(channel, TelegramChannel)
    return channel


async def deliver(app: Deployment) -> None:
    """Plan the digests that are due and send what can be sent."""
    await app.db.write(digests_of(app).plan)
    await sender_of(app).deliver()


class InstantCharts(ChartWorkers):
    """Returns a fixed picture at once: its content is not what is tested."""

    async def picture(self, *charts: Chart) -> bytes:
        await asyncio.sleep(0)
        return PIXEL


SCENES: dict[str, Scene] = {scene.__name__: scene for scene in (poll, serve, deliver)}
