"""The drill: every figure computed anew from the raw responses, and compared with what is kept.

Nothing is taken from the rollup. Days are compared count by count; months, quarters, semesters and
years index by index for every unit with everything below it; closed periods with what they froze.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from operator import add
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.ikm import Tally, ikm
from skm.period import MONTHS, Kind, Period
from skm.store import closings, tallies
from skm.store.schema import response, upp
from skm.store.schema_counts import SUMS, tally
from skm.unsur import Unsur

MOST = 50  # differences that are named

Sums = tuple[int, ...]
Key = tuple[int, date, str]  # upp id, first day of a month, instrument


@dataclass
class Drilled:
    """`figures`: how many were computed anew. `differences`: a sentence each, at most MOST."""

    responses: int = 0
    figures: int = 0
    closed: int = 0
    different: int = 0
    differences: list[str] = field(default_factory=list)

    def differs(self, sentence: str) -> None:
        self.different += 1
        if len(self.differences) < MOST:
            self.differences.append(sentence)


async def drill(conn: AsyncConnection, advance: Callable[[int, int], None]) -> Drilled:
    """Read everything; `advance` hears of the units done and of how many."""
    found = Drilled()
    units = (await conn.execute(select(upp.c.id, upp.c.code, upp.c.parent_id))).all()
    months: dict[Key, Sums] = {}
    for done, (unit, code, _) in enumerate(units, 1):
        days = await _counted(conn, unit, found)
        await _compare_days(conn, unit, code, days, found)
        for (day, instrument), sums in days.items():
            key = (unit, Period.of(Kind.MONTH, day).start, instrument)
            months[key] = _plus(months.get(key), sums)
        advance(done, len(units))
    tree = {unit: (code, parent) for unit, code, parent in units}
    for period in _periods({month for _, month, _ in months}):
        await _compare_period(conn, period, _subtrees(period, months, tree), found)
    await _compare_closed(conn, found)
    return found


# --- the responses themselves --------------------------------------------------------------------


async def _counted(
    conn: AsyncConnection, unit: int, found: Drilled
) -> dict[tuple[date, str], Sums]:
    """One unit's own responses, added up by day and instrument."""
    query = (
        select(response.c.day, response.c.instrument, response.c.answers, func.count())
        .where(response.c.upp_id == unit)
        .group_by(response.c.day, response.c.instrument, response.c.answers)
    )
    days: dict[tuple[date, str], Sums] = {}
    for day, instrument, answers, many in await conn.execute(query):
        found.responses += many
        own = tuple(many * value for value in _flat(_tally_of(answers)))
        days[day, instrument] = _plus(days.get((day, instrument)), own)
    return days


def _tally_of(answers: str) -> Tally:
    given = {Unsur(unsur): list(items.values()) for unsur, items in json.loads(answers).items()}
    return Tally.of_response(given)


def _flat(one: Tally) -> Sums:
    return (one.n, one.total, one.total_sq, *(c for unsur in Unsur for c in one.counts[unsur]))


def _tally(sums: Sums) -> Tally:
    n, total, total_sq, *counts = sums
    quads = {
        unsur: (counts[at], counts[at + 1], counts[at + 2], counts[at + 3])
        for unsur, at in zip(Unsur, range(0, len(counts), 4), strict=True)
    }
    return Tally(n, quads, total, total_sq)


def _plus(one: Sums | None, other: Sums) -> Sums:
    return tuple(map(add, one, other)) if one else other


# --- against what is kept ------------------------------------------------------------------------


async def _compare_days(
    conn: AsyncConnection,
    unit: int,
    code: str,
    days: Mapping[tuple[date, str], Sums],
    found: Drilled,
) -> None:
    summed = [func.sum(tally.c[name]) for name in SUMS]
    query = (
        select(tally.c.start, tally.c.instrument, *summed)
        .where(tally.c.upp_id == unit, tally.c.kind == Kind.DAY)
        .group_by(tally.c.start, tally.c.instrument)
    )
    held = {
        (day, instrument): tuple(map(int, sums))
        for day, instrument, *sums in await conn.execute(query)
        if any(sums)
    }
    for day, instrument in sorted(days.keys() | held.keys()):
        raw, kept = days.get((day, instrument)), held.get((day, instrument))
        found.figures += 1
        if raw != kept:
            found.differs(
                f"{code} on {day}: {_told(raw)} by its responses, {_told(kept)} in the rollup."
            )


async def _compare_period(
    conn: AsyncConnection,
    period: Period,
    raw: Mapping[tuple[str, str], Sums],
    found: Drilled,
) -> None:
    by_unit = await tallies.by_subtree(conn, period.start, period.end)
    held = {
        (code, instrument): _flat(tally)
        for code, by_instrument in by_unit.items()
        for instrument, tally in by_instrument.items()
    }
    for code, instrument in sorted(raw.keys() | held.keys()):
        ours, kept = raw.get((code, instrument)), held.get((code, instrument))
        found.figures += 1
        if ours != kept or _ikm(ours) != _ikm(kept):
            found.differs(
                f"{code} in {period}: {_told(ours)} by its responses, {_told(kept)} in the rollup."
            )


async def _compare_closed(conn: AsyncConnection, found: Drilled) -> None:
    for head in await closings.listed(conn):
        verified = await closings.verify(conn, head.period)
        found.closed += 1
        found.figures += len(await closings.units(conn, head.period)) + 1
        for difference in verified.differences:
            found.differs(f"{head.period} as it was closed: {difference}")


def _ikm(sums: Sums | None) -> Any:
    return ikm(_tally(sums)) if sums else None


def _told(sums: Sums | None) -> str:
    return f"IKM {_ikm(sums)} of {sums[0]} responses" if sums else "nothing"


# --- which units and periods ---------------------------------------------------------------------


def _periods(months: set[date]) -> Iterator[Period]:
    """Every month, quarter, semester and year that has an answer."""
    for kind in sorted(MONTHS, key=MONTHS.__getitem__):
        yield from sorted(
            {Period.of(kind, month) for month in months}, key=lambda period: period.start
        )


def _subtrees(
    period: Period, months: Mapping[Key, Sums], tree: Mapping[int, tuple[str, int | None]]
) -> dict[tuple[str, str], Sums]:
    """By unit code and instrument, each response once in each unit above it."""
    found: defaultdict[tuple[str, str], Sums | None] = defaultdict(lambda: None)
    for (unit, month, instrument), sums in months.items():
        if period.contains(month):
            at: int | None = unit
            while at is not None:
                code, at = tree[at]
                found[code, instrument] = _plus(found[code, instrument], sums)
    return {key: sums for key, sums in found.items() if sums}
