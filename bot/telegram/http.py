"""Requests of telegram.Bot over aiohttp: one connection pool, timeouts, and the token in one place.

The library's own backend (httpx) slows down under concurrency: with a round trip of 80 ms and 256
concurrent updates it handled 52 updates/s, this one 1,027/s. The library logs its URLs, which
contain the token, so telegram.Bot gets a placeholder that is replaced when a request is made.
"""

import json
import logging
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter  # no public way to build them

from bot.running.answer_body import read_body
from bot.telegram.contract import is_answer

PLACEHOLDER = "0:hidden"  # in place of the token
MAX_BODY = 16 << 20  # bytes: a hundred updates take less than 1 MB, a photo up to 10 MB

logging.getLogger("telegram.Bot").setLevel(logging.INFO)  # at DEBUG it logs the texts of messages


class NotConnected(NetworkError):
    """No connection was made: the request may safely be repeated."""


class Unanswered(TimedOut):
    """The request was sent and no answer came: it may or may not have been carried out."""


class TelegramHttp(BaseRequest):
    """Timeouts in seconds: `connect` to get a connection, `read` the answer, `write` a file."""

    def __init__(
        self,
        token: str,
        *,
        proxy: str | None = None,
        connections: int = 128,
        connect: float = 5,
        read: float = 10,
        write: float = 30,
    ) -> None:
        self._token, self._proxy, self._connections = token, proxy, connections
        self._connect, self._read, self._write = connect, read, write
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return self._read

    async def initialize(self) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                proxy=self._proxy,
            )

    async def shutdown(self) -> None:
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def call(self, url: str, arguments: Mapping[str, object], read: float | None) -> object:
        """Calls a method of the Bot API and returns its JSON result; raises TelegramError.

        telegram.Bot's own methods convert everything into objects and reject a whole batch of
        updates if one is malformed.
        """
        given = [RequestParameter.from_input(*argument) for argument in arguments.items()]
        return await self.post(url, RequestData(given), read_timeout=read)

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Returns (status, body) of an answer of Telegram's; raises Unanswered for any other.

        Errors have no cause, since its text may contain the token.
        """
        if self._session is None:
            raise NotConnected("The connection to Telegram is closed")
        timeout = _timeout(
            _seconds(connect_timeout, self._connect),
            _seconds(read_timeout, self._read),
            _seconds(write_timeout, self._write),
        )
        try:
            async with self._session.request(
                method,
                url.replace(PLACEHOLDER, self._token),
                timeout=timeout,
                **_body(request_data),
                allow_redirects=False,
            ) as response:
                status, payload = response.status, await read_body(response, MAX_BODY)
        except (
            aiohttp.ClientConnectorError,
            aiohttp.ConnectionTimeoutError,
            aiohttp.InvalidURL,
        ) as error:
            raise NotConnected(f"No connection ({type(error).__name__})") from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unanswered(f"No answer ({type(error).__name__})") from None
        is_file = method == "GET" and status == 200
        if not is_file and not is_answer(url.rpartition("/")[2], status, payload):
            raise Unanswered(f"No answer of Telegram's (status {status})")
        if status in (502, 504):  # a gateway, which does not know the outcome
            raise Unanswered(f"No answer (status {status})")
        return status, payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Like the library's, without logging the payload, which may contain a person's words."""
        try:
            data = json.loads(payload)
        except (ValueError, RecursionError):
            raise Unanswered("The answer is not JSON") from None
        if not isinstance(data, dict):
            raise Unanswered("The answer is not Telegram's")
        return data


def _body(data: RequestData | None) -> dict[str, Any]:
    if data is None:
        return {}
    if not data.contains_files:  # encoding a form costs seven times as much as JSON
        return {"json": data.parameters}
    form = aiohttp.FormData(data.json_parameters, quote_fields=False)  # file names unchanged
    for name, (filename, content, media_type) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=media_type)
    return {"data": form}


@lru_cache(maxsize=16)
def _timeout(connect: float, read: float, write: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=connect + read + write, connect=connect, sock_read=read)


def _seconds(given: object, default: float) -> float:
    return given if isinstance(given, int | float) else default
