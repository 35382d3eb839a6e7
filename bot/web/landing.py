"""Before the survey: the home page with its code form, and the landing page of a QR.

The landing page offers every way that is set up and remembers the one that was taken; the next
time it comes first. `?mode=bantuan` makes it the start page of an officer's or kiosk's device.
"""

from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.links import WHATSAPP_TEXT, Links, payload, qr_svg
from bot.web.door import Door, Doors, split
from bot.web.render import Pages
from bot.web.session import Seat, remember

WAYS = ("web", "telegram", "whatsapp")


class Landing:
    """The pages before the survey. `own`: the seat of whoever begins on a device of theirs;
    `kiosk`: the one that an assisted device starts afresh."""

    def __init__(self, pages: Pages, links: Links, doors: Doors, own: Seat, kiosk: Seat) -> None:
        self.pages, self.links, self.doors = pages, links, doors
        self.own, self.kiosk = own, kiosk

    async def home(self, request: Request) -> Response:
        """`/`: who runs this, and a form for the code under the QR."""
        typed = request.query_params.get("kode", "").replace(" ", "")
        if not typed:
            return self._home(request)
        door = await self.doors.find(request, typed)
        return RedirectResponse(door.path, 303) if door else self._home(request, typed)

    async def landing(self, request: Request) -> Response:
        """`/s/CODE`: its own page, or the one to which what was typed leads."""
        named = request.path_params["code"]
        door = await self.doors.find(request, named)
        if door is None:
            return self._home(request, named)
        query = request.query_params
        typed = split(payload(door.collector.code, query.get("tiket", "").replace(" ", "")))[1]
        if typed and not door.ticket:
            door = Door(door.collector, door.upp, typed)
        if named != door.payload:
            kept = urlencode({key: query[key] for key in ("mode", "lang") if key in query})
            return RedirectResponse(f"{door.path}?{kept}".rstrip("?"), 303)
        return self._kiosk(request, door) if _assisted(request) else self._ways(request, door)

    async def follow(self, request: Request) -> Response:
        """`/s/CODE/telegram` and `/whatsapp`: remember the way and take it."""
        door = await self._found(request)
        way = request.path_params["way"]
        url = self._urls(door, self.pages.language_of(request)).get(way)
        if url is None:
            raise HTTPException(404)
        response = RedirectResponse(url, 303)
        remember(response, "via", way, self.kiosk.secure)
        return response

    async def qr(self, request: Request) -> Response:
        """`/s/CODE/qr.svg`: for a phone that is held before a larger screen."""
        door = await self._found(request)
        svg = qr_svg(self.links.landing(door.collector.code, door.ticket), title=door.payload)
        return Response(svg, media_type="image/svg+xml", headers={"Cache-Control": "max-age=3600"})

    async def _found(self, request: Request) -> Door:
        door = await self.doors.find(request, request.path_params["code"])
        if door is None:
            raise HTTPException(404)
        return door

    # --- pages ---------------------------------------------------------------------------------

    def _home(self, request: Request, unknown: str = "") -> Response:
        language = self.pages.language_of(request)
        status = 404 if unknown else 200
        response = self.pages.page("home", language, status, unknown=unknown[:20], path="/")
        return self._with_language(request, response)

    def _ways(self, request: Request, door: Door) -> Response:
        language = self.pages.language_of(request)
        offered = {"web", *self._urls(door, language)}
        taken = request.cookies.get("via", "")
        ways = sorted(offered, key=lambda way: (way != taken, WAYS.index(way)))
        begin = self.own.stamp_beginning()
        response = self.pages.page(
            "landing", language, door=door, ways=ways, begin=begin, assisted=False
        )
        return self._with_language(request, response)

    def _kiosk(self, request: Request, door: Door) -> Response:
        """The next citizen starts here; whoever sat here before is forgotten."""
        touched = "lang" in request.query_params
        response = self.pages.page(
            "kiosk", self.pages.language_of(request), door=door, touched=touched, assisted=True
        )
        self.kiosk.clear(response)
        return response

    def _urls(self, door: Door, language: str) -> dict[str, str]:
        """The links into the other channels that are set up."""
        said = self.pages.catalog.say(
            language, "landing.whatsapp_prefill", upp=door.upp.name, code=door.payload
        )
        urls = {
            "telegram": self.links.telegram(door.collector.code, door.ticket),
            "whatsapp": self.links.whatsapp(said if len(said) <= WHATSAPP_TEXT else door.payload),
        }
        return {way: url for way, url in urls.items() if url}

    def _with_language(self, request: Request, response: Response) -> Response:
        asked = request.query_params.get("lang", "")
        if asked in self.pages.catalog.languages:
            remember(response, "lang", asked, self.kiosk.secure)
        return response


def _assisted(request: Request) -> bool:
    return request.query_params.get("mode") == "bantuan"
