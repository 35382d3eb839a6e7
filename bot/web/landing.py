"""Before the survey: the home page with its code form, and the landing page of a QR.

The landing page offers every way that is set up and remembers the one that was taken; the next
time it comes first. `?mode=bantuan` makes it the start page of an officer's or kiosk's device.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.links import WHATSAPP_TEXT, Links
from bot.web.guard import Guesses
from bot.web.render import YEAR, Pages
from bot.web.session import Seat
from skm.upp import Collector, Upp

FindCollector = Callable[[str], Awaitable[tuple[Collector, Upp] | None]]

PAYLOAD = re.compile(r"([0-9A-Za-z]{4,12})(?:-([0-9A-Za-z]{4,12}))?")
WAYS = ("web", "telegram", "whatsapp")


@dataclass(frozen=True)
class Door:
    """A collector that was found, and how it was named: CODE or CODE-TICKET."""

    collector: Collector
    upp: Upp
    ticket: str

    @property
    def payload(self) -> str:
        return f"{self.collector.code}-{self.ticket}" if self.ticket else self.collector.code


class Landing:
    """The pages before the survey. `secure`: cookies travel over https only."""

    def __init__(
        self,
        pages: Pages,
        links: Links,
        find_collector: FindCollector,
        guesses: Guesses,
        kiosk: Seat,
    ) -> None:
        self.pages, self.links, self.kiosk = pages, links, kiosk
        self.find_collector, self.guesses = find_collector, guesses

    async def home(self, request: Request) -> Response:
        """`/`: who runs this, and a form for the code under the QR."""
        typed = request.query_params.get("kode", "").strip()
        if not typed:
            return self._ask_code(request)
        door = await self.find(request, typed.replace(" ", ""))
        if door is None:
            return self._ask_code(request, unknown=typed[:20])
        return RedirectResponse(f"/s/{door.payload}", 303)

    async def landing(self, request: Request) -> Response:
        """`/s/CODE`."""
        named = request.path_params["code"]
        door = await self.find(request, named)
        if door is None:
            return self._ask_code(request, unknown=named[:20])
        query = f"?{request.url.query}" if request.url.query else ""
        ticket = request.query_params.get("tiket", "").strip()
        if ticket and PAYLOAD.fullmatch(f"{door.collector.code}-{ticket}") and not door.ticket:
            mode = "?mode=bantuan" if _assisted(request) else ""
            return RedirectResponse(f"/s/{door.collector.code}-{ticket.upper()}{mode}", 303)
        if named != door.payload:
            return RedirectResponse(f"/s/{door.payload}{query}", 303)
        return self._kiosk(request, door) if _assisted(request) else self._ways(request, door)

    async def follow(self, request: Request) -> Response:
        """`/s/CODE/telegram` and `/whatsapp`: remember the way and take it."""
        door = await self.find(request, request.path_params["code"])
        way = request.path_params["way"]
        url = self._urls(door, self.pages.language_of(request)).get(way) if door else None
        if url is None:
            raise HTTPException(404)
        response = RedirectResponse(url, 303)
        self.remember(request, response, "via", way)
        return response

    async def find(self, request: Request, named: str) -> Door | None:
        """The collector of CODE or CODE-TICKET in any case; raises 429 for a guesser."""
        host = request.client.host if request.client else ""
        if self.guesses.too_many(host):
            raise HTTPException(429)
        shaped = PAYLOAD.fullmatch(named)
        found = await self.find_collector(shaped[1].upper()) if shaped else None
        if found is None or shaped is None:
            self.guesses.missed(host)
            return None
        return Door(*found, ticket=(shaped[2] or "").upper())

    def remember(self, request: Request, response: Response, name: str, value: str) -> None:
        """A preference, which says nothing about the person."""
        response.set_cookie(
            name,
            value,
            max_age=YEAR,
            path="/",
            secure=self.kiosk.secure,
            httponly=True,
            samesite="lax",
        )

    # --- pages ---------------------------------------------------------------------------------

    def _ask_code(self, request: Request, unknown: str = "") -> Response:
        language = self.pages.language_of(request)
        response = self.pages.page(
            "home", language, 404 if unknown else 200, unknown=unknown, path="/"
        )
        return self._with_language(request, response)

    def _ways(self, request: Request, door: Door) -> Response:
        language = self.pages.language_of(request)
        urls = {"web": f"/s/{door.payload}/chat", **self._urls(door, language)}
        offered = [way for way in WAYS if way in urls]
        taken = request.cookies.get("via", "")
        offered.sort(key=lambda way: way != taken)  # stable: the rest keeps its order
        response = self.pages.page(
            "landing", language, door=door, ways=offered, path=f"/s/{door.payload}"
        )
        return self._with_language(request, response)

    def _kiosk(self, request: Request, door: Door) -> Response:
        """The next citizen starts here; whoever sat here before is forgotten."""
        language = self.pages.language_of(request)
        response = self.pages.page(
            "kiosk",
            language,
            door=door,
            path=f"/s/{door.payload}",
            chosen="lang" in request.query_params,
        )
        self.kiosk.clear(response)
        return response

    def _urls(self, door: Door, language: str) -> dict[str, str]:
        """The links into the other channels that are set up."""
        said = self.pages.catalog.say(
            language, "landing.whatsapp_prefill", upp=door.upp.name, code=door.payload
        )
        if len(said) > WHATSAPP_TEXT:
            said = door.payload
        urls = {
            "telegram": self.links.telegram(door.collector.code, door.ticket),
            "whatsapp": self.links.whatsapp(said),
        }
        return {way: url for way, url in urls.items() if url}

    def _with_language(self, request: Request, response: Response) -> Response:
        asked = request.query_params.get("lang", "")
        if asked in self.pages.catalog.languages:
            self.remember(request, response, "lang", asked)
        return response


def _assisted(request: Request) -> bool:
    return request.query_params.get("mode") == "bantuan"
