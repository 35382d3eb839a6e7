"""A citizen's conversation, from the QR code to the receipt, with a real database behind it."""

import sqlite3
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.housekeeping import lapse
from skm.instansi.collector import Mode
from skm.privacy.pseudonym import pseudonym
from skm.store.database.database import StoreError
from skm.store.survey import responses, tallies, tickets, visits
from skm.survey.interview import Disposition
from skm.survey.response import Response
from skm.survey.unsur import Unsur
from tests.tools.chat import CODE, KEY, TICKETED, Chat, Desk, a_desk

TODAY = date(2026, 11, 23)


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with a_desk(database_url) as desk:
        yield desk


async def responden(desk: Desk) -> int:
    found = await desk.db.read(
        lambda conn: tallies.of(conn, "PAJANG", TODAY, TODAY + timedelta(days=9))
    )
    return sum(tally.n for tally in found.values())


async def response_of(chat: Chat) -> Response:
    receipt = chat.screen.choices[0].data.partition(".")[0]
    stored = await chat.desk.db.read(lambda conn: responses.by_id(conn, receipt))
    assert stored is not None
    return stored


# --- the straight way ----------------------------------------------------------------------------


async def test_a_citizen_scans_answers_nine_questions_and_gets_a_receipt(desk: Desk) -> None:
    chat = await desk.chat().opens(CODE)
    chat.hears("Puskesmas Pajang", "Pendaftaran", "Pertanyaan 1 dari 9")
    await chat.answers_all(4)
    await chat.taps("Lewati semua")
    chat.hears("Nomor tanda terima", "lapor.go.id")
    await chat.types("Kursi tunggu kurang")
    await chat.taps("Selesai")
    assert await responden(desk) == 1


async def test_the_response_is_there_as_soon_as_the_ninth_answer_is_given(desk: Desk) -> None:
    chat = await desk.chat().opens(CODE)
    for _ in range(8):
        await chat.taps(chat.labels[2])
    assert await responden(desk) == 0
    await chat.taps(chat.labels[2])
    assert await responden(desk) == 1


async def test_profile_and_comment_are_added_to_the_stored_response(desk: Desk) -> None:
    chat = await (await desk.chat().opens(CODE)).answers_all(2)
    await chat.taps("Perempuan", "Lewati semua")
    await chat.types("Antre terlalu lama")
    stored = await response_of(chat)
    assert (stored.profile["gender"], stored.saran) == ("female", "Antre terlalu lama")
    assert stored.mode is Mode.SELF
    assert await responden(desk) == 1


async def test_changing_an_answer_after_the_ninth_changes_the_figures_and_not_their_number(
    desk: Desk,
) -> None:
    chat = await (await desk.chat().opens(CODE)).answers_all(4)
    await chat.taps("Periksa jawaban", "Persyaratan", "Tidak sesuai")
    chat.hears("1. Persyaratan: Tidak sesuai")
    [tally] = (
        await desk.db.read(lambda conn: tallies.of(conn, "PAJANG", TODAY, date(2026, 11, 24)))
    ).values()
    assert tally.n == 1
    assert tally.counts[Unsur.U1] == (1, 0, 0, 0)


@pytest.mark.parametrize("said", ["4", "empat", "sangat sesuai", "SANGAT SESUAI!", "sangat sesuia"])
async def test_a_typed_reply_counts_by_number_by_label_and_by_a_near_miss(
    desk: Desk, said: str
) -> None:
    chat = await (await desk.chat().opens(CODE)).types(said)
    chat.hears("Pertanyaan 2 dari 9")


@pytest.mark.parametrize("said", ["tidak baik", "ya", "0", "5", "44", "😀", "<b>Sesuai</b> sekali"])
async def test_what_is_not_an_answer_is_asked_again_kindly(desk: Desk, said: str) -> None:
    chat = await (await desk.chat().opens(CODE)).types(said)
    chat.hears("Pertanyaan 1 dari 9")


# --- ways in -------------------------------------------------------------------------------------


async def test_a_bare_start_asks_for_the_code_under_the_qr_and_typing_it_works(desk: Desk) -> None:
    chat = await desk.chat().opens()
    chat.hears("kode")
    await chat.types("halo, kode saya pajang ya")
    chat.hears("Pertanyaan 1 dari 9")


async def test_a_start_that_lost_its_payload_goes_on_where_we_were(desk: Desk) -> None:
    chat = await (await desk.chat().opens(CODE)).answers_one()
    await chat.opens()
    chat.hears("Pertanyaan 2 dari 9")


@pytest.mark.parametrize(
    "typed",
    ["_PAJANG_", "PAJ ANG", "PAJANG.", "PAJ-ANG", "https://survei.surakarta.go.id/s/PAJANG"],
)
@pytest.mark.parametrize("command", ["", "/start "])
async def test_a_code_is_understood_however_it_is_typed(
    desk: Desk, command: str, typed: str
) -> None:
    chat = await desk.chat().types(command + typed)
    chat.hears("Pertanyaan 1 dari 9")


async def test_an_unknown_code_is_answered_with_what_to_do(desk: Desk) -> None:
    chat = await desk.chat().opens("ZZZZ99")
    chat.hears("ZZZZ99")


async def test_scanning_another_desk_leaves_the_first_as_a_break_off(desk: Desk) -> None:
    await desk.db.write(lambda conn: tickets.add(conn, TICKETED, ["AB23"]))
    chat = await (await desk.chat().opens(CODE)).answers_one()
    await chat.opens(f"{TICKETED}-AB23")
    chat.hears("Laboratorium", "Pertanyaan 1 dari 9")
    counts = await desk.db.read(
        lambda conn: visits.break_offs(
            conn, "PAJANG", desk.time.at - timedelta(days=1), desk.time.at + timedelta(days=1)
        )
    )
    assert counts == {"U2": 1}


async def test_the_same_person_is_asked_once_a_day_and_declined_kindly(desk: Desk) -> None:
    chat = await (await desk.chat().opens(CODE)).answers_all()
    await chat.taps("Lewati semua", "Selesai")
    await chat.opens(CODE)
    chat.hears("sudah")
    desk.time.passes(hours=25)
    await chat.opens(CODE)
    chat.hears("Pertanyaan 1 dari 9")


async def test_an_expired_ticket_is_refused_with_what_to_do(desk: Desk) -> None:
    until = desk.time() + timedelta(hours=1)
    await desk.db.write(lambda conn: tickets.add(conn, TICKETED, ["AB23"], until))
    begun = await desk.chat().opens(f"{TICKETED}-AB23")
    desk.time.passes(hours=2)
    late = await desk.chat().opens(f"{TICKETED}-AB23")
    late.hears("lewat masa berlakunya", "karcis baru")
    await begun.answers_all()
    begun.hears("Jawaban Anda sudah kami simpan")


async def test_a_visit_ticket_opens_once_and_is_spent_on_completion(desk: Desk) -> None:
    await desk.db.write(lambda conn: tickets.add(conn, TICKETED, ["AB23"]))
    without = await desk.chat().opens(TICKETED)
    without.hears("karcis")
    wrong = await desk.chat().opens(f"{TICKETED}-ZZ99")
    wrong.hears("karcis")
    first = await desk.chat().opens(f"{TICKETED}-ab23")
    await first.answers_all()
    second = await desk.chat().opens(f"{TICKETED}-AB23")
    second.hears("sudah dipakai")
    assert await responden(desk) == 1


async def test_two_people_on_one_ticket_leave_one_response(desk: Desk) -> None:
    await desk.db.write(lambda conn: tickets.add(conn, TICKETED, ["AB23"]))
    first = await desk.chat().opens(f"{TICKETED}-AB23")
    second = await desk.chat().opens(f"{TICKETED}-AB23")
    await first.answers_all()
    await second.answers_all()
    second.hears("sudah dipakai")
    assert await responden(desk) == 1


async def test_an_assisted_interview_says_so_in_its_response(desk: Desk) -> None:
    chat = await desk.chat(channel="web", assisted=True).opens(CODE)
    await chat.answers_all()
    stored = await response_of(chat)
    assert stored.mode is Mode.ASSISTED


# --- leaving, resuming, expiring -----------------------------------------------------------------


async def test_a_citizen_resumes_after_two_days_where_she_was(desk: Desk) -> None:
    chat = await (await desk.chat().opens(CODE)).taps("Sesuai", "Mudah")
    desk.time.passes(days=2)
    await chat.types("halo?")
    chat.hears("Pertanyaan 3 dari 9")


async def test_an_abandoned_interview_expires_and_a_new_one_begins(
    desk: Desk,
) -> None:
    chat = await (await desk.chat().opens(CODE)).taps("Sesuai")
    desk.time.passes(days=4)
    await chat.taps_old("Mudah", 0)
    chat.hears("Survei Anda sebelumnya sudah berakhir", "kode QR")
    await chat.taps_old("Mudah", 1)
    chat.hears("Survei Anda sebelumnya sudah berakhir")
    await chat.opens(CODE)
    chat.hears("Pertanyaan 1 dari 9")


async def test_who_comes_back_too_late_to_what_they_stopped_is_not_offered_to_go_on(
    desk: Desk,
) -> None:
    chat = await (await desk.chat().opens(CODE)).taps("Sesuai", "Berhenti")
    desk.time.passes(days=4)
    assert await lapse(desk.inbox) == 1
    await chat.taps("Lanjutkan")
    chat.hears("Survei Anda sebelumnya sudah berakhir")
    assert chat.labels == []


async def test_a_survey_that_was_left_for_another_desks_leads_back_to_that_one(desk: Desk) -> None:
    await desk.db.write(lambda conn: tickets.add(conn, TICKETED, ["AB23"]))
    chat = await (await desk.chat().opens(CODE)).taps("Sesuai", "Berhenti")
    await chat.opens(f"{TICKETED}-AB23")
    await chat.taps_old("Lanjutkan", 1)
    chat.hears("Laboratorium", "Pertanyaan 1 dari 9")


async def test_who_answered_all_nine_and_comes_back_late_finds_the_receipt(desk: Desk) -> None:
    chat = await (await desk.chat().opens(CODE)).answers_all()
    desk.time.passes(days=4)
    await chat.taps("Lewati semua")
    chat.hears("Survei selesai", "Nomor")


async def test_stop_and_resume(desk: Desk) -> None:
    chat = await (await desk.chat().opens(CODE)).taps("Sesuai", "Berhenti")
    assert chat.labels == ["Lanjutkan"]
    await chat.taps("Lanjutkan")
    chat.hears("Pertanyaan 2 dari 9")
    await chat.types("/berhenti")
    assert chat.labels == ["Lanjutkan"]


async def test_leaving_the_languages_twice_does_not_reopen_what_was_stopped(desk: Desk) -> None:
    chat = await (await desk.chat().opens(CODE)).taps("Sesuai", "Berhenti")
    await (await chat.types("/bahasa")).taps("Kembali")
    await chat.taps_old("Kembali", 1)
    assert chat.labels == ["Lanjutkan"]


async def test_going_on_goes_on_though_the_languages_were_asked_for_since(desk: Desk) -> None:
    chat = await (await desk.chat().opens(CODE)).taps("Sesuai", "Berhenti")
    await (await chat.types("/bahasa")).taps_old("Lanjutkan", 1)
    chat.hears("Pertanyaan 2 dari 9")


async def test_nothing_of_the_person_is_left_when_the_interview_closes(desk: Desk) -> None:
    chat = await (await desk.chat(user="62811").opens(CODE)).answers_all()
    await chat.taps("Lewati semua")
    receipt = chat.screen.choices[0].data.partition(".")[0]
    await chat.taps("Selesai")
    visit = await desk.db.read(lambda conn: visits.by_id(conn, receipt))
    assert visit is not None
    assert (visit.closed_at, dict(visit.interview.answers)) == (desk.time(), {})
    assert visit.interview.ended is Disposition.COMPLETE


# --- commands ------------------------------------------------------------------------------------


async def test_hapus_asks_once_and_deletes_what_the_citizen_gave(desk: Desk) -> None:
    chat = await (await desk.chat(user="7").opens(CODE)).answers_all()
    await chat.types("/hapus")
    assert await responden(desk) == 1
    await chat.taps("Ya, hapus")
    assert await responden(desk) == 0
    who = pseudonym(KEY, "telegram", "7")
    assert await desk.db.read(lambda conn: visits.open_of(conn, who)) is None
    await chat.types("hapus")
    await chat.taps("Ya, hapus")
    chat.hears("Tidak ada jawaban")


async def test_bahasa_changes_the_language_and_keeps_the_place(desk: Desk) -> None:
    chat = await (await desk.chat().opens(CODE)).taps("Sesuai")
    await chat.types("/bahasa")
    await chat.taps("English")
    chat.hears("Question 2 of 9")


async def test_bahasa_without_an_interview_answers_in_the_chosen_language(desk: Desk) -> None:
    chat = await desk.chat().types("/bahasa")
    await chat.taps("English")
    chat.hears("code")


async def test_bantuan_says_what_one_may_do(desk: Desk) -> None:
    chat = await desk.chat().types("/bantuan")
    chat.hears("/hapus", "/bahasa")


# --- bad input -----------------------------------------------------------------------------------


async def test_a_redelivered_answer_counts_once_and_shows_where_we_are(desk: Desk) -> None:
    chat = await (await desk.chat().opens(CODE)).types("3")
    await chat.is_redelivered()
    chat.hears("Pertanyaan 2 dari 9")


async def test_a_redelivery_costs_no_message_where_messages_cost_money(desk: Desk) -> None:
    chat = await (await desk.chat(channel="whatsapp").opens(CODE)).types("3")
    heard = len(chat.screens)
    await chat.is_redelivered()
    assert len(chat.screens) == heard


async def test_a_user_cannot_answer_in_another_users_interview(desk: Desk) -> None:
    victim = await desk.chat().opens(CODE)
    receipt = victim.screen.choices[0].data.partition(".")[0]
    thief = await desk.chat().forges(f"{receipt}.a:U1:1")
    thief.hears("kode")
    await victim.opens(CODE)
    victim.hears("Pertanyaan 1 dari 9")


@pytest.mark.parametrize(
    "data", ["", ".", "x", "....", "K.a:U1:4", "-.lang:zz", "/hapus", "/nonsense", "💥" * 16]
)
async def test_a_forged_button_gets_a_friendly_answer(desk: Desk, data: str) -> None:
    chat = await desk.chat().forges(data)
    assert chat.screen.text


async def test_a_photo_is_answered_with_what_we_can_read_and_where_we_are(desk: Desk) -> None:
    chat = await (await desk.chat().opens(CODE)).sends_a_photo()
    chat.hears("Pertanyaan 1 dari 9")
    stranger = await desk.chat().sends_a_photo(b"a picture", "PAJANG")
    assert stranger.screen.text
    assert desk.loaded == []


async def test_in_a_group_only_a_command_is_answered_and_only_with_a_hint(desk: Desk) -> None:
    group = desk.chat(private=False)
    await group.types("selamat pagi semuanya")
    group.hears_nothing()
    await group.opens(CODE)
    assert group.labels == []


@pytest.mark.parametrize(
    "saran",
    ["x" * 4096, "مرحبا بكم", "😀👍🏽", '<b>tebal</b> & "kutip"', "'; DROP TABLE response;--"],
)
async def test_any_comment_is_kept_as_it_was_written(desk: Desk, saran: str) -> None:
    chat = await (await desk.chat().opens(CODE)).answers_all()
    await chat.taps("Lewati semua")
    await chat.types(saran)
    stored = await response_of(chat)
    assert stored.saran == saran[:2000]


async def test_while_the_store_fails_users_get_an_apology_at_intervals(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        chat = await desk.chat(language="en").opens(CODE)
        other, group = desk.chat(), desk.chat(private=False)
        await desk.db.write(lambda conn: conn.exec_driver_sql("PRAGMA busy_timeout=1"))
        jam = sqlite3.connect(tmp_path / "skm.db", isolation_level=None)
        jam.execute("BEGIN IMMEDIATE")
        button = chat.screen.choices[2].data
        for _ in range(3):
            with pytest.raises(StoreError):
                await chat.forges(button)
        assert len(chat.screens) == 2
        chat.hears("our system has a problem")
        with pytest.raises(StoreError):
            await other.opens(CODE)
        other.hears("sistem kami sedang terganggu")
        await group.types("/report")  # what a group hears needs no store
        group.hears("silakan kirim pesan pribadi")
        desk.time.passes(minutes=11)
        with pytest.raises(StoreError):
            await other.opens(CODE)
        assert len(other.screens) == 2
        jam.execute("ROLLBACK")
        jam.close()
        await other.is_redelivered()
        other.hears("1 dari 9")
