"""A document never prints a number that is not in the dossier, whatever the dossier."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import phrase_document, phrase_unit_report
from bot.ask import Ask, Desk, Subject
from bot.catalog import Catalog
from bot.documents import by_operator
from bot.links import Links
from bot.phrase_city_report import CityReport
from bot.phrase_unit_report import UnitReport
from bot.settings import INSTRUMENTS
from skm.disclosure import K
from skm.dossier import CityDossier, Dossier, Part
from skm.ikm import Tally, legacy_ikm, rounded
from skm.instrument import Instrument
from skm.output.document import Document
from skm.output.plain import as_text
from skm.period import Period
from skm.recap import Published
from skm.report import InstansiReport, Report
from skm.sample import margin_of_error
from skm.store.database import Database
from skm.tindak_lanjut import Done, Plan, TindakLanjut, proposed, realised
from skm.unsur import Unsur
from skm.upp import Mode, Upp
from skm.validity import ENOUGH, RELIABLE, Moments, gratis, ikm_without_u4, validity

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
    for module in (phrase_document, phrase_unit_report):
        monkeypatch.setattr(module, "draw", lambda chart: b"")


def ask_about(upp: Upp | None, period: Period) -> Ask:
    nothing = cast(Database, None)  # that is read
    zone, links = ZoneInfo("Asia/Jakarta"), Links("https://survei.test")
    desk = Desk(nothing, CATALOG, zone, lambda: NOW, "Kota Contoh", links)
    return by_operator(desk, Subject(upp, (), period), "id")


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
    return Dossier(
        upp=Upp("PASAR", "Pasar"),
        above=None,
        trend=trend,
        published=[Published(Period.parse("2023-Q1"), Decimal("81.27"), "rekap.csv")],
        layanan={name: draw(reports(name)) for name in ("Kios", "Los")},
        profile={"gender": {"female": female, "male": n - female}} if n else {},
        ways={("web", Mode.SELF): n - assisted, ("web", Mode.ASSISTED): assisted},
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
    return {*NUMBER.findall(" ".join(texts)), *codes, *written(K, ENOUGH, RELIABLE)}


def of_period(period: Period) -> Iterator[str]:
    last = period.end.toordinal() - 1
    yield from NUMBER.findall(f"{period} {period.start.year % 100}")
    yield from written(period.start, date.fromordinal(last))


def of_report(report: Report) -> Iterator[str]:
    yield from written(report.responden, report.target, report.population, report.ikm)
    yield from written(*(report.interval or ()))
    for figures in (report.nrr or {}, report.nilai or {}):
        yield from written(*figures.values())
    yield from written(margin_of_error(report.responden, report.population))
    yield from written(max(report.target - report.responden, 0))
    yield from written(*(n for counts in report.tally.counts.values() for n in counts))


def of_groups(groups: Mapping[Any, int], n: int) -> Iterator[str]:
    rest = max(n - sum(groups.values()), 0)
    for size in (*groups.values(), rest, 0):
        yield from written(size, rounded(Fraction(100 * size, n), 2) if n else None)


def of_unit(dossier: Dossier) -> Allowed:
    report, tally = dossier.report, dossier.report.tally
    found = {*written(NOW.date(), Decimal("0.11")), *of_period(Period.parse("2023-Q1"))}
    for one in (*dossier.trend, *dossier.layanan.values()):
        found |= {*of_report(one), *of_period(one.period)}
    if tally.n:
        found |= {
            *written(legacy_ikm(tally, Decimal("0.11")), ikm_without_u4(tally), gratis(tally))
        }
    change = report.change_since(dossier.before)
    found |= {*written(abs(change.difference or Decimal()))}
    by_mode = {mode: sum(n for (_, m), n in dossier.ways.items() if m is mode) for mode in Mode}
    for groups in (dossier.profile.get("gender", {}), by_mode):
        found |= {*of_groups(groups, report.responden)}
    if dossier.validity:
        said = dossier.validity
        found |= {*written(said.n, said.critical, said.alpha, *said.item_total.values())}
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
quick = settings(max_examples=40, suppress_health_check=CHECKS)


@quick
@given(dossiers())
def test_a_units_report_prints_what_is_in_its_dossier(dossier: Dossier) -> None:
    made = UnitReport(ask_about(dossier.upp, QUARTER), dossier, SKM9).made()
    assert strange(made, of_unit(dossier)) == []


@quick
@given(cities())
def test_the_city_report_prints_what_is_in_its_dossier(city: CityDossier) -> None:
    made = CityReport(ask_about(None, city.period), city).made()
    assert strange(made, of_city(city)) == []


@quick
@given(dossiers())
def test_of_fewer_than_five_no_figure_is_printed(dossier: Dossier) -> None:
    few = tally_of([[1, 2, 3, 4, 1, 2, 3, 4, 1]], 4)
    hidden = replace(dossier.report, tally=few)
    nobody = [replace(one, tally=Tally.empty()) for one in dossier.trend[:-1]]
    small = replace(dossier, trend=[*nobody, hidden], validity=None, before_follow_up=[])
    text = as_text(UnitReport(ask_about(small.upp, QUARTER), small, SKM9).made())
    assert "Data tidak tersedia." in text
    for figure in written(hidden.ikm, *(hidden.nrr or {}).values(), *(hidden.interval or ())):
        assert figure not in text.replace("81,27", "")


def test_a_number_that_was_made_up_would_be_found() -> None:
    report = Report.of("PASAR", QUARTER, {SKM9.version: tally_of([[3] * 9], 12)})
    empty = replace(report, tally=Tally.empty(), instrument=None)
    dossier = Dossier(
        Upp("PASAR", "Pasar 77,31"), None, [empty, report], [], {}, {}, {}, [], [], None
    )
    made = UnitReport(ask_about(dossier.upp, QUARTER), dossier, SKM9).made()
    assert set(strange(made, of_unit(dossier))) == {"77,31"}
