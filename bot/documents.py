"""Official documents as files: of a unit its report, of the whole instansi the recapitulation.

The same function answers `/report … pdf` and `skm report --format pdf`.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ask import Ask, Desk, Export, Subject
from bot.message import Attachment
from skm.instrument import Instrument
from skm.official import Official, Role
from skm.output.document import Document
from skm.upp import Upp

MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "text": "text/plain",
}


def exports(instrument: Instrument) -> Mapping[str, Export]:
    """By format; `instrument` is the questionnaire that is asked."""
    documents = Documents(instrument)
    return {form: partial(documents.file, form=form) for form in ("pdf", "docx", "xlsx")}


def by_operator(desk: Desk, subject: Subject, language: str) -> Ask:
    """What an operator asks at the command line, who may see everything."""
    nobody = Official(0, "", Role.ADMIN, None, "terminal", "", language, desk.now())
    return Ask(desk, nobody, subject)


@dataclass(frozen=True)
class Documents:
    instrument: Instrument

    async def file(self, ask: Ask, *, form: str) -> Attachment:
        """The file, made beside the event loop."""
        if form == "xlsx":
            content = await self._workbook(ask)
        else:
            content = await asyncio.to_thread(_rendered, await self.document(ask), form)
        suffix = "txt" if form == "text" else form
        name = f"skm-{ask.subject.code}-{ask.subject.period}.{suffix}".lower()
        return Attachment(name, MEDIA[form], content)

    async def document(self, ask: Ask) -> Document:
        from bot.phrase_city_report import CityReport
        from bot.phrase_unit_report import UnitReport
        from skm.store import dossiers

        upp, period = ask.subject.upp, ask.subject.period
        if upp is None:
            city = await ask.desk.db.read(lambda conn: dossiers.of_city(conn, period))
            return await asyncio.to_thread(CityReport(ask, city).made)
        found = await ask.desk.db.read(lambda conn: dossiers.of(conn, upp, period))
        asked = _about(ask, [found.upp])
        return await asyncio.to_thread(UnitReport(asked, found, self.instrument).made)

    async def _workbook(self, ask: Ask) -> bytes:
        from bot.phrase_spreadsheet import RecapWords
        from skm.output.xlsx import as_xlsx
        from skm.store import dossiers

        period = ask.subject.period
        city = await ask.desk.db.read(lambda conn: dossiers.of_city(conn, period))

        async def read(conn: AsyncConnection) -> list[list[dossiers.Given]]:
            return [await dossiers.answers(conn, part.period, period) for part in city.parts]

        given = await ask.desk.db.read(read)
        asked = _about(ask, city.units)
        return await asyncio.to_thread(lambda: as_xlsx(RecapWords(asked, city, given).workbook()))


def _about(ask: Ask, units: Sequence[Upp]) -> Ask:
    """The same about the unit as it was called when the period was closed."""
    named = ask.subject.upp and ask.subject.upp.code
    was = [unit for unit in units if unit.code == named]
    return replace(ask, subject=replace(ask.subject, upp=was[0])) if was else ask


def _rendered(made: Document, form: str) -> bytes:
    from skm.output.legible import legible
    from skm.output.pdf import as_pdf
    from skm.output.plain import as_text
    from skm.output.word import as_docx

    document = legible(made)
    match form:
        case "pdf":
            return as_pdf(document)
        case "docx":
            return as_docx(document)
    return as_text(document).encode()
