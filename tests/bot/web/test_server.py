"""The server as it is configured: whom it believes about where a request comes from."""

from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from bot.settings import Settings
from bot.web.server import configured


async def whoever_asks(scope: Scope, receive: Receive, send: Send) -> None:
    client = Request(scope).client
    await PlainTextResponse(client.host if client else "")(scope, receive, send)


async def seen(proxies: str | None, comes_from: str, says: str) -> str:
    """Whose request it is taken for."""
    given: Any = {} if proxies is None else {"trusted_proxies": proxies}
    settings = Settings(_env_file=None, secret_key="x" * 32, **given)
    config = configured(settings, whoever_asks)
    config.load()
    scope = {
        "type": "http",
        "headers": [(b"x-forwarded-for", says.encode())] if says else [],
        "client": (comes_from, 1),
        "scheme": "http",
    }
    said: list[bytes] = []

    async def send(message: object) -> None:
        assert isinstance(message, dict)
        said.append(message.get("body", b""))

    await config.loaded_app(scope, None, send)
    return b"".join(said).decode()


@pytest.mark.parametrize(
    ("proxies", "comes_from", "says", "whose"),
    [
        (None, "127.0.0.1", "203.0.113.7", "203.0.113.7"),
        (None, "::1", "203.0.113.7", "203.0.113.7"),
        (None, "127.0.0.1", "", "127.0.0.1"),
        (None, "127.0.0.1", "10.9.9.9, 203.0.113.7", "203.0.113.7"),  # the first one is invented
        (None, "203.0.113.7", "10.9.9.9", "203.0.113.7"),  # no proxy of ours says that
        (None, "172.18.0.2", "203.0.113.7", "172.18.0.2"),
        ("172.16.0.0/12", "172.18.0.2", "203.0.113.7", "203.0.113.7"),
        ("172.16.0.0/12", "127.0.0.1", "203.0.113.7", "127.0.0.1"),
    ],
)
async def test_only_a_proxy_of_ours_may_say_for_whom_it_asks(
    proxies: str | None, comes_from: str, says: str, whose: str
) -> None:
    assert await seen(proxies, comes_from, says) == whose
