"""Reports on a million responses, and what the rollup saves beside counting them anew.

SKM_BENCH_RESPONSES sets another number. The yardstick is the same figure counted in SQL from the
responses themselves, in the same run.
"""

import asyncio
import os
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.output.bars import Bar, Bars
from skm.output.charts import draw
from skm.period import Period
from skm.response import Response
from skm.store import reports, responses, tallies, upps
from skm.store.database import Database
from skm.store.migrate import migrate
from skm.unsur import Unsur
from skm.upp import Upp
from tests.skm.test_instrument import SKM9

RESPONSES = int(os.environ.get("SKM_BENCH_RESPONSES", "1000000"))
UNITS = 155
QUARTER = Period.parse("2026-Q3")
CHUNK = 20_000
ANEW = text(
    "SELECT count(*), avg(json_extract(answers, '$.U1.U1')), avg(json_extract(answers, '$.U9.U9'))"
    " FROM response WHERE upp_id = (SELECT id FROM upp WHERE code = 'U007')"
    " AND day >= '2026-07-01' AND day < '2026-10-01'"
)

Row = tuple[str, float | int | str, str]


def run() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measured(f"sqlite+aiosqlite:///{Path(folder) / 'skm.db'}"))


async def _measured(url: str) -> list[Row]:
    migrate(url)
    async with Database.open(url) as db:
        units = [Upp("U000", "Kota")] + [
            Upp(f"U{n:03}", f"Unit {n}", "U000") for n in range(1, UNITS)
        ]
        await db.write(lambda conn: upps.put(conn, units))
        begun = time.perf_counter()
        await _fill(db)
        took = time.perf_counter() - begun
        one = await _timed(db, _one_unit)
        anew = await _timed(db, lambda conn: conn.execute(ANEW), times=3)
        city = await _timed(db, _city_with_chart, times=5)
        everyone = await _timed(
            db, lambda conn: tallies.by_subtree(conn, QUARTER.start, QUARTER.end)
        )
    return [
        ("responses stored", RESPONSES, f"{RESPONSES / took:,.0f} a second"),
        ("one UPP, one quarter", one, "ms (target: under 20)"),
        ("  the same counted anew", anew, f"ms, the yardstick ({anew / one:,.0f} times as long)"),
        (f"all {UNITS} UPP with their subtrees", everyone, "ms"),
        ("/report for the city with its chart", city, "ms (target: under 500)"),
    ]


async def _one_unit(conn: AsyncConnection) -> object:
    upp = await upps.by_code(conn, "U007")
    assert upp is not None
    report = await reports.of(conn, upp, QUARTER)
    return report.as_json()


async def _city_with_chart(conn: AsyncConnection) -> object:
    found = await reports.of_instansi(conn, QUARTER)
    before = (await reports.of_instansi(conn, QUARTER.previous())).gabungan
    nilai, earlier = found.gabungan.nilai or {}, before.nilai or {}
    rows = [Bar(u, nilai.get(u), before=earlier.get(u)) for u in Unsur]
    chart = Bars(title="Kota", subtitle="TW III", rows=rows, interval="95 %", locale="id")
    return found.rerata_upp, await asyncio.to_thread(draw, chart)


async def _timed(
    db: Database, work: Callable[[AsyncConnection], Awaitable[object]], times: int = 20
) -> float:
    """The median in ms, after one run that is not counted."""
    took = []
    for _ in range(times + 1):
        begun = time.perf_counter()
        await db.read(work)
        took.append((time.perf_counter() - begun) * 1000)
    return median(took[1:])


async def _fill(db: Database) -> None:
    rows = _generated()
    for _ in range(0, RESPONSES, CHUNK):
        chunk = [row for _, row in zip(range(min(CHUNK, RESPONSES)), rows, strict=False)]
        await db.write(lambda conn, c=chunk: responses.insert_many(conn, c, SKM9))  # type: ignore[misc]


def _generated() -> Iterator[tuple[Response, date]]:
    """Plausible answers over 2026, the same in every run."""
    rng = random.Random(14)
    for number in range(RESPONSES):
        day = date(2026, 1, 1) + timedelta(days=rng.randrange(365))
        answers = dict(zip(SKM9.by_id, rng.choices((1, 2, 3, 4), (1, 4, 50, 45), k=9), strict=True))
        at = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
        upp = f"U{rng.randrange(UNITS):03}"
        yield Response(f"R{number:09}", upp, "", None, SKM9.version, answers, at), day
