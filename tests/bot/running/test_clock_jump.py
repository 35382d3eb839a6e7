"""The server's clock is set forward or back: nothing is lost or doubled, and no job stops."""

import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import opened
from bot.deployment import Deployment
from bot.duties import duties
from bot.housekeeping import housekeeping
from bot.messaging.channel import SendError
from bot.running.clock_jump import ClockJump
from bot.running.settings import Settings
from bot.scheduled.clock import Clock
from bot.telegram.channel import telegram_rates
from skm.instansi.official import Invitation, Role
from skm.notices.delivery import DeliveryKind
from skm.notices.subscription import Subscription, last_due, period_of
from skm.store.officials import deliveries, officials, subscriptions
from skm.store.survey import upps
from tests.bot.scheduled.test_sender import Mailbox
from tests.tools.chat import CODE, KEY, Desk, Time, a_desk
from tests.tools.databases import sqlite_in
from tests.tools.examples import examples
from tests.tools.store_city import TREE, call

FRIDAY = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 0, 31, tzinfo=UTC)  # a minute past 07:30 in Jakarta
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
WANTED = Subscription(1)


@dataclass
class Server:
    """All duties of a server with one official who wants the weekly digest."""

    app: Deployment
    time: Time
    mailbox: Mailbox
    clock: Clock = field(init=False)
    steady: float = 0

    async def ticks(self, at: datetime) -> int:
        """How many digests arrive at that tick."""
        self.time.at, before = at, len(self.mailbox.arrived)
        await self.clock.tick()
        return len(self.mailbox.arrived) - before

    async def lives(self, span: timedelta) -> int:
        """The same, after so much time has really passed."""
        self.steady += span.total_seconds()
        return await self.ticks(self.time.at + span)

    def watches_its_clock(self) -> None:
        self.clock.jump = ClockJump(self.time, lambda: self.steady)


@asynccontextmanager
async def a_server(url: str) -> AsyncIterator[Server]:
    time, mailbox = Time(FRIDAY), Mailbox()
    given = Settings(_env_file=None, database_url=url, secret_key=KEY.decode())
    async with opened(given, time) as app:
        app.channels["telegram"] = mailbox
        await app.db.write(call(upps.put, TREE))
        invited = Invitation(Role.ADMIN, None, "Sri")
        await app.db.write(call(officials.add, invited, "p", "telegram", "7", "id", FRIDAY))
        await app.db.write(call(subscriptions.put, WANTED, FRIDAY))
        server = Server(app, time, mailbox)
        server.clock = Clock(duties(app), lambda: server.steady)
        yield server


async def test_a_digest_comes_once_whichever_way_the_clock_is_put(database_url: str) -> None:
    async with a_server(database_url) as server:
        assert await server.ticks(MONDAY) == 1
        assert await server.ticks(MONDAY - HOUR) == 0
        assert await server.ticks(MONDAY) == 0
        assert await server.ticks(MONDAY + DAY) == 0
        assert await server.ticks(MONDAY - DAY) == 0
        assert await server.ticks(MONDAY + 7 * DAY) == 1


async def test_a_clock_wrongly_put_past_monday_sends_nothing_before_the_true_monday(
    database_url: str,
) -> None:
    async with a_server(database_url) as server:
        server.watches_its_clock()
        await server.lives(MINUTE)
        assert await server.ticks(MONDAY) == 0
        assert await server.lives(59 * MINUTE) == 0
        assert server.clock.trouble["the clock"].startswith("was put forward by 70 hours")
        assert await server.ticks(FRIDAY + HOUR) == 0
        assert server.clock.trouble == {}
        assert await server.lives(MONDAY - server.time.at) == 1


async def test_a_clock_that_stays_put_forward_is_believed_after_an_hour(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with a_server(database_url) as server:
        server.watches_its_clock()
        assert await server.ticks(MONDAY) == 0
        assert await server.lives(HOUR / 2) == 0
        assert await server.ticks(server.time.at + DAY) == 0  # and forward once more
        assert await server.lives(HOUR - MINUTE) == 0
        assert await server.lives(MINUTE) == 1
        assert server.clock.trouble == {}
    assert caplog.text.count("The clock was put forward") == 1


async def test_after_a_sleep_of_fourteen_hours_all_jobs_run_at_once(database_url: str) -> None:
    async with a_server(database_url) as server:
        server.watches_its_clock()
        await server.ticks(MONDAY - 13 * HOUR)
        assert await server.lives(14 * HOUR) == 1
        assert server.clock.trouble == {}
        assert set(server.clock.heartbeat.ages()) == {duty.name for duty in server.clock.duties}


async def test_jobs_that_wait_for_a_doubted_clock_do_not_count_as_stopped(
    database_url: str,
) -> None:
    async with a_server(database_url) as server:
        server.watches_its_clock()
        server.clock.heartbeat.steady = lambda: server.steady
        await server.lives(MINUTE)
        await server.ticks(MONDAY)
        for _ in range(5):
            await server.lives(10 * MINUTE)
            assert server.clock.heartbeat.stalled() == ""
        server.steady += HOUR.total_seconds()  # and no tick
        assert "deliver" in server.clock.heartbeat.stalled()


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(-(10**7), 3599)), max_size=20))
def test_time_that_passes_and_small_or_backward_steps_are_never_doubted(
    lived: list[tuple[int, int]],
) -> None:
    at, steady = Time(FRIDAY), 0.0
    jump = ClockJump(at, lambda: steady)
    for passed, step in lived:
        steady += passed
        at.at += timedelta(seconds=passed + step)
        assert not jump.ahead()


@examples(8)
@given(st.lists(st.integers(-30, 24 * 30), min_size=1, max_size=12))
async def test_each_week_whose_begin_a_tick_has_seen_has_one_digest(hours: list[int]) -> None:
    ticks = [FRIDAY + timedelta(hours=hour) for hour in hours]
    with TemporaryDirectory() as folder:
        async with a_server(sqlite_in(Path(folder))) as server:
            zone = server.app.settings.zone
            for at in ticks:
                await server.ticks(at)
            found = await server.app.db.read(call(deliveries.listed, FRIDAY - 30 * DAY))
    dues = [last_due(WANTED, at, zone) for at in ticks]
    expected = {str(period_of(WANTED, due)) for due in dues if due >= FRIDAY}
    told = Counter(one.plan.about for one in found if one.plan.kind is DeliveryKind.DIGEST)
    assert told == Counter(expected)


async def test_what_is_to_be_tried_later_waits_for_its_moment_and_goes_out_once(
    database_url: str,
) -> None:
    async with a_server(database_url) as server:
        later = SendError("busy", retryable=True, retry_at=MONDAY + HOUR)
        server.mailbox.script = [later]
        assert await server.ticks(MONDAY) == 0
        for at in (MONDAY - HOUR, MONDAY, MONDAY + HOUR - timedelta(seconds=1)):
            assert await server.ticks(at) == 0
        assert await server.ticks(MONDAY + DAY) == 1
        assert await server.ticks(MONDAY + HOUR) == 0


async def test_an_interval_passes_however_the_clock_is_set(database_url: str) -> None:
    """Alerts are looked for every 15 minutes, counted from the last time."""
    async with a_server(database_url) as server:
        looking = next(duty for duty in server.clock.duties if duty.name == "detect alerts")
        await server.lives(MINUTE)
        for step in (-3 * HOUR, DAY, -DAY):
            before = looking.last
            await server.ticks(server.time.at + step)
            assert looking.last == before
            await server.lives(15 * MINUTE)
            assert looking.last == server.steady


async def test_the_limits_of_a_messenger_do_not_go_by_the_clock_on_the_wall() -> None:
    """Else a clock set back by an hour would silence the bot for an hour."""
    assert telegram_rates()._clock is time.monotonic


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with a_desk(database_url) as desk:
        yield desk


@pytest.mark.parametrize("jump", [DAY, -HOUR, -DAY])
async def test_a_survey_goes_on_where_it_was(desk: Desk, jump: timedelta) -> None:
    chat = await desk.chat().opens(CODE)
    for _ in range(4):
        await chat.answers_one(3)
    desk.time.at += jump
    await Clock(housekeeping(desk.inbox, 0)).tick()
    chat.hears("Pertanyaan 5 dari 9")
    for _ in range(5):
        await chat.answers_one(4)
    await chat.taps("Lewati semua")
    await chat.taps("Selesai")
    chat.hears("Survei selesai")


@pytest.mark.parametrize("jump", [-HOUR, -DAY])
async def test_setting_the_clock_back_does_not_let_anybody_answer_twice(
    desk: Desk, jump: timedelta
) -> None:
    chat = await (await desk.chat().opens(CODE)).answers_all()
    await chat.taps("Lewati semua")
    await chat.taps("Selesai")
    desk.time.at += jump
    await chat.opens(CODE)
    assert not chat.screen.rows
    desk.time.at += 2 * DAY
    await chat.opens(CODE)
    chat.hears("Pertanyaan 1 dari 9")
