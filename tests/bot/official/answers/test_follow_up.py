"""Following up the weakest unsur, and closing a period, as conversations."""

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.message import LARGEST, SentPhoto
from skm.closing.verification import Mismatch
from skm.follow_up.tindak_lanjut import Plan, TindakLanjut
from skm.instansi.official import AuditEvent
from skm.instansi.period import Period
from skm.instansi.upp import Upp
from skm.store.officials import audit_log, officials
from skm.store.periods import closings, dossiers, follow_ups
from skm.store.schema.periods import photo
from skm.store.survey import tallies, upps
from tests.tools.chat import CODE, Chat, Desk, a_desk
from tests.tools.officials_city import settle
from tests.tools.pictured import huge, jpeg, png

OCTOBER = datetime(2026, 10, 20, 3, 0, tzinfo=UTC)
JANUARY = datetime(2027, 1, 5, 3, 0, tzinfo=UTC)
QUARTER = Period.parse("2026-Q4")


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    """The fourth quarter of 2026 is over; six people answered in it."""
    async with a_desk(database_url) as desk:
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
    chat.hears("Terlaksana 0%", "1. Persyaratan: belum direncanakan")
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
    chat.hears("Terlaksana 33,33% (1 dari 3)")


async def test_a_plan_that_is_too_long_is_asked_for_again_and_not_cut(desk: Desk) -> None:
    chat = await desk.official("officer", "PAJANG", "Sri")
    await chat.types("/tl")
    await chat.taps("Persyaratan", "Tulis rencana")
    await chat.types("Memasang daftar syarat di loket. " * 20)
    chat.hears("Teksnya 659 huruf; paling panjang 400.", "Apa yang akan dilakukan")
    await chat.types("Memasang daftar syarat di loket")
    await chat.taps("31 Maret 2027")
    await chat.types("Kepala seksi " * 40)
    chat.hears("paling panjang 400", "Siapa penanggung jawab")
    await chat.taps("Sri")
    chat.hears("Tersimpan", "Rencana: Memasang daftar syarat di loket (penanggung jawab Sri")


async def test_a_caption_that_is_too_long_shows_that_it_was_cut(desk: Desk) -> None:
    chat = await (await planned(desk)).taps("Tandai selesai")
    await chat.sends_a_photo(jpeg(), "Daftar terpasang. " * 40)
    assert "terpasang. Daf…" in chat.screen.text


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


async def close(admin: Chat) -> None:
    await admin.types("/tutup 2026-Q4 semua jawaban dari uji coba")
    await admin.taps("Ya, tutup")


async def test_an_admin_closes_a_quarter_after_confirming(desk: Desk) -> None:
    chat = await desk.official("admin", None, "Wahyu")
    await chat.types("/tutup 2027-Q1")
    chat.hears("belum berakhir")
    await chat.types("/tutup triwulan lalu semua jawaban dari uji coba")
    chat.hears("dibekukan", "6 responden; IKM rata-rata 1 UPP", "IKM semua responden 80,56")
    assert await desk.db.read(closings.listed) == []
    await chat.taps("Ya, tutup")
    assert chat.screen.text.startswith("Triwulan IV 2026 ditutup 5 Januari 2027. ")
    await chat.types("/tutup 2026-Q4 ya")
    assert chat.screen.text == "Triwulan IV 2026 sudah ditutup."
    await chat.types("/tutup 2026-Q4")
    chat.hears("sudah ditutup")
    assert chat.labels == []


async def test_a_period_without_answers_is_not_even_offered(desk: Desk) -> None:
    chat = await (await desk.official("admin")).types("/tutup 2026-Q2")
    chat.hears("Tidak ada responden")
    assert chat.labels == []


async def test_the_log_says_who_closed_what(desk: Desk) -> None:
    await close(await desk.official("admin", None, "Wahyu"))
    newest = (await desk.db.read(lambda conn: audit_log.newest(conn, 1)))[0]
    about = "2026-Q4 flagged 6: semua jawaban dari uji coba"
    assert (newest.name, newest.event, newest.about) == ("Wahyu", AuditEvent.CLOSED, about)


async def test_only_an_admin_of_the_whole_instansi_closes(desk: Desk) -> None:
    chat = await desk.official("officer", "PAJANG", "Sri")
    await chat.types("/tutup 2026-Q4 ya")
    chat.hears("peran Anda")
    assert await desk.db.read(closings.listed) == []


async def test_verify_finds_an_answer_that_was_changed_behind_our_back(desk: Desk) -> None:
    admin = await desk.official("admin", None, "Wahyu")
    await close(admin)
    found = await desk.db.read(lambda conn: closings.verify(conn, QUARTER))
    assert (found.counted, found.late, found.differences) == (6, 0, ())
    changed = """UPDATE response SET answers = replace(answers, '"U1":1', '"U1":4')"""
    await desk.db.write(lambda conn: conn.exec_driver_sql(changed))
    found = await desk.db.read(lambda conn: closings.verify(conn, QUARTER))
    assert {difference.mismatch for difference in found.differences} >= {Mismatch.CHANGED}


async def test_a_report_of_a_closed_period_stays_what_was_published(desk: Desk) -> None:
    admin = await desk.official("admin", None, "Wahyu")
    await close(admin)
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
    await close(admin)
    desk.time.at = OCTOBER
    for _ in range(5):
        await (await desk.chat().opens(CODE)).answers_all(4)
    desk.time.at = JANUARY
    await admin.types("/report pajang 2026-Q4")
    admin.hears("Responden: 6", "Revisi: sedikitnya 5 jawaban menyusul; dengan itu IKM sekitar 89")


# --- photos --------------------------------------------------------------------------------------


async def planned(desk: Desk) -> Chat:
    """Sri has planned what to do about persyaratan."""
    chat = await desk.official("officer", "PAJANG", "Sri")
    await chat.types("/tl")
    await chat.taps("Persyaratan", "Tulis rencana")
    await chat.types("Memasang daftar syarat di loket")
    return await chat.taps("31 Maret 2027", "Sri")


async def item(desk: Desk) -> TindakLanjut:
    """What is stored about persyaratan."""

    async def read(conn: AsyncConnection) -> TindakLanjut:
        unit = await upps.by_code(conn, "PAJANG")
        assert unit is not None
        return (await follow_ups.of(conn, unit, QUARTER))[0]

    return await desk.db.read(read)


async def photos_kept(desk: Desk) -> int:
    count = await desk.db.read(lambda conn: conn.scalar(select(func.count()).select_from(photo)))
    return int(count or 0)


async def test_a_photo_with_its_caption_shows_what_was_done(desk: Desk) -> None:
    chat = await (await planned(desk)).taps("Tandai selesai")
    chat.hears("Warga dapat membaca dan melihatnya di halaman hasil")
    await chat.sends_a_photo(jpeg(3000, 2000), "Daftar terpasang di tiga loket")
    chat.hears("Tersimpan.", "selesai", "Daftar terpasang di tiga loket")
    shown = chat.screen.attachment
    assert shown is not None
    assert shown.media_type == "image/jpeg"
    assert Image.open(io.BytesIO(shown.content)).size == (1600, 1067)
    await chat.types(CODE)
    chat.hears("Pertanyaan 1 dari 9")


async def test_a_note_is_stored_at_once_and_a_photo_may_follow(desk: Desk) -> None:
    chat = await (await planned(desk)).taps("Tandai selesai")
    await chat.types("Daftar terpasang")
    chat.hears("Tersimpan.", "kirim juga satu foto", "selesai")
    await chat.sends_a_photo(jpeg())
    chat.hears("Tersimpan.", "Daftar terpasang")
    assert chat.screen.attachment is not None
    found = (await item(desk)).done
    assert found is not None
    assert found.photo is not None
    assert found.note == "Daftar terpasang"


async def test_nobody_has_to_send_a_photo(desk: Desk) -> None:
    chat = await (await planned(desk)).taps("Tandai selesai")
    await chat.types("Daftar terpasang")
    await chat.taps("Cukup begitu")
    chat.hears("Dilakukan 5 Januari 2027: Daftar terpasang")
    await chat.sends_a_photo(jpeg())
    assert desk.loaded == []
    assert await photos_kept(desk) == 0


async def test_what_is_typed_while_only_a_photo_is_awaited_is_something_else(desk: Desk) -> None:
    chat = await (await planned(desk)).taps("Tandai selesai")
    await chat.types("Daftar terpasang")
    await chat.types(CODE)
    chat.hears("Pertanyaan 1 dari 9")
    found = (await item(desk)).done
    assert found is not None
    assert found.note == "Daftar terpasang"


async def test_a_photo_without_a_word_is_stored_and_a_sentence_asked_for(desk: Desk) -> None:
    chat = await (await planned(desk)).taps("Tandai selesai")
    await chat.sends_a_photo(png())
    chat.hears("Foto tersimpan. Ketik satu kalimat", "lihat foto")
    assert chat.screen.attachment is not None
    await chat.types("Daftar syarat di loket 1")
    chat.hears("Tersimpan.", "Daftar syarat di loket 1")
    assert chat.screen.attachment is not None


@pytest.mark.parametrize(
    ("content", "size", "said"),
    [
        (b"%PDF-1.7", 0, "bukan foto"),
        (jpeg(), LARGEST + 1, "terlalu besar"),
        (bytes(LARGEST + 1), 1, "terlalu besar"),
        (b"", 9, "kirim sekali lagi"),
        (huge(), 0, "terlalu banyak titik"),
    ],
    ids=["a document", "its size is given", "many bytes", "nothing", "many pixels"],
)
async def test_what_is_no_photo_is_said_and_asked_for_again(
    desk: Desk, content: bytes, size: int, said: str
) -> None:
    chat = await (await planned(desk)).taps("Tandai selesai")
    await chat.sends_a_photo(content, "Sudah", size=size)
    chat.hears(said, "Apa yang sudah dilakukan")
    assert (await item(desk)).done is None
    await chat.sends_a_photo(jpeg(), "Sudah")
    chat.hears("Tersimpan.")


async def test_a_sticker_is_no_photo(desk: Desk) -> None:
    chat = await (await planned(desk)).taps("Tandai selesai")
    await chat.sends_a_sticker()
    chat.hears("bukan foto")


async def test_one_that_is_known_to_be_too_large_is_not_even_loaded(desk: Desk) -> None:
    chat = await (await planned(desk)).taps("Tandai selesai")
    await chat.sends_a_photo(jpeg(), size=LARGEST + 1)
    assert desk.loaded == []


async def test_an_officers_photo_that_nobody_asked_for_is_not_loaded(desk: Desk) -> None:
    chat = await planned(desk)
    await chat.sends_a_photo(jpeg(), "Sudah")
    assert desk.loaded == []
    assert (await item(desk)).done is None


async def test_a_photo_that_comes_an_hour_late_is_not_loaded(desk: Desk) -> None:
    chat = await (await planned(desk)).taps("Tandai selesai")
    desk.time.passes(hours=1, minutes=1)
    await chat.sends_a_photo(jpeg(), "Sudah")
    assert desk.loaded == []
    assert (await item(desk)).done is None


async def test_the_same_photo_delivered_twice_is_stored_once(desk: Desk) -> None:
    chat = await (await planned(desk)).taps("Tandai selesai")
    await chat.sends_a_photo(jpeg(), "Sudah")
    await chat.is_redelivered()
    assert await photos_kept(desk) == 1
    assert len(desk.loaded) == 1


ONE_PHOTO = "Tiap tindak lanjut menyimpan satu foto saja"


@pytest.mark.parametrize("note", ["Daftar terpasang", ""], ids=["with words", "without a word"])
async def test_of_an_album_the_first_is_kept_and_that_is_said_once(desk: Desk, note: str) -> None:
    chat = await (await planned(desk)).taps("Tandai selesai")
    await chat.sends_a_photo(jpeg(), note, album="album 7")
    kept, screens = (await item(desk)).done, len(chat.screens)
    for _ in range(2):
        await chat.sends_a_photo(png(), album="album 7")
    assert len(chat.screens) == screens + 1
    chat.hears(ONE_PHOTO)
    assert kept is not None
    assert (await item(desk)).done == kept
    assert (len(desk.loaded), await photos_kept(desk)) == (1, 1)


async def test_of_an_album_the_first_that_can_be_read_is_kept(desk: Desk) -> None:
    chat = await (await planned(desk)).taps("Tandai selesai")
    await chat.sends_a_photo(b"%PDF-1.7", "Sudah", album="album 7")
    chat.hears("bukan foto")
    await chat.sends_a_photo(jpeg(), "Sudah", album="album 7")
    chat.hears("Tersimpan.")


@pytest.mark.parametrize("note", ["Sudah", ""], ids=["with words", "without a word"])
async def test_of_photos_that_come_one_by_one_the_first_is_kept_and_that_is_said_of_each(
    desk: Desk, note: str
) -> None:
    chat = await (await planned(desk)).taps("Tandai selesai")
    await chat.sends_a_photo(jpeg(), note)
    chat.hears("ersimpan.")
    kept = (await item(desk)).done
    for _ in range(2):
        await chat.sends_a_photo(png(), note)
        chat.hears(ONE_PHOTO)
    assert (await item(desk)).done == kept
    assert (len(desk.loaded), await photos_kept(desk)) == (1, 1)
    if not note:
        await chat.types("Daftar terpasang")
        chat.hears("Tersimpan.", "Daftar terpasang")


async def test_words_that_come_with_a_further_photo_belong_to_the_first(desk: Desk) -> None:
    chat = await (await planned(desk)).taps("Tandai selesai")
    await chat.sends_a_photo(jpeg())
    before = (await item(desk)).done
    await chat.sends_a_photo(png(), "Daftar terpasang")
    chat.hears(ONE_PHOTO, "Daftar terpasang")
    assert before is not None
    assert (await item(desk)).done == replace(before, note="Daftar terpasang")
    assert len(desk.loaded) == 1


async def test_a_photo_that_another_server_took_meanwhile_is_not_replaced(desk: Desk) -> None:
    """Both were sent at once, and this one was being loaded when the other was stored."""
    chat = await (await planned(desk)).taps("Tandai selesai")
    other = replace(chat)

    async def slowly(channel: str, photo: SentPhoto) -> bytes:
        await other.sends_a_photo(jpeg())
        return await desk.load(channel, photo)

    chat.desk = desk.answering_with(load=slowly)
    await chat.sends_a_photo(png())
    chat.hears(ONE_PHOTO)
    assert await photos_kept(desk) == 1


async def test_who_writes_a_plan_or_may_not_is_asked_for_no_photo(desk: Desk) -> None:
    planning = await (await planned(desk)).taps("Ubah rencana")
    viewer = await desk.official("viewer", "PAJANG", "Tono")
    for chat in (planning, viewer):
        await chat.sends_a_photo(jpeg())
        chat.hears("hanya bisa menerima pilihan tombol dan teks")


async def test_a_citizen_is_told_once_that_an_album_is_not_read(desk: Desk) -> None:
    chat = await desk.chat().opens(CODE)
    before = len(chat.screens)
    for _ in range(3):
        await chat.sends_a_photo(jpeg(), album="album 7")
    assert len(chat.screens) == before + 1
    chat.hears("hanya bisa menerima pilihan tombol dan teks", "Pertanyaan 1 dari 9")


async def test_somebody_who_was_removed_meanwhile_stores_no_photo(desk: Desk) -> None:
    chat = await (await planned(desk)).taps("Tandai selesai")
    [sri] = await desk.db.read(officials.listed)
    await desk.db.write(lambda conn: officials.remove(conn, sri.id, desk.time()))
    await chat.sends_a_photo(jpeg(), "Sudah")
    assert desk.loaded == []
    assert (await item(desk)).done is None


async def test_opening_it_again_keeps_note_and_photo_and_can_be_taken_back(desk: Desk) -> None:
    chat = await (await planned(desk)).taps("Tandai selesai")
    await chat.sends_a_photo(jpeg(), "Sudah")
    await chat.taps("Buka kembali")
    chat.hears("direncanakan", "Laporan sebelum dibuka kembali, 5 Januari 2027: Sudah")
    assert chat.screen.attachment is None
    assert await photos_kept(desk) == 1
    await chat.taps("Kembalikan laporan")
    chat.hears("selesai", "Sudah")
    assert chat.screen.attachment is not None
    desk.time.passes(days=1)
    await chat.taps("Buka kembali", "Tandai selesai")
    await chat.types("Sudah benar-benar")
    chat.hears("Dilakukan 6 Januari 2027: Sudah benar-benar")
    assert chat.screen.attachment is not None
    assert await photos_kept(desk) == 1


async def test_another_photo_may_be_sent_later_and_replaces_the_first(desk: Desk) -> None:
    chat = await (await planned(desk)).taps("Tandai selesai")
    await chat.sends_a_photo(jpeg(), "Sudah")
    await chat.taps("Ganti foto")
    chat.hears("Kirim satu foto")
    await chat.sends_a_photo(png(200, 100))
    chat.hears("Tersimpan.", "Sudah")
    assert chat.screen.attachment is not None
    assert Image.open(io.BytesIO(chat.screen.attachment.content)).size == (200, 100)
    assert await photos_kept(desk) == 1


async def test_a_photo_without_a_word_is_replaced_as_well_by_whoever_asks_for_it(
    desk: Desk,
) -> None:
    chat = await (await planned(desk)).taps("Tandai selesai")
    await chat.sends_a_photo(jpeg())
    await chat.taps("Cukup begitu", "Ganti foto")
    await chat.sends_a_photo(png(200, 100))
    chat.hears("Foto tersimpan.")
    assert chat.screen.attachment is not None
    assert Image.open(io.BytesIO(chat.screen.attachment.content)).size == (200, 100)
    assert await photos_kept(desk) == 1


async def test_a_long_plan_and_a_long_note_still_fit_beside_the_photo(desk: Desk) -> None:
    chat = await desk.official("officer", "PAJANG", "Sri")
    await chat.types("/tl")
    await chat.taps("Persyaratan", "Tulis rencana")
    await chat.types("Memasang daftar syarat " * 17)
    await chat.taps("31 Maret 2027")
    await chat.types("Kepala Subbagian Umum " * 18)
    await chat.taps("Tandai selesai")
    await chat.sends_a_photo(jpeg(), "Sudah dipasang di loket " * 20)
    picture, told = chat.screens[-2:]
    assert picture.attachment is not None
    assert picture.text == ""
    assert told.attachment is None
    assert "Sudah dipasang di loket" in told.text


async def test_the_log_says_who_marked_what_as_done(desk: Desk) -> None:
    chat = await (await planned(desk)).taps("Tandai selesai")
    await chat.sends_a_photo(jpeg(), "Sudah")
    newest = (await desk.db.read(lambda conn: audit_log.newest(conn, 1)))[0]
    plan = "Memasang daftar syarat di loket, 2027-03-31, Sri"
    assert (newest.name, newest.event, newest.about) == (
        "Sri",
        AuditEvent.FOLLOW_UP,
        f"PAJANG 2026-Q4 U1 selesai: {plan} → {plan}; 2027-01-05: Sudah",
    )


# --- what came of it, in the next period ---------------------------------------------------------


async def test_the_next_report_says_what_share_was_realised(desk: Desk) -> None:
    chat = await (await planned(desk)).taps("Tandai selesai")
    await chat.types("Daftar terpasang")
    await chat.types("/report 2027-Q1")
    chat.hears("Tindak lanjut triwulan IV 2026: Terlaksana 33,33% (1 dari 3)")
    admin = await desk.official("admin", None, "Wahyu")
    await admin.types("/report kota 2027-Q1")
    admin.hears("Tindak lanjut triwulan IV 2026: 100%: 0 unit; 66,67%: 0 unit; 33,33%: 1 unit")


async def test_the_report_of_a_month_or_week_in_between_says_it_too(desk: Desk) -> None:
    chat = await planned(desk)
    desk.time.at = JANUARY.replace(day=19)
    for period in ("2027-01", "2027-W02"):
        await chat.types(f"/report {period}")
        chat.hears("Tindak lanjut triwulan IV 2026: Terlaksana 0% (0 dari 3)")


async def test_where_nothing_was_planned_the_report_is_silent_about_it(desk: Desk) -> None:
    chat = await desk.official("officer", "PAJANG", "Sri")
    await chat.types("/report 2027-Q1")
    assert "Tindak lanjut" not in chat.screen.text


async def test_the_report_and_tindaklanjut_kota_count_the_same(database_url: str) -> None:
    async with a_desk(database_url) as desk:
        await settle(desk)
        desk.time.at = JANUARY
        unit = Upp("PAJANG", "Puskesmas Pajang")

        async def plan(conn: AsyncConnection) -> None:
            first = (await follow_ups.of(conn, unit, QUARTER))[0]
            made = Plan("Tambah loket", date(2027, 3, 31), "Bu Sri")
            await follow_ups.put(conn, unit, first.planned(made, date(2027, 1, 5)))

        await desk.db.write(plan)
        admin = await desk.official("admin", None, "Wahyu")
        await admin.types("/tl kota 2026-Q4")
        admin.hears("Unit dengan tindak lanjut: 5", "100%: 0 unit", "\n0%: 5 unit")
        await admin.types("/report kota 2027-Q1")
        admin.hears("100%: 0 unit; 66,67%: 0 unit; 33,33%: 0 unit; 0%: 5 unit")
        part = (await desk.db.read(lambda conn: dossiers.of_city(conn, QUARTER))).parts[0]
        assert list(part.realised_counts.values()) == [0, 0, 0, 5]
