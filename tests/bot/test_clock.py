"""Duties that fail: tried again before long, ever more slowly, and told of."""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from pydantic import SecretStr

from bot import gauges
from bot.app import _probes as probes_of
from bot.app import opened, web_of
from bot.checkup import Finding, Verdict, served
from bot.clock import TICK, Clock, Duty
from bot.deployment import Deployment
from bot.metrics import Metrics, text
from bot.settings import Settings
from skm.store.database import StoreError
from tests.served import served as serving

DAY = timedelta(days=1)
BEGIN = datetime(2026, 11, 25, 3, tzinfo=UTC)


@dataclass
class Purge:
    """A daily duty that fails so many times, and the moments at which it was tried."""

    fails: int
    error: Exception = field(default_factory=lambda: StoreError("The disk is full."))
    at: datetime = BEGIN
    tried: list[datetime] = field(default_factory=list)

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
    return Clock([Duty("purge", purge.run, DAY), *others], lambda: purge.at)


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


async def test_it_is_told_of_until_it_works_again(caplog: pytest.LogCaptureFixture) -> None:
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


async def test_a_mistake_of_ours_keeps_no_other_duty_and_its_words_are_not_told(
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
    clock = Clock([Duty("deliver", purge.run)], lambda: purge.at)
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


async def test_the_server_is_ready_all_the_same_and_doctor_and_the_metrics_tell_of_it(
    app: Deployment,
) -> None:
    purge = Purge(fails=1)
    clock = Clock([Duty("purge", purge.run, DAY)], lambda: purge.at, trouble=app.trouble)
    async with serving(web_of(app, [*probes_of(app)])) as base:
        port = {"http_port": int(base.rpartition(":")[2])}
        here = app.settings.model_copy(update=port)

        async def found() -> list[Finding]:
            return [finding async for finding in served(here)]

        assert [finding.verdict for finding in await found()] == [Verdict.OK]
        await clock.tick()
        assert await found() == [
            Finding("server", Verdict.MEND, "It serves, but purge failed once: its log says why.")
        ]
        async with aiohttp.ClientSession() as session, session.get(f"{base}/readyz") as response:
            assert response.status == 200
    now = await gauges.measured(app.db, {}, app.trouble)
    assert 'skm_trouble{about="purge"} 1' in text(gauges.lines(Metrics(), now))
