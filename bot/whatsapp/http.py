"""Requests to the Cloud API over aiohttp: one connection pool, timeouts, the token in one place.

The library pywa was measured and not taken: importing it takes 0.26 s and 8 MiB, it logs the texts
of messages at DEBUG, and it uses httpx, which slows down under concurrency (bot/telegram/http.py).
"""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, Self
from urllib.parse import urlsplit

import aiohttp

from bot.messaging.channel import SendError
from bot.messaging.message import Attachment
from bot.running.answer_body import read_body
from bot.running.proxy import proxy_for
from bot.whatsapp.errors import code_of, refused

Payload = dict[str, Any]
"""A JSON object that is sent to the Cloud API or received from it."""

PHONE_FIELDS = "display_phone_number,verified_name,quality_rating"
NAMED = {"messages": "messages", "media": "id"}  # path → what its answer names
GATEWAY = (502, 504)  # answered by a gateway, which does not know the outcome
GRAPH_HOSTS = (".facebook.com", ".fbsbx.com", ".whatsapp.net")  # Meta's, for media
MAX_BODY = 1 << 20  # bytes; what the Cloud API answers is a few hundred
TIMEOUT = aiohttp.ClientTimeout(total=45, connect=5, sock_read=15)


class CloudApi:
    """`async with CloudApi(url, phone_id, token, now) as api:`; `url` with the API's version."""

    def __init__(self, url: str, phone_id: str, token: str, now: Callable[[], datetime]) -> None:
        self._url, self._token, self._now = f"{url.rstrip('/')}/{phone_id}", token, now
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=128),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=TIMEOUT,
            proxy=proxy_for(self._url),
        )
        return self

    async def __aexit__(self, *error: object) -> None:
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def send(self, message: dict[str, Any]) -> str:
        """Sends one message and returns its id, by which statuses name it; raises SendError."""
        answer = await self._post("messages", json=message)
        return id_in(answer["messages"])

    async def upload(self, attachment: Attachment) -> str:
        """Uploads a file and returns the id to send it by; raises SendError."""
        form = aiohttp.FormData({"messaging_product": "whatsapp"}, quote_fields=False)
        form.add_field(
            "file",
            attachment.content,
            filename=attachment.name,
            content_type=attachment.media_type,
        )
        try:
            answer = await self._post("media", data=form)
        except SendError as error:
            if not error.unknown:
                raise
            raise SendError(str(error), retryable=True) from None  # nothing was sent yet
        return str(answer.get("id", ""))

    async def download(self, media: str, most: int) -> bytes:
        """Downloads a file that a user sent, of at most `most` bytes; raises SendError."""
        status, payload = await self._request("GET", f"{self._url.rpartition('/')[0]}/{media}")
        found = self._answer("url", status, payload)
        size = found.get("file_size")
        if isinstance(size, int) and size > most:
            raise SendError("The file is too large")
        if not is_of_graph(str(found["url"]), self._url):
            raise SendError("The file is on a host that is not WhatsApp's")
        status, payload = await self._request("GET", str(found["url"]), most)
        if status != 200:
            raise refused(status, None, self._now())
        return payload

    async def about(self) -> dict[str, Any]:
        """The PHONE_FIELDS of our phone; raises SendError."""
        status, payload = await self._request("GET", f"{self._url}?fields={PHONE_FIELDS}")
        return self._answer("id", status, payload)

    async def _post(self, path: str, **body: Any) -> dict[str, Any]:
        status, payload = await self._request("POST", f"{self._url}/{path}", **body)
        return self._answer(NAMED[path], status, payload)

    def _answer(self, named: str, status: int, payload: bytes) -> dict[str, Any]:
        """The JSON of an answer, which has a field of this name; raises SendError.

        An answer that is not the Cloud API's (a login page, half a JSON, a gateway's error) leaves
        the outcome unknown.
        """
        answer = _json(payload)
        if status == 200 and answer is not None and id_in(answer.get(named)):
            return answer
        is_error = status >= 400 and status not in GATEWAY
        if is_error and (status == 429 or code_of(answer)):
            raise refused(status, answer, self._now())
        raise SendError(f"No answer from WhatsApp (status {status})", unknown=True)

    async def _request(
        self, method: str, url: str, most: int = MAX_BODY, **body: Any
    ) -> tuple[int, bytes]:
        """Returns (status, body of at most `most` bytes).

        Errors have no cause, since its text may contain a message.
        """
        if self._session is None:
            raise SendError("The connection to WhatsApp is closed", retryable=True)
        try:
            async with self._session.request(
                method,
                url,
                headers={"Authorization": f"Bearer {self._token}"},
                allow_redirects=False,
                **body,
            ) as response:
                return response.status, await read_body(response, most)
        except (
            aiohttp.ClientConnectorError,
            aiohttp.ConnectionTimeoutError,
            aiohttp.InvalidURL,
        ) as error:
            raise SendError(
                f"No connection to WhatsApp ({type(error).__name__})", retryable=True
            ) from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise SendError(
                f"No answer from WhatsApp ({type(error).__name__})", unknown=True
            ) from None


def is_of_graph(url: str, api: str) -> bool:
    """Whether a URL that Graph answers with is on one of its own hosts, which alone get the token.

    `api`: the address of the Cloud API in use, whose host and port are among them.
    """
    try:
        parts, own = urlsplit(url), urlsplit(api)
        if (parts.scheme, parts.hostname, parts.port) == (own.scheme, own.hostname, own.port):
            return True
    except ValueError:
        return False
    host = f".{parts.hostname or ''}"
    return parts.scheme == "https" and parts.port in (None, 443) and host.endswith(GRAPH_HOSTS)


def id_in(field: object) -> str:
    """The id or URL that a field holds, or the id of the first message it lists; "" for neither."""
    if isinstance(field, list):
        return id_in(field[0].get("id")) if field and isinstance(field[0], dict) else ""
    return field if isinstance(field, str) else ""


def _json(payload: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None
