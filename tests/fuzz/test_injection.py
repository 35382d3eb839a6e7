"""What people wrote stands in every output as they wrote it, and does nothing there."""

import csv
import io
import json
import re
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cli import rich_output, terminal_output
from bot.documents.make import Documents
from bot.web.results.open_data import as_csv, as_json
from skm.follow_up.tindak_lanjut import Done, Plan
from skm.instansi.period import Period
from skm.instansi.upp import Upp
from skm.output.workbooks.tables import Sheet, workbook
from skm.store.figures.flags import FlagRules
from skm.store.intake import export
from skm.store.periods import closings, follow_ups
from skm.store.periods.publications import Publications
from skm.store.survey import responses, upps
from skm.survey.response import Response
from tests.bot.web.citizen import Citizen
from tests.tools.chat import Desk, a_desk
from tests.tools.served import served, site_of

pytestmark = pytest.mark.takes_long  # documents are the same on every database

HTML = '"><script>alert(1)</script><b onmouseover=x>'
EVIL = {
    "HTML": HTML,
    "SQL": "'); DROP TABLE response; --",
    "FORMULA": "=HYPERLINK(\"http://evil.test\",\"klik\")",
    "DDE": "@SUM(1+1)*cmd|' /C calc'!A0",
    "PLUS": "+62812\t=1+1",
    "FORMAT": "{0} {upp} {ikm:>99999999} %s %(a)s ${x} {{7*7}} {% raw %}",
    "MATH": r"$\frac{1}{0}$ _a^b \\ #eval(\"1\") *tebal* `kode` <label> @ref",
    "TURN": "abc\u202egnp.exe\u200b\ufeff",
    "ENTITY": "&lt;i&gt; &#x3c; ]]> <![CDATA[ <?php",
    "SCRIPTS": "👍🏽💥 مرحبا بكم ꦲꦏ꧀ꦱꦫ 日本 ☂",
    "LONG": "W" * 200,
}  # fmt: skip
CONTROL = "a\x1b[2J\x07\x0b\x0c\x85\u2028b\ufffe"  # in what is said; names are rid of it before
Q3 = Period.parse("2026-Q3")
NOW = datetime(2026, 10, 5, 3, tzinfo=UTC)


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    """A unit for each that six people answered, one with a comment; its follow-up done, closed."""
    async with a_desk(database_url, empty=True) as desk:
        desk.time.at = NOW
        units = [Upp(code, name, None, 1000) for code, name in EVIL.items()]
        rows = [_answer(desk, unit, number) for unit in units for number in range(6)]
        await desk.db.write(lambda conn: upps.put(conn, units))
        await desk.db.write(lambda conn: responses.insert_many(conn, rows, desk.inbox.instrument))
        for unit in units:
            await _mend(desk, unit)
        await desk.db.write(lambda conn: closings.close(conn, Q3, date(2026, 10, 5), NOW, None))
        yield desk


def _answer(desk: Desk, unit: Upp, number: int) -> tuple[Response, date]:
    day = date(2026, 8, 3)
    said = Response(
        id=f"{unit.code}-{number}",
        upp=unit.code,
        layanan=unit.name[:200],
        collector=None,
        instrument=desk.inbox.instrument.version,
        answers={item.id: 2 + number % 3 for item in desk.inbox.instrument.items},
        submitted_at=datetime(2026, 8, 3, 3, number, tzinfo=UTC),
        saran=unit.name + CONTROL if number == 0 else None,
    )
    return said, day


async def _mend(desk: Desk, unit: Upp) -> None:
    async def work(conn: AsyncConnection) -> None:
        first = (await follow_ups.of(conn, unit, Q3))[0]
        planned = first.planned(Plan(unit.name, date(2026, 12, 1), unit.name), date(2026, 10, 5))
        done = planned.finished(Done(date(2026, 10, 5), unit.name + CONTROL))
        await follow_ups.put(conn, unit, done)

    await desk.db.write(work)


# --- pages ---------------------------------------------------------------------------------------


async def test_no_page_runs_what_people_wrote(desk: Desk) -> None:
    async with served(site_of(desk)) as base, Citizen(base) as reader:
        for path in ("/hasil", "/hasil/data", *(f"/hasil/{code}" for code in EVIL)):
            await reader.opens(path)
            assert reader.status == 200
            assert "<script" not in reader.got.text
            for node in reader.page.nodes:
                assert node.tag not in ("script", "i")
                assert not any(name.startswith("on") for name in node.attrs)
                assert not node.attrs.get("href", "").startswith(("javascript:", "data:"))
            assert "49" not in reader.page.all("h1")[0].text  # 7 × 7 of a template
        await reader.opens("/hasil/HTML")
        reader.sees(" ".join(HTML.split()))
        picture = await reader.client.get("/hasil/MATH/gambar.png")
        assert picture.content.startswith(b"\x89PNG")


# --- files ---------------------------------------------------------------------------------------


def cannot_run(cell: str) -> bool:
    return not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


async def test_no_cell_of_a_csv_is_a_formula(desk: Desk, tmp_path: Path) -> None:
    (publication,) = await Publications(desk.db).all()
    published = list(csv.DictReader(io.StringIO(as_csv(publication, {}, ""))))
    assert len(published) == len(EVIL)
    out = tmp_path / "out.csv"
    await export.export_responses(
        desk.db, out, desk.inbox.instrument, key=b"key", zone=desk.inbox.rules.zone
    )
    given = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"), newline="")))
    assert len(given) == 6 * len(EVIL)
    for row in (*published, *given):
        assert all(cannot_run(cell) for cell in row.values())
    assert json.loads(as_json(publication, {}, "", HTML, {}))["units"][0]["nama"] in EVIL.values()


@pytest.mark.parametrize("form", ["pdf", "docx", "xlsx", "text"])
@pytest.mark.parametrize("code", ["", "HTML", "MATH", "FORMULA", "TURN", "SCRIPTS"])
async def test_every_document_can_be_made_and_holds_it_as_text(
    desk: Desk, form: str, code: str
) -> None:
    unit = await desk.db.read(lambda conn: upps.by_code(conn, code)) if code else None
    topic = desk.topic(unit, Q3)
    rules = FlagRules(desk.inbox.instrument, desk.instansi.zone)
    file = await Documents(rules).file(desk.db, topic, form=form)
    assert re.fullmatch(r"skm-[a-z0-9-]+\.[a-z]+", file.name)
    if form == "pdf":
        assert file.content.startswith(b"%PDF")
        assert b"/JavaScript" not in file.content
        assert b"/Launch" not in file.content
    elif form == "text":
        assert file.content.decode()
    else:
        well_formed(file.content)
    if form == "xlsx":
        only_our_formulas(file.content)


def well_formed(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        for name in book.namelist():
            assert not name.startswith("/")
            assert ".." not in name
            if name.endswith((".xml", ".rels")):
                etree.fromstring(book.read(name))
            if name.endswith(".rels"):
                assert b"evil.test" not in book.read(name)


def only_our_formulas(content: bytes) -> None:
    ours = re.compile(r"=[ -~]*")
    for page in openpyxl.load_workbook(io.BytesIO(content)):
        for row in page.iter_rows():
            for cell in row:
                assert cell.value not in EVIL.values() or cell.data_type == "s"
                if cell.data_type == "f":
                    assert ours.fullmatch(str(cell.value))
                    assert "HYPERLINK" not in str(cell.value)
                    assert "cmd" not in str(cell.value)


def test_no_cell_of_a_workbook_is_a_formula() -> None:
    texts = (*EVIL.values(), CONTROL, "http://evil.test", "mailto:x", "00123")
    rows = [(text, 1) for text in texts]
    made = workbook([Sheet("Isi", ["=1+1", "n"], rows)])
    well_formed(made)
    page = openpyxl.load_workbook(io.BytesIO(made))["Isi"]
    assert {cell.data_type for row in page.iter_rows(max_col=1) for cell in row} == {"s"}


# --- chats and terminals -------------------------------------------------------------------------


async def test_officials_read_it_as_it_was_written(desk: Desk) -> None:
    admin = await desk.official("admin", name=HTML)
    commands = ("report", "ringkas", "komentar", "peringkat", "layanan", "banding", "tl", "unit")
    for command in commands:
        for code in (*EVIL, "semua"):
            await admin.types(f"/{command} {code} 2026-Q3")
            assert admin.screen.text
    await admin.types("/komentar FORMAT 2026-Q3")
    admin.hears("{0} {upp} {ikm:>99999999}")
    await admin.types("/nama \x1b[31mBu\u202e  Sri\r\n\x07")
    admin.hears("[31mBu Sri")
    await admin.types("/petugas")
    assert "\x1b" not in admin.screen.text


def test_a_terminal_shows_it_and_obeys_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    said = CONTROL + "\r\nok\t\ud800\u202e"
    terminal_output.say(said)
    terminal_output.note(said)
    terminal_output.list_problems([said])
    rich_output.table(["a", "b"], [[said, None], [1, said]])
    heard = capsys.readouterr()
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u202e]", heard.out + heard.err)
    rows = heard.out.splitlines()[-2:]
    assert [row.count("\t") for row in rows] == [1, 1]
