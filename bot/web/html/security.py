"""Response headers that restrict what a browser may do, and the check of a form's origin."""

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
    """The headers of every response: no scripts, no frames, nothing from other sites.

    `https`: browsers come back over https only. Caches keep nothing unless a response says
    otherwise, since phones are shared.
    """
    hsts = {"Strict-Transport-Security": "max-age=31536000"} if https else {}
    return {**_HEADERS, **hsts, "Cache-Control": "no-store"}


class SecurityHeaders:
    """Middleware that adds these headers to each response that has not set its own."""

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


def is_same_origin(request: Request, base: str, *, signed: bool) -> bool:
    """Whether a form was posted from our own pages, according to the browser's headers.

    `base`: our public URL, which may differ from the Host header behind a proxy. `signed`: whether
    the request carries what only our page for this person contains; then a browser that hides where
    the form comes from (`Origin: null`) is trusted. One that sends neither Sec-Fetch-Site nor
    Origin is trusted in any case.
    """
    site = request.headers.get("sec-fetch-site")
    if site:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    if origin == "null":
        return signed
    ours = (request.headers.get("host"), urlsplit(base).netloc)
    return origin is None or origin.partition("://")[2] in ours
