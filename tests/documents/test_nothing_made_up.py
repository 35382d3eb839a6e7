"""A document never prints a number that is not in the dossier, whatever the dossier."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from bot.documents import shared, unit_report
from bot.documents.city_report import CityReport
from bot.documents.unit_report import UnitReport
from bot.messaging.catalog import Catalog
from bot.request.instansi import Instansi
from bot.request.request import Subject, Topic
from bot.running.settings import INSTRUMENTS
from skm.closing.dossier import CityDossier, Dossier, Part
from skm.figures.breakdown import Breakdown, ShownBreakdown
from skm.figures.ikm import Tally, legacy_ikm, rounded
from skm.figures.instansi import InstansiReport
from skm.figures.report import Report
from skm.figures.sample import ENOUGH as FOR_INTERVAL
from skm.figures.sample import margin_of_error
from skm.figures.validity import ENOUGH, RELIABLE, Moments, gratis, ikm_without_u4, validity
from skm.follow_up.realised import realised
from skm.follow_up.tindak_lanjut import Done, Plan, TindakLanjut, proposed
from skm.instansi.collector import Mode
from skm.instansi.period import Period
from skm.instansi.target import year_sample
from skm.instansi.upp import Upp
from skm.intake.recaps.recap import Published
from skm.output.documents.document import Document
from skm.output.documents.plain_text import as_text
from skm.privacy.small_groups import Count, K
from skm.survey.instrument import Instrument
from skm.survey.unsur import Unsur
from tests.tools.examples import examples

SKM9 = Instrument.parse((INSTRUMENTS / "skm9.toml").read_text(encoding="utf-8"))
CATALOG = Catalog.load()
QUARTER = Period.parse("2026-Q3")
NOW = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
LISTED = re.compile(r"^(\d+\. |Tabel \d+\. |\[Gambar \d+\. |== Lampiran \d+ |Tabel \d+$)", re.M)

Allowed = set[str]

SOME = st.integers(0, 60)
ANSWERS = st.lists(st.lists(st.integers(1, 4), min_size=9, max_size=9), min_size=1, max_size=4)


@pytest.fixture(autouse=True)
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures say in their text what they show."""
    for module in (shared, unit_report):
        monkeypatch.setattr(module, "draw", lambda chart: b"")


def topic_of(upp: Upp | None, period: Period) -> Topic:
    instansi = Instansi("Kota Contoh", CATALOG, ZoneInfo("Asia/Jakarta"), lambda: NOW)
    return Topic(instansi, "id", Subject(upp, (), period))


# --- dossiers ------------------------------------------------------------------------------------


def tally_of(rows: list[list[int]], many: int) -> Tally:
    """`many` people, who answer as the rows do, in turn."""
    each = [Tally.of_response({u: [n] for u, n in zip(Unsur, row, strict=True)}) for row in rows]
    return sum((each[at % len(each)] for at in range(many)), Tally.empty())


@st.composite
def reports(draw: st.DrawFn, upp: str = "PASAR", period: Period = QUARTER) -> Report:
    tally = tally_of(draw(ANSWERS), draw(SOME))
    population = draw(st.none() | st.integers(1, 90_000))
    return Report.of(upp, period, {SKM9.version: tally}, population)


@st.composite
def dossiers(draw: st.DrawFn) -> Dossier:
    trend = [draw(reports(period=at)) for at in QUARTER.last(3)]
    n = trend[-1].responden
    female = draw(st.integers(0, n))
    rows = [draw(st.lists(st.integers(1, 4), min_size=9, max_size=9)) for _ in range(n)]
    moments = [Moments.of(dict(zip(SKM9.by_id, row, strict=True))) for row in rows]
    assisted = draw(st.integers(0, n))
    broken = Breakdown(
        layanan={name: draw(reports(name)).tallies for name in ("Kios", "Los")},
        profile={"gender": {"female": female, "male": n - female}} if n else {},
        channels={("web", Mode.SELF): n - assisted, ("web", Mode.ASSISTED): assisted},
    )
    return Dossier(
        upp=Upp("PASAR", "Pasar"),
        above=None,
        trend=trend,
        published=[Published(Period.parse("2023-Q1"), Decimal("81.27"), "rekap.csv")],
        breakdown=ShownBreakdown.of(broken, trend[-1], {}),
        follow_up=draw(follow_ups(trend[-1])),
        before_follow_up=draw(follow_ups(trend[-2])),
        validity=validity(sum(moments[1:], moments[0]) if moments else None),
    )


@st.composite
def follow_ups(draw: st.DrawFn, report: Report) -> list[TindakLanjut]:
    items = list(proposed(report))
    for at in range(draw(st.integers(0, len(items)))):
        items[at] = replace(items[at], plan=Plan("Tambah kursi", date(2026, 12, 17), "Bu Sri"))
        if draw(st.booleans()):
            items[at] = replace(items[at], done=Done(date(2026, 11, 19), "Kursi ada."))
    return items


@st.composite
def cities(draw: st.DrawFn) -> CityDossier:
    units = [Upp("A", "Dinas A"), Upp("B", "Dinas B"), Upp("C", "Dinas C")]
    half = Period.parse("2026-S2")
    parts, whole = [], Tally.empty()
    for period in (QUARTER, QUARTER.next()):
        rows = {unit.code: draw(reports(unit.code, period)) for unit in units}
        pooled = sum((row.tally for row in rows.values()), Tally.empty())
        whole = whole + pooled
        gabungan = Report.of("semua", period, {SKM9.version: pooled})
        items = {code: draw(follow_ups(row)) for code, row in rows.items()}
        modes = {code: frozenset(Mode) for code in rows}
        parts.append(Part(InstansiReport(gabungan, [*rows.values()]), rows, items, modes, units))
    every = Report.of("semua", half, {SKM9.version: whole})
    own = [draw(reports(unit.code, half)) for unit in units]
    published = [Published(Period.parse("2023-Q1"), Decimal("81.27"), "r.csv", 155, 37221)]
    trend = [part.instansi.gabungan for part in parts]
    return CityDossier(InstansiReport(every, own), units, parts, trend, published)


# --- what may be printed -------------------------------------------------------------------------


def written(*values: object) -> Iterator[str]:
    """The numbers in these values, as Indonesian writes them."""
    for value in values:
        if value is not None:
            yield from NUMBER.findall(CATALOG.written("id", value))


def of_wording() -> Allowed:
    """The numbers of the law, the method and the questionnaire, which stand in every document."""
    prefixes = ("document.", "figure.", "report.", "chart.", "mutu.", "unsur", "profile.", "skm9.")
    texts = [text for key, text in CATALOG.texts["id"].items() if key.startswith(prefixes)]
    codes = [f"{unsur.number}" for unsur in Unsur]
    return {*NUMBER.findall(" ".join(texts)), *codes, *written(K, ENOUGH, RELIABLE, FOR_INTERVAL)}


def of_period(period: Period) -> Iterator[str]:
    last = period.end.toordinal() - 1
    yield from NUMBER.findall(f"{period} {period.start.year % 100}")
    yield from written(period.start, date.fromordinal(last))


def of_report(report: Report) -> Iterator[str]:
    yield from written(report.responden, report.target, report.population, report.ikm)
    yield from written(year_sample(report.population))
    yield from written(*(report.interval or ()))
    for figures in (report.nrr or {}, report.nilai or {}):
        yield from written(*figures.values())
    yield from written(margin_of_error(report.responden, report.population))
    if report.target is not None:
        yield from written(max(report.target - report.responden, 0))
    yield from written(*(n for counts in report.tally.counts.values() for n in counts))


def of_groups(groups: Mapping[Any, Count], n: int) -> Iterator[str]:
    for size in (*groups.values(), 0):
        if isinstance(size, int):
            yield from written(size, rounded(Fraction(100 * size, n), 2) if n else None)


def of_unit(dossier: Dossier) -> Allowed:
    report, tally = dossier.report, dossier.report.tally
    found = {*written(NOW.date(), Decimal("0.11")), *of_period(Period.parse("2023-Q1"))}
    for one in (*dossier.trend, *dossier.breakdown.layanan.values()):
        found |= {*of_report(one), *of_period(one.period)}
    if tally.n:
        found |= {
            *written(legacy_ikm(tally, Decimal("0.11")), ikm_without_u4(tally), gratis(tally))
        }
    change = report.change_since(dossier.before)
    found |= {*written(abs(change.difference or Decimal()))}
    gender = dossier.breakdown.profile.get("gender", {})
    found |= {*of_groups(gender, report.responden)}
    found |= {*of_groups(dossier.breakdown.modes, report.responden)}
    if dossier.validity:
        said = dossier.validity
        found |= {*written(said.n, said.critical, said.alpha, *said.item_total.values())}
        found |= {*written(*(said.alpha_interval or ()))}
    for items in (dossier.follow_up, dossier.before_follow_up):
        found |= {*written(realised(items)), *of_items(items)}
    return found | {*written(*(one.ikm for one in dossier.published))}


def of_items(items: object) -> Iterator[str]:
    assert isinstance(items, list)
    for item in items:
        yield from written(item.plan and item.plan.deadline, item.done and item.done.on)


def of_city(city: CityDossier) -> Allowed:
    found = {*written(NOW.date(), len(city.units)), *of_period(city.period)}
    found |= {*of_period(Period.parse("2023-Q1")), *written("155", 37221, Decimal("81.27"), 155)}
    for one in (city.whole, *(part.instansi for part in city.parts)):
        found |= {*of_report(one.gabungan), *written(one.rerata_upp, len(one.terukur))}
    for part in city.parts:
        found |= {*of_period(part.period), *written(*part.realised.values())}
        found |= {*written(*range(len(city.units) + 1))}  # how many of the units
        for code, row in part.rows.items():
            found |= {*of_report(row), *of_items(part.follow_up.get(code, []))}
    return found


def strange(document: Document, allowed: Allowed) -> list[str]:
    """Numbers that are neither of the dossier nor of the wording."""
    text = LISTED.sub("", as_text(document))
    text = re.sub(r"\bU\d\b|rekap\.csv|r\.csv", "", text)
    return [number for number in NUMBER.findall(text) if number not in allowed | of_wording()]


CHECKS = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
quick = examples(40, allow=CHECKS)


@quick
@given(dossiers())
def test_a_units_report_prints_what_is_in_its_dossier(dossier: Dossier) -> None:
    made = UnitReport(topic_of(dossier.upp, QUARTER), dossier, SKM9).made()
    assert strange(made, of_unit(dossier)) == []


@quick
@given(cities())
def test_the_city_report_prints_what_is_in_its_dossier(city: CityDossier) -> None:
    made = CityReport(topic_of(None, city.period), city).made()
    assert strange(made, of_city(city)) == []


@quick
@given(dossiers())
def test_of_fewer_than_five_no_figure_is_printed(dossier: Dossier) -> None:
    few = tally_of([[1, 2, 3, 4, 1, 2, 3, 4, 1]], 4)
    hidden = replace(dossier.report, tally=few)
    nobody = [replace(one, tally=Tally.empty()) for one in dossier.trend[:-1]]
    small = replace(dossier, trend=[*nobody, hidden], validity=None, before_follow_up=[])
    text = as_text(UnitReport(topic_of(small.upp, QUARTER), small, SKM9).made())
    assert "Data tidak tersedia." in text
    for figure in written(hidden.ikm, *(hidden.nrr or {}).values(), *(hidden.interval or ())):
        assert figure not in text.replace("81,27", "")


def test_a_number_that_was_made_up_would_be_found() -> None:
    report = Report.of("PASAR", QUARTER, {SKM9.version: tally_of([[3] * 9], 12)})
    empty = replace(report, tally=Tally.empty(), instrument=None)
    dossier = Dossier(
        Upp("PASAR", "Pasar 77,31"), None, [empty, report], [], ShownBreakdown(), [], [], None
    )
    made = UnitReport(topic_of(dossier.upp, QUARTER), dossier, SKM9).made()
    assert set(strange(made, of_unit(dossier))) == {"77,31"}
