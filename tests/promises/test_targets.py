"""A unit has one target in a period, whoever asks where."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import openpyxl
import pytest

from bot.documents.make import Documents
from bot.web.results import open_data
from skm.instansi.period import Period
from skm.output.documents.plain_text import as_text
from skm.store.figures import reports
from skm.store.periods import closings
from skm.store.periods.publications import Publications
from skm.store.survey import upps
from tests.bot.web.citizen import Citizen
from tests.bot.web.workplace.test_overview import signed_in
from tests.tools.chat import Desk, a_desk
from tests.tools.served import served, site_of

UNIT = "PAJANG"  # 12.000 people served in a year, whose sample is 372; it has a unit below


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with a_desk(database_url, forms=True) as desk:
        yield desk


@pytest.mark.parametrize(
    ("code", "target"), [("2026-Q4", 94), ("2026-11", 31), ("2026-S2", 188), ("2026", 372)]
)
async def test_a_target_is_the_same_in_chat_pages_documents_workbook_and_json(
    desk: Desk, code: str, target: int
) -> None:
    period = Period.parse(code)
    async with served(site_of(desk)) as base, Citizen(base) as citizen:
        await signed_in(desk, citizen)
        await citizen.opens(f"/kerja/unit/{UNIT}?periode={code}")
        citizen.sees(f" dari target {target}")
        await citizen.opens(f"/kerja/unit?cari=pajang&periode={code}")
        citizen.sees(f" dari {target}")
        got = await citizen.client.get(f"/kerja/unit.csv?cari=pajang&periode={code}")
    [row] = csv.DictReader(io.StringIO(got.text.lstrip("\ufeff")), delimiter=";")
    assert row["Target"] == str(target)
    chat = await desk.official("admin")
    for command in ("report", "ringkas"):
        await chat.types(f"/{command} {UNIT} {code}")
        chat.hears(f" dari target {target}")
    unit = await desk.db.read(lambda conn: upps.by_code(conn, UNIT))
    assert unit is not None
    documents, topic = Documents(desk.parts["rules"]), desk.topic(unit, period)
    text = as_text(await documents.document(desk.db, topic))
    assert "Sampel setahun (Krejcie dan Morgan): 372" in text
    assert (f"Target responden periode ini: {target}\n" in text) is (code != "2026")
    report = await desk.db.read(lambda conn: reports.of(conn, unit, period))
    assert report.as_json(period.start)["target"] == target


async def test_the_workbook_and_the_open_data_have_the_target_of_the_page(desk: Desk) -> None:
    quarter, today = Period.parse("2026-Q3"), date(2026, 10, 5)
    async with served(site_of(desk)) as base, Citizen(base) as citizen:
        await signed_in(desk, citizen)
        await citizen.opens(f"/kerja/unit/{UNIT}?periode={quarter}")
        citizen.sees("30 dari target 94")
    documents, topic = Documents(desk.parts["rules"]), desk.topic(None, quarter)
    file = await documents.file(desk.db, topic, form="xlsx")
    side = openpyxl.load_workbook(io.BytesIO(file.content))["Angka pembanding"]
    heads, *rows = side.iter_rows(values_only=True)
    targets = {row[0]: row[list(heads).index("Target responden periode ini")] for row in rows}
    assert targets["Puskesmas Pajang"] == 94
    assert targets["IKM semua responden"] is None  # each of its units has a target
    now = datetime(2026, 10, 5, 3, tzinfo=UTC)
    await desk.db.write(lambda conn: closings.close(conn, quarter, today, now, None))
    [published] = await Publications(desk.db).all()
    written = csv.DictReader(io.StringIO(open_data.as_csv(published, {}, "")))
    assert {row["kode"]: row["target"] for row in written}[UNIT] == "94"


async def test_a_parent_counts_with_its_units_in_chat_and_document_alike(desk: Desk) -> None:
    """Dinas Kesehatan has no answers of its own; those of Puskesmas Pajang count for it."""
    async with served(site_of(desk)) as base, Citizen(base) as citizen:
        await signed_in(desk, citizen)
    chat = await (await desk.official("admin")).types("/ringkas semua tw3 2026")
    chat.hears("di 3 dari 6 unit; 0 unit mencapai target")
    topic = desk.topic(None, Period.parse("2026-Q3"))
    text = as_text(await Documents(desk.parts["rules"]).document(desk.db, topic))
    assert "• 0 unit mencapai target responden." in text
    city = await desk.db.read(lambda conn: reports.of_instansi(conn, topic.subject.period))
    assert [unit.upp for unit in city.whole if unit.responden] == ["DINKES", "PAJANG", "PURWO"]
