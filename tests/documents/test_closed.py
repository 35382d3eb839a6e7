"""A document of a closed period that is printed a year later says the same."""

import io
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime

import openpyxl
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.documents.make import Documents
from skm.closing.frozen import sha256_of
from skm.closing.verification import Difference, Mismatch
from skm.instansi.collector import Mode
from skm.instansi.period import Period
from skm.instansi.upp import Upp
from skm.intake.recaps.rows import read
from skm.store.figures import closed as frozen
from skm.store.figures import recaps
from skm.store.figures.flags import FlagRules
from skm.store.periods import closings
from skm.store.survey import responses, upps
from skm.survey.instrument import Instrument
from skm.survey.response import Response
from tests.tools.chat import Desk, a_desk
from tests.tools.officials_city import settle
from tests.tools.store_city import call

QUARTER, SEMESTER = Period.parse("2026-Q3"), Period.parse("2026-S2")
JANUARY = datetime(2027, 1, 4, 3, tzinfo=UTC)
LATER = datetime(2028, 2, 1, 3, tzinfo=UTC)
UNITS = ("", "DINKES", "PAJANG", "PURWO")
COVER = ("Disusun", "Angka periode ini", "Pada penutupan itu", "Revisi:", "Status tindak")


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    """A city with people of whom something is known, in four quarters."""
    async with a_desk(database_url) as desk:
        await settle(desk)
        await answered(desk, "PAJANG", date(2026, 9, 1), 40)
        await answered(desk, "PAJANG", date(2026, 5, 4), 12)
        await answered(desk, "PURWO", date(2026, 2, 3), 9)
        await published(desk, "2024-Q1,80.00", "rekap-2024.csv")
        desk.time.at = JANUARY
        yield desk


async def answered(desk: Desk, unit: str, day: date, many: int, name: str = "r") -> None:
    """People who differ in what they say, who they are and how they came."""
    instrument = desk.inbox.instrument
    rows = [
        (
            Response(
                id=f"{name}-{unit}-{day}-{n}",
                upp=unit,
                layanan=("KIA", "Farmasi", "Gizi")[n % 3] if n % 7 else "",
                collector=None,
                instrument=instrument.version,
                answers={i.id: 1 + (n * at + n) % 4 for at, i in enumerate(instrument.items)},
                submitted_at=datetime(day.year, day.month, day.day, 3, n % 60, tzinfo=UTC),
                profile={"gender": ("female", "male", None)[n % 3], "education": "sma"},
                respondent=f"{name}{n}",
                channel=("web", "telegram")[n % 2],
                mode=(Mode.SELF, Mode.ASSISTED)[n % 4 == 3],
            ),
            day,
        )
        for n in range(many)
    ]
    await desk.db.write(lambda conn: responses.insert_many(conn, rows, instrument))


async def published(desk: Desk, figures: str, source: str) -> None:
    period, ikm = figures.split(",")
    heads = "unit,period,u1,u2,u3,u4,u5,u6,u7,u8,u9,ikm,respondents"
    rows = [f"Puskesmas Pajang,{period}{',80' * 9},{ikm},100"]
    given = read("\n".join([heads, *rows]).encode(), source)
    await desk.db.write(lambda conn: recaps.put(conn, given, desk.time()))


async def close(desk: Desk, *periods: Period) -> None:
    instrument = desk.inbox.instrument
    asked = {instrument.version: desk.inbox.screens.catalog.questionnaire(instrument)}

    async def work(conn: AsyncConnection) -> None:
        for period in periods:
            await closings.close(conn, period, JANUARY.date(), desk.time(), None, asked)

    await desk.db.write(work)


async def said(desk: Desk, unit: str, period: Period, instrument: Instrument | None = None) -> str:
    """The document as text."""
    return (await file(desk, unit, period, "text", instrument)).decode()


async def file(
    desk: Desk, unit: str, period: Period, form: str, instrument: Instrument | None = None
) -> bytes:
    upp = await desk.db.read(lambda conn: upps.by_code(conn, unit)) if unit else None
    documents = Documents(FlagRules(instrument or desk.inbox.instrument, desk.instansi.zone))
    return (await documents.file(desk.db, desk.topic(upp, period), form=form)).content


def body(document: str) -> list[str]:
    """Without what says when it was printed, closed and mended, and how many of the responses that
    are still there are flagged.
    """
    lines = [line for line in document.splitlines() if not line.startswith(COVER)]
    return [line for line in lines if "jawaban perlu dicermati" not in line]


def cells(workbook: bytes) -> dict[str, list[tuple[object, ...]]]:
    """Every sheet, with formulas as they are."""
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    return {
        sheet.title: [row for row in sheet.values if not str(row[2]).startswith(COVER)]
        for sheet in book.worksheets
    }


async def a_year_passes(desk: Desk) -> None:
    """Everything that a closing could be deaf to: late answers in it and before it, units that are
    renamed, moved, counted anew and added, and another recap.
    """
    desk.time.at = LATER
    for day in (date(2026, 9, 2), date(2026, 10, 7), date(2026, 5, 5), date(2026, 2, 4)):
        for unit in ("PAJANG", "PURWO", "GILING", "DUKCAPIL"):
            await answered(desk, unit, day, 9, "menyusul")
    units = [
        Upp("PAJANG", "Klinik Pajang", "DUKCAPIL", 99),
        Upp("DINKES", "Dinas Kesehatan dan Sosial", None, 500),
        Upp("BARU", "Puskesmas Baru", "DINKES"),
    ]
    await desk.db.write(lambda conn: upps.put(conn, units))
    await answered(desk, "BARU", date(2026, 9, 3), 20, "baru")
    await published(desk, "2024-Q1,90.00", "rekap-baru.csv")
    await published(desk, "2024-Q2,70.00", "rekap-baru.csv")


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("closed", [[QUARTER], [SEMESTER], [QUARTER, SEMESTER]], ids=str)
async def test_closing_changes_nothing_that_a_document_says_and_a_year_does_not_either(
    desk: Desk, closed: list[Period], unit: str
) -> None:
    if len(closed) > 1:
        await close(desk, closed[0])
    before = body(await said(desk, unit, closed[-1]))
    sheets = cells(await file(desk, unit, closed[-1], "xlsx"))
    await close(desk, closed[-1])
    assert body(await said(desk, unit, closed[-1])) == before
    assert cells(await file(desk, unit, closed[-1], "xlsx")) == sheets
    await a_year_passes(desk)
    other = replace(desk.inbox.instrument, version="skm9-99")  # asked by then
    assert body(await said(desk, unit, closed[-1], other)) == before
    assert cells(await file(desk, unit, closed[-1], "xlsx", other)) == sheets


async def test_while_it_is_open_all_of_that_shows(desk: Desk) -> None:
    """Or the test above would prove nothing."""
    before = body(await said(desk, "PAJANG", QUARTER))
    await a_year_passes(desk)
    after = body(await said(desk, "PAJANG", QUARTER))
    changed = {line.partition(" | ")[0].partition(":")[0] for line in set(before) ^ set(after)}
    assert changed >= {
        "Klinik Pajang", "Penduduk yang dilayani", "Perempuan", "Mandiri", "KIA", "IKM",
        "U1 Persyaratan", "Unit induk",
    }  # fmt: skip


async def test_it_says_when_it_was_closed_and_what_came_later(desk: Desk) -> None:
    await close(desk, QUARTER)
    head = await desk.db.read(lambda conn: closings.of(conn, QUARTER))
    assert head is not None
    document = await said(desk, "PAJANG", QUARTER)
    assert f"Angka periode ini dibekukan pada 4 Januari 2027. SHA-256 {head.sha256}" in document
    assert "Revisi" not in document
    await a_year_passes(desk)
    document = await said(desk, "PAJANG", QUARTER)
    assert "Revisi: sedikitnya 5 jawaban masuk setelah periode ditutup" in document
    assert "Status tindak lanjut pada 1 Februari 2028." in document


async def test_a_closing_from_before_archives_verifies_prints_and_says_what_is_not_frozen(
    desk: Desk,
) -> None:
    await close(desk, QUARTER)
    document = await said(desk, "PAJANG", QUARTER)
    await desk.db.write(as_it_used_to_be)
    found = await desk.db.read(lambda conn: closings.verify(conn, QUARTER))
    assert found.differences == ()
    assert body(await said(desk, "PAJANG", QUARTER)) == body(document)
    await answered(desk, "PAJANG", date(2026, 9, 2), 9, "menyusul")
    later = await said(desk, "PAJANG", QUARTER)
    assert "yang dibekukan. Profil, cara mengisi, layanan, validitas, dan tren dihitung" in later
    assert "\nResponden: 70\n" in later
    assert "Perempuan | 17 |" in later


async def as_it_used_to_be(conn: AsyncConnection) -> None:
    """What the first closings wrote down."""
    await conn.execute(text("UPDATE closing SET archive = NULL"))
    await conn.execute(text("UPDATE closed_unit SET archive = NULL"))
    head = await closings.of(conn, QUARTER)
    assert head is not None
    contents = [each for _, each in await frozen.contents(conn, QUARTER)]
    seals = (await conn.scalars(text("SELECT digest FROM seal"))).all()
    sha256 = sha256_of([head.content, *contents], [], seals)
    await conn.execute(text("UPDATE closing SET sha256 = :sha256"), {"sha256": sha256})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\"female\":", "\"female\":1"),
        ("[\"web\",\"mandiri\",", "[\"web\",\"mandiri\",1"),
        ("[\"Farmasi\",", "[\"Apotek\","),
    ],
    ids=["profile", "ways", "layanan"],
)  # fmt: skip
async def test_whoever_changes_what_documents_print_is_found_out(
    desk: Desk, old: str, new: str
) -> None:
    await close(desk, QUARTER)
    change = text(
        "UPDATE closed_unit SET archive = replace(archive, :old, :new) WHERE code = 'PAJANG'"
    )
    await desk.db.write(lambda conn: conn.execute(change, {"old": old, "new": new}))
    found = (await desk.db.read(lambda conn: closings.verify(conn, QUARTER))).differences
    assert Difference(Mismatch.SHA256) in found
    assert (Difference(Mismatch.ARCHIVE, "PAJANG") in found) == (new != "[\"Apotek\",")  # fmt: skip


async def test_few_who_take_an_answer_back_cannot_be_had_from_the_sheet_of_answers(
    desk: Desk,
) -> None:
    """The frozen tallies without the answers that are left would be theirs."""
    await close(desk, QUARTER)
    assert listed(await file(desk, "", QUARTER, "xlsx")) >= {"Puskesmas Pajang"}
    await desk.db.write(lambda conn: responses.forget(conn, "r1"))
    assert "Puskesmas Pajang" not in listed(await file(desk, "", QUARTER, "xlsx"))
    for n in range(2, 6):
        await desk.db.write(call(responses.forget, f"r{n}"))
    assert "Puskesmas Pajang" in listed(await file(desk, "", QUARTER, "xlsx"))


def listed(workbook: bytes) -> set[object]:
    rows: Iterable[tuple[object, ...]] = cells(workbook)["Jawaban anonim"]
    return {row[0] for row in rows}
