"""The one ASGI app: the pages, the web chat, public results, other channels' webhooks, probes."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bot.ask import Desk
from bot.body import BodyLimit
from bot.catalog import Catalog
from bot.drawing import Drawing
from bot.links import Links
from bot.web.channel import Chat, Receive
from bot.web.door import Doors, FindCollector, KnowsTicket
from bot.web.downloads import Downloads
from bot.web.follow_up import FollowUpPages
from bot.web.guard import SecurityHeaders, security_headers
from bot.web.landing import Landing
from bot.web.pictures import Pictures
from bot.web.probes import Healthy, Timed, Took, healthz, untimed
from bot.web.render import STATIC, Pages
from bot.web.results import Results
from bot.web.session import Seat
from skm.store.publications import Publications

KNOWN_ERRORS = {404, 405, 408, 413, 429}
BODY_LIMIT = 64 * 1024  # bytes; the longest honest form is a comment of a few thousand characters


def site(
    *,
    receive: Receive,
    catalog: Catalog,
    links: Links,
    find_collector: FindCollector,
    knows_ticket: KnowsTicket,
    published: Publications,
    drawing: Drawing,
    zone: tzinfo,
    healthy: Healthy,
    instansi: str,
    secrets: Sequence[str],
    language: str = "id",
    routes: Sequence[BaseRoute] = (),
    desk: Desk | None = None,
    clock: Callable[[], float] = time.monotonic,
    took: Took = untimed,
) -> Starlette:
    """The app. `receive`: the door in; `published`: what anybody may read; `secrets`: sign
    cookies and forms, the last one those we give; `healthy`: whether the database answers;
    `routes`: webhooks of other channels, which check who calls them, and probes; `took`: hears how
    long each request took; `desk`: what pages for officials stand on.
    """
    https = links.base.startswith("https://")
    headers = security_headers(https)
    pages = Pages(catalog, instansi, language)
    own = Seat("skm", secrets, https)
    kiosk = Seat("skm_bantuan", secrets, https, assisted=True)
    doors = Doors(find_collector, knows_ticket, clock)
    landing = Landing(pages, links, doors, own, kiosk)
    pictures = Pictures(catalog, drawing, language)
    app = Starlette(
        routes=[
            Route("/", landing.home),
            Route("/s/{code}", landing.landing),
            _chat("/s/{code}/chat", Chat(receive, pages, doors, own, links.base)),
            _chat("/s/{code}/bantuan", Chat(receive, pages, doors, kiosk, links.base)),
            Route("/s/{code}/qr.svg", landing.qr),
            Route("/s/{code}/{way}", landing.follow),
            *Results(pages, published, links.base, zone).routes(),
            *Downloads(pages, published, pictures).routes(),
            *(FollowUpPages(pages, desk, desk.permits).routes() if desk and desk.permits else ()),
            healthz(healthy),
            *routes,
            Mount("/static", Static(directory=STATIC)),
        ],
        middleware=[
            Middleware(Timed, took=took),
            Middleware(SecurityHeaders, headers=headers),
            Middleware(GZipMiddleware),
        ],
        exception_handlers={HTTPException: _refused(pages), Exception: _failed(pages, headers)},
    )
    app.router.redirect_slashes = False  # it would lead to whatever Host the request names
    return app


def _chat(path: str, chat: Chat) -> Route:
    limit = Middleware(BodyLimit, limit=BODY_LIMIT)
    return Route(path, chat.handle, methods=["GET", "POST"], middleware=[limit])


def _refused(pages: Pages) -> Callable[[Request, Exception], Response]:
    """A page that says what was wrong with the request and what to do."""

    def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        status, path = error.status_code, request.url.path
        if status == 404 and path.endswith("/") and path.strip("/"):
            return RedirectResponse(f"/{path.strip('/')}", 308)
        key = f"web.error_{status if status in KNOWN_ERRORS else 405}"
        return pages.page("error", pages.language_of(request), status, error.headers, key=key)

    return refused


def _failed(pages: Pages, headers: Mapping[str, str]) -> Callable[[Request, Exception], Response]:
    """A page that never says what broke inside. It is drawn outside of all middleware."""

    def failed(request: Request, error: Exception) -> Response:
        language = pages.language_of(request)
        return pages.page("error", language, 500, headers, key="web.error_500")

    return failed


class Static(StaticFiles):
    """Our own files. An address with a version changes when the file does: kept for a year."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        age = "31536000, immutable" if scope["query_string"] else "86400"
        response.headers["Cache-Control"] = f"public, max-age={age}"
        return response
