"""How a conversation of an officer and of an admin reads, from the invitation to the removal.

`pytest --update-golden` writes them anew; read the difference before you commit it.
"""

import re
from pathlib import Path
from types import FunctionType

import pytest

from skm.instansi.period import Period
from tests.tools.chat import Chat, Desk, a_desk
from tests.tools.officials_city import plan, settle
from tests.tools.questionnaires import NEW, OLD, answered

GOLDEN = Path(__file__).parents[1] / "golden"


async def an_officer_reads_her_report(desk: Desk) -> Chat:
    chat = await desk.official("officer", "PAJANG")
    await chat.types("/nama Sri Wahyuni")
    await chat.taps_old("Laporan", 1)
    await chat.taps("Bandingkan", "Laporan", "Per layanan", "Laporan", "Peringkat")
    await chat.taps("Laporan", "Saran", "Periode sebelumnya")
    await chat.types("/ringkas posyandu bulan ini")
    await chat.types("/report dukcapil tw2 2026")
    await chat.types("/report kantor xyz")
    await chat.types("/report 2025")
    await chat.types("/unit")
    await chat.types("/qr")
    return await chat.types("/bantuan")


async def an_admin_looks_after_the_city(desk: Desk) -> Chat:
    await desk.official("officer", "PAJANG", "Sri Wahyuni")
    chat = await desk.official("admin", None, "Pak Budi")
    await chat.types("/report")
    await chat.types("/report puskesmas tw3 2026")
    await chat.taps("Puskesmas Purwosari")
    await chat.types("/peringkat dinkes")
    await chat.types("/report gilingan")
    await chat.types("/undang")
    await chat.taps("Pembaca", "Dinas Kesehatan")
    await chat.types("/petugas")
    await chat.taps("Cabut Sri Wahyuni", "Ya, cabut")
    return await chat.types("/audit")


async def an_officer_asks_for_long_and_short_periods(desk: Desk) -> Chat:
    chat = await desk.official("officer", "PAJANG")
    for period in ("2026", "semester 2", "tw4", "bulan ini", "2026-W45", "2 november 2026"):
        await chat.types(f"/ringkas pajang {period}")
    await chat.types("/ringkas gilingan")
    return await chat.types("/ringkas pajang tw1 2027")


async def the_questionnaire_changes_inside_a_quarter(desk: Desk) -> Chat:
    await answered(desk, OLD, 60, 3, 10)
    chat = await desk.official("officer", "PAJANG")
    await chat.types("/report pajang tw4 2026")
    await answered(desk, NEW, 60, 4, 11)
    await chat.types("/report pajang tw4 2026")
    return await chat.types("/banding pajang tw4 2026")


async def a_report_is_handed_in_returned_and_accepted(desk: Desk) -> Chat:
    """What both say, as one conversation."""
    await plan(desk, "PAJANG", Period.parse("2026-Q3"))
    officer = await desk.official("officer", "PAJANG", "Sri Wahyuni")
    admin = await desk.official("admin", None, "Pak Budi")
    officer.transcript = admin.transcript = []
    await officer.types("/serah")
    await officer.taps("Tulis analisis")
    await officer.types("Antrean pagi lama, karena hanya satu loket yang dibuka.")
    await officer.taps("Serahkan")
    await admin.types("/serah kota tw3 2026")
    await admin.taps("Perlu diperiksa (1)", "Puskesmas Pajang", "Kembalikan")
    await admin.types("Sebut jam berapa antreannya.")
    await officer.types("/serah")
    await officer.taps("Tulis analisis")
    await officer.types("Antrean lama pada pukul 07.30–09.00: hanya satu loket yang dibuka.")
    await officer.taps("Serahkan")
    await admin.types("/serah pajang tw3 2026")
    return await admin.taps("Terima")


STORIES = [
    an_officer_reads_her_report,
    an_admin_looks_after_the_city,
    an_officer_asks_for_long_and_short_periods,
    the_questionnaire_changes_inside_a_quarter,
    a_report_is_handed_in_returned_and_accepted,
]


@pytest.mark.parametrize("story", STORIES)
async def test_the_conversation_of_officials_reads_as_agreed(
    story: FunctionType, database_url: str, request: pytest.FixtureRequest
) -> None:
    async with a_desk(database_url) as desk:
        await settle(desk)
        chat = await story(desk)
    said = re.sub(r"\bi-[2-9A-HJ-NP-Z]{20}\b", "i-K7Q2M9XDK7Q2M9XDK7Q2", "\n".join(chat.transcript))
    path = GOLDEN / f"{story.__name__}.id.txt"
    if request.config.getoption("--update-golden"):
        path.write_text(f"{said}\n", encoding="utf-8")
    assert path.exists(), f"run pytest --update-golden to write {path.name}, then read it"
    assert f"{said}\n" == path.read_text(encoding="utf-8")
