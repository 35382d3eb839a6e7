"""What a child does until it dies: parts of a real server, put together as the server does it."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import uvicorn
from starlette.routing import BaseRoute

from bot.app import opened, postman_of, web_of, whatsapp_route
from bot.channel import Send
from bot.deployment import Deployment
from bot.drawing import Drawing
from bot.duties import digests_of
from bot.message import Inbound
from bot.settings import Settings
from bot.telegram.channel import TelegramChannel
from bot.telegram.configured import telegram_of
from bot.web import server
from bot.whatsapp.channel import WhatsAppChannel
from bot.whatsapp.configured import whatsapp_of
from skm.output.charts import Chart
from tests.crash.points import Kind
from tests.serving import KEY

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8ffff"
    "3f0005fe02fea735819d0000000049454e44ae426082"
)


@dataclass(frozen=True)
class Order:
    """What a child is to do, on which database and with which messenger, and where to die.

    `now`: an ISO moment. `more`: settings by name. `deadly`: at the n-th point of this kind; 0:
    nowhere. `hasty`: whether it is to do it wrong.
    """

    scene: str
    url: str
    now: str
    more: Mapping[str, Any]
    kind: Kind
    deadly: int = 0
    hasty: bool = False

    def settings(self) -> Settings:
        return Settings(_env_file=None, database_url=self.url, secret_key=KEY, **self.more)

    def clock(self) -> datetime:
        return datetime.fromisoformat(self.now)


Scene = Callable[[Deployment], Awaitable[None]]


async def play(order: Order, begin: Callable[[], None]) -> None:
    """Open what a server opens, then the scene, which `begin` tells of."""
    settings = order.settings()
    async with AsyncExitStack() as stack:
        app = await stack.enter_async_context(opened(settings, order.clock))
        app = app.at(replace(app.desk, drawing=Quick()))
        if settings.telegram_token.get_secret_value():
            telegram = await stack.enter_async_context(telegram_of(settings, order.clock))
            app.channels[telegram.name] = telegram
        if settings.whatsapp_token.get_secret_value():
            whatsapp = await stack.enter_async_context(whatsapp_of(settings, app.desk, app.metrics))
            app.channels[whatsapp.name] = whatsapp
        begin()
        await SCENES[order.scene](Hasty(**vars(app)) if order.hasty else app)


class Hasty(Deployment):
    """As a bot would that acknowledges before it has stored: the matrix must find it out."""

    async def receive(self, inbound: Inbound, send: Send) -> None:
        GOING.add(asyncio.create_task(self._later(inbound, send)))

    async def _later(self, inbound: Inbound, send: Send) -> None:
        await asyncio.sleep(0.1)
        await super().receive(inbound, send)


GOING = set[asyncio.Task[None]]()


async def listens(app: Deployment) -> None:
    """Asks Telegram for updates until it is killed."""
    await _telegram(app).run_polling(app.receive)


async def serves(app: Deployment) -> None:
    """Is posted to, by messengers and browsers."""
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


async def posts(app: Deployment) -> None:
    """Plans the digests that are due and sends what can be sent."""
    await app.db.write(digests_of(app).plan)
    await postman_of(app).deliver()


@dataclass(frozen=True)
class Quick(Drawing):
    """A picture at once: what it shows is not what may be lost."""

    workers: int = field(default=0)

    async def picture(self, *charts: Chart) -> bytes:
        await asyncio.sleep(0)
        return PIXEL


SCENES: dict[str, Scene] = {scene.__name__: scene for scene in (listens, serves, posts)}
