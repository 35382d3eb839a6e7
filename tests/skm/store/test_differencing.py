"""Whatever happens in whatever order, and whoever asks for everything: five or nobody.

A real database; everything that figures of units are put into words from is read as officials,
documents and the public pages read it. What it shows is given to the attacker of
tests/differencing.py, who tries every combination of what one period shows.
"""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.closing import ClosingError
from skm.disclosure import K
from skm.dossier import CityDossier, Dossier, Part
from skm.period import Period
from skm.quality import Thresholds
from skm.report import EVERYTHING, InstansiReport, Report
from skm.store import closings, digests, dossiers, people, reports, responses, upps, withholding
from skm.store.database import Database
from skm.store.publications import Publications
from skm.upp import Upp
from tests.databases import sqlite_in
from tests.differencing import Attacker
from tests.skm.store.test_withholding import NEWER, response_of
from tests.skm.test_instrument import SKM9

ZONE = ZoneInfo("Asia/Jakarta")
TODAY = date(2026, 4, 20)
MONTHS = [Period.parse(f"2026-0{month}") for month in (1, 2, 3)]
QUARTER = Period.parse("2026-Q1")
PERIODS = [*MONTHS, QUARTER]
SOME = st.sampled_from([1, 2, 3, 4, 5, 6, 9, 14])

Work = Callable[[AsyncConnection], Awaitable[Any]]
Cell = tuple[str, Period, str]
"""Who answered a unit itself, in a month, to an instrument."""

Snapshot = tuple[dict[str, str | None], Counter[Cell]]
"""The tree of units and how many were in each cell when something was frozen."""


class WhoeverAsks(RuleBasedStateMachine):
    """Answers come and go, units move, periods close; then everything is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.runner, self.stack = asyncio.Runner(), AsyncExitStack()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.db = self.run(self.stack.enter_async_context(Database.open(sqlite_in(folder))))
        self.tree: dict[str, str | None] = {}
        self.cells: Counter[Cell] = Counter()
        self.closed: dict[Period, Snapshot] = {}
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

    @rule(
        month=st.sampled_from(MONTHS),
        each=st.lists(SOME, min_size=5, max_size=5),
        renewed=st.booleans(),
    )
    def everybody_answers(self, month: Period, each: list[int], renewed: bool) -> None:
        """`renewed`: the questionnaire changes meanwhile, so that some answer the one before."""
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

            async def forget(conn: AsyncConnection) -> int:
                given = [r async for r in responses.export(conn, None, start, end)]
                mine = next(r for r in given if (r.upp, r.instrument) == (unit, version))
                return await people.forget(conn, mine.respondent or "")

            assert self.write(forget) == 1
            self.cells[cell] -= 1

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
        self.closed[period] = dict(self.tree), Counter(self.cells)

    # --- what is asked ---------------------------------------------------------------------------

    @rule(period=st.sampled_from(PERIODS))
    def officials_ask_for_everything(self, period: Period) -> None:
        attacker = self._attacker(period)
        for report in self.read(lambda conn: self._of_units(conn, period)):
            self._sees(attacker, period, report)
        for unit, version in self.read(lambda conn: self._by_themselves(conn, period)):
            attacker.sees(self._cells([unit], version))
        assert attacker.given_away() is None, f"{self.tree} {+self._counts(period)}"

    @precondition(lambda self: self.closed)
    @rule()
    def the_public_looks(self) -> None:
        for found in self.run(Publications(self.db).all()):
            period = found.period
            attacker = self._attacker(period)
            for unit in self.closed[period][0]:
                report = found.report(unit)
                if report:
                    self._sees(attacker, period, report)
            if found.instansi:
                self._sees(attacker, period, found.instansi.gabungan)
                for own in found.instansi.terukur:
                    attacker.sees(self._cells([own.upp], own.instrument))
            assert attacker.given_away() is None

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
            assert attacker.given_away() is None

    # --- how -------------------------------------------------------------------------------------

    async def _of_units(self, conn: AsyncConnection, period: Period) -> list[Report]:
        """As /report, /peringkat, digests and charts, and documents read them."""
        with withholding.remembered():
            units = await upps.listed(conn)
            city = await dossiers.of_city(conn, period)
            found = [(await reports.shown_instansi(conn, period)).gabungan, city.trend[-1]]
            found += await reports.shown_each(conn, units, period)
            for part in city.parts:
                found += [part.instansi.gabungan, *_rows(part)]
            for unit in units:
                found.append(await reports.shown(conn, unit, period))
                found.append((await dossiers.of(conn, unit, period)).report)
            for upp in (None, *units) if period not in self.closed else ():
                made = await digests.of(conn, upp, period, ZONE, SKM9, Thresholds())
                found.append(made.report)
            return found

    async def _by_themselves(
        self, conn: AsyncConnection, period: Period
    ) -> list[tuple[str, str | None]]:
        """Units without those below them: in the mean of units, and in the sheet of answers."""
        whole: InstansiReport = await reports.shown_instansi(conn, period)
        found = [(own.upp, own.instrument) for own in whole.terukur if whole.gabungan.open]
        part: Part = (await dossiers.of_city(conn, period)).parts[0]
        given = await dossiers.answers(conn, period, period)
        rows = Counter((unit, version) for unit, version, _ in given)
        for (unit, version), n in rows.items():
            if n >= K and unit not in part.hidden | part.instansi.apart:
                found.append((unit, version))
        return found

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
        if report.open:
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
        """Of an open period as it is now, or was when `not_after` was closed."""
        closed = list(self.closed)
        if not_after is None:
            return self.closed.get(period, (self.tree, self.cells))
        earlier = closed[: closed.index(not_after)]
        return self.closed[period if period in earlier else not_after]

    def _frozen(self) -> set[Cell]:
        """An answer that was counted in a closed period stays in its figures."""
        return {
            cell for cell in self.cells for period in self.closed if period.contains(cell[1].start)
        }

    def _put(self, tree: dict[str, str | None]) -> None:
        units = [Upp(code, code, above) for code, above in tree.items()]
        self.write(lambda conn: upps.put(conn, units))


def _rows(part: Part) -> list[Report]:
    return [row for code, row in part.rows.items() if row.ikm and code not in part.hidden]


def _under(tree: dict[str, str | None], root: str) -> set[str]:
    below = [code for code, above in tree.items() if above == root]
    return {root}.union(*(_under(tree, code) for code in below))


TestWhoeverAsks = WhoeverAsks.TestCase
TestWhoeverAsks.settings = settings(
    max_examples=15,
    stateful_step_count=10,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
