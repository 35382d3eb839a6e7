"""The ASGI app: survey, public results, the follow-up form, webhooks, probes, static files."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bot.messaging.channel import Receive
from bot.messaging.links import Links
from bot.request.chart_workers import ChartWorkers
from bot.request.form_links import FormLinks
from bot.request.instansi import Instansi
from bot.web.body_limit import with_body_limits
from bot.web.html.render import STATIC, Pages
from bot.web.html.security import SecurityHeaders, security_headers
from bot.web.probes import ObserveRequest, RequestTimer, healthz, ignore_request
from bot.web.results.downloads import Downloads
from bot.web.results.pages import Results
from bot.web.results.pictures import Pictures
from bot.web.survey.channel import Chat
from bot.web.survey.collector import CollectorLookup
from bot.web.survey.landing import Landing
from bot.web.survey.session import SessionCookie
from bot.web.workplace.access import Workplace
from bot.web.workplace.follow_up import FollowUpPages
from bot.web.workplace.imports.pages import ImportPages
from bot.web.workplace.lists import Lists
from bot.web.workplace.overview import Overview
from bot.web.workplace.sign_in import SignIn
from bot.web.workplace.standings import Standings
from bot.web.workplace.submissions import SubmissionPages
from skm.store.database.database import Conflict, Database, StoreError
from skm.store.figures.flags import FlagRules
from skm.store.periods.publications import Publications

EXPLAINED = {404, 405, 408, 413, 429}  # statuses with a text of their own
RETRY_AFTER = "10"  # seconds, while the database fails

log = logging.getLogger(__name__)

ErrorHandler = Callable[[Request, Exception], Response]


def site(
    *,
    receive: Receive,
    links: Links,
    db: Database,
    instansi: Instansi,
    drawing: ChartWorkers,
    secrets: Sequence[str],
    language: str = "id",
    routes: Sequence[BaseRoute] = (),
    forms: FormLinks | None = None,
    rules: FlagRules | None = None,
    clock: Callable[[], float] = time.monotonic,
    observe: ObserveRequest = ignore_request,
    kept: Callable[[str], str] = lambda language: "",
    keys: Sequence[bytes] = (),
) -> Starlette:
    """The app.

    `secrets`: keys of cookies and forms; each is accepted, the last one signs. `routes`: webhooks
    of other channels, which authenticate their callers, and probes. `forms`: links to the
    officials' follow-up form; without them it is not served. `rules`: by which
    responses are flagged. `clock`: seconds that only grow.
    `keys`: of this deployment, by which imports recognise its own exports.
    `kept`: language → how long data is kept, for the notice.
    """
    https = links.base.startswith("https://")
    headers = security_headers(https)
    pages = Pages(instansi.catalog, instansi.name, language)
    own = SessionCookie("skm", secrets, https)
    kiosk = SessionCookie("skm_bantuan", secrets, https, assisted=True)
    lookup = CollectorLookup(db, clock)
    published = Publications(db)
    pictures = Pictures(instansi.catalog, drawing, language)
    workplace = Workplace(pages, db, instansi, links.base, secrets)
    overview = Overview(workplace, rules)
    served: list[BaseRoute] = [
        Chat(receive, pages, lookup, own, links.base).route("/s/{code}/chat"),
        Chat(receive, pages, lookup, kiosk, links.base).route("/s/{code}/bantuan"),
        *Landing(pages, links, lookup, own, kiosk, kept).routes(),
        *Results(pages, published, links.base, instansi.zone).routes(),
        *Downloads(pages, published, pictures).routes(),
        *(FollowUpPages(pages, db, instansi, forms).routes() if forms else ()),
        *SignIn(workplace, https).routes(),
        *overview.routes(),
        *Lists(workplace, overview).routes(),
        *(ImportPages(workplace, rules.instrument, keys).routes() if rules else ()),
        *Standings(workplace, overview).routes(),
        *SubmissionPages(workplace, overview).routes(),
        healthz(db),
        *routes,
        Mount("/static", Static(directory=STATIC)),
    ]
    unavailable = _unavailable(pages)
    app = Starlette(
        routes=with_body_limits(served),
        middleware=[
            Middleware(RequestTimer, observe=observe),
            Middleware(SecurityHeaders, headers=headers),
            Middleware(GZipMiddleware),
        ],
        exception_handlers={
            HTTPException: _refused(pages),
            StoreError: unavailable,
            Conflict: unavailable,
            Exception: _failed(pages, headers),
        },
    )
    app.router.redirect_slashes = False  # a redirect would go to the Host that the request names
    return app


def _refused(pages: Pages) -> ErrorHandler:
    """A page that says what is wrong with the request and what to do."""

    def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        status, path = error.status_code, request.url.path
        if status == 404 and path.endswith("/") and path.strip("/"):
            return RedirectResponse(f"/{path.strip('/')}", 308)
        key = f"web.error_{status if status in EXPLAINED else 405}"
        return pages.page("error", pages.language_of(request), status, error.headers, key=key)

    return refused


def _unavailable(pages: Pages) -> ErrorHandler:
    """503 while the database fails."""

    def unavailable(request: Request, error: Exception) -> Response:
        log.error("A request needs the database: %s", error)
        headers = {"Retry-After": RETRY_AFTER}
        return pages.page("error", pages.language_of(request), 503, headers, key="web.error_500")

    return unavailable


def _failed(pages: Pages, headers: Mapping[str, str]) -> ErrorHandler:
    """500 without details. It is made outside the middleware, so it gets its headers here."""

    def failed(request: Request, error: Exception) -> Response:
        language = pages.language_of(request)
        return pages.page("error", language, 500, headers, key="web.error_500")

    return failed


class Static(StaticFiles):
    """Static files. A URL with a digest of the content is cached for a year."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        age = "31536000, immutable" if scope["query_string"] else "86400"
        response.headers["Cache-Control"] = f"public, max-age={age}"
        return response
