"""The webhook: Meta asks once who we are, then posts messages and is told 200 after the commit."""

import asyncio
import hashlib
import hmac
import json
import logging

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.body import BodyLimit
from bot.outbox import frames
from bot.whatsapp.reception import Reception
from bot.whatsapp.wire import Notice, Reader, Stray
from skm.errors import SkmError

PATH = "/whatsapp"
LARGEST = 3 << 20  # bytes of a webhook, says Meta
HEADER = "X-Hub-Signature-256"

log = logging.getLogger(__name__)


def route(secret: str, verify_token: str, reader: Reader, reception: Reception) -> Route:
    """Anything but 200 makes Meta deliver the same again later."""

    async def hook(request: Request) -> Response:
        if request.method != "POST":
            return _verified(request, verify_token)
        body = await request.body()
        if not signed(body, request.headers.get(HEADER, ""), secret):
            return Response(status_code=401)
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError):
            stray = Stray("a signed webhook that is no JSON", body)
            return Response(status_code=_status(await reception.take(Notice(strays=(stray,)))))
        return Response(status_code=_status(await reception.take(reader.read(raw))))

    limit = Middleware(BodyLimit, limit=LARGEST)
    return Route(PATH, hook, methods=["GET", "POST"], middleware=[limit])


def signed(body: bytes, signature: str, secret: str) -> bool:
    """Whether somebody who knows the app's secret wrote exactly these bytes."""
    ours = "sha256=" + hmac.digest(secret.encode(), body, hashlib.sha256).hex()
    return hmac.compare_digest(ours.encode(), signature.encode())


def _verified(request: Request, verify_token: str) -> Response:
    asked = request.query_params
    given = asked.get("hub.verify_token", "").encode()
    same = hmac.compare_digest(given, verify_token.encode())
    if asked.get("hub.mode") != "subscribe" or not same or not verify_token:
        return Response(status_code=403)
    return PlainTextResponse(asked.get("hub.challenge", ""))


def _status(errors: list[BaseException]) -> int:
    """What the store could not take, or we could not do, is to come again."""
    status = 200
    for error in errors:
        if isinstance(error, asyncio.CancelledError):
            raise error
        if isinstance(error, SkmError):
            log.error("A message waits for the store: %s", error)
            status = max(status, 503)
        else:
            log.error("A message failed:\n%s", frames(error))
            status = max(status, 500)
    return status
