"""What is posted: measured by what comes, not by what it says, and not waited for for ever."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.body import BodyLimit
from tests.served import served

LIMIT = 1000


@asynccontextmanager
async def measuring(seconds: float = 30) -> AsyncIterator[str]:
    """Answers with the length of what was posted, unless /unread."""

    async def length(request: Request) -> Response:
        return PlainTextResponse(str(len(await request.body())))

    async def unread(request: Request) -> Response:
        return PlainTextResponse("forbidden", 403)

    limit = [Middleware(BodyLimit, limit=LIMIT, seconds=seconds)]
    routes = [
        Route("/", length, methods=["POST"], middleware=limit),
        Route("/unread", unread, methods=["POST"], middleware=limit),
    ]
    async with served(Starlette(routes=routes)) as base:
        yield base


async def spoken(base: str, *parts: bytes) -> bytes:
    """The first line of the answer to these bytes; nothing more is sent, nor the end said."""
    at = urlsplit(base)
    reader, writer = await asyncio.open_connection(at.hostname, at.port)
    writer.write(b"".join(parts))
    line = await asyncio.wait_for(reader.readline(), 30)
    writer.close()
    return line


def head(path: str, length: str) -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: x\r\n{length}\r\n\r\n".encode()


@pytest.mark.parametrize(("size", "status"), [(0, 200), (LIMIT, 200), (LIMIT + 1, 413)])
@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_is_measured_by_what_comes(size: int, status: int, chunked: bool) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for start in range(0, size, 300):
            yield b"a" * min(300, size - start)

    async with measuring() as base, httpx.AsyncClient() as client:
        answer = await client.post(base, content=parts() if chunked else b"a" * size)
        assert answer.status_code == status
        assert status != 200 or answer.text == str(size)


async def test_an_endless_body_is_cut_off() -> None:
    chunk = b"12c\r\n" + b"a" * 300 + b"\r\n"
    async with measuring() as base:
        assert b"413" in await spoken(base, head("/", "Transfer-Encoding: chunked"), chunk * 4)


@pytest.mark.parametrize("sent", [b"", b"a" * 10])
async def test_a_body_that_does_not_come_is_not_waited_for_for_ever(sent: bytes) -> None:
    async with measuring(seconds=0.05) as base:
        assert b"408" in await spoken(base, head("/", "Content-Length: 999"), sent)


async def test_whoever_is_turned_away_need_not_have_sent_anything() -> None:
    async with measuring() as base:
        assert b"403" in await spoken(base, head("/unread", "Content-Length: 999999999"))
