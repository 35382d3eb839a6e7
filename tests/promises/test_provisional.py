"""A period that is not over is marked wherever its figures stand; one that has not begun is refused
with a sentence.

Commands, pages, documents and charts are taken from the tables that the product itself is made
from, so a new one is looked at from its first day.
"""

import io
import json
import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from starlette.routing import Route

from bot.cli.lazy_group import LazyCommand
from bot.cli.main import app as skm_app
from bot.documents.make import MEDIA, Documents
from bot.documents.posters import PosterWords
from bot.official.commands import COMMANDS
from bot.request.arguments import unit_and_period
from bot.request.figures import ReportFigures
from bot.request.request import Topic
from bot.words.chart import funnel, heat_map, nine_unsur, ranked, trend
from bot.words.control import control
from bot.words.drivers import DriverWording
from skm.figures.drivers import drivers
from skm.figures.report import Report
from skm.instansi.official import AuditEvent
from skm.instansi.period import Period, PeriodKind
from skm.output.charts.card import Card
from skm.output.charts.draw import Chart
from skm.output.documents.document import Document
from skm.output.documents.plain_text import as_text
from skm.quality.break_offs import BreakOffs
from skm.store.periods import dossiers
from skm.store.survey import upps
from skm.survey.instrument import Instrument
from skm.survey.unsur import Unsur
from tests.bot.web.citizen import Citizen
from tests.bot.web.workplace.test_overview import signed_in
from tests.tools.chat import Desk, a_desk
from tests.tools.command_line import Operator, Skm
from tests.tools.officials_city import settle
from tests.tools.served import served, site_of
from tests.tools.tallies import tally_of

Q4 = Period.parse("2026-Q4")  # which is running on the day of a Desk
BARE = re.compile(r"(?i:triwulan IV 2026|TW IV 26|2026-Q4)(?! \(sementara\))")
FIGURES = [one for one in COMMANDS if one.read is unit_and_period and one.event]
WITHOUT_PERIOD = {
    "/kerja/masuk/{token}",
    "/kerja/sesi",
    "/kerja/catatan",
    "/kerja/impor",
    "/kerja/impor/pratinjau",
}
ABOUT_OVER = {"/kerja/laporan", "/kerja/laporan/{code}"}  # reports are of periods that are over
WITHOUT_ANSWER = {("layanan", "semua"), ("grafik", "gilingan")}  # not of a city, of a small group
PUBLISHED = {Card}  # drawn of closed periods only


def is_marked(text: str) -> bool:
    assert not BARE.findall(text), text
    return "(sementara)" in text


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with a_desk(database_url, forms=True) as desk:
        yield desk


@pytest.fixture
async def citizen(desk: Desk) -> AsyncIterator[Citizen]:
    async with served(site_of(desk)) as base, Citizen(base) as citizen:
        yield await signed_in(desk, citizen)


# --- chat ----------------------------------------------------------------------------------------


async def test_every_command_about_figures_marks_a_running_period_and_refuses_a_future_one(
    desk: Desk,
) -> None:
    await settle(desk)
    chat = await desk.official("admin")
    assert {command.event for command in FIGURES} == {AuditEvent.REPORT}
    for command in FIGURES:
        for unit in ("pajang", "gilingan", "semua"):
            if (command.name, unit) in WITHOUT_ANSWER:
                continue
            before = len(chat.screens)
            await chat.types(f"/{command.name} {unit} tw4 2026")
            for screen in chat.screens[before:]:
                assert is_marked(screen.text), command
        await chat.types(f"/{command.name} pajang tw1 2027")
        chat.hears("Periode triwulan I 2027 belum dimulai")


# --- pages ---------------------------------------------------------------------------------------


async def test_every_page_about_a_period_marks_a_running_one_and_refuses_a_future_one(
    desk: Desk, citizen: Citizen
) -> None:
    routes = [route for route in site_of(desk).routes if isinstance(route, Route)]
    paths = {r.path for r in routes if r.path.startswith("/kerja") and "GET" in (r.methods or ())}
    for path in sorted(paths - WITHOUT_PERIOD):
        for code in ("PAJANG", "GILING"):
            address = path.replace("{code}", code)
            await citizen.opens(f"{address}?periode=2026-Q4")
            assert citizen.status == 200
            seen = citizen.got.text if address.endswith(".csv") else citizen.page.text
            assert is_marked(seen) or path in ABOUT_OVER, address
            await citizen.opens(f"{address}?periode=2027-Q1")
            assert citizen.status == 404
            citizen.sees("Periode triwulan I 2027 belum dimulai")


async def test_the_public_sees_no_period_that_is_running(citizen: Citizen) -> None:
    for path in ("/hasil", "/hasil/PAJANG", "/hasil/PAJANG/gambar.png", "/hasil/PAJANG/tren.png"):
        await citizen.opens(f"{path}?periode=2026-Q4")
        assert citizen.status == 404
    for kind in ("csv", "json"):
        await citizen.opens(f"/hasil/data/2026-Q4.{kind}")
        assert citizen.status == 404


# --- documents -----------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", ["PAJANG", None])
async def test_every_document_marks_a_running_period(desk: Desk, unit: str | None) -> None:
    await settle(desk)
    upp = await desk.db.read(lambda conn: upps.by_code(conn, unit)) if unit else None
    documents, topic = Documents(desk.parts["rules"]), desk.topic(upp, Q4)
    assert {*MEDIA} == {"pdf", "docx", "text", "xlsx"}  # the first three are made of this:
    made: Document = await documents.document(desk.db, topic)
    for text in (made.period, made.footer, as_text(made)):
        assert is_marked(text)
    file = (await documents.file(desk.db, topic, form="xlsx")).content
    book = openpyxl.load_workbook(io.BytesIO(file))
    assert is_marked(str(book.properties.title))
    for sheet in book.worksheets:
        cells = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell]
        assert not BARE.findall("\n".join(cells)), sheet.title


async def test_the_poster_of_an_index_marks_a_running_period(desk: Desk) -> None:
    await settle(desk)
    upp = await desk.db.read(lambda conn: upps.by_code(conn, "PAJANG"))
    assert upp is not None
    found = await desk.db.read(lambda conn: dossiers.of(conn, upp, Q4))
    assert is_marked(PosterWords(desk.topic(upp, Q4), found).made().period)


# --- charts --------------------------------------------------------------------------------------


def charts(topic: Topic, instrument: Instrument) -> Iterator[Chart]:
    answers = tally_of(*[[4] * 9, [3] * 9] * 10)
    units = [Report.of(f"U{n}", Q4, {"skm9-2": answers * (n + 1)}) for n in range(30)]
    names = {unit.upp: unit.upp for unit in units}
    before = Report.of("U1", Q4.previous(), {"skm9-2": answers})
    yield nine_unsur(topic, ReportFigures(units[0], before))
    yield trend(topic, [before, units[0]])
    yield ranked(topic, units, names)
    yield heat_map(topic, units, names)
    yield funnel(topic, BreakOffs(instrument, {"U1": 7}, 20))
    given = [({unsur: Fraction(1 + n % 4) for unsur in Unsur}, 10) for n in range(12)]
    found = drivers(units[5], given)
    assert found is not None
    yield DriverWording(topic, found).chart(Q4)
    limits = control(topic, units, names)
    assert limits is not None
    yield limits


def test_every_chart_marks_a_running_period(desk: Desk) -> None:
    made = list(charts(desk.topic(None, Q4), desk.inbox.instrument))
    assert {type(chart) for chart in made} == {*get_args(Chart)} - PUBLISHED
    for chart in made:
        assert is_marked(chart.subtitle), chart


# --- the command line ----------------------------------------------------------------------------

TAKE_A_PERIOD = {  # command → its arguments, {} for the period
    "report": "report kota {}",
    "poster": "poster PAJANG {} --out poster.png",
    "verify": "verify {}",
    "responses export": "responses export --out jawaban.csv --period {}",
}
NOW = Period.of(PeriodKind.QUARTER, datetime.now(UTC).astimezone(ZoneInfo("Asia/Jakarta")).date())


@pytest.fixture
def skm(operator: Operator, database_url: str) -> Skm:
    skm = operator.deployed(database_url)
    Path("upp.csv").write_text("code,name\nPAJANG,Puskesmas Pajang\n", encoding="utf-8")
    skm("migrate")
    skm("upp", "import", "upp.csv")
    return skm


def commands(group: Any, above: str = "") -> Iterator[tuple[str, Any]]:
    for name, found in group.commands.items():
        loaded = found.load() if isinstance(found, LazyCommand) else found
        if hasattr(loaded, "commands"):
            yield from commands(loaded, f"{above}{name} ")
        else:
            yield f"{above}{name}", loaded


def test_every_command_of_skm_refuses_a_period_that_has_not_begun(skm: Skm) -> None:
    asking = {
        name
        for name, command in commands(skm_app)
        if any(parameter.metavar == "PERIOD" for parameter in command.params)
    }
    assert asking == {*TAKE_A_PERIOD}
    for line in TAKE_A_PERIOD.values():
        ended = skm(*line.format("2099-Q1").split())
        assert (ended.code, ended.out) == (1, ""), line
        assert "2099-Q1 has not begun" in ended.err or "2099-Q1: it is not closed" in ended.err


def test_skm_report_marks_a_running_period_as_text_and_as_json(skm: Skm) -> None:
    for unit in ("kota", "PAJANG"):
        assert f"{NOW} (provisional)" in skm("report", unit, str(NOW)).out
        assert "(provisional)" not in skm("report", unit, "2024").out
        assert json.loads(skm("report", unit, str(NOW), "--json").out)["sementara"] is True
        assert json.loads(skm("report", unit, "2024", "--json").out)["sementara"] is False
        assert "(sementara)" in skm("report", unit, str(NOW), "--format", "text").out
