"""Where all units stand with their reports, on a page, and the deadline of a period."""

import pytest

from skm.instansi.official import AuditEvent
from skm.instansi.period import Period
from skm.store.officials import audit_log
from skm.store.periods import report_deadlines
from tests.bot.web.citizen import Citizen
from tests.bot.web.workplace.test_overview import signed_in
from tests.tools.chat import Desk
from tests.tools.officials_city import plan

Q3 = Period.parse("2026-Q3")


async def handed_in(desk: Desk, code: str = "PAJANG") -> None:
    await plan(desk, code, Q3)
    officer = await desk.official("officer", code, "Sri")
    await officer.types("/serah tw3 2026 tulis Antrean pagi lama.")
    await officer.taps("Serahkan")


async def test_every_count_leads_to_the_units_that_it_counts(desk: Desk, citizen: Citizen) -> None:
    await signed_in(desk, citizen)
    await handed_in(desk)
    await citizen.opens("/kerja/laporan?periode=2026-Q4")
    citizen.sees("triwulan III 2026", "14 Oktober 2026", "lewat batas")
    [filters] = citizen.page.all("ul", **{"class": "filters"})
    links = {a.text: a.attrs["href"] for item in filters.children for a in item.children}
    assert set(links) == {
        "Semua unit: 2 dari 2",
        "Belum diserahkan: 1 dari 2",
        "Perlu diperiksa: 1 dari 2",
        "Dikembalikan: 0 dari 2",
        "Diterima: 0 dari 2",
        "Tidak dilaporkan: 0 dari 2",
    }
    for said, address in links.items():
        await citizen.opens(f"/kerja/laporan{address}")
        count = int(said.split(": ")[1].split()[0])
        assert len(citizen.page.all("tbody")[0].children) == count, said
        citizen.sees(f"{count} dari 2.")


async def test_an_officer_sees_the_units_below_theirs_and_sets_no_deadline(
    desk: Desk, citizen: Citizen
) -> None:
    await signed_in(desk, citizen, "officer", "PAJANG")
    await citizen.opens("/kerja/laporan")
    citizen.sees("Puskesmas Pajang", "1 dari 1.")
    assert "Purwosari" not in citizen.page.text
    assert not citizen.page.all("input", name="tanggal")


async def test_units_are_found_by_their_name(desk: Desk, citizen: Citizen) -> None:
    await signed_in(desk, citizen)
    await citizen.opens("/kerja/laporan?cari=purwo&saring=missing")
    citizen.sees("1 dari 2.", "Puskesmas Purwosari")
    assert "Puskesmas Pajang" not in citizen.page.text


@pytest.mark.parametrize(
    ("day", "status"), [("2026-11-30", 200), ("2026-09-30", 422), ("besok", 422), ("", 422)]
)
async def test_an_admin_sets_the_last_day(
    desk: Desk, citizen: Citizen, day: str, status: int
) -> None:
    await signed_in(desk, citizen)
    await citizen.opens("/kerja/laporan")
    await citizen.presses("Ubah batas", tanggal=day)
    assert citizen.status == status
    kept = await desk.db.read(lambda conn: report_deadlines.of(conn, Q3, 14))
    newest = (await desk.db.read(lambda conn: audit_log.newest(conn, 1)))[0]
    assert (str(kept) == day) == (status == 200)
    assert (newest.event is AuditEvent.DEADLINE) == (status == 200)
    citizen.sees("30 November 2026" if status == 200 else "Tanggal itu belum kami pahami")


@pytest.mark.parametrize(("role", "unit"), [("officer", "PAJANG"), ("admin", "DINKES")])
async def test_others_are_refused(desk: Desk, citizen: Citizen, role: str, unit: str) -> None:
    await signed_in(desk, citizen, role, unit)
    await citizen.opens("/kerja/laporan")
    key = citizen.page.all("input", name="form_key")[0].attrs["value"]
    for sent in ({"form_key": key, "tanggal": "2026-11-30"}, {"tanggal": "2026-11-30"}):
        got = await citizen.client.post("/kerja/laporan", data=sent)
        assert got.status_code == 403
    kept = await desk.db.read(lambda conn: report_deadlines.of(conn, Q3, 14))
    assert str(kept) == "2026-10-14"
