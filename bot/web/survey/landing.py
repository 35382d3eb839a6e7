"""The pages before the survey: the home page with its code form, and the landing page of a QR.

The landing page offers each configured channel and remembers the chosen one, which comes first the
next time. `?mode=bantuan` makes it the start page of an officer's or kiosk's device.
"""

from collections.abc import Callable
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.messaging.catalog import language_of
from bot.messaging.links import WHATSAPP_TEXT, Links
from bot.messaging.qr import qr_svg
from bot.web.html.render import Pages
from bot.web.survey.collector import CollectorLookup, FoundCollector
from bot.web.survey.session import SessionCookie, probe_cookies, remember
from skm.instansi.typed_code import squeezed

CHANNELS = ("web", "telegram", "whatsapp")
QR_CACHE = {"Cache-Control": "max-age=3600"}


class Landing:
    """`own`: the cookie of a respondent's device. `kiosk`: that of an assisted device. `kept`:
    language → how long data is kept and who answers questions about it.
    """

    def __init__(
        self,
        pages: Pages,
        links: Links,
        lookup: CollectorLookup,
        own: SessionCookie,
        kiosk: SessionCookie,
        kept: Callable[[str], str],
    ) -> None:
        self.pages, self.links, self.lookup = pages, links, lookup
        self.own, self.kiosk, self.kept = own, kiosk, kept

    def routes(self) -> list[Route]:
        return [
            Route("/", self.home),
            Route("/s/{code}", self.landing),
            Route("/s/{code}/qr.svg", self.qr),
            Route("/s/{code}/{channel}", self.follow),
        ]

    async def home(self, request: Request) -> Response:
        """`/`: who runs the survey, and a form for the code under the QR."""
        typed = request.query_params.get("kode", "").strip()
        if not typed:
            return self._home(request)
        found = await self.lookup.find(request, typed)
        return RedirectResponse(found.path, 303) if found else self._home(request, typed)

    async def landing(self, request: Request) -> Response:
        """`/s/CODE`: the landing page, or a redirect to the canonical URL of the code."""
        given = request.path_params["code"]
        found = await self.lookup.find(request, given)
        if found is None:
            return self._home(request, given)
        query = request.query_params
        typed = squeezed(query.get("tiket", ""))
        if typed and not found.ticket:
            found = FoundCollector(found.collector, found.upp, typed)
        if given != found.payload:
            kept = urlencode({key: query[key] for key in ("mode", "lang") if key in query})
            return RedirectResponse(f"{found.path}?{kept}".rstrip("?"), 303)
        is_assisted = query.get("mode") == "bantuan"
        return self._kiosk(request, found) if is_assisted else self._channels(request, found)

    async def follow(self, request: Request) -> Response:
        """`/s/CODE/telegram` and `/s/CODE/whatsapp`: remembers the channel and redirects there."""
        found = await self._found(request)
        channel = request.path_params["channel"]
        url = self._urls(found, self.pages.language_of(request)).get(channel)
        if url is None:
            raise HTTPException(404)
        response = RedirectResponse(url, 303)
        remember(response, "via", channel, self.kiosk.secure)
        return response

    async def qr(self, request: Request) -> Response:
        """`/s/CODE/qr.svg`: to be scanned from a larger screen."""
        found = await self._found(request)
        svg = qr_svg(self.links.landing(found.collector.code, found.ticket), title=found.payload)
        return Response(svg, media_type="image/svg+xml", headers=QR_CACHE)

    async def _found(self, request: Request) -> FoundCollector:
        found = await self.lookup.find(request, request.path_params["code"])
        if found is None:
            raise HTTPException(404)
        return found

    # --- pages ---------------------------------------------------------------------------------

    def _home(self, request: Request, unknown: str = "") -> Response:
        """`unknown`: a code that was not found."""
        language = self.pages.language_of(request)
        status = 404 if unknown else 200
        response = self.pages.page("survey/home", language, status, unknown=unknown[:20], path="/")
        return self._with_language(request, response)

    def _channels(self, request: Request, found: FoundCollector) -> Response:
        language = self.pages.language_of(request)
        offered = {"web", *self._urls(found, language)}
        last = request.cookies.get("via", "")
        response = self.pages.page(
            "survey/landing",
            language,
            found=found,
            channels=sorted(offered, key=lambda one: (one != last, CHANNELS.index(one))),
            begin=self.own.sign_new_user(),
            assisted=False,
            kept=self.kept(language),
        )
        probe_cookies(request, response, self.own.secure)
        return self._with_language(request, response)

    def _kiosk(self, request: Request, found: FoundCollector) -> Response:
        """The start page for the next respondent; the previous session is deleted."""
        language = self.pages.language_of(request)
        response = self.pages.page(
            "survey/kiosk",
            language,
            kept=self.kept(language),
            found=found,
            touched="lang" in request.query_params,
            begin=self.kiosk.sign_new_user(),
            assisted=True,
        )
        probe_cookies(request, response, self.kiosk.secure)
        self.kiosk.clear(response)
        return response

    def _urls(self, found: FoundCollector, language: str) -> dict[str, str]:
        """Channel → link to the survey there, for the configured channels."""
        text = self.pages.catalog.say(
            language, "landing.whatsapp_prefill", upp=found.upp.name, code=found.payload
        )
        urls = {
            "telegram": self.links.telegram(found.collector.code, found.ticket),
            "whatsapp": self.links.whatsapp(text if len(text) <= WHATSAPP_TEXT else found.payload),
        }
        return {channel: url for channel, url in urls.items() if url}

    def _with_language(self, request: Request, response: Response) -> Response:
        """Remembers the language of a link that was followed."""
        code = language_of(request.query_params.get("lang", ""))
        if code in self.pages.catalog.languages:
            remember(response, "lang", code, self.kiosk.secure)
        return response
