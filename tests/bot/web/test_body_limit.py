"""A request's body is limited by the bytes and the time that it takes, whatever it says."""

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

from bot.web.body_limit import DEFAULT, BodyLimit, Limit, with_body_limits
from tests.tools.served import served

LIMIT = 1000


@asynccontextmanager
async def served_with_limit(seconds: float = 30) -> AsyncIterator[str]:
    """Answers with the length of the body; /unread answers without reading it."""

    async def length(request: Request) -> Response:
        return PlainTextResponse(str(len(await request.body())))

    async def unread(request: Request) -> Response:
        return PlainTextResponse("forbidden", 403)

    limit = [Middleware(BodyLimit, limit=Limit(LIMIT, seconds))]
    routes = [
        Route("/", length, methods=["POST"], middleware=limit),
        Route("/unread", unread, methods=["POST"], middleware=limit),
    ]
    async with served(Starlette(routes=routes)) as base:
        yield base


async def first_line(base: str, *parts: bytes) -> bytes:
    """The first line of the response to these bytes; the connection stays open."""
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
async def test_the_bytes_that_arrive_are_counted(size: int, status: int, chunked: bool) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for start in range(0, size, 300):
            yield b"a" * min(300, size - start)

    async with served_with_limit() as base, httpx.AsyncClient() as client:
        answer = await client.post(base, content=parts() if chunked else b"a" * size)
        assert answer.status_code == status
        assert status != 200 or answer.text == str(size)


async def test_an_endless_body_is_refused_at_the_limit() -> None:
    chunk = b"12c\r\n" + b"a" * 300 + b"\r\n"
    async with served_with_limit() as base:
        assert b"413" in await first_line(base, head("/", "Transfer-Encoding: chunked"), chunk * 4)


@pytest.mark.parametrize("sent", [b"", b"a" * 10])
async def test_a_body_that_does_not_arrive_is_refused_after_the_time_limit(sent: bytes) -> None:
    async with served_with_limit(seconds=0.05) as base:
        assert b"408" in await first_line(base, head("/", "Content-Length: 999"), sent)


async def test_a_body_that_is_not_read_is_not_waited_for() -> None:
    async with served_with_limit() as base:
        assert b"403" in await first_line(base, head("/unread", "Content-Length: 999999999"))


async def test_a_route_without_a_limit_of_its_own_has_the_default() -> None:
    async def length(request: Request) -> Response:
        return PlainTextResponse(str(len(await request.body())))

    routes = with_body_limits([Route("/", length, methods=["POST"])])
    async with served(Starlette(routes=routes)) as base, httpx.AsyncClient() as client:
        sizes = (DEFAULT.size, DEFAULT.size + 1)
        answers = [(await client.post(base, content=b"a" * size)).status_code for size in sizes]
    assert answers == [200, 413]
