"""What was brought in: the list of batches, and taking one back after asking once."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from bot.request.imports import may_take_back, own_units
from bot.web.workplace.access import HOME, Denied, SignedIn, Workplace, back_to
from bot.words.intake import IntakeWording
from bot.words.names import official_name
from skm.instansi.official import Action
from skm.intake.batch import BatchError, BatchRefusal, ImportBatch
from skm.store.intake import batches, look, responses
from skm.store.officials import confirmations, officials
from skm.survey.instrument import Instrument

PATH = f"{HOME}/impor"
SEARCHED = 500  # batches, the newest
SHOWN = 50


class Batches:
    def __init__(self, workplace: Workplace, instrument: Instrument) -> None:
        self.workplace, self.instrument = workplace, instrument
        self.db, self.instansi = workplace.db, workplace.instansi

    def routes(self) -> list[Route]:
        answer = self.workplace.page_of(self.undo)
        return [Route(f"{PATH}/{{number}}/kembali", answer, methods=["POST"])]

    async def listed(self, visit: SignedIn) -> dict[str, Any]:
        """The newest batches of the official's units, and who brought them in."""
        official = visit.official

        async def read(conn: AsyncConnection) -> tuple[list[ImportBatch], Mapping[int, str]]:
            own = await own_units(conn, official)
            found = await batches.newest(conn, SEARCHED)
            language, catalog = official.language, self.instansi.catalog
            names = {
                one.id: official_name(catalog, language, one)
                for one in await officials.listed(conn)
            }
            return [one for one in found if may_take_back(official, own, one)], names

        found, names = await self.db.read(read)
        stored = visit.request.query_params.get("tersimpan", "")
        return {
            "batches": [
                (one, self._who(visit, one, names), one.at.astimezone(self.instansi.zone))
                for one in found[:SHOWN]
            ],
            "found": len(found),
            "stored": next((one for one in found if str(one.id) == stored), None),
        }

    def _who(self, visit: SignedIn, batch: ImportBatch, names: Mapping[int, str]) -> str:
        say, language = self.instansi.catalog.say, visit.official.language
        who = batch.source.official
        if who is None:
            return say(language, "official.operator")
        return names.get(who) or say(language, "official.unnamed", id=str(who))

    async def undo(self, visit: SignedIn) -> Response:
        """POST: asks whether a batch is taken back, and with the code of that question does it."""
        self.workplace.check(visit, Action.IMPORT)
        sent = await self.workplace.form(visit)
        number, code = visit.request.path_params["number"], str(sent.get("code", ""))
        if not (number.isascii() and number.isdecimal() and len(number) < 10):
            raise HTTPException(404)
        try:
            return await self._undo(visit, int(number), code)
        except BatchError as error:
            if error.refusal is BatchRefusal.UNKNOWN:
                raise HTTPException(404) from None
            words = IntakeWording(
                self.instansi.catalog, visit.official.language, self.instrument, {}
            )
            sentence = words.refusal(error)
            return self.workplace.page(visit, "workplace/denied", 409, sentence=sentence)

    async def _undo(self, visit: SignedIn, number: int, code: str) -> Response:
        """Raises BatchError."""
        batch = await self.db.read(partial(batches.get, number=number))
        own = await self.db.read(partial(own_units, official=visit.official))
        if not may_take_back(visit.official, own, batch):
            raise Denied
        await self.db.read(partial(responses.check_undo, number=number))
        person, act, now = f"kerja:{visit.session.number}", f"{PATH}/{number}", self.instansi.now()

        async def ask(conn: AsyncConnection) -> str | None:
            """The code of the question; None if `code` answered it."""
            if await confirmations.confirmed(conn, person, act, code, now) is not None:
                return None
            _, asked = confirmations.without_code(await confirmations.ask(conn, person, act, now))
            return asked

        asked = await self.db.write(ask)
        if asked:
            return self.workplace.page(visit, "workplace/imports/undo", batch=batch, code=asked)
        await look.undo(self.db, number, visit.official.id, now)
        return back_to(PATH)
