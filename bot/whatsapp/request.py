"""Requests to the Cloud API on aiohttp: one pool, time limits, and the token known only here.

pywa could do this, on httpx: importing it takes 0.26 s and 8 MiB more, it logs at DEBUG what people
are told, and httpx slows down under concurrency (see bot/telegram/request.py). Two kinds of request
need no library.
"""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, Self

import aiohttp

from bot.channel import SendError
from bot.message import Attachment
from bot.proxy import proxy_for
from bot.whatsapp.errors import refused

PHONE_FIELDS = "display_phone_number,verified_name,quality_rating"
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

    async def send(self, message: dict[str, Any]) -> None:
        """Hand over one message; raises SendError."""
        await self._post("messages", json=message)

    async def upload(self, attachment: Attachment) -> str:
        """The id under which a file may be sent; raises SendError."""
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
            raise SendError(str(error), retryable=True) from None  # nobody has seen it yet
        return str(answer.get("id", ""))

    async def download(self, media: str, most: int) -> bytes:
        """A file that somebody sent, of at most so many bytes; raises SendError."""
        status, payload = await self._ask("GET", f"{self._url.rpartition('/')[0]}/{media}")
        found = _json(payload) or {}
        url, size = found.get("url"), found.get("file_size")
        if status != 200 or not isinstance(url, str):
            raise refused(status, found, self._now())
        if isinstance(size, int) and size > most:
            raise SendError("That file is too large")
        status, payload = await self._ask("GET", url)
        if status != 200:
            raise refused(status, None, self._now())
        return payload

    async def about(self) -> dict[str, Any]:
        """What WhatsApp knows about our phone; raises SendError."""
        status, payload = await self._ask("GET", f"{self._url}?fields={PHONE_FIELDS}")
        answer = _json(payload)
        if status != 200 or answer is None:
            raise refused(status, answer, self._now())
        return answer

    async def _post(self, path: str, **body: Any) -> dict[str, Any]:
        status, payload = await self._ask("POST", f"{self._url}/{path}", **body)
        answer = _json(payload)
        if status == 200 and answer is not None:
            return answer
        if status in (502, 504) or status == 200:  # a gateway that does not know how it ended
            raise SendError(f"No answer of WhatsApp (status {status})", unknown=True)
        raise refused(status, answer, self._now())

    async def _ask(self, method: str, url: str, **body: Any) -> tuple[int, bytes]:
        """(status, body). The causes of errors stay behind: their texts may hold what was said."""
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
                return response.status, await response.read()
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
                f"No answer of WhatsApp ({type(error).__name__})", unknown=True
            ) from None


def _json(payload: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None
