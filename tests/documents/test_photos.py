"""Photos of what was done, in the unit's report: described, upright, and not larger than a page."""

import io
import re
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from PIL import Image
from pypdf import PdfReader
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.documents.make import Documents
from skm.follow_up.photo import new_key
from skm.follow_up.tindak_lanjut import Done, Plan
from skm.instansi.period import Period
from skm.instansi.upp import Upp
from skm.output.documents.photo import kept
from skm.store.figures.flags import FlagRules
from skm.store.officials import officials
from skm.store.periods import follow_ups
from skm.store.survey import upps
from tests.documents.office import needs_poppler, text_of
from tests.tools.chat import Desk, a_desk
from tests.tools.officials_city import settle
from tests.tools.pictured import jpeg

Q3 = Period.parse("2026-Q3")
NOTES = ["Loket ketiga dibuka setiap Senin", ""]


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    """Two of Pajang's three were done: one photo lies, one stands and has no note."""
    async with a_desk(database_url) as desk:
        await settle(desk)
        await desk.official("officer", "PAJANG", "Sri")

        async def work(conn: AsyncConnection) -> None:
            [sri] = await officials.listed(conn)
            unit = Upp("PAJANG", "Puskesmas Pajang")
            photos = [kept(jpeg(1600, 1200)), kept(jpeg(1600, 1200, turned=True))]
            items = await follow_ups.of(conn, unit, Q3)
            for item, note, photo in zip(items, NOTES, photos, strict=False):
                plan = Plan("Tambah loket", date(2026, 12, 1), "Bu Sri")
                done = Done(date(2026, 11, 20), note, new_key())
                finished = item.planned(plan, date(2026, 10, 5)).finished(done)
                await follow_ups.record(conn, sri.id, unit, finished, "selesai", desk.time(), photo)

        await desk.db.write(work)
        yield desk


async def made(desk: Desk, period: str, form: str) -> bytes:
    unit = await desk.db.read(lambda conn: upps.by_code(conn, "PAJANG"))
    topic = desk.topic(unit, Period.parse(period))
    rules = FlagRules(desk.inbox.instrument, desk.instansi.zone)
    return (await Documents(rules).file(desk.db, topic, form=form)).content


@pytest.mark.parametrize("period", ["2026-Q3", "2026-Q4"])
async def test_the_docx_shows_them_with_their_description(desk: Desk, period: str) -> None:
    """In the report of the period, and in the annex of the one after it."""
    with ZipFile(io.BytesIO(await made(desk, period, "docx"))) as file:
        names = [n for n in file.namelist() if re.match(r"word/media/.*jpe?g", n)]
        sizes = {Image.open(io.BytesIO(file.read(name))).size for name in names}
        text = file.read("word/document.xml").decode()
    assert sizes == {(1600, 1200), (1200, 1600)}
    assert 'descr="Loket ketiga dibuka setiap Senin"' in text
    assert 'descr="Foto tindak lanjut ' in text


@needs_poppler
async def test_the_pdf_shows_them_under_what_was_done(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(await made(desk, "2026-Q4", "pdf"))
    reader = PdfReader(tmp_path / "report.pdf")
    sizes = {image.image.size for page in reader.pages for image in page.images if image.image}
    assert sizes >= {(1600, 1200), (1200, 1600)}
    text = " ".join(text_of(tmp_path / "report.pdf").split())
    assert text.count("Loket ketiga dibuka setiap Senin") >= 2
