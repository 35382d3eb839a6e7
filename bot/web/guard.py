"""What protects the pages: headers, and where a form comes from."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def security_headers(https: bool) -> dict[str, str]:
    """What a browser may do with an answer of ours: nothing but show it.

    `https`: ask browsers to come back over https only. Pages are not kept by caches unless they
    say otherwise, since a shared phone is common.
    """
    hsts = {"Strict-Transport-Security": "max-age=31536000"} if https else {}
    return {**_HEADERS, **hsts, "Cache-Control": "no-store"}


class SecurityHeaders:
    """Adds these headers to every answer that has not set its own."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str]) -> None:
        self.app, self.headers = app, headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)


def same_origin(request: Request, base: str) -> bool:
    """A form of ours, as far as the browser says: other sites cannot post in a citizen's name.

    `base`: our public address, which a proxy may hide from us.
    """
    site = request.headers.get("sec-fetch-site")
    if site:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    ours = (request.headers.get("host"), urlsplit(base).netloc)
    return origin is None or origin.partition("://")[2] in ours
