"""Whatever happens in whatever order, all readings together disclose no small group.

A real database is read in every way in which officials, documents and the public pages read figures
of units. What they show goes to the attacker of tests/tools/differencing.py, who tries every
combination of the figures of one period.
"""

import asyncio
import csv
import io
import json
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import AsyncExitStack, nullcontext
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.web.results import open_data
from skm.closing.dossier import CityDossier, Dossier, Part
from skm.closing.frozen import ClosingError
from skm.closing.publication import Publication
from skm.figures.instansi import InstansiReport
from skm.figures.report import EVERYTHING, Figures, Report
from skm.instansi.period import Period
from skm.instansi.upp import Upp
from skm.notices.digest import TREND
from skm.privacy.known_sums import KnownSums
from skm.quality.flag import Thresholds
from skm.store.database.database import Database
from skm.store.figures import digests, reports, withheld
from skm.store.periods import closings, dossiers
from skm.store.periods.publications import Publications
from skm.store.survey import responses, upps
from skm.store.upkeep import forget as people
from skm.survey.response import Response
from tests.skm.store.figures.test_withheld import NEWER, response_of
from tests.skm.survey.test_instrument import SKM9
from tests.tools.databases import sqlite_in
from tests.tools.differencing import Attacker
from tests.tools.examples import examples

ZONE = ZoneInfo("Asia/Jakarta")
TODAY = date(2026, 4, 20)
MONTHS = [Period.parse(f"2026-0{month}") for month in (1, 2, 3)]
QUARTER = Period.parse("2026-Q1")
PERIODS = [*MONTHS, QUARTER]
SOME = st.sampled_from([1, 2, 3, 4, 5, 6, 9, 14])

Work = Callable[[AsyncConnection], Awaitable[Any]]
Cell = tuple[str, Period, str]
"""Responses to a unit itself, in a month, to an instrument."""

Snapshot = tuple[dict[str, str | None], Counter[Cell]]
"""The tree of units and the number of responses in each cell when a period was closed."""


class EverythingIsRead(RuleBasedStateMachine):
    """Responses come and are withdrawn, units move, periods are closed; then everything is read."""

    def __init__(self) -> None:
        super().__init__()
        self.runner, self.stack = asyncio.Runner(), AsyncExitStack()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.db = self.run(self.stack.enter_async_context(Database.open(sqlite_in(folder))))
        self.tree: dict[str, str | None] = {}
        self.cells: Counter[Cell] = Counter()
        self.closed: dict[Period, Snapshot] = {}
        self.given: dict[str, Cell] = {}
        self.withdrawn: set[str] = set()
        self.counted: dict[Period, set[str]] = {}
        self.ids = count()

    def run(self, work: Awaitable[Any]) -> Any:
        async def done() -> Any:
            return await work

        return self.runner.run(done())

    def read(self, work: Work) -> Any:
        return self.run(self.db.read(work))

    def write(self, work: Work) -> Any:
        return self.run(self.db.write(work))

    def teardown(self) -> None:
        self.run(self.stack.aclose())
        self.runner.close()

    # --- what happens ----------------------------------------------------------------------------

    @initialize(parents=st.lists(st.none() | st.integers(0, 4), min_size=2, max_size=5))
    def units_are_set_up(self, parents: list[int | None]) -> None:
        for at, above in enumerate(parents):
            self.tree[f"U{at}"] = None if above is None or not at else f"U{above % at}"
        self._put(self.tree)

    @rule(at=st.integers(0, 4), month=st.sampled_from(MONTHS), n=SOME, newer=st.booleans())
    def some_answer(self, at: int, month: Period, n: int, newer: bool) -> None:
        unit = f"U{at % len(self.tree)}"
        instrument = NEWER if newer else SKM9
        day = month.start.replace(day=20 if newer else 10)
        rows = [(response_of(unit, instrument.version, day, next(self.ids)), day) for _ in range(n)]
        self.write(lambda conn: responses.insert_many(conn, rows, instrument))
        self.cells[unit, month, instrument.version] += n
        self.given.update((row.id, (unit, month, row.instrument)) for row, _ in rows)

    @rule(
        month=st.sampled_from(MONTHS),
        each=st.lists(SOME, min_size=5, max_size=5),
        renewed=st.booleans(),
    )
    def everybody_answers(self, month: Period, each: list[int], renewed: bool) -> None:
        """`renewed`: the questionnaire changes, and some respondents answer the previous one."""
        for at, n in enumerate(each[: len(self.tree)]):
            self.some_answer(at, month, n, renewed)
            if renewed and n % 2:
                self.some_answer(at, month, each[-1 - at], newer=False)

    @rule(at=st.integers(0, 4))
    def somebody_takes_their_answer_back(self, at: int) -> None:
        held = [cell for cell, n in self.cells.items() if n and cell not in self._frozen()]
        if held:
            cell = unit, month, version = sorted(held, key=str)[at % len(held)]
            start, end = month.start, month.end

            async def given(conn: AsyncConnection) -> list[Response]:
                return [one async for one in responses.export(conn, None, start, end)]

            mine = next(
                one for one in self.read(given) if (one.upp, one.instrument) == (unit, version)
            )
            assert self.write(lambda conn: people.forget(conn, mine.respondent or "")) == 1
            self.cells[cell] -= 1
            self.withdrawn.add(mine.id)

    @rule(at=st.integers(1, 4), above=st.none() | st.integers(0, 3))
    def a_unit_moves(self, at: int, above: int | None) -> None:
        at %= len(self.tree)
        if at:
            self.tree[f"U{at}"] = None if above is None else f"U{above % at}"
            self._put({f"U{at}": self.tree[f"U{at}"]})

    @rule(period=st.sampled_from(PERIODS))
    def a_period_is_closed(self, period: Period) -> None:
        at = datetime(2026, 4, 20, 3, len(self.closed), tzinfo=UTC)
        try:
            self.write(lambda conn: closings.close(conn, period, TODAY, at, None))
        except ClosingError:
            return
        alive = self.given.keys() - self.withdrawn
        self.counted[period] = {id for id in alive if period.contains(self.given[id][1].start)}
        self.closed[period] = dict(self.tree), Counter(self.cells)

    # --- what is asked ---------------------------------------------------------------------------

    @rule(period=st.sampled_from(PERIODS))
    def officials_ask_for_everything(self, period: Period) -> None:
        """Reads everything about a period; trends also show the periods before it."""
        attackers: dict[Period, Attacker] = {}
        for report in self.read(lambda conn: self._of_units(conn, period)):
            attacker = attackers.setdefault(report.period, self._attacker(report.period))
            self._sees(attacker, report.period, report)
        for unit, version in self.read(lambda conn: self._by_themselves(conn, period)):
            attackers[period].sees(self._cells([unit], version))
        for at, attacker in attackers.items():
            assert attacker.disclosed() is None, f"{at} {self.tree} {+self._counts(at)}"

    @precondition(lambda self: self.closed)
    @rule()
    def the_public_looks(self) -> None:
        """At everything that is published, of all periods together."""
        cells = Counter(self._published_cell(id) for id in self.given)
        attacker = Attacker(dict(cells.items()))
        for found in self.run(Publications(self.db).all()):
            assert _in_csv(found) == {code for code in found.units if found.report(code)}
            assert _in_json(found) == _in_values(found)
            for code, figures in self._published(found):
                seen = self._counted(found.period, code, figures.instrument)
                assert figures.responden == len(seen), "another figure"
                attacker.sees({self._published_cell(id) for id in seen})
        assert attacker.disclosed() is None, f"{list(self.closed)} {cells}"

    def _published(self, found: Publication) -> Iterator[tuple[str, Figures]]:
        """(unit, "" for all, or "=" and a unit without those below; figures), as CSV, JSON and
        pages show them.
        """
        assert found.instansi is None or found.instansi.gabungan.is_shown
        city = [("", found.instansi.gabungan)] if found.instansi else []
        units = [(code, report) for code in found.units if (report := found.report(code))]
        for code, report in (*city, *units):
            for figures in (report, *report.shown_others):
                yield code, figures
        for own in found.instansi.terukur if found.instansi else ():
            yield f"={own.upp}", own

    def _counted(self, period: Period, code: str, version: str | None) -> set[str]:
        """The responses that a published figure stands for."""
        tree, _ = self.closed[period]
        units = {code[1:]} if code.startswith("=") else set(_under(tree, code) if code else tree)
        return {
            id
            for id in self.counted[period]
            if self.given[id][0] in units and self.given[id][2] == version
        }

    def _published_cell(self, id: str) -> tuple[Cell, frozenset[Period]]:
        """Whom no published figure can tell apart: of a unit, month and instrument, in the same
        closed periods.
        """
        return self.given[id], frozenset(p for p, held in self.counted.items() if id in held)

    @precondition(lambda self: self.closed)
    @rule(at=st.integers(0, 3))
    def documents_show_what_led_up_to_a_closed_period(self, at: int) -> None:
        period = list(self.closed)[at % len(self.closed)]
        units = [Upp(code, code) for code in self.closed[period][0]]
        found = self.read(lambda conn: self._dossiers(conn, units, period))
        for before in MONTHS[: MONTHS.index(period) if period in MONTHS else 0]:
            held = self._as_it_was(before, not_after=period)
            attacker = self._attacker(before, held)
            for one in found:
                for report in one.trend:
                    if report.period == before:
                        self._sees(attacker, before, report, held)
            assert attacker.disclosed() is None

    # --- how -------------------------------------------------------------------------------------

    async def _of_units(self, conn: AsyncConnection, period: Period) -> list[Report]:
        """As /report, /peringkat, /grafik, digests and documents read them.

        The trends in documents of a closed period are tested separately, because they show what was
        known when it was closed.
        """
        with withheld.cached():
            units = await upps.listed(conn)
            city = await dossiers.of_city(conn, period)
            found = [(await reports.of_instansi(conn, period)).gabungan, city.trend[-1]]
            found += await reports.of_each(conn, units, period)
            for part in city.parts:
                found += [part.instansi.gabungan, *_rows(part)]
            for unit in units:
                dossier = await dossiers.of(conn, unit, period)
                found.append(dossier.report)
                found += [] if period in self.closed else dossier.trend
            found += [] if period in self.closed else city.trend
            for upp in (None, *units):
                found += await reports.series(conn, upp, period.last(TREND))
                digest = await digests.of(conn, upp, period, ZONE, SKM9, Thresholds(), period.end)
                found += digest.trend
            return found

    async def _by_themselves(
        self, conn: AsyncConnection, period: Period
    ) -> list[tuple[str, str | None]]:
        """Units without the units below: in the mean of units, in the alert that an index fell, and
        in the sheet of answers.
        """
        whole: InstansiReport = await reports.of_instansi(conn, period)
        found = [(own.upp, own.instrument) for own in whole.terukur if whole.gabungan.is_shown]
        found += [(own.upp, own.instrument) for own in whole.shown_own.values()]
        part: Part = (await dossiers.of_city(conn, period)).parts[0]
        given = await dossiers.answers(conn, part, period)
        return [*found, *{(unit, version) for unit, version, _ in given}]

    async def _dossiers(
        self, conn: AsyncConnection, units: Iterable[Upp], period: Period
    ) -> list[Dossier | CityDossier]:
        found = [await dossiers.of(conn, unit, period) for unit in units]
        return [*found, await dossiers.of_city(conn, period)]

    def _attacker(self, period: Period, held: Snapshot | None = None) -> Attacker:
        return Attacker(dict(self._counts(period, held).items()))

    def _sees(
        self, attacker: Attacker, period: Period, report: Report, held: Snapshot | None = None
    ) -> None:
        if report.is_shown:
            tree, _ = held or self._as_it_was(period)
            units = tree if report.upp in ("", EVERYTHING) else _under(tree, report.upp)
            cells = self._cells(units, report.instrument)
            counted = self._counts(period, held)
            assert report.responden == sum(counted[cell] for cell in cells), "another figure"
            attacker.sees(cells)

    def _cells(self, units: Iterable[str], version: str | None) -> list[tuple[str, str]]:
        return [(unit, version) for unit in units if version]

    def _counts(self, period: Period, held: Snapshot | None = None) -> Counter[tuple[str, str]]:
        found: Counter[tuple[str, str]] = Counter()
        for (unit, month, version), n in (held or self._as_it_was(period))[1].items():
            if period.contains(month.start):
                found[unit, version] += n
        return found

    def _as_it_was(self, period: Period, not_after: Period | None = None) -> Snapshot:
        """The snapshot of a closed period, or of an open one now or when `not_after` was closed."""
        closed = list(self.closed)
        if not_after is None:
            return self.closed.get(period, (self.tree, self.cells))
        earlier = closed[: closed.index(not_after)]
        return self.closed[period if period in earlier else not_after]

    def _frozen(self) -> set[Cell]:
        """Cells in closed periods, whose responses stay in the figures when they are withdrawn."""
        return {
            cell for cell in self.cells for period in self.closed if period.contains(cell[1].start)
        }

    def _put(self, tree: dict[str, str | None]) -> None:
        units = [Upp(code, code, above) for code, above in tree.items()]
        self.write(lambda conn: upps.put(conn, units))


def _in_csv(found: Publication) -> set[str]:
    """The units with figures in the CSV of the open data."""
    rows = csv.DictReader(io.StringIO(open_data.as_csv(found, {}, "withheld")))
    return {row["kode"] for row in rows if row["responden"] or row["ikm"] or row["u1"]}


def _in_json(found: Publication) -> Counter[tuple[str, str, int]]:
    """(unit, instrument, respondents) of each figure in the JSON of the open data."""
    plain = json.loads(open_data.as_json(found, {}, "withheld", "Kota", {}))
    reports = [each for each in (plain["figures"], *plain["units"]) if each and "ikm" in each]
    return Counter(
        (report["upp"], part["instrument"], part["responden"])
        for report in reports
        for part in report.get("bagian", [report])
    )


def _in_values(found: Publication) -> Counter[tuple[str, str, int]]:
    """The same, as it should be."""
    city = [found.instansi.gabungan] if found.instansi else []
    units = [report for code in found.units if (report := found.report(code))]
    return Counter(
        (report.upp, str(part.instrument), part.responden)
        for report in (*city, *units)
        for part in (*report.shown_others, report)
    )


def _rows(part: Part) -> list[Report]:
    return [row for row in part.rows.values() if row.is_shown]


def _under(tree: dict[str, str | None], root: str) -> set[str]:
    below = [code for code, above in tree.items() if above == root]
    return {root}.union(*(_under(tree, code) for code in below))


TestEverythingIsRead = EverythingIsRead.TestCase
TestEverythingIsRead.settings = examples(
    15, stateful_step_count=10, allow=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


def test_a_late_response_is_not_disclosed_by_trends() -> None:
    """Trends once showed the current figure of a closed period, and reports the frozen one."""
    machine = EverythingIsRead()
    try:
        machine.units_are_set_up([None, None])
        for at in (0, 1):
            machine.some_answer(at, MONTHS[0], 9, newer=False)
            machine.some_answer(at, MONTHS[1], 9, newer=False)
        machine.a_period_is_closed(MONTHS[0])
        machine.some_answer(0, MONTHS[0], 1, newer=False)
        machine.officials_ask_for_everything(MONTHS[0])
        machine.officials_ask_for_everything(MONTHS[1])
    finally:
        machine.teardown()


Story = Callable[[EverythingIsRead], None]

OTHERS = property(lambda report: report.others)


async def nothing_kept(conn: AsyncConnection, period: Period) -> "NothingKept":
    """As in closings of the first versions."""
    return NothingKept()


class NothingKept:
    def get(self, code: str, otherwise: object) -> None:
        return None


def one_person_answers_the_previous_questionnaire(city: EverythingIsRead) -> None:
    city.units_are_set_up([None, None])
    for at in (0, 1):
        city.some_answer(at, MONTHS[0], 14, newer=True)
    city.some_answer(0, MONTHS[0], 1, newer=False)
    city.some_answer(1, MONTHS[0], 9, newer=False)
    city.a_period_is_closed(MONTHS[0])


def two_months_and_their_quarter_are_closed(city: EverythingIsRead) -> None:
    city.units_are_set_up([None, None])
    for month, n in zip(MONTHS, (9, 14, 1), strict=True):
        city.some_answer(0, month, n, newer=False)
        city.some_answer(1, month, 14, newer=False)
    for period in (MONTHS[1], QUARTER, MONTHS[0]):
        city.a_period_is_closed(period)


def one_answer_is_withdrawn_and_another_comes_late(city: EverythingIsRead) -> None:
    city.units_are_set_up([None, None])
    for at in (0, 1):
        city.some_answer(at, MONTHS[0], 14, newer=False)
    city.a_period_is_closed(MONTHS[0])
    receipt = next(id for id in city.given if city.given[id][0] == "U0")
    assert city.write(lambda conn: people.forget(conn, receipt)) == 1
    city.withdrawn.add(receipt)
    city.some_answer(0, MONTHS[0], 1, newer=False)
    city.a_period_is_closed(QUARTER)


MENDS: dict[Story, tuple[object, str, object]] = {
    one_person_answers_the_previous_questionnaire: (Report, "shown_others", OTHERS),
    two_months_and_their_quarter_are_closed: (KnownSums, "allows", lambda self, further: True),
    one_answer_is_withdrawn_and_another_comes_late: (closings, "_counted_before", nothing_kept),
}
"""What once disclosed people, and what prevents it: of which object, its name, and what stood there
before."""


@pytest.mark.parametrize("story", MENDS, ids=lambda story: story.__name__)
@pytest.mark.parametrize("mended", [True, False], ids=["mended", "without_the_mend"])
def test_what_once_disclosed_people_is_found_and_mended(
    story: Story, mended: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its mend each is found by the same search, so the search can fail."""
    if not mended:
        monkeypatch.setattr(*MENDS[story])
    city = EverythingIsRead()
    try:
        story(city)
        with nullcontext() if mended else pytest.raises(AssertionError, match="2026"):
            city.the_public_looks()
    finally:
        city.teardown()
