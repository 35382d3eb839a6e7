"""The server's configuration: which proxies may name the client of a request."""

from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from bot.running.settings import Settings
from bot.web.server import configured


async def show_client(scope: Scope, receive: Receive, send: Send) -> None:
    client = Request(scope).client
    await PlainTextResponse(client.host if client else "")(scope, receive, send)


async def client_of(proxies: str | None, comes_from: str, says: str) -> str:
    """The client's address as the app sees it."""
    given: Any = {} if proxies is None else {"trusted_proxies": proxies}
    settings = Settings(_env_file=None, secret_key="x" * 32, **given)
    config = configured(settings, show_client)
    config.load()
    scope = {
        "type": "http",
        "headers": [(b"x-forwarded-for", says.encode())] if says else [],
        "client": (comes_from, 1),
        "scheme": "http",
    }
    body: list[bytes] = []

    async def send(message: object) -> None:
        assert isinstance(message, dict)
        body.append(message.get("body", b""))

    await config.loaded_app(scope, None, send)
    return b"".join(body).decode()


@pytest.mark.parametrize(
    ("proxies", "comes_from", "says", "whose"),
    [
        (None, "127.0.0.1", "203.0.113.7", "203.0.113.7"),
        (None, "::1", "203.0.113.7", "203.0.113.7"),
        (None, "127.0.0.1", "", "127.0.0.1"),
        (None, "127.0.0.1", "10.9.9.9, 203.0.113.7", "203.0.113.7"),  # the first one may be forged
        (None, "203.0.113.7", "10.9.9.9", "203.0.113.7"),  # not from a trusted proxy
        (None, "172.18.0.2", "203.0.113.7", "172.18.0.2"),
        ("172.16.0.0/12", "172.18.0.2", "203.0.113.7", "203.0.113.7"),
        ("172.16.0.0/12", "127.0.0.1", "203.0.113.7", "127.0.0.1"),
    ],
)
async def test_only_a_trusted_proxy_may_name_the_client(
    proxies: str | None, comes_from: str, says: str, whose: str
) -> None:
    assert await client_of(proxies, comes_from, says) == whose
