"""The web site of a test's desk, served by uvicorn on a loopback socket."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from bot.links import Links
from bot.web.channel import Receive
from bot.web.site import site
from skm.store import collectors, tickets
from skm.store.publications import Publications
from skm.upp import Collector, Upp
from tests.chat import DRAWING, Desk

SECRET = "a test's secret, thirty-two bytes or so"
INSTANSI = "Pemerintah Kota Surakarta"


@dataclass
class Clock:
    """Seconds that a test lets pass."""

    at: float = 1000.0

    def __call__(self) -> float:
        return self.at


async def fine() -> bool:
    return True


def site_of(
    desk: Desk,
    *,
    links: Links | None = None,
    receive: Receive | None = None,
    clock: Clock | None = None,
    routes: Sequence[BaseRoute] = (),
) -> Starlette:
    """The real site over the desk's real inbox and database."""

    async def find_collector(code: str) -> tuple[Collector, Upp] | None:
        return await desk.db.read(lambda conn: collectors.by_code(conn, code))

    async def knows_ticket(code: str, ticket: str) -> bool:
        return await desk.db.read(lambda conn: tickets.state(conn, code, ticket)) is not None

    return site(
        receive=receive or desk.inbox.receive,
        catalog=desk.inbox.phrase.catalog,
        links=links or Links("http://127.0.0.1", "skm_surakarta_bot", "6281234567890"),
        find_collector=find_collector,
        knows_ticket=knows_ticket,
        published=Publications(desk.db),
        drawing=DRAWING,
        zone=desk.inbox.rules.zone,
        healthy=fine,
        instansi=INSTANSI,
        secrets=[SECRET],
        clock=clock or Clock(),
        routes=routes,
        desk=desk.inbox.officials.desk,
    )


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[str]:
    """The address of the app on a free port of this machine."""
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
