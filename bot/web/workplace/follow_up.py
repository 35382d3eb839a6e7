"""The page on which an officer fills in all three follow-ups of a unit and period at once.

The officer's role is read at every request: a link says who asked for it, not what they may do.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.request.form_links import FormLink, FormLinks
from bot.request.instansi import Instansi
from bot.web.html.render import Pages
from bot.web.html.security import is_same_origin
from bot.web.workplace.follow_up_form import (
    FormEntry,
    TypedFollowUp,
    all_errors,
    checked_entry,
    read,
    stored_entry,
)
from bot.words.period import in_words
from skm.figures.priority import PRIORITIES
from skm.follow_up.photo import MEDIA_TYPE, Photo
from skm.instansi.official import Action, AuditEvent, Official, may
from skm.instansi.period import Period
from skm.instansi.upp import Upp
from skm.store.database.database import Conflict, Database, StoreError
from skm.store.officials import audit_log, officials
from skm.store.periods import follow_ups, photos
from skm.store.periods.follow_ups import TindakLanjutItems
from skm.store.survey import received, upps
from skm.survey.unsur import Unsur

log = logging.getLogger(__name__)

PATH = "/tindaklanjut/{token}"
CHANNEL = "form"  # of links that were used up, among the received messages
MAX_FIELDS = 8 * PRIORITIES


class NotAllowed(Exception):
    """`key`: of the sentence that says why. `official`: the reader, if known."""

    def __init__(self, key: str, official: Official | None = None) -> None:
        super().__init__(key)
        self.key, self.official = key, official


@dataclass(frozen=True)
class FollowUpAccess:
    """What a link gives access to: an official may edit the follow-ups of a unit and period."""

    official: Official
    unit: Upp
    period: Period
    items: TindakLanjutItems
    photos: Mapping[str, Photo]

    def photo(self, unsur: Unsur) -> Photo | None:
        item = next((item for item in self.items if item.unsur is unsur), None)
        report = (item.done or item.earlier) if item else None
        return self.photos.get(report.photo or "") if report else None

    def size(self, unsur: Unsur) -> tuple[int, int] | None:
        """(width, height) of the stored photo."""
        photo = self.photo(unsur)
        return (photo.width, photo.height) if photo else None

    def entries(self) -> list[FormEntry]:
        """The form with the stored content."""
        return [stored_entry(item, self.size(item.unsur)) for item in self.items]


class FollowUpPages:
    """The form, the page after saving, and the stored photos."""

    def __init__(self, pages: Pages, db: Database, instansi: Instansi, forms: FormLinks) -> None:
        self.pages, self.db, self.instansi, self.forms = pages, db, instansi, forms

    def routes(self) -> list[Route]:
        return [
            Route(PATH, self.handle, methods=["GET", "POST"], name="follow_up"),
            Route(f"{PATH}/tersimpan", self.saved),
            Route(f"{PATH}/{{unsur}}.jpg", self.photo),
        ]

    async def handle(self, request: Request) -> Response:
        try:
            return await (self.save(request) if request.method == "POST" else self.show(request))
        except NotAllowed as error:
            return await self._refused(request, error)

    async def show(self, request: Request) -> Response:
        """GET: the form with the stored content."""
        access = await self._unused(request, opening=True)
        return self._page(request, "follow_up/form", access, access.entries())

    async def save(self, request: Request) -> Response:
        """POST: stores all follow-ups, or nothing and shows the errors.

        If the database fails, the form is shown again with status 503 and the typed content.
        """
        link, token = self._link(request), request.path_params["token"]
        access = await self._read(link)  # before the photos are received
        if not is_same_origin(request, self.forms.base, signed=True):  # the link is signed
            raise NotAllowed("foreign", access.official)
        async with request.form(max_files=PRIORITIES, max_fields=MAX_FIELDS) as form:
            typed = {item.unsur: await read(form, item.unsur) for item in access.items}
        try:
            access, entries = await self.db.write(
                lambda conn: self._write(conn, link, token, typed)
            )
        except (Conflict, StoreError) as error:
            log.error("A form could not be stored: %s", error)
            entries = [replace(entry, typed=typed[entry.unsur]) for entry in access.entries()]
            return self._page(request, "follow_up/form", access, entries, 503)
        if any(entry.errors for entry in entries):
            return self._page(request, "follow_up/form", access, entries, 422)
        return RedirectResponse(f"/tindaklanjut/{self.forms.next(link)}/tersimpan", 303)

    async def saved(self, request: Request) -> Response:
        """GET: what is stored now."""
        try:
            access = await self._unused(request)
        except NotAllowed as error:
            return await self._refused(request, error)
        return self._page(request, "follow_up/saved", access, access.entries())

    async def photo(self, request: Request) -> Response:
        """GET: the stored photo of a follow-up, for its officers."""
        try:
            access = await self._unused(request)
            found = access.photo(Unsur(request.path_params["unsur"]))
        except (NotAllowed, ValueError):
            raise HTTPException(404) from None
        if found is None:
            raise HTTPException(404)
        return Response(found.content, media_type=MEDIA_TYPE)

    # --- access ----------------------------------------------------------------------------------

    def _link(self, request: Request, *, opening: bool = False) -> FormLink:
        """The link in the path; raises NotAllowed if it is forged or expired."""
        now = self.instansi.now()
        link = self.forms.read(request.path_params["token"], now)
        if link is None or not (link.opens(now) if opening else link.saves(now)):
            raise NotAllowed("over")
        return link

    async def _unused(self, request: Request, *, opening: bool = False) -> FollowUpAccess:
        """What a link gives access to that was not used up by saving."""
        link, token = self._link(request, opening=opening), request.path_params["token"]
        if await self.db.read(lambda conn: received.is_known(conn, CHANNEL, token)):
            raise NotAllowed("over")
        return await self._read(link)

    async def _read(self, link: FormLink) -> FollowUpAccess:
        async def read(conn: AsyncConnection) -> FollowUpAccess:
            return await self._access(conn, link, await officials.by_id(conn, link.official))

        return await self.db.read(read)

    async def _access(
        self, conn: AsyncConnection, link: FormLink, official: Official | None
    ) -> FollowUpAccess:
        """Raises NotAllowed."""
        unit = await upps.by_code(conn, link.upp)
        if official is None or unit is None:
            raise NotAllowed("over")
        if not may(official, Action.FOLLOW_UP, await upps.lineage(conn, unit.code)):
            raise NotAllowed("refused", official)
        items = await follow_ups.of(conn, unit, link.period)
        stored = await photos.shown_by(conn, items)
        return FollowUpAccess(official, unit, link.period, items, stored)

    # --- writing ---------------------------------------------------------------------------------

    async def _write(
        self,
        conn: AsyncConnection,
        link: FormLink,
        token: str,
        typed: Mapping[Unsur, TypedFollowUp],
    ) -> tuple[FollowUpAccess, list[FormEntry]]:
        """Checks the typed content against what is stored now, and stores it if all is right.

        That uses the link up; a form that is sent twice changes nothing the second time.
        """
        official = await officials.locked(conn, link.official)  # until this is written
        access = await self._access(conn, link, official)
        entries = [
            checked_entry(
                item,
                typed.get(item.unsur, TypedFollowUp()),
                access.photo(item.unsur),
                access.size(item.unsur),
                self.instansi.catalog.vocabulary.periods,
                self.instansi.today,
            )
            for item in access.items
        ]
        changed = any(entry.steps for entry in entries)
        if changed and not any(entry.errors for entry in entries):
            if not await received.first_time(conn, CHANNEL, token, self.instansi.now()):
                raise NotAllowed("over")
            for entry in entries:
                await self._record(conn, access, entry)
        return access, entries

    async def _record(
        self, conn: AsyncConnection, access: FollowUpAccess, entry: FormEntry
    ) -> None:
        for event, item in entry.steps:
            await follow_ups.record(
                conn,
                access.official.id,
                access.unit,
                item,
                event,
                self.instansi.now(),
                entry.typed.photo if item.done else None,
            )

    # --- pages -----------------------------------------------------------------------------------

    def _page(
        self,
        request: Request,
        name: str,
        access: FollowUpAccess,
        entries: Sequence[FormEntry],
        status: int = 200,
    ) -> Response:
        language = access.official.language
        return self.pages.page(
            name,
            language,
            status,
            path=f"/tindaklanjut/{request.path_params['token']}",
            unit=access.unit,
            period=in_words(self.pages.catalog, language, access.period),
            entries=entries,
            errors=all_errors(entries),
            failed=status == 503,
            today=self.instansi.today,
        )

    async def _refused(self, request: Request, error: NotAllowed) -> Response:
        """403 with the reason; a missing permission is recorded in the audit log."""
        if error.official and error.key == "refused":
            who, now, about = error.official.id, self.instansi.now(), "/tindaklanjut"
            await self.db.write(
                lambda conn: audit_log.add(conn, who, AuditEvent.REFUSED, about, now)
            )
        known = error.official.language if error.official else self.pages.language_of(request)
        return self.pages.page("follow_up/refused", known, 403, key=f"follow_up.{error.key}")
