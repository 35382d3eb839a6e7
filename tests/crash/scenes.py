"""What a child does until it dies: parts of a real server, put together as the server does it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette

from bot.app import App, digests_of, opened, postman_of, telegram_of
from bot.channel import Send
from bot.drawing import Drawing
from bot.message import Inbound
from bot.settings import Settings
from bot.telegram.channel import TelegramChannel
from skm.output.charts import Chart
from tests.crash.points import Kind
from tests.serving import KEY

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8ffff"
    "3f0005fe02fea735819d0000000049454e44ae426082"
)


@dataclass(frozen=True)
class Order:
    """What a child is to do, on which database and with which stand, and where to die.

    `now`: an ISO moment. `deadly`: at the n-th point of this kind; 0: nowhere.
    """

    scene: str
    url: str
    api: str
    token: str
    now: str
    kind: Kind
    deadly: int
    hook: str = ""  # where updates are posted to, on this machine

    def settings(self) -> Settings:
        return Settings(
            _env_file=None,
            database_url=self.url,
            secret_key=KEY,
            telegram_token=self.token,
            telegram_api_url=self.api,
            telegram_rate=5000,
            telegram_webhook_url=self.hook,
            telegram_webhook_secret="a-secret-of-the-hook",
            http_port=urlsplit(self.hook).port or 8080,
        )

    def clock(self) -> datetime:
        return datetime.fromisoformat(self.now)


Scene = Callable[[App, TelegramChannel], Awaitable[None]]


async def play(order: Order, begin: Callable[[], None]) -> None:
    """Open what a server opens, then the scene, which `begin` tells of."""
    settings = order.settings()
    async with opened(settings, order.clock) as app, telegram_of(settings, order.clock) as telegram:
        app.channels[telegram.name] = telegram
        begin()
        await SCENES[order.scene](app, telegram)


async def listens(app: App, telegram: TelegramChannel) -> None:
    """Takes updates until it is killed."""
    await telegram.run_polling(app.inbox.receive)


async def is_posted_to(app: App, telegram: TelegramChannel) -> None:
    """The same through a webhook."""
    routes = [telegram.webhook_route(app.inbox.receive)]
    port = app.settings.http_port
    config = uvicorn.Config(Starlette(routes=routes), port=port, lifespan="off", log_config=None)
    await asyncio.gather(uvicorn.Server(config).serve(), telegram.announce_webhook())


async def listens_hastily(app: App, telegram: TelegramChannel) -> None:
    """As a bot would that acknowledges before it has stored: the matrix must find it out."""
    going = set[asyncio.Task[None]]()

    async def later(inbound: Inbound, send: Send) -> None:
        await asyncio.sleep(0.1)
        await app.inbox.receive(inbound, send)

    async def receive(inbound: Inbound, send: Send) -> None:
        going.add(asyncio.create_task(later(inbound, send)))

    await telegram.run_polling(receive)


async def posts(app: App, telegram: TelegramChannel) -> None:
    """Plans the digests that are due and sends what can be sent."""
    app = replace(app, desk=replace(app.desk, drawing=Quick()))
    await app.db.write(digests_of(app).plan)
    await postman_of(app).deliver()


@dataclass(frozen=True)
class Quick(Drawing):
    """A picture at once: what it shows is not what may be lost."""

    workers: int = field(default=0)

    async def picture(self, *charts: Chart) -> bytes:
        await asyncio.sleep(0)
        return PIXEL


SCENES: dict[str, Scene] = {
    scene.__name__: scene for scene in (listens, is_posted_to, listens_hastily, posts)
}
