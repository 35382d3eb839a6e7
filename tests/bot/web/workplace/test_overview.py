"""What officials see on their pages, and what they may not."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from skm.instansi.official import AuditEvent
from skm.store.officials import audit_log
from skm.store.survey import responses
from tests.bot.web.citizen import Citizen
from tests.bot.web.workplace.test_sign_in import link
from tests.tools.chat import Desk
from tests.tools.officials_city import response_of


async def signed_in(
    desk: Desk, citizen: Citizen, role: str = "admin", unit: str | None = None
) -> Citizen:
    await citizen.opens(await link(desk, role, unit))
    return await citizen.presses("Masuk")


async def test_every_number_of_the_overview_leads_to_the_units_it_counts(
    desk: Desk, citizen: Citizen
) -> None:
    await signed_in(desk, citizen)
    needs = [a for a in citizen.page.all("a") if "saring=" in a.attrs["href"]]
    assert len(needs) == 7
    for need in needs:
        count = int(need.text.rsplit(": ", 1)[1])
        await citizen.opens(need.attrs["href"])
        citizen.sees(f"{count} dari ")
        rows = citizen.page.all("tbody")[0].children
        assert len(rows) == count


async def test_small_groups_are_withheld_on_every_page_and_in_the_download(
    desk: Desk, citizen: Citizen
) -> None:
    """Puskesmas Gilingan has fewer than five respondents."""
    await signed_in(desk, citizen)
    await citizen.opens("/kerja/unit?cari=gilingan")
    citizen.sees("kurang dari 5", "1 dari ")
    await citizen.opens("/kerja/unit/GILING")
    citizen.sees("belum ditampilkan untuk menjaga kerahasiaan")
    assert "Saran 0" not in citizen.page.text  # as /komentar, which names no comment of few people
    assert not citizen.page.all("strong")
    got = await citizen.client.get("/kerja/unit.csv?cari=gilingan")
    [row] = csv.DictReader(io.StringIO(got.text.lstrip("\ufeff")), delimiter=";")
    assert row["IKM"] == row["Mutu"] == row["Responden"] == ""


async def test_the_download_holds_the_rows_that_are_seen_and_is_logged(
    desk: Desk, citizen: Citizen
) -> None:
    await signed_in(desk, citizen)
    await citizen.opens("/kerja/unit?cari=puskesmas&urut=-responden")
    seen = [row.children[0].text for row in citizen.page.all("tbody")[0].children]
    got = await citizen.client.get("/kerja/unit.csv?cari=puskesmas&urut=-responden")
    rows = list(csv.DictReader(io.StringIO(got.text.lstrip("\ufeff")), delimiter=";"))
    assert [row["Nama unit"] for row in rows] == seen
    newest = (await desk.db.read(lambda conn: audit_log.newest(conn, 1)))[0]
    assert newest.event is AuditEvent.EXPORT
    assert "cari=puskesmas" in newest.about


@pytest.mark.parametrize(
    ("role", "unit", "path", "status"),
    [
        ("officer", "PAJANG", "/kerja/unit/PAJANG", 200),
        ("officer", "PAJANG", "/kerja/unit/PURWO", 403),
        ("officer", "DINKES", "/kerja/unit/PAJANG", 200),
        ("officer", "PAJANG", "/kerja/catatan", 403),
        ("viewer", "PAJANG", "/kerja/unit.csv", 403),
        ("viewer", "PAJANG", "/kerja/saran", 200),
        ("admin", None, "/kerja/catatan", 200),
        ("admin", None, "/kerja/unit/TIDAKADA", 404),
        ("admin", None, "/kerja/unit?periode=2099-Q1", 404),
        ("admin", None, "/kerja/unit?periode=x", 404),
        ("admin", None, "/kerja/tindak-lanjut", 200),
    ],
)
async def test_a_role_opens_the_pages_of_its_own_units_only(
    desk: Desk, citizen: Citizen, role: str, unit: str | None, path: str, status: int
) -> None:
    await signed_in(desk, citizen, role, unit)
    await citizen.opens(path)
    assert citizen.status == status


async def test_an_officer_sees_only_the_units_below_theirs(desk: Desk, citizen: Citizen) -> None:
    await signed_in(desk, citizen, "officer", "DINKES")
    await citizen.opens("/kerja/unit")
    citizen.sees("Puskesmas Pajang")
    assert "Kependudukan" not in citizen.page.text


async def test_the_log_is_searched_by_words(desk: Desk, citizen: Citizen) -> None:
    await signed_in(desk, citizen)
    await citizen.opens("/kerja/catatan?cari=masuk+ke")
    assert len(citizen.page.all("ul", **{"class": "plain"})[0].children) == 1
    await citizen.opens("/kerja/catatan?cari=tidakada")
    citizen.sees("0 dari 0")


async def test_an_interval_that_crosses_a_band_says_that_the_mutu_is_not_certain(
    desk: Desk, citizen: Citizen
) -> None:
    """Puskesmas Pajang has 87,28 with an interval from 74,67 to 92,54."""
    await signed_in(desk, citizen)
    await citizen.opens("/kerja/unit/PAJANG")
    citizen.sees("Mutunya belum pasti: kisaran ini mencakup A sampai C.")
    await citizen.opens("/kerja/unit?cari=pajang")
    citizen.sees("Bmungkin A–C")
    got = await citizen.client.get("/kerja/unit.csv?cari=pajang")
    [row] = csv.DictReader(io.StringIO(got.text.lstrip("\ufeff")), delimiter=";")
    assert (row["Mutu"], row["Mutu yang mungkin"]) == ("B", "A B C")


async def test_chat_and_page_say_the_same_of_a_target_and_its_pace(
    desk: Desk, citizen: Citizen
) -> None:
    await signed_in(desk, citizen)
    chat = await desk.official("admin")
    for unit, path in (("pajang", "/kerja/unit/PAJANG"), ("semua", "/kerja")):
        text = (await chat.types(f"/ringkas {unit}")).screen.text
        lines = [line for line in text.splitlines() if "target" in line]
        assert len(lines) == 2
        await citizen.opens(path)
        citizen.sees(*lines)
    await citizen.opens("/kerja/unit?cari=pajang")
    citizen.sees("38 dari 94di bawah targetperlu 2 per hari")


async def test_a_units_page_shows_its_drivers_as_a_drawing_lines_and_a_table(
    desk: Desk, citizen: Citizen
) -> None:
    await signed_in(desk, citizen)
    await citizen.opens("/kerja/unit/PAJANG")
    citizen.sees("Hati-hati: baru 38 responden.", "Korelasi bukan bukti sebab akibat.")
    [drawing] = citizen.page.all("svg", **{"class": "quadrants"})
    assert drawing.attrs["aria-label"].startswith("Letak unsur menurut nilai dan r.")
    titles = [mark for mark in citizen.page.all("title") if "Waktu Penyelesaian" in mark.text]
    assert len(titles) == 1


@pytest.mark.parametrize(
    ("unit", "said"),
    [("DUKCAPIL", "perlu sedikitnya 30 responden"), ("GILING", "menjaga kerahasiaan")],
)
async def test_few_respondents_are_told_why_there_are_no_drivers(
    desk: Desk, citizen: Citizen, unit: str, said: str
) -> None:
    await signed_in(desk, citizen)
    await citizen.opens(f"/kerja/unit/{unit}")
    citizen.sees(said)
    assert not citizen.page.all("svg", **{"class": "quadrants"})


async def test_the_page_of_a_unit_names_unsur_that_may_as_well_be_a_priority(
    desk: Desk, citizen: Citizen
) -> None:
    """U1 and U8 have the same nilai; only the number makes U1 the third."""
    await signed_in(desk, citizen)
    for page in ("/kerja", "/kerja/unit/PAJANG"):
        await citizen.opens(page)
        citizen.sees("elum dapat dibedakan dari urutan terakhir ini")


async def test_all_units_are_drawn_with_the_limits_of_chance_and_lead_to_their_pages(
    desk: Desk, citizen: Citizen
) -> None:
    """Every unit by its own responses, of which there must be ten."""
    await signed_in(desk, citizen)
    more = [
        response_of(desk, code, datetime(2026, 11, 4, 3, minute, number, tzinfo=UTC), nilai)
        for minute, (code, nilai) in enumerate((("GILING", 1), ("POSYANDU", 4), ("DINKES", 4)))
        for number in range(20)
    ]
    rows = [(replace(one, id=f"lagi-{one.id}"), date(2026, 11, 4)) for one in more]
    instrument = desk.inbox.instrument
    await desk.db.write(lambda conn: responses.insert_many(conn, rows, instrument))
    await citizen.opens("/kerja/unit")
    [drawing] = citizen.page.all("svg", **{"class": "units"})
    assert drawing.attrs["aria-label"].startswith("6 unit menurut jumlah responden dan IKM.")
    citizen.sees("Unit yang benar-benar berbeda", "peringkat 1–2 dari 2", "peringkat 2–3 dari 3")
    dots = [mark for mark in citizen.page.all("title") if "Puskesmas Gilingan: " in mark.text]
    assert len(dots) == 1
    assert [a for a in citizen.page.all("a") if "/unit/GILING?" in a.attrs["href"]][1:]
