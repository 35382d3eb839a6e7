"""The web site over a test's inbox and database, served by uvicorn on a loopback socket."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from bot.messaging.channel import Receive
from bot.messaging.links import Links
from bot.web.site import site
from tests.tools.chat import DRAWING, KEY, Desk

SECRET = "a test's secret, thirty-two bytes or so"
INSTANSI = "Pemerintah Kota Surakarta"


@dataclass
class Clock:
    """A monotonic clock, in seconds, that a test sets."""

    at: float = 1000.0

    def __call__(self) -> float:
        return self.at


def site_of(
    desk: Desk,
    *,
    links: Links | None = None,
    receive: Receive | None = None,
    clock: Clock | None = None,
    routes: Sequence[BaseRoute] = (),
) -> Starlette:
    """The real site over the real inbox and database of `desk`."""

    return site(
        receive=receive or desk.inbox.receive,
        links=links or Links("http://127.0.0.1", "skm_surakarta_bot", "6281234567890"),
        drawing=DRAWING,
        db=desk.db,
        instansi=replace(desk.instansi, name=INSTANSI),
        secrets=[SECRET],
        clock=clock or Clock(),
        routes=routes,
        forms=desk.parts["forms"],
        rules=desk.parts["rules"],
        keys=[KEY],
    )


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[str]:
    """The URL of the app, on a free port of the loopback interface."""
    # asyncio turns Nagle's 40 ms off only for sockets that name their protocol.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen(128)
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="error"))
    running = asyncio.create_task(server.serve([listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await running
