"""Recomputes every figure from the responses and compares it with what is stored.

Nothing is taken from the rollup. Compared are each unit's days, count by count; each unit's subtree
by month, quarter, semester and year; and each closed period with what was frozen.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.figures.ikm import Tally, ikm
from skm.instansi.period import MONTHS, Period, PeriodKind
from skm.store.periods import closings
from skm.store.schema.counts import SUMS, tally
from skm.store.schema.survey import response
from skm.store.survey import answers, tallies
from skm.store.survey.sums import tally_of
from skm.store.survey.upps import TreeById, tree_by_id, upward

MAX_DIFFERENCES = 50  # that are described; all are counted

Days = Mapping[tuple[date, str], Tally]
"""(day, instrument) → tally of one unit's own responses."""


@dataclass
class DrillResult:
    """`figures`: how many were recomputed. `closed`: how many closed periods.

    `differences`: a sentence each, at most MAX_DIFFERENCES of the `different` ones.
    """

    responses: int = 0
    figures: int = 0
    closed: int = 0
    different: int = 0
    differences: list[str] = field(default_factory=list)

    def add_difference(self, sentence: str) -> None:
        self.different += 1
        if len(self.differences) < MAX_DIFFERENCES:
            self.differences.append(sentence)

    def compare(self, what: str, recomputed: Tally | None, stored: Tally | None) -> None:
        self.figures += 1
        if recomputed != stored:
            self.add_difference(
                f"{what}: {_described(recomputed)} by its responses,"
                f" {_described(stored)} in the rollup."
            )


async def drill(conn: AsyncConnection, advance: Callable[[int, int], None]) -> DrillResult:
    """Reads the whole database; `advance` is called with the units done and their total."""
    found = DrillResult()
    tree = await tree_by_id(conn)
    months: defaultdict[tuple[int, date, str], Tally] = defaultdict(Tally.empty)
    for done, (unit, (code, _)) in enumerate(tree.items(), 1):
        days = await _recomputed_days(conn, unit)
        found.responses += sum(each.n for each in days.values())
        await _compare_days(conn, unit, code, days, found)
        for (day, instrument), own in days.items():
            months[unit, Period.of(PeriodKind.MONTH, day).start, instrument] += own
        advance(done, len(tree))
    for period in _periods({month for _, month, _ in months}):
        await _compare_period(conn, period, _subtrees(period, months, tree), found)
    await _compare_closed(conn, found)
    return found


async def _recomputed_days(conn: AsyncConnection, unit: int) -> Days:
    query = (
        select(response.c.day, response.c.instrument, response.c.answers, func.count())
        .where(response.c.upp_id == unit)
        .group_by(response.c.day, response.c.instrument, response.c.answers)
    )
    days: defaultdict[tuple[date, str], Tally] = defaultdict(Tally.empty)
    for day, instrument, encoded, many in await conn.execute(query):
        days[day, instrument] += answers.tally_of(encoded) * many
    return days


async def _compare_days(
    conn: AsyncConnection, unit: int, code: str, days: Days, found: DrillResult
) -> None:
    query = (
        select(tally.c.start, tally.c.instrument, *(func.sum(tally.c[name]) for name in SUMS))
        .where(tally.c.upp_id == unit, tally.c.kind == PeriodKind.DAY)
        .group_by(tally.c.start, tally.c.instrument)
    )
    stored = {
        (day, instrument): tally_of([int(each) for each in sums])
        for day, instrument, *sums in await conn.execute(query)
        if any(sums)
    }
    for key in sorted(days.keys() | stored.keys()):
        found.compare(f"{code} on {key[0]}", days.get(key), stored.get(key))


async def _compare_period(
    conn: AsyncConnection,
    period: Period,
    recomputed: Mapping[tuple[str, str], Tally],
    found: DrillResult,
) -> None:
    by_unit = await tallies.by_subtree(conn, period.start, period.end)
    stored = {
        (code, instrument): tally
        for code, by_instrument in by_unit.items()
        for instrument, tally in by_instrument.items()
    }
    for key in sorted(recomputed.keys() | stored.keys()):
        found.compare(f"{key[0]} in {period}", recomputed.get(key), stored.get(key))


async def _compare_closed(conn: AsyncConnection, found: DrillResult) -> None:
    for head in await closings.listed(conn):
        verified = await closings.verify(conn, head.period)
        found.closed += 1
        found.figures += len(await closings.units(conn, head.period)) + 1
        for difference in verified.differences:
            found.add_difference(f"{head.period} as it was closed: {difference}")


def _described(tally: Tally | None) -> str:
    return f"IKM {ikm(tally)} of {tally.n} responses" if tally else "nothing"


def _periods(months: set[date]) -> Iterator[Period]:
    """Yields every month, quarter, semester and year with a response."""
    for kind in sorted(MONTHS, key=MONTHS.__getitem__):
        yield from sorted({Period.of(kind, month) for month in months}, key=lambda one: one.start)


def _subtrees(
    period: Period, months: Mapping[tuple[int, date, str], Tally], tree: TreeById
) -> Mapping[tuple[str, str], Tally]:
    """Returns (unit code, instrument) → tally of the subtree in the period."""
    found: defaultdict[tuple[str, str], Tally] = defaultdict(Tally.empty)
    for (unit, month, instrument), own in months.items():
        if period.contains(month):
            for code in upward(tree, unit):
                found[code, instrument] += own
    return found
