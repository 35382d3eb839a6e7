"""Jobs that fail: repeated after growing pauses, and reported."""

import logging
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from pydantic import SecretStr

from bot.app import opened, probes_of, web_of
from bot.deployment import Deployment
from bot.doctor.checks import CheckResult, Verdict, served
from bot.running import gauges
from bot.running.heartbeat import Heartbeat
from bot.running.metrics import Metrics
from bot.running.settings import Settings
from bot.running.steady_time import boot_time
from bot.scheduled.clock import TICK, Clock, Duty
from skm.store.database.database import StoreError
from tests.tools.served import served as serving

DAY = timedelta(days=1)
BEGIN = datetime(2026, 11, 25, 3, tzinfo=UTC)


@dataclass
class Purge:
    """A daily duty that fails so many times, and the moments at which it was tried."""

    fails: int
    error: Exception = field(default_factory=lambda: StoreError("The disk is full."))
    at: datetime = BEGIN
    tried: list[datetime] = field(default_factory=list)

    def seconds(self) -> float:
        """The steady clock."""
        return self.at.timestamp()

    async def run(self) -> None:
        self.tried.append(self.at)
        if len(self.tried) <= self.fails:
            raise self.error

    async def lives(self, clock: Clock, until: datetime) -> None:
        """A tick every half minute."""
        while self.at < until:
            await clock.tick()
            self.at += TICK


def a_clock(purge: Purge, *others: Duty) -> Clock:
    return Clock([Duty("purge", purge.run, DAY), *others], purge.seconds)


async def test_a_daily_duty_that_fails_is_tried_again_within_minutes_and_then_once_a_day() -> None:
    purge = Purge(fails=3)
    await purge.lives(a_clock(purge), BEGIN + 2 * DAY)
    waited = [after - before for before, after in zip(purge.tried, purge.tried[1:], strict=False)]
    assert waited[:3] == [timedelta(minutes=minutes) for minutes in (1, 2, 4)]
    assert waited[3:] == [DAY]


async def test_one_that_goes_on_failing_is_tried_about_once_an_hour() -> None:
    purge = Purge(fails=10_000)
    await purge.lives(a_clock(purge), BEGIN + 2 * DAY)
    assert 40 < len(purge.tried) < 55
    assert purge.tried[-1] - purge.tried[-2] == timedelta(minutes=64)


async def test_a_failing_job_is_reported_until_it_works_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "bot")
    purge = Purge(fails=2)
    clock = a_clock(purge)
    await purge.lives(clock, BEGIN + timedelta(minutes=2))
    assert clock.trouble == {"purge": "failed 2 times in a row"}
    await purge.lives(clock, BEGIN + timedelta(minutes=5))
    assert clock.trouble == {}
    assert [record.getMessage() for record in caplog.records] == [
        "purge failed once: The disk is full.",
        "purge failed 2 times in a row: The disk is full.",
        "purge: works again.",
    ]


async def test_an_error_of_one_job_stops_no_other_and_its_message_is_not_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    purge, done = Purge(fails=1, error=KeyError("rahasia")), list[str]()

    async def deliver() -> None:
        done.append("deliver")

    await a_clock(purge, Duty("deliver", deliver)).tick()
    assert done == ["deliver"]
    assert "KeyError" in caplog.text
    assert "rahasia" not in caplog.text


async def test_a_duty_of_every_tick_misses_none_that_comes_a_little_early() -> None:
    purge = Purge(fails=0)
    clock = Clock([Duty("deliver", purge.run)], purge.seconds)
    for _ in range(5):
        await clock.tick()
        purge.at += TICK - timedelta(milliseconds=3)
    assert len(purge.tried) == 5


@pytest.fixture
async def app(database_url: str) -> AsyncIterator[Deployment]:
    settings = Settings(
        _env_file=None, database_url=database_url, secret_key=SecretStr("k" * 32)
    )  # fmt: skip
    async with opened(settings) as app:
        yield app


async def test_the_server_stays_ready_and_doctor_and_the_metrics_report_it(
    app: Deployment,
) -> None:
    purge = Purge(fails=1)
    clock = Clock([Duty("purge", purge.run, DAY)], purge.seconds, trouble=app.trouble)
    async with serving(web_of(app, [*probes_of(app)])) as base:
        port = {"http_port": int(base.rpartition(":")[2])}
        here = app.settings.model_copy(update=port)

        async def found() -> list[CheckResult]:
            return [finding async for finding in served(here)]

        assert [finding.verdict for finding in await found()] == [Verdict.OK]
        await clock.tick()
        assert await found() == [
            CheckResult(
                "server", Verdict.MEND, "It serves, but purge failed once: its log says why."
            )
        ]
        async with aiohttp.ClientSession() as session, session.get(f"{base}/readyz") as response:
            assert response.status == 200
    now = await gauges.current_state(app.db, {}, app.trouble, {})
    assert b'skm_trouble{about="purge"} 1.0\n' in gauges.exposition(Metrics(), now)


async def test_a_server_whose_jobs_have_stopped_is_not_ready_until_they_run_again(
    app: Deployment,
) -> None:
    """Also doctor and the metrics say so; a job of once a day may be silent for a day."""
    purge = Purge(fails=0)
    app = replace(app, heartbeat=Heartbeat(purge.seconds))
    duties = [Duty("purge", purge.run, DAY), Duty("deliver", purge.run)]
    clock = Clock(duties, purge.seconds, heartbeat=app.heartbeat)
    async with serving(web_of(app, [*probes_of(app)])) as base, aiohttp.ClientSession() as session:

        async def ready() -> tuple[int, str]:
            async with session.get(f"{base}/readyz") as response:
                return response.status, await response.text()

        await clock.tick()
        purge.at += timedelta(minutes=15)
        assert await ready() == (200, "ok")
        purge.at += timedelta(minutes=1)
        assert await ready() == (503, "scheduled jobs have stopped: deliver (16 min)")
        assert b'skm_duty_age_seconds{duty="deliver"} 960.0\n' in await app.metrics_text()
        port = {"http_port": int(base.rpartition(":")[2])}
        [found] = [one async for one in served(app.settings.model_copy(update=port))]
        assert found.verdict is Verdict.MEND
        assert "scheduled jobs have stopped: deliver (16 min)" in found.said
        await clock.tick()
        assert await ready() == (200, "ok")


def test_intervals_are_measured_by_a_clock_that_counts_the_sleep_of_the_machine() -> None:
    assert Clock([]).steady is boot_time
    assert Heartbeat().steady is boot_time
    assert boot_time() == pytest.approx(time.clock_gettime(time.CLOCK_BOOTTIME), abs=60)
