"""Reports and digests on one and on ten million responses: flat, because they read the rollup.

The yardstick is the same figure counted in SQL from the responses themselves, in the same run.
SKM_BENCH_RESPONSES sets the smaller number; the larger one is ten times as many.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.instansi.period import Period
from skm.instansi.upp import Upp
from skm.output.charts.bars import Bar, Bars
from skm.output.charts.draw import draw
from skm.quality.flag import Thresholds
from skm.store.database.database import Database
from skm.store.database.migrate import migrate
from skm.store.figures import digests, reports
from skm.store.survey import tallies, upps
from skm.survey.unsur import Unsur
from tests.benchmarks._crowd import code, recounted, settle
from tests.skm.survey.test_instrument import SKM9

RESPONSES = int(os.environ.get("SKM_BENCH_RESPONSES", "1000000"))
UNITS, MANY_UNITS, TIMES = 155, 10_000, 40
ONE = code(50)
QUARTER, WEEK = Period.parse("2026-Q3"), Period.parse("2026-W38")
ANEW = text(
    "SELECT count(*), avg(json_extract(answers, '$.U1.U1')), avg(json_extract(answers, '$.U9.U9'))"
    f" FROM response WHERE upp_id = (SELECT id FROM upp WHERE code = '{ONE}')"
    " AND day >= '2026-07-01' AND day < '2026-10-01'"
)

Row = tuple[str, float | int | str, str]
Work = Callable[[AsyncConnection], Awaitable[object]]


def run() -> list[Row]:
    return [*asyncio.run(_cities()), asyncio.run(_many_units())]


async def _cities() -> list[Row]:
    """Each on a city with so many, and on one with ten times as many."""
    rows: list[Row] = []
    async with _settled(UNITS, RESPONSES) as small, _settled(UNITS, 10 * RESPONSES) as large:
        for what, (work, target) in MEASURED.items():
            few, many = await _timed(work, small, large)
            rows += [
                (f"{what}, {RESPONSES:,} responses", few, target),
                (f"  on {10 * RESPONSES:,}", many, f"ms, {many / few:.2f} times as long"),
            ]
    return rows


async def _many_units() -> Row:
    async with _settled(MANY_UNITS, RESPONSES) as db:
        (took,) = await _timed(_all_units, db)
    what = f"a quarter of {MANY_UNITS:,} UPP with their subtrees, {RESPONSES:,} responses"
    return what, took, "ms (target: 500)"


@asynccontextmanager
async def _settled(units: int, responses: int) -> AsyncIterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'skm.db'}"
        migrate(url)
        async with Database.open(url) as db:
            await settle(db, units, responses)
            assert await db.read(lambda conn: recounted(conn, ONE))
            yield db


async def _timed(work: Work, *dbs: Database) -> list[float]:
    """The median in ms on each, in turn so that all meet the machine in the same moods, after one
    run that is not counted.
    """
    took: list[list[float]] = [[] for _ in dbs]
    for _ in range(TIMES + 1):
        for db, own in zip(dbs, took, strict=True):
            begun = time.perf_counter()
            await db.read(work)
            own.append((time.perf_counter() - begun) * 1000)
    return [median(own[1:]) for own in took]


# --- what is measured -------------------------------------------------------------------------


async def _all_units(conn: AsyncConnection) -> object:
    return await tallies.by_subtree(conn, QUARTER.start, QUARTER.end)


async def _one_unit(conn: AsyncConnection) -> object:
    upp = await upps.by_code(conn, ONE)
    assert upp is not None
    report = await reports.of(conn, upp, QUARTER)
    return report.as_json(QUARTER.end)


async def _counted_anew(conn: AsyncConnection) -> object:
    return await conn.execute(ANEW)


async def _city_with_chart(conn: AsyncConnection) -> object:
    found = await reports.unmarked_instansi(conn, QUARTER)
    before = (await reports.unmarked_instansi(conn, QUARTER.previous())).gabungan
    nilai, earlier = found.gabungan.nilai or {}, before.nilai or {}
    rows = [Bar(u, nilai.get(u), before=earlier.get(u)) for u in Unsur]
    chart = Bars(title="Kota", subtitle="TW III", rows=rows, interval="95 %", locale="id")
    return found.rerata_upp, await asyncio.to_thread(draw, chart)


async def _digest_of_one(conn: AsyncConnection) -> object:
    return await _digest(conn, await upps.by_code(conn, ONE))


async def _digest(conn: AsyncConnection, upp: Upp | None = None) -> object:
    zone = ZoneInfo("Asia/Jakarta")
    return await digests.of(conn, upp, WEEK, zone, SKM9, Thresholds(), WEEK.end)


MEASURED: dict[str, tuple[Work, str]] = {
    f"a quarter of {UNITS} UPP with their subtrees": (_all_units, "ms (target: 10)"),
    "one UPP, one quarter": (_one_unit, "ms"),
    "the same, counted anew in SQL": (_counted_anew, "ms, the yardstick"),
    "/report for the city with its chart": (_city_with_chart, "ms (target: 500)"),
    "a week's digest of one UPP": (_digest_of_one, "ms; it looks at each answer for odd ones"),
    "a week's digest of the city": (_digest, "ms"),
}
