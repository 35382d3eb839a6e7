"""Where else the state of a report is said: digest, closing, watch table, document."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.documents.make import Documents
from bot.scheduled.digests import Digests
from bot.scheduled.sender import Sender
from skm.instansi.period import Period
from skm.store.figures.flags import FlagRules
from skm.store.periods import submissions
from skm.store.survey import upps
from skm.submissions.submission import SubmissionState
from tests.bot.scheduled.test_sender import Mailbox
from tests.bot.web.citizen import Citizen
from tests.bot.web.workplace.test_overview import signed_in
from tests.tools.chat import DRAWING, Chat, Desk, a_desk
from tests.tools.officials_city import plan, settle
from tests.tools.served import served, site_of
from tests.tools.store_city import call

Q3 = Period.parse("2026-Q3")
MONDAY = datetime(2026, 11, 30, 0, 30, tzinfo=UTC)  # 07:30
ANALYSIS = "Antrean pagi lama.\nSebabnya satu loket."


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with a_desk(database_url, forms=True) as desk:
        await settle(desk)
        yield desk


async def handed_in(desk: Desk) -> Chat:
    await plan(desk, "PAJANG", Q3)
    officer = await desk.official("officer", "PAJANG", "Sri")
    await officer.types(f"/serah tw3 2026 tulis {ANALYSIS}")
    return await officer.taps("Serahkan")


async def digests(desk: Desk, at: datetime) -> dict[str, str]:
    """Chat → the digest that it got."""
    desk.time.at = at
    made, mailbox = Digests(desk.db, desk.instansi, DRAWING, desk.inbox.instrument), Mailbox()
    await desk.db.write(made.plan)
    await Sender(desk.db, {"telegram": mailbox}, made.compose, desk.time).deliver()
    return {chat: sent.text for chat, sent in mailbox.arrived}


async def test_the_digest_says_how_far_the_reports_are(desk: Desk) -> None:
    sri, budi = await handed_in(desk), await desk.official("admin")
    said = await digests(desk, MONDAY)
    own, city = said[f"chat-{sri.user}"], said[f"chat-{budi.user}"]
    assert "Laporan triwulan III 2026: diserahkan, menunggu pemeriksaan." in own
    assert (
        "Laporan triwulan III 2026: belum diserahkan 1 dari 2 unit, perlu diperiksa 1."
        " Batas penyerahan 14 Oktober 2026 sudah lewat." in city
    )


async def test_eight_weeks_after_the_deadline_the_digest_is_silent_about_them(desk: Desk) -> None:
    sri = await handed_in(desk)
    said = await digests(desk, datetime(2026, 12, 14, 0, 30, tzinfo=UTC))
    assert "menunggu pemeriksaan" not in said[f"chat-{sri.user}"]


async def test_closing_says_who_is_missing_and_records_it(desk: Desk) -> None:
    await handed_in(desk)
    budi = await (await desk.official("admin")).types("/tutup tw3 2026")
    budi.hears(
        "Laporan yang belum diperiksa: 1.",
        "Belum menyerahkan laporan (1 dari 2): Puskesmas Purwosari.",
        "dicatat tidak dilaporkan",
    )
    await budi.taps("Ya, tutup")
    states = await desk.db.read(lambda conn: submissions.of_all(conn, Q3))
    assert {code: one.state for code, one in states.items()} == {
        "PAJANG": SubmissionState.HANDED_IN,
        "PURWO": SubmissionState.NOT_REPORTED,
    }
    await budi.types("/serah purwosari tw3 2026")
    budi.hears("Keadaan: tidak dilaporkan")
    assert "Tulis analisis" not in budi.labels


async def test_a_month_is_closed_without_a_word_about_reports(desk: Desk) -> None:
    budi = await (await desk.official("admin")).types("/tutup agustus 2026")
    assert "laporan" not in budi.screen.text.lower()


async def test_the_watch_table_shows_the_state_and_filters_by_it(desk: Desk) -> None:
    await handed_in(desk)
    async with served(site_of(desk)) as base, Citizen(base) as browser:
        await signed_in(desk, browser)
        browser.sees("Laporan belum diserahkan: 1", "Laporan yang perlu diperiksa: 1")
        await browser.opens("/kerja/unit")
        browser.sees("Laporan triwulan III 2026", "diserahkan, menunggu pemeriksaan")
        await browser.opens("/kerja/unit?saring=laporan")
        browser.sees("1 dari 6", "Puskesmas Purwosari", "belum dimulai")
        got = await browser.client.get("/kerja/unit.csv?saring=laporan")
        [row] = csv.DictReader(io.StringIO(got.text.lstrip("\ufeff")), delimiter=";")
        assert row["Laporan"] == "belum dimulai"


async def test_what_was_handed_in_stands_in_the_document_until_it_is_returned(desk: Desk) -> None:
    unit = await desk.db.read(call(upps.by_code, "PAJANG"))
    made = Documents(FlagRules(desk.inbox.instrument, desk.instansi.zone))

    async def text() -> str:
        file = await made.file(desk.db, desk.topic(unit, Q3), form="text")
        return file.content.decode()

    assert "Analisis unit" not in await text()
    await handed_in(desk)
    assert "Antrean pagi lama.\n" in await text()
    assert "Sebabnya satu loket." in await text()
    budi = await desk.official("admin")
    await budi.types("/serah pajang tw3 2026 kembalikan Kurang rinci.")
    assert "Antrean pagi lama." not in await text()
