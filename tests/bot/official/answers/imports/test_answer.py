"""An official sends a file to the bot, reads what would be stored, and decides."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from skm.store.survey import responses
from tests.tools.chat import Chat, Desk, a_desk
from tests.tools.intake import CODES, answers, table
from tests.tools.officials_city import settle

CASES = Path(__file__).parents[4] / "intake_cases"
HEADER = f"upp,tanggal,{CODES}"


def line(upp: str = "PAJANG", nilai: int = 3) -> str:
    return f"{upp},2026-11-20,{answers(nilai)}"


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with a_desk(database_url) as desk:
        await settle(desk)
        yield desk


@pytest.fixture
async def officer(desk: Desk) -> Chat:
    return await desk.official("officer", "PAJANG")


async def people(desk: Desk) -> int:
    return await desk.db.read(responses.count)


async def test_nothing_is_stored_before_the_preview_was_accepted(desk: Desk, officer: Chat) -> None:
    before = await people(desk)
    await officer.sends_a_file(table(HEADER, line(), line(nilai=4)))
    officer.hears("Pratinjau rekap.csv", "2 baris: 2 dapat disimpan", "IKM", "87,50")
    assert officer.labels == ["Simpan", "Batal"]
    assert await people(desk) == before
    await officer.taps("Simpan")
    officer.hears("Kiriman 1: 2 jawaban tersimpan, 0 baris tidak.")
    assert await people(desk) == before + 2


async def test_a_file_can_be_put_aside(desk: Desk, officer: Chat) -> None:
    await officer.sends_a_file(table(HEADER, line()))
    await officer.taps("Batal")
    officer.hears("Tidak ada yang disimpan.")
    await officer.types("/impor simpan")
    officer.hears("Tidak ada berkas yang menunggu.")


async def test_a_batch_is_taken_back_after_asking_once(desk: Desk, officer: Chat) -> None:
    before = await people(desk)
    await officer.sends_a_file(table(HEADER, line()))
    await officer.taps("Simpan")
    await officer.taps("Ambil kembali")
    officer.hears("Ambil kembali kiriman 1 (rekap.csv)?")
    assert await people(desk) == before + 1
    await officer.taps("Ya, ambil kembali")
    officer.hears("Kiriman 1 (rekap.csv) sudah diambil kembali.")
    assert await people(desk) == before


async def test_an_officer_brings_in_and_takes_back_only_what_is_theirs(
    desk: Desk, officer: Chat
) -> None:
    await officer.sends_a_file(table(HEADER, line(), line("DUKCAPIL")))
    officer.hears("unit DUKCAPIL bukan unit Anda")
    assert officer.labels == ["Simpan yang terbaca", "Batal"]
    admin = await desk.official("admin")
    await admin.sends_a_file(table(HEADER, line("DUKCAPIL")), "lain.csv")
    await admin.taps("Simpan")
    await officer.types("/impor kembali 1")
    officer.hears("Kiriman 1 bukan dari unit Anda.")
    await officer.types("/impor")
    assert "lain.csv" not in officer.screen.text
    await admin.types("/impor")
    admin.hears("1. lain.csv: 1 jawaban")


async def test_a_viewer_and_a_citizen_bring_nothing_in(desk: Desk) -> None:
    viewer = await desk.official("viewer", "PAJANG")
    await viewer.sends_a_file(table(HEADER, line()))
    viewer.hears("peran Anda tidak mencakup permintaan ini")
    citizen = desk.chat()
    await citizen.sends_a_file(table(HEADER, line()))
    citizen.hears("Maaf")
    assert desk.loaded == []


async def test_what_is_unclear_is_asked_and_answered_in_the_chat(desk: Desk, officer: Chat) -> None:
    before = await people(desk)
    await officer.sends_a_file((CASES / "14-title-rows.csv").read_bytes(), "formulir.csv")
    officer.hears("9 pertanyaan hanya diberi nomor", "/impor tanggal 24/11/2026")
    assert "Tidak ada kolom unit" not in officer.screen.text  # it is the officer's own
    assert officer.labels == ["Urutan formulir", "Urutan unsur", "Batal"]
    await officer.taps("Urutan formulir")
    await officer.types("/impor tanggal 20/11/2026")
    officer.hears("2 baris: 2 dapat disimpan", "88,89")
    await officer.taps("Simpan")
    assert await people(desk) == before + 2


async def test_a_scale_is_named_and_words_that_decide_nothing_are_said(officer: Chat) -> None:
    await officer.sends_a_file(table(HEADER, line(nilai=5), line(nilai=4)))
    officer.hears("SKM memakai skala 1 sampai 4")
    await officer.types("/impor skala sembarang")
    officer.hears("“sembarang” tidak dimengerti.")
    await officer.types("/impor skala 1=1,2=1,3=2,4=3,5=4")
    officer.hears("87,50")
    assert officer.labels == ["Simpan", "Batal"]


async def test_rows_like_earlier_ones_are_kept_or_left_out_as_the_officer_says(
    desk: Desk, officer: Chat
) -> None:
    before = await people(desk)
    await officer.sends_a_file(table(HEADER, line(), line()))
    await officer.taps("Simpan")
    await officer.sends_a_file(table(HEADER, line(), line(nilai=4)), "dua.csv")
    officer.hears("1 baris sama isinya dengan baris kiriman 1")
    await officer.taps("Simpan tanpa kembar")
    officer.hears("Kiriman 2: 1 jawaban tersimpan, 1 baris tidak.")
    assert await people(desk) == before + 3


async def test_the_same_file_is_stored_again_only_knowingly(desk: Desk, officer: Chat) -> None:
    content = table(HEADER, line())
    await officer.sends_a_file(content)
    await officer.taps("Simpan")
    await officer.sends_a_file(content, "lagi.csv")
    officer.hears("sudah ada sebagai kiriman 1")
    assert officer.labels == ["Tetap simpan", "Batal"]


async def test_a_unit_that_is_only_nearly_named_is_proposed(desk: Desk, officer: Chat) -> None:
    before = await people(desk)
    await officer.sends_a_file(table(HEADER, line("Puskesmas Pajangg"), line()))
    officer.hears("“Puskesmas Pajangg” bukan kode atau nama unit")
    await officer.taps("Puskesmas Pajangg = PAJANG")
    officer.hears("2 baris: 2 dapat disimpan")
    await officer.taps("Simpan")
    assert await people(desk) == before + 2
    await officer.sends_a_file(table(HEADER, line("Puskesmas Pajangg", 1)), "lagi.csv")
    officer.hears("seperti pada kiriman 1", "1 baris: 1 dapat disimpan")


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"%PDF-1.7", "Berkas ini PDF, bukan tabel"), (b"", "tidak dapat diambil")],
)
async def test_a_file_that_is_no_table_is_named(officer: Chat, content: bytes, said: str) -> None:
    await officer.sends_a_file(content)
    officer.hears(said)


async def test_a_decision_lapses_after_an_hour(desk: Desk, officer: Chat) -> None:
    await officer.sends_a_file(table(HEADER, line()))
    desk.time.passes(hours=1)
    await officer.taps("Simpan")
    officer.hears("Tidak ada berkas yang menunggu.")


async def test_a_press_that_is_delivered_twice_stores_once(desk: Desk, officer: Chat) -> None:
    before = await people(desk)
    await officer.sends_a_file(table(HEADER, line()))
    await officer.taps("Simpan")
    await officer.is_redelivered()
    assert await people(desk) == before + 1
