"""The webhook: Meta verifies it once, then posts messages and gets 200 after the commit."""

import asyncio
import hashlib
import hmac
import json
import logging

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.running.logs import frames
from bot.whatsapp.updates import WhatsAppUpdates
from bot.whatsapp.wire import MalformedMessage, WebhookContent, WebhookReader
from skm.errors import SkmError

PATH = "/whatsapp"
HEADER = "X-Hub-Signature-256"

log = logging.getLogger(__name__)


def route(secret: str, verify_token: str, reader: WebhookReader, updates: WhatsAppUpdates) -> Route:
    """Any status but 200 makes Meta deliver the same content again later."""

    async def hook(request: Request) -> Response:
        if request.method != "POST":
            return _verify(request, verify_token)
        body = await request.body()
        if not is_signed(body, request.headers.get(HEADER, ""), secret):
            return Response(status_code=401)
        errors = await updates.process(_read(body, reader))
        return Response(status_code=_status(errors))

    return Route(PATH, hook, methods=["GET", "POST"], name="whatsapp_webhook")


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Whether the signature was made from exactly these bytes with the app's secret."""
    ours = "sha256=" + hmac.digest(secret.encode(), body, hashlib.sha256).hex()
    return hmac.compare_digest(ours.encode(), signature.encode())


def _read(body: bytes, reader: WebhookReader) -> WebhookContent:
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError):
        return WebhookContent(
            malformed=(MalformedMessage("signed content that is not JSON", body),)
        )
    return reader.read(raw)


def _verify(request: Request, verify_token: str) -> Response:
    """Answers Meta's verification request with its challenge."""
    query = request.query_params
    given = query.get("hub.verify_token", "").encode()
    same = hmac.compare_digest(given, verify_token.encode())
    if query.get("hub.mode") != "subscribe" or not same or not verify_token:
        return Response(status_code=403)
    return PlainTextResponse(query.get("hub.challenge", ""))


def _status(errors: list[BaseException]) -> int:
    """200 without errors, 503 for the store's, 500 for an error of ours."""
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
