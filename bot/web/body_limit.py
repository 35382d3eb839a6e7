"""How large a request's body may be and how long it may take, for every route that is served."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.messaging.message import LARGEST
from skm.figures.priority import PRIORITIES


@dataclass(frozen=True)
class Limit:
    """`size`: bytes. `seconds`: from the beginning of the request."""

    size: int
    seconds: float = 30


DEFAULT = Limit(64 << 10)  # a comment of a few thousand characters
LIMITS = {  # by the route's name
    "telegram_webhook": Limit(1 << 20),
    "whatsapp_webhook": Limit(3 << 20),  # the largest that Meta sends
    "follow_up": Limit(PRIORITIES * LARGEST + (1 << 20), seconds=180),  # photos over a slow line
    "import_upload": Limit(LARGEST + (64 << 10), seconds=180),  # a spreadsheet over a slow line
    "import_choices": Limit(256 << 10),  # a field for each column
}


def with_body_limits(routes: Iterable[BaseRoute]) -> list[BaseRoute]:
    """The same routes, each with its limit."""
    limited = list(routes)
    for route in limited:
        if isinstance(route, Route):
            route.app = BodyLimit(route.app, LIMITS.get(route.name, DEFAULT))
    return limited


class BodyLimit:
    """Raises HTTPException 413 or 408 in the code that reads a body beyond the limit.

    Counts the bytes that arrive, whatever Content-Length says. A body that is not read is not
    waited for.
    """

    def __init__(self, app: ASGIApp, limit: Limit) -> None:
        self.app, self.limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        remaining, complete = self.limit.size, False
        until = asyncio.get_running_loop().time() + self.limit.seconds

        async def receive_within() -> Message:
            nonlocal remaining, complete
            if complete:
                return await receive()
            try:
                async with asyncio.timeout_at(until):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(408) from None
            remaining -= len(message.get("body", b""))
            complete = not message.get("more_body", False)
            if remaining < 0:
                raise HTTPException(413)
            return message

        await self.app(scope, receive_within, send)
