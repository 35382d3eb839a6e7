"""The pages of imports: a file is uploaded, looked at, decided about, and stored or put aside."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response
from starlette.routing import Route

from bot.messaging.message import LARGEST
from bot.request.imports import FileReader, UndecidedError, is_asked, own_units
from bot.request.intake import context
from bot.web.workplace.access import SignedIn, Workplace, back_to
from bot.web.workplace.imports.batches import PATH, Batches
from bot.web.workplace.imports.form import ImportForm, chosen
from bot.web.workplace.imports.waiting import WaitingFiles
from bot.words.intake import IntakeWording
from skm.files.read import read
from skm.instansi.official import Action
from skm.instansi.upp import Upp
from skm.intake.choices import Choices
from skm.intake.remark import IntakeError, RemarkKind
from skm.intake.upload import Upload
from skm.store.intake import look, uploads
from skm.store.intake.look import Looked
from skm.store.survey import upps
from skm.survey.instrument import NILAI, Instrument

PREVIEW = f"{PATH}/pratinjau"
NAME_LENGTH = 120  # characters of a file's name
MOST = 60  # units, days and remarks that are listed


@dataclass(frozen=True)
class Preparation:
    """What looking at a file needs: the reader, and the words for what it found."""

    units: Sequence[Upp]
    reader: FileReader
    words: IntakeWording


class ImportPages:
    """`keys`: by which our own exports are recognised."""

    def __init__(self, workplace: Workplace, instrument: Instrument, keys: Sequence[bytes]) -> None:
        self.workplace, self.instrument, self.keys = workplace, instrument, keys
        self.db, self.instansi = workplace.db, workplace.instansi
        self.files = WaitingFiles()
        self.batches = Batches(workplace, instrument)

    def routes(self) -> list[Route]:
        page_of, both = self.workplace.page_of, ["GET", "POST"]
        return [
            Route(PATH, page_of(self.first), methods=both, name="import_upload"),
            Route(PREVIEW, page_of(self.preview), methods=both, name="import_choices"),
            *self.batches.routes(),
        ]

    async def first(self, visit: SignedIn) -> Response:
        """GET: the form for a file and what was brought in. POST: a file."""
        self.workplace.check(visit, Action.IMPORT)  # before the file is received
        return await (self._taken(visit) if _posted(visit) else self._first(visit))

    async def preview(self, visit: SignedIn) -> Response:
        """GET: what would be stored. POST: a decision."""
        self.workplace.check(visit, Action.IMPORT)
        if not _posted(visit):
            return await self._preview(visit)
        sent = await self.workplace.form(visit)
        act = str(sent.get("act", ""))
        if act == "cancel":
            return await self._cancel(visit)
        return await (
            self._store(visit, act) if act.startswith("save") else self._choose(visit, sent)
        )

    # --- the file --------------------------------------------------------------------------------

    async def _first(self, visit: SignedIn, wrong: str = "") -> Response:
        upload, now = await self._upload(visit), self.instansi.now()
        waits = upload and self.files.content(visit.official.id, upload.key, now) is not None
        return self.workplace.page(
            visit,
            "workplace/imports/first",
            422 if wrong else 200,
            wrong=wrong,
            waits=upload.name if upload and waits else "",
            most=LARGEST >> 20,
            **await self.batches.listed(visit),
        )

    async def _taken(self, visit: SignedIn) -> Response:
        """Keeps the file in memory and opens its preview."""
        sent = await self.workplace.form(visit)
        try:
            file = sent.get("file")
            content = await file.read() if isinstance(file, UploadFile) else b""
            name = (file.filename or "" if isinstance(file, UploadFile) else "")[-NAME_LENGTH:]
        finally:
            await sent.close()
        if not content or len(content) > LARGEST:
            return await self._first(visit, "too_large" if content else "no_file")
        who, now = visit.official.id, self.instansi.now()
        key = self.files.keep(who, content, now)
        await self._keep(Upload(who, key, name or "-", Choices()))
        return back_to(PREVIEW)

    async def _upload(self, visit: SignedIn) -> Upload | None:
        who, now = visit.official.id, self.instansi.now()
        return await self.db.read(partial(uploads.of, official=who, now=now))

    async def _keep(self, upload: Upload) -> None:
        await self.db.write(partial(uploads.keep, upload=upload, now=self.instansi.now()))

    # --- looking ---------------------------------------------------------------------------------

    async def _look(self, upload: Upload, content: bytes, ready: Preparation) -> Looked:
        """Raises IntakeError."""
        file = await asyncio.to_thread(read, content, upload.name)
        return await ready.reader.look(file, upload.choices)

    async def _waiting(self, visit: SignedIn) -> tuple[Upload, bytes] | None:
        """The official's file and what was decided about it."""
        upload = await self._upload(visit)
        now = self.instansi.now()
        content = self.files.content(visit.official.id, upload.key, now) if upload else None
        return (upload, content) if upload and content is not None else None

    async def _prepare(self, visit: SignedIn) -> Preparation:
        async def both(conn: AsyncConnection) -> tuple[Sequence[Upp], frozenset[str] | None]:
            return await upps.listed(conn), await own_units(conn, visit.official)

        units, own = await self.db.read(both)
        catalog, now = self.instansi.catalog, self.instansi.now()
        given = context(catalog, self.instrument, units, self.instansi.zone, now, own)
        names = {unit.code: unit.name for unit in units}
        words = IntakeWording(catalog, visit.official.language, self.instrument, names)
        return Preparation(units, FileReader(self.db, visit.official, given, self.keys), words)

    async def _preview(self, visit: SignedIn, wrong: str = "") -> Response:
        waiting, ready = await self._waiting(visit), await self._prepare(visit)
        if waiting is None:
            return await self._first(visit, "nothing_waits")
        upload, content = waiting
        shown: dict[str, Any] = {"file": upload.name, "chosen": upload.choices, "wrong": wrong}
        try:
            looked = await self._look(upload, content, ready)
        except IntakeError as error:
            shown |= {
                "looked": None,
                "answerable": is_asked(error),
                "form": ImportForm.of_unusable(error.remarks),
                "remarks": [ready.words.remark(one) for one in error.remarks],
            }
        else:
            await self._keep(replace(upload, choices=looked.source.choices))
            shown |= self._shown(looked, ready.words)
        return self.workplace.page(
            visit,
            "workplace/imports/preview",
            422 if wrong else 200,
            words=ready.words,
            nilai=NILAI,
            role_name=partial(_role_name, ready.words),
            **shown,
        )

    def _shown(self, looked: Looked, words: IntakeWording) -> dict[str, Any]:
        found = looked.preview
        ordered = words.ordered(found.remarks)
        asked = [one for one in ordered if one in found.questions]
        faults = [one for one in ordered if one.lines and one not in asked]
        notes = [one for one in ordered if one not in asked and one not in faults]
        return {
            "looked": looked,
            "answerable": True,
            "form": ImportForm.of(looked, self.instrument),
            "remarks": [words.remark(one) for one in asked],
            "faults": [words.remark(one) for one in faults[:MOST]],
            "more": max(0, len(faults) - MOST),
            "notes": [words.remark(one) for one in notes[:MOST]],
            "answered": list(words.answered(found)),
            "units": sorted(found.units.items())[:MOST],
            "days": sorted(found.days.items())[:MOST],
            "many": MOST,
            "moves": words.moves(found) if found.bad and found.good else "",
            "similar": RemarkKind.SIMILAR in {one.kind for one in found.remarks},
            "chosen": looked.source.choices,
        }

    # --- deciding --------------------------------------------------------------------------------

    async def _choose(self, visit: SignedIn, sent: FormData) -> Response:
        waiting, ready = await self._waiting(visit), await self._prepare(visit)
        if waiting is None:
            return await self._first(visit, "nothing_waits")
        upload, _ = waiting
        try:
            choices = chosen(sent, upload.choices, ready.units)
        except UndecidedError as error:
            return await self._preview(visit, error.said[:60])
        await self._keep(replace(upload, choices=choices))
        return back_to(PREVIEW)

    async def _cancel(self, visit: SignedIn) -> Response:
        who = visit.official.id
        await self.db.write(partial(uploads.drop, official=who))
        self.files.drop(who)
        return back_to(PATH)

    async def _store(self, visit: SignedIn, act: str) -> Response:
        """Stores what can be stored; of two presses at the same time only one does."""
        waiting, ready = await self._waiting(visit), await self._prepare(visit)
        if waiting is None:
            return await self._first(visit, "nothing_waits")
        upload, content = waiting
        try:
            looked = await self._look(upload, content, ready)
        except IntakeError:
            return back_to(PREVIEW)
        if not looked.can_store:
            return back_to(PREVIEW)
        if not await self.db.write(partial(uploads.claim, upload=upload)):
            return await self._first(visit, "nothing_waits")
        batch = await look.store(self.db, looked, skip_similar=act == "save_new")
        self.files.drop(visit.official.id)
        return back_to(f"{PATH}?tersimpan={batch.id}")


def _posted(visit: SignedIn) -> bool:
    return visit.request.method == "POST"


def _role_name(words: IntakeWording, role: str) -> str:
    """ "U1 Persyaratan", "Jenis kelamin", "Tanggal"."""
    if role in words.instrument.by_id:
        return f"{role} {words.item_name(role)}"
    profile = role in words.instrument.fields
    key = f"profile.{role}.short" if profile else f"intake_page.role_{role}"
    return (
        words.catalog.say(words.language, key) if words.catalog.has(words.language, key) else role
    )
