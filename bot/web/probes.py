"""What machines ask: /healthz (alive?), /readyz (send people here?), /metrics (for Prometheus).

/metrics is not served without a token: behind a web server that passes everything on, a request
from the street looks like one from this machine.
"""

import hmac
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.drain import Drain
from bot.metrics import MEDIA_TYPE, text

Healthy = Callable[[], Awaitable[bool]]
Unready = Callable[[], Awaitable[str]]
Measure = Callable[[], Awaitable[Iterable[str]]]
Took = Callable[[str, int, float], None]

AGAIN = "5"  # seconds, for whoever comes while we stop


def healthz(healthy: Healthy) -> Route:
    """200 while the database answers."""

    async def answer(request: Request) -> Response:
        fine = await healthy()
        return PlainTextResponse("ok" if fine else "database", 200 if fine else 503)

    return Route("/healthz", answer)


def probes(
    unready: Unready,
    measure: Measure,
    token: str,
    trouble: Mapping[str, str] = MappingProxyType({}),
) -> Sequence[BaseRoute]:
    """`unready`: why nobody should be sent here, "" if they should. `measure`: the metrics.
    `trouble`: what is wrong although people can be served, by what it is about.
    """

    async def readyz(request: Request) -> Response:
        if why := await unready():
            return PlainTextResponse(why, 503)
        wrong = "; ".join(f"{about} {what}" for about, what in trouble.items())
        return PlainTextResponse(f"ok, but {wrong}" if wrong else "ok")

    async def metrics(request: Request) -> Response:
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return Response(status_code=401, headers={"WWW-Authenticate": "Bearer"})
        return Response(text(await measure()), media_type=MEDIA_TYPE)

    return [Route("/readyz", readyz), *([Route("/metrics", metrics)] if token else [])]


def refusing(route: Route, drain: Drain) -> Route:
    """A webhook that answers 503 once we are to stop, so that the messenger delivers again later;
    what it took before is finished.
    """
    inner = route.app

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        await inner(scope, receive, send)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if drain.begun:
            closed = Response(status_code=503, headers={"Retry-After": AGAIN})
            await closed(scope, receive, send)
        else:
            await drain.watch(handle(scope, receive, send))

    route.app = app
    return route


class Timed:
    """Tells how long each request took, by its route's pattern: addresses hold people's codes."""

    def __init__(self, app: ASGIApp, took: Took) -> None:
        self.app, self.took = app, took

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def send_noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_noting)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            self.took(route, status, time.perf_counter() - began)


def untimed(route: str, status: int, seconds: float) -> None:
    """Nobody counts."""
