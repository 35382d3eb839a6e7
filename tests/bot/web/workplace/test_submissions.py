"""The page of a unit's report: writing, handing in, deciding, and who may not."""

from contextlib import AsyncExitStack

import pytest

from skm.instansi.official import AuditEvent
from skm.instansi.period import Period
from skm.store.officials import audit_log
from skm.store.periods import submissions
from skm.submissions.submission import SubmissionState
from tests.bot.web.citizen import Citizen
from tests.bot.web.workplace.test_overview import signed_in
from tests.tools.chat import Desk
from tests.tools.officials_city import plan

Q3 = Period.parse("2026-Q3")
PAGE = "/kerja/laporan/PAJANG?periode=2026-Q3"


async def state(desk: Desk) -> SubmissionState:
    return (await desk.db.read(lambda conn: submissions.of(conn, "PAJANG", Q3))).state


async def enter(desk: Desk, base: str, role: str, unit: str | None = None) -> Citizen:
    """A browser of one more official of the same city."""
    chat = await (await desk.official(role, unit)).types("/kerja")
    path = "/kerja/masuk/" + chat.screen.text.split("/kerja/masuk/")[1].split()[0]
    browser = await Citizen(base).opens(path)
    return await browser.presses("Masuk")


async def test_an_officer_hands_in_and_the_office_returns_and_accepts(
    desk: Desk, base: str, citizen: Citizen
) -> None:
    async with AsyncExitStack() as stack:
        await signed_in(desk, citizen)  # the office
        await plan(desk, "PAJANG", Q3)
        officer = await stack.enter_async_context(await enter(desk, base, "officer", "PAJANG"))
        await officer.opens(PAGE)
        officer.sees("belum dimulai", "67,59", "Tambah loket", "Belum ada langkah.")
        await officer.presses("Simpan rancangan", analysis="Antrean pagi lama.\n\nSatu loket.")
        officer.sees("rancangan, belum diserahkan")
        await officer.presses("Simpan dan serahkan", analysis="Antrean lama pada pukul 07.30.")
        officer.sees("diserahkan, menunggu pemeriksaan", "Antrean lama pada pukul 07.30.")
        assert not officer.page.all("textarea")

        await citizen.opens(PAGE)
        await citizen.presses("Kembalikan", note="")
        assert citizen.status == 422
        citizen.sees("Tulis catatan tentang apa yang perlu diperbaiki.")
        await citizen.presses("Kembalikan", note="Sebut penyebabnya.")
        citizen.sees("dikembalikan", "Sebut penyebabnya.")

        await officer.opens(PAGE)
        officer.sees("Sebut penyebabnya.")
        await officer.presses("Simpan dan serahkan", analysis="Hanya satu loket dibuka.")
        officer.sees("diserahkan lagi")
        await citizen.opens(PAGE)
        await citizen.presses("Terima")
        citizen.sees("Keadaan: diterima", "Hanya satu loket dibuka.")
    entries = await desk.db.read(lambda conn: audit_log.newest(conn, 20))
    assert [e.about for e in reversed(entries) if e.event is AuditEvent.SUBMISSION] == [
        "PAJANG 2026-Q3 write: not_begun → draft",
        "PAJANG 2026-Q3 write: draft → draft",
        "PAJANG 2026-Q3 hand_in: draft → handed_in",
        "PAJANG 2026-Q3 return: handed_in → returned",
        "PAJANG 2026-Q3 write: returned → returned",
        "PAJANG 2026-Q3 hand_in: returned → handed_in_again",
        "PAJANG 2026-Q3 accept: handed_in_again → accepted",
    ]


async def test_an_analysis_stays_if_the_report_cannot_be_handed_in_yet(
    desk: Desk, citizen: Citizen
) -> None:
    await signed_in(desk, citizen, "officer", "PAJANG")
    await citizen.opens(PAGE)
    await citizen.presses("Simpan dan serahkan", analysis="Antrean pagi lama.")
    assert citizen.status == 422
    citizen.sees("Isi dahulu rencana tindak lanjut", "/tindaklanjut PAJANG 2026-Q3")
    assert citizen.page.all("textarea")[0].text.strip() == "Antrean pagi lama."
    assert await state(desk) is SubmissionState.DRAFT


async def test_a_page_that_was_open_too_long_decides_about_nothing(
    desk: Desk, base: str, citizen: Citizen
) -> None:
    await signed_in(desk, citizen)
    await plan(desk, "PAJANG", Q3)
    officer = await desk.official("officer", "PAJANG")
    await (await officer.types("/serah tw3 2026 tulis Antrean lama.")).taps("Serahkan")
    await citizen.opens(PAGE)
    async with await enter(desk, base, "admin") as other:
        await other.opens(PAGE)
        await other.presses("Kembalikan", note="Kurang rinci.")
    await citizen.presses("Terima")
    assert citizen.status == 422
    citizen.sees("berubah sementara itu", "Kurang rinci.")
    assert await state(desk) is SubmissionState.RETURNED


@pytest.mark.parametrize(
    ("role", "unit", "act", "status"),
    [
        ("officer", "PAJANG", "write", 303),
        ("officer", "DINKES", "write", 303),
        ("officer", "PAJANG", "accept", 403),
        ("officer", "DUKCAPIL", "write", 403),
        ("viewer", "PAJANG", "write", 403),
        ("admin", "PAJANG", "return", 403),
        ("admin", None, "write", 303),
        ("admin", None, "lapse", 400),
    ],
)
async def test_a_role_takes_the_steps_of_its_place_only(
    desk: Desk, citizen: Citizen, role: str, unit: str | None, act: str, status: int
) -> None:
    await signed_in(desk, citizen, role, unit)
    key = citizen.page.all("input", name="form_key")[0].attrs["value"]
    sent = {"form_key": key, "act": act, "seen": "0", "analysis": "Antrean lama.", "note": "x"}
    got = await citizen.client.post(PAGE, data=sent, follow_redirects=False)
    assert got.status_code == status
    assert (await state(desk) is SubmissionState.DRAFT) == (status == 303)
    forged = await citizen.client.post(PAGE, data={**sent, "form_key": "x"})
    assert forged.status_code == 403


async def test_a_small_group_is_withheld_here_too(desk: Desk, citizen: Citizen) -> None:
    desk.time.passes(days=60)
    await signed_in(desk, citizen, "officer", "GILING")
    await citizen.opens("/kerja/laporan/GILING?periode=2026-Q4")
    citizen.sees("kurang dari 5", "Rencana tindak lanjut tidak diperlukan")
    assert not citizen.page.all("strong")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/kerja/laporan/TIDAKADA", 404),
        ("/kerja/laporan/PAJANG?periode=x", 404),
        ("/kerja/laporan/PAJANG?periode=2099-Q1", 404),
        ("/kerja/laporan/pajang", 200),
        ("/kerja/laporan/PURWO", 403),
    ],
)
async def test_addresses_that_lead_nowhere_or_to_another_unit(
    desk: Desk, citizen: Citizen, path: str, status: int
) -> None:
    await signed_in(desk, citizen, "officer", "PAJANG")
    await citizen.opens(path)
    assert citizen.status == status
