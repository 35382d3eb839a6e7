"""Following up the weakest unsur, and closing a period, as conversations."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from skm.closing import What
from skm.official import Deed
from skm.period import Period
from skm.store import closings, log, tallies
from tests.chat import CODE, Desk, a_desk

OCTOBER = datetime(2026, 10, 20, 3, 0, tzinfo=UTC)
JANUARY = datetime(2027, 1, 5, 3, 0, tzinfo=UTC)
QUARTER = Period.parse("2026-Q4")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """The fourth quarter of 2026 is over; six people answered in it."""
    async with a_desk(tmp_path) as desk:
        desk.time.at = OCTOBER
        for _ in range(6):
            chat = await desk.chat().opens(CODE)
            await chat.answers_one(1)
            for nilai in (2, 2, 4, 4, 4, 4, 4, 4):
                await chat.answers_one(nilai)
        desk.time.at = JANUARY
        yield desk


async def test_an_officer_plans_the_weakest_unsur_and_marks_it_done(desk: Desk) -> None:
    chat = await desk.official("officer", "PAJANG", "Sri")
    await chat.types("/tindaklanjut")
    chat.hears("Terlaksana 0 %", "1. Persyaratan: belum direncanakan")
    await chat.taps("Persyaratan", "Tulis rencana")
    await chat.types("Memasang daftar syarat di loket")
    await chat.types("besok saja")
    chat.hears("belum kami pahami")
    await chat.types("1 Januari 2027")
    chat.hears("sudah lewat")
    await chat.taps("31 Maret 2027", "Sri")
    chat.hears("Tersimpan", "Memasang daftar syarat di loket", "31 Maret 2027")
    await chat.taps("Tandai selesai")
    await chat.types("Daftar terpasang di tiga loket")
    chat.hears("selesai", "Daftar terpasang di tiga loket")
    await chat.taps("Semua tindak lanjut")
    chat.hears("Terlaksana 33,33 % (1 dari 3)")


async def test_what_is_typed_after_cancelling_is_no_plan(desk: Desk) -> None:
    chat = await desk.official("officer", "PAJANG", "Sri")
    await chat.types("/tl")
    await chat.taps("Persyaratan", "Tulis rencana", "Batal")
    await chat.types(CODE)
    chat.hears("Pertanyaan 1 dari 9")


async def test_viewers_and_citizens_plan_nothing(desk: Desk) -> None:
    viewer = await desk.official("viewer", "PAJANG", "Tamu")
    await viewer.types("/tl PAJANG 2026-Q4 U1 rencana")
    viewer.hears("peran Anda")
    citizen = await desk.chat().types("/tl PAJANG 2026-Q4 U1 rencana")
    citizen.hears("petugas")


async def test_an_admin_closes_a_quarter_after_confirming(desk: Desk) -> None:
    chat = await desk.official("admin", None, "Wahyu")
    await chat.types("/tutup 2027-Q1")
    chat.hears("belum berakhir")
    await chat.types("/tutup tw4 2026")
    chat.hears("dibekukan", "6 responden di 1 unit", "IKM semua responden 80,56")
    assert await desk.db.read(closings.listed) == []
    await chat.taps("Ya, tutup")
    chat.hears("ditutup 5 Januari 2027")
    await chat.types("/tutup 2026-Q4 ya")
    chat.hears("sudah ditutup")
    await chat.types("/tutup 2026-Q4")
    chat.hears("sudah ditutup")
    assert chat.labels == []


async def test_a_period_without_answers_is_not_even_offered(desk: Desk) -> None:
    chat = await (await desk.official("admin")).types("/tutup 2026-Q2")
    chat.hears("Tidak ada responden")
    assert chat.labels == []


async def test_the_log_says_who_closed_what(desk: Desk) -> None:
    await (await desk.official("admin", None, "Wahyu")).types("/tutup 2026-Q4 ya")
    newest = (await desk.db.read(lambda conn: log.newest(conn, 1)))[0]
    assert (newest.name, newest.deed, newest.about) == ("Wahyu", Deed.CLOSED, "2026-Q4")


async def test_only_an_admin_of_the_whole_instansi_closes(desk: Desk) -> None:
    chat = await desk.official("officer", "PAJANG", "Sri")
    await chat.types("/tutup 2026-Q4 ya")
    chat.hears("peran Anda")
    assert await desk.db.read(closings.listed) == []


async def test_verify_finds_an_answer_that_was_changed_behind_our_back(desk: Desk) -> None:
    admin = await desk.official("admin", None, "Wahyu")
    await admin.types("/tutup 2026-Q4 ya")
    found = await desk.db.read(lambda conn: closings.verify(conn, QUARTER))
    assert (found.counted, found.late, found.differences) == (6, 0, ())
    changed = """UPDATE response SET answers = replace(answers, '"U1":1', '"U1":4')"""
    await desk.db.write(lambda conn: conn.exec_driver_sql(changed))
    found = await desk.db.read(lambda conn: closings.verify(conn, QUARTER))
    assert {difference.what for difference in found.differences} >= {What.CHANGED}


async def test_a_report_of_a_closed_period_stays_what_was_published(desk: Desk) -> None:
    admin = await desk.official("admin", None, "Wahyu")
    await admin.types("/tutup 2026-Q4 ya")
    desk.time.at = OCTOBER
    for _ in range(3):
        await (await desk.chat().opens(CODE)).answers_all(4)
    desk.time.at = JANUARY
    counted = await desk.db.read(
        lambda conn: tallies.of(conn, "PAJANG", date(2026, 10, 1), date(2027, 1, 1))
    )
    assert sum(tally.n for tally in counted.values()) == 9
    await admin.types("/report pajang 2026-Q4")
    admin.hears("Responden: 6", "Angka yang dibekukan 5 Januari 2027")
    assert "Revisi" not in admin.screen.text  # of fewer than five it would tell who came late


async def test_a_revision_is_told_beside_the_published_figure(desk: Desk) -> None:
    admin = await desk.official("admin", None, "Wahyu")
    await admin.types("/tutup 2026-Q4 ya")
    desk.time.at = OCTOBER
    for _ in range(5):
        await (await desk.chat().opens(CODE)).answers_all(4)
    desk.time.at = JANUARY
    await admin.types("/report pajang 2026-Q4")
    admin.hears("Responden: 6", "Revisi: 5 jawaban menyusul; dengan itu IKM 89,39")
