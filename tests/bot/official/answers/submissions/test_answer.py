"""A report in the chat: written, handed in, returned, handed in again, accepted."""

from collections.abc import AsyncIterator

import pytest

from skm.instansi.official import AuditEvent
from skm.instansi.period import Period
from skm.store.officials import audit_log
from skm.store.periods import submissions
from skm.submissions.rules import LONGEST_ANALYSIS
from skm.submissions.submission import SubmissionState
from tests.tools.chat import Chat, Desk, a_desk
from tests.tools.officials_city import plan, settle

Q3 = Period.parse("2026-Q3")
ANALYSIS = "Antrean pagi lama.\nSebabnya: hanya satu loket yang dibuka."


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with a_desk(database_url) as desk:
        await settle(desk)
        yield desk


async def handed_in(desk: Desk, code: str = "PAJANG", name: str = "Sri") -> Chat:
    await plan(desk, code, Q3)
    officer = await desk.official("officer", code, name)
    await officer.types("/serah tw3 2026 tulis Antrean pagi lama.")
    return await officer.taps("Serahkan")


async def state(desk: Desk, code: str = "PAJANG") -> SubmissionState:
    return (await desk.db.read(lambda conn: submissions.of(conn, code, Q3))).state


async def test_an_officer_sees_what_she_would_hand_in(desk: Desk) -> None:
    officer = await (await desk.official("officer", "PAJANG", "Sri")).types("/serah")
    officer.hears(
        "Penyampaian laporan Puskesmas Pajang, triwulan III 2026",
        "Keadaan: belum dimulai",
        "Batas penyerahan 14 Oktober 2026 sudah lewat",
        "IKM 67,59, mutu C",
        "30 responden",
        "Rencana tindak lanjut: 0 dari 3",
        "Analisis: belum ditulis",
    )
    assert officer.labels[0] == "Tulis analisis"
    assert "Serahkan" not in officer.labels


async def test_she_writes_and_hands_in_and_the_office_returns_and_accepts(desk: Desk) -> None:
    await plan(desk, "PAJANG", Q3)
    sri = await desk.official("officer", "PAJANG", "Sri")
    budi = await desk.official("admin", None, "Budi")
    await (await sri.types("/serah")).taps("Tulis analisis")
    sri.hears("Tulis analisis untuk Puskesmas Pajang, triwulan III 2026", "Paling panjang 3.000")
    await sri.types(ANALYSIS)
    sri.hears("Analisis tersimpan. Laporan belum diserahkan", ANALYSIS, "rancangan")
    await sri.taps("Serahkan")
    sri.hears("Laporan sudah diserahkan", "menunggu pemeriksaan")
    assert "Tulis analisis" not in sri.labels

    await (await budi.types("/serah kota tw3 2026")).taps("Perlu diperiksa (1)")
    budi.hears("Perlu diperiksa: 1 dari 2", "Puskesmas Pajang: diserahkan")
    await budi.taps("Puskesmas Pajang", "Kembalikan")
    budi.hears("Apa yang perlu diperbaiki")
    await budi.types("Sebut jam berapa antreannya.")
    budi.hears("Laporan dikembalikan", "Dikembalikan oleh Budi")

    await sri.types("/serah")
    sri.hears("Dikembalikan oleh Budi, 23 November 2026: Sebut jam berapa antreannya.")
    await (await sri.taps("Tulis analisis")).types("Antrean lama pada pukul 07.30.")
    await sri.taps("Serahkan")
    sri.hears("diserahkan lagi")
    await (await budi.types("/serah pajang tw3 2026")).taps("Terima")
    budi.hears("Laporan diterima.", "Keadaan: diterima", "pukul 07.30")
    assert await state(desk) is SubmissionState.ACCEPTED


async def test_without_plans_it_is_not_handed_in(desk: Desk) -> None:
    sri = await desk.official("officer", "PAJANG")
    await (await sri.types("/serah tulis Antrean lama.")).taps("Serahkan")
    sri.hears("Isi dahulu rencana tindak lanjut", "0 dari 3")
    assert await state(desk) is SubmissionState.DRAFT


async def test_a_unit_with_few_respondents_needs_no_plan_and_shows_no_figure(desk: Desk) -> None:
    desk.time.passes(days=60)
    chat = await desk.official("officer", "GILING")
    await (await chat.types("/serah tw4 2026 tulis Responden sedikit.")).taps("Serahkan")
    chat.hears("Laporan sudah diserahkan", "kurang dari 5", "tidak diperlukan")
    assert "IKM" not in chat.screen.text.replace("IKM belum", "")


async def test_an_old_button_decides_about_nothing(desk: Desk) -> None:
    await handed_in(desk)
    budi, tono = await desk.official("admin", None, "Budi"), await desk.official("admin")
    await budi.types("/serah pajang tw3 2026")
    await tono.types("/serah pajang tw3 2026 kembalikan Kurang rinci.")
    await budi.taps("Terima")
    budi.hears("Laporan ini berubah sementara itu", "Kurang rinci.")
    assert await state(desk) is SubmissionState.RETURNED


async def test_typed_words_hand_in_and_accept_nothing_that_was_not_seen(desk: Desk) -> None:
    sri = await handed_in(desk)
    budi = await (await desk.official("admin")).types("/serah pajang tw3 2026 terima")
    assert "Terima" in budi.labels
    assert await state(desk) is SubmissionState.HANDED_IN
    await sri.is_redelivered()
    assert await state(desk) is SubmissionState.HANDED_IN


async def test_an_admin_does_not_decide_about_what_they_handed_in_themselves(desk: Desk) -> None:
    await plan(desk, "PAJANG", Q3)
    budi = await desk.official("admin", None, "Budi")
    await budi.types("/serah pajang tw3 2026 tulis Antrean lama.")
    await budi.taps("Serahkan")
    assert not {"Terima", "Kembalikan"} & set(budi.labels)
    await budi.forges("/serah PAJANG 2026-Q3 accept v2")
    budi.hears("diputuskan oleh admin lain")
    assert await state(desk) is SubmissionState.HANDED_IN


@pytest.mark.parametrize(("role", "unit"), [("officer", "DINKES"), ("admin", "PAJANG")])
async def test_who_may_not_decide_is_refused_and_that_is_logged(
    desk: Desk, role: str, unit: str
) -> None:
    await handed_in(desk)
    chat = await desk.official(role, unit)
    await chat.types("/serah pajang tw3 2026")
    assert "Terima" not in chat.labels
    await chat.forges("/serah PAJANG 2026-Q3 accept v2")
    chat.hears("peran Anda tidak mencakup")
    newest = (await desk.db.read(lambda conn: audit_log.newest(conn, 1)))[0]
    assert (newest.event, newest.about) == (
        AuditEvent.REFUSED,
        "/serah PAJANG 2026-Q3 accept",
    )


async def test_a_text_that_is_too_long_is_asked_for_again(desk: Desk) -> None:
    sri = await desk.official("officer", "PAJANG")
    await (await sri.types("/serah")).taps("Tulis analisis")
    await sri.types("a" * (LONGEST_ANALYSIS + 1))
    sri.hears("terlalu panjang")
    await sri.types("Antrean lama.")
    sri.hears("Analisis tersimpan")


async def test_after_cancelling_typed_text_belongs_to_nothing(desk: Desk) -> None:
    sri = await desk.official("officer", "PAJANG")
    await (await sri.types("/serah")).taps("Tulis analisis", "Batal")
    await sri.types("Antrean lama.")
    assert await state(desk) is SubmissionState.NOT_BEGUN


async def test_a_running_quarter_is_answered_with_the_last_one_that_is_over(desk: Desk) -> None:
    sri = await desk.official("officer", "PAJANG")
    await sri.types("/serah semester 2 2026")
    sri.hears("semester I 2026", "belum selesai")
    await sri.types("/serah november 2026")
    sri.hears("triwulan III 2026")
