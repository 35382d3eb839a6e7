"""Closing a period in which responses are flagged: an admin says in words what was made of them."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.documents.make import Documents
from skm.instansi.official import AuditEvent
from skm.instansi.period import Period
from skm.store.figures.flags import FlagRules
from skm.store.officials import audit_log
from skm.store.periods import closings
from skm.store.survey import responses, upps
from skm.survey.response import Response
from tests.bot.web.citizen import Citizen
from tests.bot.web.workplace.test_overview import signed_in
from tests.tools.chat import Chat, Desk, a_desk
from tests.tools.served import served, site_of
from tests.tools.store_city import call

Q3 = Period.parse("2026-Q3")
ASKED = "Sebelum ditutup, tulis dengan kata-kata Anda"
REMARK = "sudah diperiksa: kiriman dari satu alamat"
MONDAY = datetime(2026, 8, 24, 3, tzinfo=UTC)  # 10:00 in Jakarta


async def stuffed(desk: Desk) -> None:
    """Twenty people answer at PURWO; 200 perfect responses come in ten minutes."""
    instrument = desk.inbox.instrument

    def given(number: int, nilai: int, at: datetime, took: timedelta) -> Response:
        return Response(
            id=f"s{number}", upp="PURWO", layanan="", collector=None,
            instrument=instrument.version, answers={one.id: nilai for one in instrument.items},
            submitted_at=at, started_at=at - took,
        )  # fmt: skip

    honest = [given(n, 2 + n % 3, MONDAY + timedelta(days=1 + n % 4, hours=n // 5, minutes=7 * n),
                    timedelta(minutes=2)) for n in range(20)]  # fmt: skip
    forged = [given(100 + n, 4, MONDAY + timedelta(seconds=3 * n), timedelta(seconds=4))
              for n in range(200)]  # fmt: skip
    rows = [(one, one.submitted_at.date()) for one in (*honest, *forged)]
    await desk.db.write(lambda conn: responses.insert_many(conn, rows, instrument))


async def closed(desk: Desk) -> list[Period]:
    return [head.period for head in await desk.db.read(closings.listed)]


@pytest.mark.parametrize("command", ["/report", "/ringkas"])
async def test_what_is_flagged_stands_in_the_report(desk: Desk, command: str) -> None:
    await stuffed(desk)
    chat = await (await desk.official("officer", "PURWO")).types(f"{command} tw3 2026")
    chat.hears("200 jawaban perlu dicermati")
    quiet = await (await desk.official("officer", "PAJANG")).types(f"{command} tw3 2026")
    assert "dicermati" not in quiet.screen.text


@pytest.mark.parametrize("typed", ["", " ya", " sudah", " ok ok"])
async def test_a_period_with_flagged_responses_is_not_closed_without_words(
    desk: Desk, typed: str
) -> None:
    await stuffed(desk)
    admin = await (await desk.official("admin", None, "Wahyu")).types(f"/tutup tw3 2026{typed}")
    admin.hears("jawaban perlu dicermati", ASKED, "/tutup 2026-Q3 sudah diperiksa")
    assert admin.labels == []
    assert await closed(desk) == []


async def closing(desk: Desk) -> Chat:
    await stuffed(desk)
    admin = await desk.official("admin", None, "Wahyu")
    await admin.types(f"/tutup tw3 2026 {REMARK} http://evil.test")
    admin.hears("jawaban perlu dicermati", f"“{REMARK} http: // evil. test”")
    await admin.taps("Ya, tutup")
    return admin


async def test_with_words_it_is_closed_and_they_are_kept_with_the_figures(desk: Desk) -> None:
    await closing(desk)
    [head] = await desk.db.read(closings.listed)
    assert head.flagged >= 200
    assert head.remark == f"{REMARK} http: // evil. test"
    entry = (await desk.db.read(lambda conn: audit_log.newest(conn, 1)))[0]
    assert entry.event is AuditEvent.CLOSED
    assert entry.about == f"2026-Q3 flagged {head.flagged}: {head.remark}"


async def test_the_words_are_on_the_page_and_in_the_documents(desk: Desk) -> None:
    admin = await closing(desk)
    [head] = await desk.db.read(closings.listed)
    async with served(site_of(desk)) as base, Citizen(base) as reader:
        for path in ("/hasil", "/hasil/PURWO"):
            await reader.opens(path)
            reader.sees(f"{head.flagged} jawaban ditandai di seluruh instansi", REMARK)
    rules = FlagRules(desk.inbox.instrument, desk.instansi.zone)
    for code in ("PURWO", ""):
        unit = await desk.db.read(call(upps.by_code, code))
        made = await Documents(rules).file(desk.db, desk.topic(unit, Q3), form="text")
        text = " ".join(made.content.decode().split())
        assert f"{200 if code else head.flagged} jawaban perlu dicermati (terlalu cepat" in text
        assert REMARK in text
    await admin.types("/report purwosari tw3 2026")
    admin.hears("200 jawaban perlu dicermati")


async def test_what_is_flagged_stands_on_the_pages_of_officials(database_url: str) -> None:
    async with (
        a_desk(database_url, forms=True) as desk,
        served(site_of(desk)) as base,
        Citizen(base) as browser,
    ):
        await signed_in(desk, browser)
        await stuffed(desk)
        for path in ("/kerja?periode=2026-Q3", "/kerja/unit/PURWO?periode=2026-Q3"):
            await browser.opens(path)
            browser.sees("jawaban perlu dicermati")


async def test_responses_that_come_after_the_question_are_asked_about_as_well(desk: Desk) -> None:
    admin = await (await desk.official("admin", None, "Wahyu")).types("/tutup tw3 2026")
    await stuffed(desk)
    await admin.taps("Ya, tutup")
    admin.hears(ASKED)
    assert await closed(desk) == []


async def test_without_flagged_responses_no_words_are_asked_for(desk: Desk) -> None:
    admin = await (await desk.official("admin", None, "Wahyu")).types("/tutup tw3 2026")
    assert ASKED not in admin.screen.text
    await admin.taps("Ya, tutup")
    assert await closed(desk) == [Q3]
