"""The page on which an officer writes down all three follow-ups of a unit and period at once.

Whoever comes is looked up anew at every request: a link says who they were, not what they may.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.ask import Desk
from bot.body import BodyLimit
from bot.message import LARGEST
from bot.permit import Permit, Permits
from bot.phrase_period import in_words
from bot.web.guard import same_origin
from bot.web.render import Pages
from bot.web.sheet import Entry, Typed, judged, ordered, read, shown
from skm.official import Action, Deed, Official, may
from skm.period import Period
from skm.photo import MEDIA_TYPE, Photo
from skm.priority import PRIORITIES
from skm.store import follow_ups, officials, photos, upps
from skm.store import log as deeds
from skm.store.database import Conflict, StoreError
from skm.store.follow_ups import Items
from skm.unsur import Unsur
from skm.upp import Upp

log = logging.getLogger(__name__)

PATH = "/tindaklanjut/{permit}"
BODY = PRIORITIES * LARGEST + (1 << 20)  # bytes
SECONDS = 180.0  # for photos over a slow line
FIELDS = 8 * PRIORITIES  # that a form of ours has


class NotAllowed(Exception):
    """`key` names the sentence that says why; `official`: who it is said to, if that is known."""

    def __init__(self, key: str, official: Official | None = None) -> None:
        super().__init__(key)
        self.key, self.official = key, official


@dataclass(frozen=True)
class Allowed:
    """Who writes, and about what."""

    official: Official
    unit: Upp
    period: Period
    items: Items
    photos: Mapping[str, Photo]

    def photo(self, unsur: Unsur) -> Photo | None:
        item = next((item for item in self.items if item.unsur is unsur), None)
        return self.photos.get(item.done.photo or "") if item and item.done else None

    def size(self, unsur: Unsur) -> tuple[int, int] | None:
        photo = self.photo(unsur)
        return (photo.width, photo.height) if photo else None


class FollowUpPages:
    """`/tindaklanjut/{permit}` and below it."""

    def __init__(self, pages: Pages, desk: Desk, permits: Permits) -> None:
        self.pages, self.desk, self.permits = pages, desk, permits

    def routes(self) -> list[Route]:
        limit = Middleware(BodyLimit, limit=BODY, seconds=SECONDS)
        return [
            Route(PATH, self.handle, methods=["GET", "POST"], middleware=[limit]),
            Route(f"{PATH}/tersimpan", self.receipt),
            Route(f"{PATH}/{{unsur}}.jpg", self.photo),
        ]

    async def handle(self, request: Request) -> Response:
        return await (self.save(request) if request.method == "POST" else self.show(request))

    async def show(self, request: Request) -> Response:
        """GET: the form, as things stand."""
        try:
            allowed = await self._read(self._permit(request, opening=True))
        except NotAllowed as error:
            return await self._refused(request, error)
        return self._page(request, "follow_up", allowed, _as_it_stands(allowed))

    async def save(self, request: Request) -> Response:
        """POST: all of it, or nothing and what is wrong."""
        try:
            permit = self._permit(request)
            allowed = await self._read(permit)  # before anything large is taken in
            if not same_origin(request, self.permits.base):
                raise NotAllowed("foreign", allowed.official)
            async with request.form(max_files=PRIORITIES, max_fields=FIELDS) as form:
                typed = {item.unsur: await read(form, item.unsur) for item in allowed.items}
            allowed, entries = await self.desk.db.write(
                lambda conn: self._write(conn, permit, typed)
            )
        except NotAllowed as error:
            return await self._refused(request, error)
        except (Conflict, StoreError) as error:
            log.error("A form could not be stored: %s", error)
            return self._page(request, "follow_up", allowed, _as_typed(allowed, typed), 503)
        if any(entry.wrong for entry in entries):
            return self._page(request, "follow_up", allowed, entries, 422)
        return RedirectResponse(f"{request.url.path}/tersimpan", 303)

    async def receipt(self, request: Request) -> Response:
        """What stands there now."""
        try:
            allowed = await self._read(self._permit(request))
        except NotAllowed as error:
            return await self._refused(request, error)
        return self._page(request, "follow_up_saved", allowed, _as_it_stands(allowed))

    async def photo(self, request: Request) -> Response:
        """The photo that a follow-up has, for its officers."""
        try:
            allowed = await self._read(self._permit(request))
            found = allowed.photo(Unsur(request.path_params["unsur"]))
        except (NotAllowed, ValueError):
            raise HTTPException(404) from None
        if found is None:
            raise HTTPException(404)
        return Response(found.content, media_type=MEDIA_TYPE)

    # --- who may ---------------------------------------------------------------------------------

    def _permit(self, request: Request, *, opening: bool = False) -> Permit:
        """Raises NotAllowed."""
        now = self.desk.now()
        permit = self.permits.read(request.path_params["permit"], now)
        if permit is None or not (permit.opens(now) if opening else permit.saves(now)):
            raise NotAllowed("over")
        return permit

    async def _read(self, permit: Permit) -> Allowed:
        return await self.desk.db.read(lambda conn: self._allowed(conn, permit))

    async def _allowed(self, conn: AsyncConnection, permit: Permit) -> Allowed:
        """Raises NotAllowed."""
        official = await officials.by_id(conn, permit.official)
        unit = await upps.by_code(conn, permit.upp)
        if official is None or unit is None:
            raise NotAllowed("over")
        if not may(official, Action.FOLLOW_UP, await upps.lineage(conn, unit.code)):
            raise NotAllowed("refused", official)
        items = await follow_ups.of(conn, unit, permit.period)
        shown = await photos.shown_by(conn, items)
        return Allowed(official, unit, permit.period, items, shown)

    # --- writing ---------------------------------------------------------------------------------

    async def _write(
        self, conn: AsyncConnection, permit: Permit, typed: Mapping[Unsur, Typed]
    ) -> tuple[Allowed, list[Entry]]:
        """Judged by how things stand now, not by how they stood when the page was opened."""
        allowed = await self._allowed(conn, permit)
        entries = [
            judged(
                item,
                typed.get(item.unsur, Typed()),
                allowed.photo(item.unsur),
                allowed.size(item.unsur),
                self.desk.today,
            )
            for item in allowed.items
        ]
        if not any(entry.wrong for entry in entries):
            for entry in entries:
                await self._record(conn, allowed, entry)
        return allowed, entries

    async def _record(self, conn: AsyncConnection, allowed: Allowed, entry: Entry) -> None:
        for deed, item in entry.steps:
            await follow_ups.record(
                conn,
                allowed.official.id,
                allowed.unit,
                item,
                deed,
                self.desk.now(),
                entry.typed.photo if item.done else None,
            )

    # --- showing ---------------------------------------------------------------------------------

    def _page(
        self,
        request: Request,
        name: str,
        allowed: Allowed,
        entries: Sequence[Entry],
        status: int = 200,
    ) -> Response:
        language = allowed.official.language
        return self.pages.page(
            name,
            language,
            status,
            path=f"/tindaklanjut/{request.path_params['permit']}",
            unit=allowed.unit,
            period=in_words(self.pages.catalog, language, allowed.period),
            entries=entries,
            summary=ordered(entries),
            failed=status == 503,
            today=self.desk.today,
        )

    async def _refused(self, request: Request, error: NotAllowed) -> Response:
        """What an official may not is written down, as in the chat."""
        if error.official and error.key == "refused":
            who, now, about = error.official.id, self.desk.now(), "/tindaklanjut"
            await self.desk.db.write(lambda conn: deeds.add(conn, who, Deed.REFUSED, about, now))
        known = error.official.language if error.official else self.pages.language_of(request)
        return self.pages.page("follow_up_refused", known, 403, key=f"follow_up.{error.key}")


def _as_typed(allowed: Allowed, typed: Mapping[Unsur, Typed]) -> list[Entry]:
    return [replace(entry, typed=typed[entry.unsur]) for entry in _as_it_stands(allowed)]


def _as_it_stands(allowed: Allowed) -> list[Entry]:
    return [shown(item, allowed.size(item.unsur)) for item in allowed.items]
