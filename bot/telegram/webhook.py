"""The webhook: Telegram posts an update, and is told 200 only after the commit."""

import asyncio
import hmac
import json

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.body import BodyLimit
from bot.telegram.reception import Reception
from skm.errors import SkmError

LARGEST = 1 << 20  # bytes of an update
HEADER = "X-Telegram-Bot-Api-Secret-Token"


def route(path: str, secret: str, reception: Reception) -> Route:
    """Anything but 200 makes Telegram deliver the update again later."""

    async def hook(request: Request) -> Response:
        given = request.headers.get(HEADER, "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            return Response(status_code=403)
        body = await request.body()
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError):
            return Response(status_code=400)
        return Response(status_code=await _taken(reception, raw))

    return Route(path, hook, methods=["POST"], middleware=[Middleware(BodyLimit, limit=LARGEST)])


async def _taken(reception: Reception, raw: object) -> int:
    """The status to answer with."""
    update = reception.read(raw)
    settled = reception.settle(update) if update else reception.keep_stray(raw)
    [error] = await asyncio.gather(settled, return_exceptions=True)
    if error is None:
        return 200
    return 503 if isinstance(error, SkmError) else 500
