"""A Telegram that costs next to nothing, so that a server under load is what is measured.

It reads of a call only what is needed to go on, and answers every one with the same bytes. The
real stand (tests/stand) reads as strictly as Telegram does and takes longer than the bot itself.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Self

SCREENS = (b"sendMessage", b"editMessageText")
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CHAT = re.compile(rb'"chat_id": ?(\d+)')


def _told(result: object) -> bytes:
    body = json.dumps({"ok": True, "result": result}).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body


ME = _told({"id": 1, "is_bot": True, "first_name": "SKM", "username": "skm_test_bot"})
DONE = _told(True)
SHOWN = _told({"message_id": 5, "date": 0, "chat": {"id": 1, "type": "private"}, "text": "…" * 300})


class Api(asyncio.Protocol):
    """One connection of the bot; `shown(chat, body)` hears of each screen."""

    def __init__(self, shown: Callable[[int, bytes], None]) -> None:
        self._shown, self._heard = shown, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while (end := self._heard.find(b"\r\n\r\n")) >= 0:
            length = LENGTH.search(self._heard, 0, end)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._heard) < whole:
                return
            self._call(self._heard[:end].split(b" ", 2)[1], self._heard[end + 4 : whole])
            self._heard = self._heard[whole:]

    def _call(self, path: bytes, body: bytes) -> None:
        method = path.rpartition(b"/")[2]
        if method in SCREENS:
            self._transport.write(SHOWN)
            chat = CHAT.search(body)
            assert chat, body
            self._shown(int(chat[1]), body)
        else:
            self._transport.write(ME if method == b"getMe" else DONE)


@asynccontextmanager
async def telegram(shown: Callable[[int, bytes], None]) -> AsyncIterator[int]:
    """The port at which it is."""
    server = await asyncio.get_running_loop().create_server(lambda: Api(shown), "127.0.0.1", 0)
    async with server:
        yield int(server.sockets[0].getsockname()[1])


class Posting:
    """One connection over which Telegram posts updates to the webhook, one after the other."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def to(cls, port: int) -> Self:
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def post(self, path: str, secret: str, update: str) -> bool:
        """Whether it was taken: the answer comes after the commit."""
        body = update.encode()
        self._writer.write(
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {secret}\r\nContent-Length: {len(body)}\r\n\r\n"
            .encode() + body
        )  # fmt: skip
        head = await self._reader.readuntil(b"\r\n\r\n")
        if length := LENGTH.search(head):
            await self._reader.readexactly(int(length[1]))
        return head.startswith(b"HTTP/1.1 200")

    def close(self) -> None:
        self._writer.close()
