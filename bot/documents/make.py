"""Official documents as files: of a unit its report, of the whole instansi the recapitulation.

The same function answers `/report … pdf` and `skm report --format pdf`.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.message import Attachment
from bot.request.request import Export, Topic
from skm.instansi.upp import Upp
from skm.output.documents.document import Document
from skm.store.database.database import Database
from skm.store.figures.flags import FlagRules

MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "text": "text/plain",
}


def exports(rules: FlagRules) -> Mapping[str, Export]:
    """By format; `rules`: the questionnaire that is asked, and when a response is flagged."""
    documents = Documents(rules)
    return {form: partial(documents.file, form=form) for form in ("pdf", "docx", "xlsx")}


@dataclass(frozen=True)
class Documents:
    rules: FlagRules

    async def file(self, db: Database, topic: Topic, *, form: str) -> Attachment:
        """The file, made beside the event loop."""
        if form == "xlsx":
            content = await self._workbook(db, topic)
        else:
            content = await asyncio.to_thread(_rendered, await self.document(db, topic), form)
        suffix = "txt" if form == "text" else form
        name = f"skm-{topic.subject.code}-{topic.subject.period}.{suffix}".lower()
        return Attachment(name, MEDIA[form], content)

    async def document(self, db: Database, topic: Topic) -> Document:
        from bot.documents.city_report import CityReport
        from bot.documents.unit_report import UnitReport
        from skm.store.periods import dossiers

        upp, period = topic.subject.upp, topic.subject.period
        if upp is None:
            city = await db.read(lambda conn: dossiers.of_city(conn, period, self.rules))
            return await asyncio.to_thread(CityReport(topic, city).made)
        found = await db.read(lambda conn: dossiers.of(conn, upp, period, self.rules))
        asked = _about(topic, [found.upp])
        return await asyncio.to_thread(UnitReport(asked, found, self.rules.instrument).made)

    async def _workbook(self, db: Database, topic: Topic) -> bytes:
        from bot.documents.recap_workbook import RecapWorkbook
        from skm.output.workbooks.write_recap import as_xlsx
        from skm.store.periods import dossiers

        period = topic.subject.period
        city = await db.read(lambda conn: dossiers.of_city(conn, period))

        async def read(conn: AsyncConnection) -> list[list[dossiers.RawResponse]]:
            return [await dossiers.answers(conn, part, period) for part in city.parts]

        given = await db.read(read)
        asked = _about(topic, city.units)
        workbook = RecapWorkbook(asked, city, given)
        return await asyncio.to_thread(lambda: as_xlsx(workbook.spreadsheet()))


def _about(topic: Topic, units: Sequence[Upp]) -> Topic:
    """The same about the unit as it was called when the period was closed."""
    named = topic.subject.upp and topic.subject.upp.code
    was = [unit for unit in units if unit.code == named]
    return replace(topic, subject=replace(topic.subject, upp=was[0])) if was else topic


def _rendered(made: Document, form: str) -> bytes:
    from skm.output.documents.legible import legible
    from skm.output.documents.pdf import as_pdf
    from skm.output.documents.plain_text import as_text
    from skm.output.documents.word import as_docx

    document = legible(made)
    match form:
        case "pdf":
            return as_pdf(document)
        case "docx":
            return as_docx(document)
    return as_text(document).encode()
