"""The webhook: Telegram posts an update and gets 200 after it is committed."""

import asyncio
import hmac
import json

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.telegram.updates import TelegramUpdates
from skm.errors import SkmError

HEADER = "X-Telegram-Bot-Api-Secret-Token"


def route(path: str, secret: str, updates: TelegramUpdates) -> Route:
    """Any status but 200 makes Telegram deliver the update again later."""

    async def hook(request: Request) -> Response:
        given = request.headers.get(HEADER, "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            return Response(status_code=403)
        body = await request.body()
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError):
            return Response(status_code=400)
        return Response(status_code=await status_of(updates, raw))

    return Route(path, hook, methods=["POST"], name="telegram_webhook")


async def status_of(updates: TelegramUpdates, raw: object) -> int:
    """Processes the update and returns the status to answer with."""
    update = updates.read(raw)
    processed = updates.process(update) if update else updates.record_without_id(raw)
    [error] = await asyncio.gather(processed, return_exceptions=True)
    if error is None:
        return 200
    return 503 if isinstance(error, SkmError) else 500
