"""Officials in conversation: invited, asking, refused, removed."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from skm.instansi.official import AuditEvent
from skm.instansi.upp import Upp
from skm.privacy.pseudonym import pseudonym
from skm.store.officials import audit_log, officials
from skm.store.survey import upps
from tests.tools.chat import CODE, KEY, Chat, Desk, a_desk
from tests.tools.officials_city import settle

REFUSED = "peran Anda tidak mencakup"


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with a_desk(database_url) as desk:
        await settle(desk)
        yield desk


async def logged(desk: Desk) -> list[tuple[AuditEvent, str]]:
    """The audit log, oldest first."""
    entries = await desk.db.read(lambda conn: audit_log.newest(conn, 100))
    return [(entry.event, entry.about) for entry in reversed(entries)]


# --- being invited -------------------------------------------------------------------------------


async def test_an_officer_accepts_and_hears_what_she_may_do_and_what_we_keep(desk: Desk) -> None:
    chat = await desk.official("officer", "PAJANG")
    chat.hears("Petugas untuk Puskesmas Pajang", "melihat angka", "mengunduh", "menyimpan alamat")
    assert "mengundang" not in chat.screen.text
    assert await logged(desk) == [(AuditEvent.ENROLLED, "officer PAJANG")]


async def test_an_invitation_works_once(desk: Desk) -> None:
    token = await desk.invitation("viewer", "PAJANG")
    await desk.chat().opens(f"i-{token}")
    late = await desk.chat().opens(f"i-{token}")
    late.hears("sudah dipakai atau sudah lewat")
    await late.types("/report")
    late.hears("sudah diundang")


async def test_an_invitation_expires_after_seven_days(desk: Desk) -> None:
    token = await desk.invitation("viewer", "PAJANG")
    desk.time.passes(days=7)
    chat = await desk.chat().opens(f"i-{token}")
    chat.hears("sudah lewat waktunya")


async def test_a_typed_invitation_works_as_well(desk: Desk) -> None:
    token = await desk.invitation("viewer", "PAJANG")
    chat = await desk.chat().types(f"Halo, ini undangan saya: I-{token.lower()}")
    chat.hears("Selamat datang")


async def test_an_official_who_tries_the_link_does_not_use_it_up(desk: Desk) -> None:
    admin = await desk.official("admin")
    token = await desk.invitation("viewer", "PAJANG")
    await admin.opens(f"i-{token}")
    admin.hears("belum terpakai")
    chat = await desk.chat().opens(f"i-{token}")
    chat.hears("Selamat datang")


async def test_a_web_page_is_no_place_for_an_official(desk: Desk) -> None:
    token = await desk.invitation("admin")
    chat = await desk.chat(channel="web").opens(f"i-{token}")
    chat.hears("Telegram atau WhatsApp")


@pytest.mark.parametrize("payload", ["i-", "i-AAAA", "i-" + "A" * 20, "i-" + "0" * 20])
async def test_a_guessed_invitation_opens_nothing(desk: Desk, payload: str) -> None:
    chat = await (await desk.chat().opens(payload)).types("/report")
    chat.hears("sudah diundang")


async def test_an_admin_invites_in_chat_and_the_link_works(desk: Desk) -> None:
    admin = await desk.official("admin")
    await admin.types("/undang")
    await admin.taps("Petugas", "Dinas Kesehatan")
    admin.hears(
        "Petugas untuk Dinas Kesehatan", "30 November 2026", "https://t.me/skm_bot?start=i-"
    )
    payload = admin.screen.text.partition("start=")[2].split()[0]
    officer = await desk.chat().opens(payload)
    officer.hears("Petugas untuk Dinas Kesehatan")


async def test_an_admin_names_the_unit_of_an_invitation_in_words(desk: Desk) -> None:
    admin = await desk.official("admin")
    await admin.types("/undang pembaca puskesmas")
    assert "Puskesmas Purwosari" in admin.labels
    await admin.taps("Puskesmas Purwosari")
    admin.hears("Pembaca untuk Puskesmas Purwosari")


async def test_an_official_is_written_to_and_a_citizen_is_not(desk: Desk) -> None:
    chat = await desk.official("officer", "PAJANG")
    [official] = await desk.db.read(officials.listed)
    assert (official.channel, official.address) == ("telegram", f"chat-{chat.user}")


# --- asking --------------------------------------------------------------------------------------


async def test_a_bare_report_is_that_of_ones_own_unit_and_the_current_quarter(desk: Desk) -> None:
    chat = await (await desk.official("officer", "PAJANG")).types("/report")
    chat.hears(
        "Puskesmas Pajang, triwulan IV 2026",
        "IKM 87,28, mutu B (Baik)",
        "Naik 19,69 dari triwulan III 2026",
        "Responden: 38 dari target 94",
        "1. Waktu penyelesaian 69,74",
        "“Saran 3 untuk POSYANDU” (Posyandu Melati, Pendaftaran, 2 November 2026)",
    )


async def test_a_bare_report_of_an_admin_is_the_whole_city_in_both_ways(desk: Desk) -> None:
    chat = await (await desk.official("admin")).types("/laporan")
    chat.hears(
        "Kota Contoh", "IKM rata-rata 3 UPP 75,82", "IKM semua responden 76,79", "6 dari 6 unit"
    )


@pytest.mark.parametrize(
    ("typed", "unit", "period"),
    [
        ("/report puskesmas pajang", "Puskesmas Pajang", "triwulan IV 2026"),
        ("/report Pajang", "Puskesmas Pajang", "triwulan IV 2026"),
        ("/report PAJANG 2026-Q3", "Puskesmas Pajang", "triwulan III 2026"),
        ("/report tw2 2026 kependudukan", "Dinas Kependudukan", "triwulan II 2026"),
        ("/report dukcapil tw2 2026", "Dinas Kependudukan", "triwulan II 2026"),
        ("/report pencatatan sipil november", "Dinas Kependudukan", "November 2026"),
        ("/report@skm_bot purwosari bulan lalu", "Puskesmas Purwosari", "Oktober 2026"),
        ("/report 2025", "Kota Contoh", "tahun 2025"),
        ("/report semua semester I 2026", "Kota Contoh", "semester I 2026"),
        ("/report dinkes kemarin", "Dinas Kesehatan", "22 November 2026"),
        ("/report minggu ini gilingan", "Puskesmas Gilingan", "minggu 23 sampai 29 November 2026"),
        ("/report dinas kesehatann", "Dinas Kesehatan", "triwulan IV 2026"),
    ],
)
async def test_unit_and_period_are_understood_as_people_write_them(
    desk: Desk, typed: str, unit: str, period: str
) -> None:
    chat = await (await desk.official("admin")).types(typed)
    chat.hears(unit, period)


async def test_one_unit_that_comes_close_is_asked_about_and_the_file_is_not_forgotten(
    desk: Desk,
) -> None:
    chat = await (await desk.official("admin")).types("/report purwosaru tw4 2026 docx")
    chat.hears("Apakah ini yang Anda maksud?")
    [choice] = chat.screen.choices
    assert (choice.label, choice.data) == ("Puskesmas Purwosari", "/report PURWO 2026-Q4 docx")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("/report tw5 2026", "“tw5” bukan periode"),
        ("/report pajang tw5 2026", "“tw5” bukan periode"),
        ("/report pajang 1-15 november", "“1-15” bukan periode"),
        ("/grafik pajang tw 9", "“tw 9” bukan periode"),
        ("/ringkas 31 februari 2026 pajang", "“31” bukan periode"),
        ("/tindaklanjut pajang tw5", "“tw5” bukan periode"),
        ("/peringkat kota xlsx", "Berkas XLSX tersedia untuk laporan"),
    ],
)
async def test_what_is_not_understood_is_never_left_out_in_silence(
    desk: Desk, typed: str, said: str
) -> None:
    chat = await (await desk.official("admin")).types(typed)
    chat.hears(said)
    assert chat.labels == []


async def test_a_follow_up_of_a_period_that_is_not_over_says_which_one_it_shows(desk: Desk) -> None:
    chat = await (await desk.official("admin")).types("/tindaklanjut tw4")
    chat.hears("triwulan III 2026", "Triwulan IV 2026 belum selesai")
    await chat.types("/tindaklanjut")
    assert "belum selesai" not in chat.screen.text
    await chat.types("/tindaklanjut pajang tw3")
    assert "belum selesai" not in chat.screen.text


async def test_a_period_that_has_not_begun_is_refused(desk: Desk) -> None:
    chat = await (await desk.official("admin")).types("/report 2027-Q1")
    chat.hears("Periode triwulan I 2027 belum dimulai")


async def test_a_period_that_runs_is_marked_and_one_that_is_over_is_not(desk: Desk) -> None:
    chat = await (await desk.official("officer", "PAJANG")).types("/report tw4")
    chat.hears("Puskesmas Pajang, triwulan IV 2026 (sementara)", "dari triwulan III 2026")
    await chat.types("/report tw3")
    assert "sementara" not in chat.screen.text


async def test_a_period_that_does_not_exist_is_told_how_one_is_written(desk: Desk) -> None:
    chat = await (await desk.official("admin")).types("/report xyz 2026-13")
    chat.hears("2026-13", "Periode ditulis misalnya 2026-Q3")


async def test_a_unit_without_a_qr_is_told_who_makes_one_and_how(desk: Desk) -> None:
    chat = await (await desk.official("admin")).types("/qr purwosari")
    chat.hears("belum punya kode QR", "pengelola sistem")


async def test_what_cannot_be_compared_is_said_once_and_leads_on(desk: Desk) -> None:
    chat = await (await desk.official("admin")).types("/banding dukcapil tw4 2026")
    assert chat.screen.text.count("respondennya terlalu sedikit") == 1
    assert chat.labels == ["Periode sebelumnya", "Laporan"]


async def test_a_picture_says_whose_it_is_also_where_it_is_passed_on(desk: Desk) -> None:
    chat = await (await desk.official("admin")).types("/grafik dukcapil")
    before = chat.screen.attachment
    renamed = Upp("DUKCAPIL", "Dinas Kependudukan")
    await desk.db.write(lambda conn: upps.put(conn, [renamed]))
    after = (await chat.types("/grafik dukcapil")).screen.attachment
    assert before
    assert after
    assert before.content != after.content


async def test_the_longest_name_leaves_room_for_a_period(desk: Desk) -> None:
    name = "Unit Pelaksana Teknis Daerah Balai Pelayanan Kesehatan Masyarakat Terpadu dan " * 2
    await desk.db.write(lambda conn: upps.put(conn, [Upp("LONG", name.strip())]))
    chat = await (await desk.official("admin")).types(f"/report {name} 2025-Q2")
    chat.hears("triwulan II 2025")


async def test_where_several_units_fit_one_chooses_and_the_period_stays(desk: Desk) -> None:
    chat = await (await desk.official("admin")).types("/report puskesmas tw3 2026")
    assert chat.labels == ["Puskesmas Gilingan", "Puskesmas Pajang", "Puskesmas Purwosari"]
    await chat.taps("Puskesmas Pajang")
    chat.hears("Puskesmas Pajang, triwulan III 2026")


async def test_a_near_miss_is_offered_and_not_guessed(desk: Desk) -> None:
    chat = await (await desk.official("admin")).types("/report puskesmas pajangg")
    assert chat.labels[0] == "Puskesmas Pajang"


async def test_a_unit_that_is_not_there_is_said_so(desk: Desk) -> None:
    chat = await (await desk.official("admin")).types("/report kantor xyz")
    chat.hears("Tidak ada unit yang cocok dengan “kantor xyz”", "/unit")


async def test_buttons_lead_to_the_likely_next_request(desk: Desk) -> None:
    chat = await (await desk.official("officer", "PAJANG")).types("/report")
    await chat.taps("Bandingkan")
    chat.hears("dibanding triwulan III 2026", "Waktu penyelesaian: 69,74, naik 19,74")
    await chat.taps("Laporan", "Saran")
    chat.hears("Saran Puskesmas Pajang", "Posyandu Melati")
    await chat.taps("Laporan", "Per layanan")
    chat.hears("Pendaftaran: 87,30 (B), 28 responden")
    await chat.taps("Laporan", "Peringkat")
    chat.hears("Posyandu Melati: 67,36 (C), 8 responden, terlalu sedikit untuk peringkat")
    await chat.taps("Laporan", "Periode sebelumnya")
    chat.hears("Puskesmas Pajang, triwulan III 2026")


async def test_every_button_fits_and_comes_back_as_it_would_be_typed(desk: Desk) -> None:
    chat = await desk.official("admin")
    for typed in ("/report", "/report pajang", "/unit", "/undang officer", "/petugas"):
        await chat.types(typed)
        for choice in chat.screen.choices:
            assert choice.data.startswith("/")
            assert len(choice.data.encode()) <= 64


async def test_a_group_of_fewer_than_five_is_not_shown(desk: Desk) -> None:
    chat = await (await desk.official("officer", "GILING")).types("/report")
    chat.hears("kurang dari 5")
    assert "IKM" not in chat.screen.text
    assert chat.labels == ["Periode sebelumnya"]
    await chat.types("/komentar")
    assert "“" not in chat.screen.text


@pytest.mark.parametrize(
    "saran", ["x" * 2000, "😀" * 900, "pendek", "baris\n\nbaris", "{upp} <b>&"]
)
async def test_a_report_fits_under_its_picture_whatever_was_said(desk: Desk, saran: str) -> None:
    long = Upp("PAJANG", "Puskesmas " + "Pajang Raya " * 15, "DINKES", 12000)
    await desk.db.write(lambda conn: upps.put(conn, [long]))
    for _ in range(3):
        citizen = await (await desk.chat().opens(CODE)).answers_all(4)
        await citizen.taps("Lewati semua")
        await citizen.types(saran)
    for typed in ("/report pajang", "/report", "/report dinkes"):
        chat = await (await desk.official("admin")).types(typed)
        assert len(chat.screen.text.encode("utf-16-le")) // 2 <= 1024
        chat.hears("Unsur prioritas perbaikan")


async def test_what_is_hidden_in_a_ranking_cannot_be_had_by_subtracting(desk: Desk) -> None:
    chat = await (await desk.official("officer", "DINKES")).types("/peringkat")
    chat.hears("1. Puskesmas Pajang: 87,28", "Puskesmas Gilingan: tidak dirinci")
    chat.hears("Puskesmas Purwosari: tidak dirinci")


async def test_no_time_of_day_is_ever_said_about_a_citizen(desk: Desk) -> None:
    chat = await desk.official("admin")
    for typed in ("/report", "/komentar", "/komentar pajang", "/report pajang"):
        await chat.types(typed)
        assert not re.search(r"\d\d[.:]0\d", chat.screen.text)


async def test_qr_sends_the_code_of_every_counter_as_a_picture(desk: Desk) -> None:
    chat = await (await desk.official("officer", "PAJANG")).types("/qr")
    pictures = [screen.attachment for screen in chat.screens[-2:]]
    assert [picture and picture.name for picture in pictures] == ["qr-LOKET7.png", "qr-PAJANG.png"]
    assert all(picture and picture.content.startswith(b"\x89PNG") for picture in pictures)


async def test_help_lists_what_a_role_may_do(desk: Desk) -> None:
    viewer = await (await desk.official("viewer", "PAJANG")).types("/bantuan")
    viewer.hears("/report", "/langganan")
    assert "/undang" not in viewer.screen.text
    admin = await (await desk.official("admin")).types("/bantuan")
    admin.hears("/undang", "/petugas", "/audit")


async def test_an_official_answers_a_survey_like_anybody(desk: Desk) -> None:
    chat = await desk.official("officer", "PAJANG")
    await chat.opens(CODE)
    await chat.taps("Sesuai")
    await chat.types("/report")
    chat.hears("IKM 87,28")
    await chat.opens(CODE)
    chat.hears("Pertanyaan 2 dari 9")


async def test_an_official_is_answered_in_the_language_she_chose(desk: Desk) -> None:
    chat = await (await desk.official("officer", "PAJANG")).types("/bahasa")
    await chat.taps("English")
    await (await chat.types("/bahasa")).taps("Back")  # changed her mind: it stays English
    chat.hears("scan the QR code")
    assert [one.label for one in chat.screens[-2].choices if one.chosen] == ["English"]
    await chat.types("/bantuan")
    assert "kode" not in "".join(screen.text for screen in chat.screens[-2:])
    await chat.types("/report")
    chat.hears("quarter IV of 2026", "Respondents: 38")


# --- not being allowed ---------------------------------------------------------------------------


async def test_a_citizen_who_asks_is_told_politely(desk: Desk) -> None:
    chat = await desk.chat().types("/report pajang")
    chat.hears("sudah diundang")
    assert await logged(desk) == []


async def test_another_unit_is_refused_in_one_sentence_and_written_down(desk: Desk) -> None:
    chat = await (await desk.official("officer", "PAJANG")).types("/report dukcapil")
    chat.hears(REFUSED)
    assert chat.screen.text.count(".") == 1
    assert (await logged(desk))[-1] == (AuditEvent.REFUSED, "/report DUKCAPIL 2026-Q4")


@pytest.mark.parametrize(
    "data", ["/report", "/report DUKCAPIL 2026-Q4", "/petugas cabut 1 ya", "/undang admin"]
)
async def test_a_button_forged_by_a_citizen_is_refused(desk: Desk, data: str) -> None:
    await desk.official("officer", "PAJANG")
    chat = await desk.chat().forges(data)
    chat.hears("sudah diundang")
    assert len(await desk.db.read(officials.listed)) == 1


@pytest.mark.parametrize(
    "data", ["/report DUKCAPIL 2026-Q4", "/report semua", "/petugas cabut 1 ya", "/undang admin"]
)
async def test_a_button_forged_by_an_officer_is_refused(desk: Desk, data: str) -> None:
    await desk.official("admin")
    chat = await (await desk.official("officer", "PAJANG")).forges(data)
    chat.hears(REFUSED)
    assert len(await desk.db.read(officials.listed)) == 2


async def test_in_a_group_nobody_gets_figures(desk: Desk) -> None:
    officer = await desk.official("officer", "PAJANG")
    group = Chat(desk, officer.user, private=False)
    await group.types("/report")
    group.hears("pribadi")
    assert "IKM" not in group.screen.text
    await group.forges("/report PAJANG 2026-Q4")
    assert "IKM" not in group.screen.text


async def test_a_viewer_gets_no_file(desk: Desk) -> None:
    chat = await (await desk.official("viewer", "PAJANG")).types("/report pajang xlsx")
    chat.hears(REFUSED)


# --- being removed -------------------------------------------------------------------------------


async def test_a_removed_officer_sees_nothing_from_that_moment(desk: Desk) -> None:
    officer = await desk.official("officer", "PAJANG", "Bu Sri")
    admin = await (await desk.official("admin")).types("/petugas")
    admin.hears("1. Bu Sri, Petugas, PAJANG")
    await admin.taps("Cabut Bu Sri")
    await officer.types("/report")
    officer.hears("IKM 87,28")
    await admin.taps("Ya, cabut")
    await officer.types("/report")
    officer.hears("sudah diundang")
    assert (AuditEvent.REMOVED, "1 Bu Sri, officer PAJANG") in await logged(desk)


async def test_of_a_removed_officer_no_address_is_kept(desk: Desk) -> None:
    officer = await desk.official("officer", "PAJANG")
    await desk.db.write(lambda conn: officials.remove(conn, 1, desk.time()))
    who = pseudonym(KEY, "telegram", officer.user)
    assert await desk.db.read(lambda conn: officials.by_person(conn, who)) is None
    assert await desk.db.read(officials.listed) == []


async def test_an_admin_cannot_remove_herself(desk: Desk) -> None:
    admin = await (await desk.official("admin")).types("/petugas cabut 1")
    admin.hears("oleh admin lain")
    assert len(await desk.db.read(officials.listed)) == 1


async def test_removed_and_invited_again_one_is_an_official_again(desk: Desk) -> None:
    officer = await desk.official("officer", "PAJANG")
    await desk.db.write(lambda conn: officials.remove(conn, 1, desk.time()))
    token = await desk.invitation("viewer", "DINKES")
    await officer.opens(f"i-{token}")
    officer.hears("Pembaca untuk Dinas Kesehatan")


async def test_the_log_shows_an_admin_who_did_what(desk: Desk) -> None:
    officer = await desk.official("officer", "PAJANG")
    await officer.types("/nama   Sri   Wahyuni ")
    officer.hears("Sri Wahyuni")
    await officer.types("/ringkas")
    admin = await (await desk.official("admin")).types("/audit")
    admin.hears("23 November 2026, 09.15 Sri Wahyuni: membuka /ringkas PAJANG 2026-Q4")


async def test_a_redelivered_request_is_answered_once(desk: Desk) -> None:
    chat = await (await desk.official("officer", "PAJANG")).types("/ringkas")
    heard = len(chat.screens)
    await chat.is_redelivered()
    assert len(chat.screens) == heard
    assert (await logged(desk)).count((AuditEvent.REPORT, "/ringkas PAJANG 2026-Q4")) == 1


async def test_an_invitation_is_valid_for_a_week_to_the_second(desk: Desk) -> None:
    token = await desk.invitation("viewer")
    desk.time.at += timedelta(days=7, seconds=-1)
    chat = await desk.chat().opens(f"i-{token}")
    chat.hears("Selamat datang")
