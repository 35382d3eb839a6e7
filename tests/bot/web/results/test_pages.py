"""Public results over sockets: closed periods are published, small groups are withheld."""

import csv
import io
import json
import os
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal

import pytest
from PIL import Image
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.web.results.open_data import COLUMNS
from skm.follow_up.photo import Photo
from skm.follow_up.tindak_lanjut import Done, Plan
from skm.instansi.period import Period
from skm.store.figures import reports
from skm.store.officials import officials
from skm.store.periods import closings, follow_ups
from skm.store.survey import responses, upps
from skm.survey.response import Response
from tests.bot.web.citizen import Citizen
from tests.tools.chat import Desk
from tests.tools.killing import drawing_killed
from tests.tools.officials_city import settle
from tests.tools.served import served, site_of

Q3, Q4 = Period.parse("2026-Q3"), Period.parse("2026-Q4")
JANUARY = date(2027, 1, 4)


@pytest.fixture
async def city(desk: Desk) -> Desk:
    await settle(desk)
    return desk


@pytest.fixture
async def reader(city: Desk) -> AsyncIterator[Citizen]:
    async with served(site_of(city)) as base, Citizen(base) as citizen:
        yield citizen


async def close(desk: Desk, *periods: Period) -> None:
    async def work(conn: AsyncConnection) -> None:
        for period in periods:
            await closings.close(conn, period, JANUARY, desk.time(), None)

    await desk.db.write(work)


async def finish(desk: Desk, code: str, note: str) -> None:
    """Marks the first follow-up of Q3 as done."""

    async def work(conn: AsyncConnection) -> None:
        unit = await upps.by_code(conn, code)
        assert unit is not None
        first = (await follow_ups.of(conn, unit, Q3))[0]
        plan = Plan("Tambah loket", date(2026, 12, 1), "Bu Sri")
        planned = first.planned(plan, date(2026, 10, 5))
        await follow_ups.put(conn, unit, planned.finished(Done(date(2026, 11, 20), note)))

    await desk.db.write(work)


# --- what is published ---------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/hasil", "/hasil/PAJANG", "/hasil/data"])
async def test_nothing_is_published_before_a_period_is_closed(reader: Citizen, path: str) -> None:
    await reader.opens(path)
    assert reader.status == 200
    reader.sees("Belum ada hasil yang diterbitkan")
    assert "IKM 8" not in reader.page.text


async def test_a_closed_period_is_published_with_the_figures_of_its_report(
    city: Desk, reader: Citizen
) -> None:
    await close(city, Q3)
    unit = await city.db.read(lambda conn: upps.by_code(conn, "PAJANG"))
    assert unit is not None
    found = await city.db.read(lambda conn: reports.of(conn, unit, Q3))
    await reader.opens("/hasil/PAJANG")
    written = f"{found.ikm}".replace(".", ",")
    reader.sees("Puskesmas Pajang", "triwulan III 2026", written, f"Mutu {found.mutu}")
    reader.sees("1 Juli 2026", "30 September 2026", "30 responden", "Sidik jari data (SHA-256): ")
    rows = [node.text for node in reader.page.all("tr")]
    assert len([row for row in rows if row.startswith("Persyaratan")]) == 1


async def test_the_home_page_links_to_the_results(city: Desk, reader: Citizen) -> None:
    await close(city, Q3)
    await reader.opens("/")
    await reader.presses("Lihat hasil survei")
    reader.sees("Indeks Kepuasan Masyarakat (IKM) tiap unit", "paling rendah 25")


async def test_a_follow_up_without_a_plan_is_shown_as_not_planned(
    city: Desk, reader: Citizen
) -> None:
    await close(city, Q3)
    await reader.opens("/hasil/PAJANG")
    reader.sees("Yang perlu diperbaiki lebih dulu", "belum direncanakan")


async def test_the_instansi_page_shows_both_figures_and_every_unit(
    city: Desk, reader: Citizen
) -> None:
    await close(city, Q3)
    await reader.opens("/hasil")
    whole = await city.db.read(lambda conn: reports.of_instansi(conn, Q3))
    for figure in (whole.rerata_upp, whole.gabungan.ikm):
        reader.sees(str(figure).replace(".", ","))
    reader.sees("Rata-rata 2 unit", "Semua 42 responden", "Puskesmas Purwosari", "Dinas Kesehatan")


async def test_two_published_periods_show_a_trend_and_the_change(
    city: Desk, reader: Citizen
) -> None:
    await close(city, Q3, Q4)
    await reader.opens("/hasil/PAJANG")
    reader.sees("triwulan IV 2026", "Naik", "dari triwulan III 2026; perubahan ini nyata")
    await reader.opens("/hasil/PAJANG?periode=2026-Q3")
    reader.sees("triwulan III 2026")
    assert "perubahan ini nyata" not in reader.page.text


@pytest.mark.parametrize(
    "path",
    [
        "/hasil/TIDAKADA",
        "/hasil/PAJANG?periode=2026-Q4",
        "/hasil/PAJANG?periode=kapan",
        "/hasil/data/2026-Q4.csv",
        "/hasil/data/2026-Q4.json",
        "/hasil/GILING/gambar.png",
        "/hasil/TIDAKADA/tren.png",
    ],
)
async def test_an_unpublished_period_is_answered_with_404(
    city: Desk, reader: Citizen, path: str
) -> None:
    await close(city, Q3)
    await reader.opens(path)
    assert reader.status == 404


async def test_improvements_are_shown_on_the_pages_of_their_units(
    city: Desk, reader: Citizen
) -> None:
    await finish(city, "PAJANG", "Loket ketiga dibuka sejak 20 November.")
    await close(city, Q3)
    await reader.opens("/hasil/PAJANG")
    reader.sees(
        "Apa yang berubah karena Anda", "Loket ketiga dibuka", "1 dari 3 rencana terlaksana"
    )
    await reader.opens("/hasil/DINKES")
    reader.sees("Loket ketiga dibuka", "Puskesmas Pajang")
    await reader.opens("/hasil/PURWO")
    assert "Apa yang berubah" not in reader.page.text


async def test_shares_are_written_as_in_the_chat(city: Desk, reader: Citizen) -> None:
    await finish(city, "PAJANG", "Loket ketiga dibuka sejak 20 November.")
    await close(city, Q3)
    await reader.opens("/hasil")
    rows = [node.text for node in reader.page.all("tr") if "%" in node.text]
    assert [row.split("%")[0].strip() for row in rows] == ["100", "66,67", "33,33", "0"]


async def test_without_a_plan_no_share_is_shown(city: Desk, reader: Citizen) -> None:
    """0% would be a figure that was not measured."""
    await close(city, Q3)
    await reader.opens("/hasil/PAJANG")
    reader.sees("belum direncanakan")
    assert "terlaksana" not in reader.page.text
    await reader.opens("/hasil")
    assert "terlaksana" not in reader.page.text


# --- small groups --------------------------------------------------------------------------------


async def test_a_small_group_and_what_would_reveal_it_are_withheld(
    city: Desk, reader: Citizen
) -> None:
    await close(city, Q4)
    for code in ("GILING", "PURWO"):  # 3 respondents, and the smallest sibling
        await reader.opens(f"/hasil/{code}")
        reader.sees("tidak ditampilkan", "kurang dari 5")
        assert reader.page.all("table") == []
    await reader.opens("/hasil/PAJANG")
    reader.sees("38 responden")


async def test_open_data_withhold_the_same_units(city: Desk, reader: Citizen) -> None:
    await close(city, Q4)
    await reader.opens("/hasil/data/2026-Q4.csv")
    rows = {row["kode"]: row for row in csv.DictReader(io.StringIO(reader.got.text[1:]))}
    withheld = {"GILING", "PURWO", "POSYANDU"}  # 3; the smallest sibling; 8 who agree on U3
    assert {code for code, row in rows.items() if not row["ikm"]} == withheld
    assert all(rows[code]["responden"] == "" for code in withheld)
    await reader.opens("/hasil/data/2026-Q4.json")
    units = {unit["upp"]: unit for unit in reader.got.json()["units"]}
    assert {code for code, unit in units.items() if "ikm" not in unit} == withheld


async def test_a_semester_does_not_reveal_what_its_quarter_withholds(
    city: Desk, reader: Citizen
) -> None:
    semester = Period.parse("2026-S2")
    await close(city, Q3, Q4, semester)
    await reader.opens("/hasil/PURWO?periode=2026-S2")  # 24 respondents, of whom Q4 withholds 12
    reader.sees("tidak ditampilkan")


# --- open data -----------------------------------------------------------------------------------


async def test_open_data_equal_the_json_of_skm_report(city: Desk, reader: Citizen) -> None:
    await close(city, Q3)
    unit = await city.db.read(lambda conn: upps.by_code(conn, "PAJANG"))
    assert unit is not None
    report = await city.db.read(lambda conn: reports.of(conn, unit, Q3))
    whole = await city.db.read(lambda conn: reports.of_instansi(conn, Q3))
    await reader.opens("/hasil/data/2026-Q3.json")
    found = reader.got.json()
    assert found["figures"] == json.loads(json.dumps(whole.as_json(Q3.end)))
    pajang = next(one for one in found["units"] if one["upp"] == "PAJANG")
    assert pajang.items() >= json.loads(json.dumps(report.as_json(Q3.end))).items()
    await reader.opens("/hasil/data/2026-Q3.csv")
    assert reader.got.text.startswith("\ufeffperiode,kode,nama")
    rows = {row["kode"]: row for row in csv.DictReader(io.StringIO(reader.got.text[1:]))}
    assert Decimal(rows["PAJANG"]["ikm"]) == report.ikm
    assert rows["PAJANG"]["tindak_lanjut"] == ""  # nothing was planned
    assert [rows["PAJANG"][f"u{n}"] for n in range(1, 10)] == [
        str(value) for value in (report.nilai or {}).values()
    ]


async def test_every_column_is_explained(city: Desk, reader: Citizen) -> None:
    await close(city, Q3)
    await reader.opens("/hasil/data")
    heads = [node.text for node in reader.page.all("th") if node.attrs.get("scope") == "row"]
    assert heads[-len(COLUMNS) :] == list(COLUMNS)
    await reader.opens("/hasil/data/2026-Q3.json")
    assert list(reader.got.json()["dictionary"]) == list(COLUMNS)


async def test_a_picture_that_cannot_be_drawn_now_is_asked_for_again_later(
    city: Desk, reader: Citizen
) -> None:
    await close(city, Q4)
    async with drawing_killed(os.getpid()):
        await reader.opens("/hasil/PAJANG/gambar.png")
        assert reader.status == 503
        assert reader.got.headers["retry-after"]
    await reader.opens("/hasil/PAJANG/gambar.png")
    assert reader.status == 200


async def test_a_shared_link_has_a_picture_of_the_index(city: Desk, reader: Citizen) -> None:
    await close(city, Q3, Q4)
    await reader.opens("/hasil/PAJANG")
    meta = {m.attrs.get("property"): m.attrs.get("content", "") for m in reader.page.all("meta")}
    assert meta["og:image"] == "http://127.0.0.1/hasil/PAJANG/gambar.png?periode=2026-Q4"
    assert "IKM" in meta["og:description"]
    await reader.opens("/hasil/PAJANG/gambar.png")
    assert Image.open(io.BytesIO(reader.got.content)).size == (720, 378)
    for picture in ("gambar", "tren"):
        for code in ("PAJANG", "semua"):
            await reader.opens(f"/hasil/{code}/{picture}.png")
            assert reader.got.headers["content-type"] == "image/png"
            assert reader.got.content.startswith(b"\x89PNG")


async def test_a_page_loads_nothing_from_other_sites(city: Desk, reader: Citizen) -> None:
    await close(city, Q3)
    await reader.opens("/hasil/PAJANG")
    assert "default-src 'none'" in reader.got.headers["content-security-policy"]
    assert reader.page.all("script") == []


# --- revisions -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("late", "said"), [(1, False), (4, False), (5, True)])
async def test_a_revision_is_shown_only_if_it_is_not_a_small_group(
    city: Desk, reader: Citizen, late: int, said: bool
) -> None:
    await close(city, Q3)
    await reader.opens("/hasil/PURWO")
    before = reader.page.text
    await answer_late(city, late)
    await reader.opens("/hasil/PURWO")
    assert ("Revisi" in reader.page.text) == said
    if not said:
        assert reader.page.text == before


async def answer_late(desk: Desk, many: int) -> None:
    """Stores late responses of Purwosari in the closed quarter."""
    instrument = desk.inbox.instrument
    rows = [
        (
            Response(
                id=f"menyusul-{number}",
                upp="PURWO",
                layanan="",
                collector=None,
                instrument=instrument.version,
                answers={item.id: 4 for item in instrument.items},
                submitted_at=desk.time(),
            ),
            Q3.start,
        )
        for number in range(many)
    ]
    await desk.db.write(lambda conn: responses.insert_many(conn, rows, instrument))


# --- photos of improvements ----------------------------------------------------------------------

KEY = "ab" * 16
LOKET = Photo(b"\xff\xd8 a picture", 640, 480)


async def finish_with_photo(desk: Desk, note: str) -> None:
    """Marks the first follow-up of Pajang in Q3 as done, with a photo."""
    await desk.official("officer", "PAJANG", "Sri")

    async def work(conn: AsyncConnection) -> None:
        unit = await upps.by_code(conn, "PAJANG")
        [sri] = await officials.listed(conn)
        assert unit is not None
        plan = Plan("Tambah loket", date(2026, 12, 1), "Bu Sri")
        planned = (await follow_ups.of(conn, unit, Q3))[0].planned(plan, date(2026, 10, 5))
        item = planned.finished(Done(date(2026, 11, 20), note, KEY))
        await follow_ups.record(conn, sri.id, unit, item, "selesai", desk.time(), LOKET)

    await desk.db.write(work)


@pytest.mark.parametrize("path", ["/hasil/PAJANG", "/hasil/DINKES", "/hasil"])
async def test_a_photo_is_shown_with_its_improvement(
    city: Desk, reader: Citizen, path: str
) -> None:
    await close(city, Q3)
    await finish_with_photo(city, "Loket ketiga dibuka.")
    await reader.opens(path)
    [image] = reader.page.all("img", src=f"/hasil/foto/{KEY}.jpg")
    assert image.attrs["alt"] == "Loket ketiga dibuka."
    assert (image.attrs["width"], image.attrs["height"]) == ("640", "480")
    assert image.attrs["loading"] == "lazy"


async def test_a_photo_may_be_cached_for_an_hour(city: Desk, reader: Citizen) -> None:
    await close(city, Q3)
    await finish_with_photo(city, "Loket ketiga dibuka.")
    answer = await reader.client.get(f"/hasil/foto/{KEY}.jpg")
    assert (answer.status_code, answer.content) == (200, LOKET.content)
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"


async def test_a_photo_without_a_note_has_an_alternative_text(city: Desk, reader: Citizen) -> None:
    await close(city, Q3)
    await finish_with_photo(city, "")
    await reader.opens("/hasil/PAJANG")
    [image] = reader.page.all("img", src=f"/hasil/foto/{KEY}.jpg")
    assert image.attrs["alt"].startswith("Foto perbaikan: ")


async def test_a_photo_of_an_unpublished_period_is_not_served(city: Desk, reader: Citizen) -> None:
    await close(city, Q4)
    await finish_with_photo(city, "Loket ketiga dibuka.")
    await reader.opens("/hasil/PAJANG")
    assert reader.page.all("img", src=f"/hasil/foto/{KEY}.jpg") == []
    assert (await reader.client.get(f"/hasil/foto/{KEY}.jpg")).status_code == 404


async def test_a_withdrawn_photo_is_not_served(city: Desk, reader: Citizen) -> None:
    await close(city, Q3)
    await finish_with_photo(city, "Loket ketiga dibuka.")

    async def reopen(conn: AsyncConnection) -> None:
        unit = await upps.by_code(conn, "PAJANG")
        assert unit is not None
        await follow_ups.put(conn, unit, (await follow_ups.of(conn, unit, Q3))[0].reopened())

    await city.db.write(reopen)
    assert (await reader.client.get(f"/hasil/foto/{KEY}.jpg")).status_code == 404
    await reader.opens("/hasil/PAJANG")
    assert "Loket ketiga dibuka." not in reader.page.text
