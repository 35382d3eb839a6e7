"""Routes for machines: /healthz and /readyz for load balancers, /metrics for Prometheus.

/metrics is served only with a token: behind a proxy that forwards every path, a request from the
internet looks like one from this machine.
"""

import hmac
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.running.shutdown import Shutdown
from skm.store.database.database import Database, StoreError

NotReady = Callable[[], Awaitable[str]]
"""Returns why this process should get no requests, "" if it should."""
Expose = Callable[[], Awaitable[bytes]]
"""Returns the metrics in Prometheus' text format."""
ObserveRequest = Callable[[str, int, float], None]
"""Takes the route's pattern, the status and the duration in seconds of an answered request."""

SECURITY_TXT = "/.well-known/security.txt"
SECURITY_TXT_VALID = timedelta(days=180)  # RFC 9116 recommends less than a year
RETRY_AFTER = "5"  # seconds, while the process stops


async def answers(db: Database) -> bool:
    """Whether the database executes a query."""
    try:
        await db.read(lambda conn: conn.execute(text("SELECT 1")))
    except StoreError:
        return False
    return True


def healthz(db: Database) -> Route:
    """/healthz: 200 while the database answers, else 503."""

    async def healthz(request: Request) -> Response:
        healthy = await answers(db)
        return PlainTextResponse("ok" if healthy else "database", 200 if healthy else 503)

    return Route("/healthz", healthz)


def probes(
    not_ready: NotReady,
    expose: Expose,
    token: str,
    trouble: Mapping[str, str] = MappingProxyType({}),
) -> Sequence[BaseRoute]:
    """/readyz, and /metrics if there is a token.

    `trouble`: what fails although requests can be served, by subject; /readyz names it.
    """

    async def readyz(request: Request) -> Response:
        if reason := await not_ready():
            return PlainTextResponse(reason, 503)
        failing = "; ".join(f"{about} {what}" for about, what in trouble.items())
        return PlainTextResponse(f"ok, but {failing}" if failing else "ok")

    async def metrics(request: Request) -> Response:
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return Response(status_code=401, headers={"WWW-Authenticate": "Bearer"})
        return Response(await expose(), headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    return [Route("/readyz", readyz), *([Route("/metrics", metrics)] if token else [])]


def security_txt(contact: str, base: str, now: Callable[[], datetime]) -> Route:
    """/.well-known/security.txt (RFC 9116): where a weakness is reported. `base`: our address."""

    async def security_txt(request: Request) -> Response:
        until = (now() + SECURITY_TXT_VALID).replace(hour=0, minute=0, second=0, microsecond=0)
        lines = [
            f"Contact: {contact}",
            f"Expires: {until.isoformat()}",
            "Preferred-Languages: id, en",
            f"Canonical: {base}{SECURITY_TXT}",
        ]
        return PlainTextResponse("\n".join([*lines, ""]))

    return Route(SECURITY_TXT, security_txt)


def until_shutdown(route: Route, shutdown: Shutdown) -> Route:
    """The same route, answering 503 once the shutdown has begun.

    A messenger delivers a refused webhook again later; one that was accepted is finished.
    """
    inner = route.app

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        await inner(scope, receive, send)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if shutdown.begun:
            closed = Response(status_code=503, headers={"Retry-After": RETRY_AFTER})
            await closed(scope, receive, send)
        else:
            await shutdown.watch(handle(scope, receive, send))

    route.app = app
    return route


class RequestTimer:
    """Middleware that reports the duration of each request by its route's pattern.

    The path itself is not reported, since it may contain a code.
    """

    def __init__(self, app: ASGIApp, observe: ObserveRequest) -> None:
        self.app, self.observe = app, observe

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def send_and_note_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_and_note_status)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            self.observe(route, status, time.perf_counter() - began)


def ignore_request(route: str, status: int, seconds: float) -> None:
    """Counts nothing."""
