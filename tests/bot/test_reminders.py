"""Reminders of follow-ups: to those nearest, once a week, of what is empty or overdue."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery import Postman
from bot.reminders import Reminders
from skm.period import Period
from skm.store import follow_ups, upps
from skm.tindak_lanjut import Done, Plan
from tests.bot.city import settle
from tests.bot.test_delivery import Mailbox
from tests.chat import Desk, a_desk

Q3 = Period.parse("2026-Q3")
FIRST = datetime(2026, 10, 8, 1, tzinfo=UTC)  # a week after the quarter, 08.00 in the city


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with a_desk(database_url) as desk:
        await settle(desk)
        desk.time.at = FIRST
        yield desk


async def tick(desk: Desk, mailbox: Mailbox) -> None:
    """What the clock does."""
    reminders = Reminders(desk.inbox.officials.desk)
    await reminders.plan()
    channels = {"telegram": mailbox}
    await Postman(desk.db, channels, reminders.compose, desk.time).deliver()


async def mend(desk: Desk, code: str, *, deadline: date, done: bool = False) -> None:
    """Plan all three of a unit, and do them."""

    async def work(conn: AsyncConnection) -> None:
        unit = await upps.by_code(conn, code)
        assert unit is not None
        for item in await follow_ups.of(conn, unit, Q3):
            planned = item.planned(Plan("Tambah loket", deadline, "Bu Sri"), date(2026, 10, 2))
            finished = planned.finished(Done(date(2026, 10, 3), "Sudah")) if done else planned
            await follow_ups.put(conn, unit, finished)

    await desk.db.write(work)


async def test_the_unit_is_reminded_of_plans_that_nobody_wrote(desk: Desk) -> None:
    await desk.official("officer", "PAJANG")
    mailbox = Mailbox()
    await tick(desk, mailbox)
    (heard,) = [outbound for _, outbound in mailbox.arrived]
    assert "Puskesmas Pajang, triwulan III 2026" in heard.text
    assert "Belum direncanakan: " in heard.text
    assert heard.choices[0].data.startswith("/tl PAJANG 2026-Q3 U")


async def test_one_message_a_week_however_often_the_clock_ticks(desk: Desk) -> None:
    await desk.official("officer", "PAJANG")
    mailbox = Mailbox()
    for _ in range(3):
        await tick(desk, mailbox)
        desk.time.passes(hours=1)
    assert len(mailbox.arrived) == 1
    desk.time.passes(days=7)
    await tick(desk, mailbox)
    assert len(mailbox.arrived) == 2


async def test_in_the_first_week_nobody_is_reminded(desk: Desk) -> None:
    await desk.official("officer", "PAJANG")
    desk.time.passes(days=-1)
    mailbox = Mailbox()
    await tick(desk, mailbox)
    assert mailbox.arrived == []


async def test_after_eight_weeks_it_is_left(desk: Desk) -> None:
    await desk.official("officer", "PAJANG")
    desk.time.passes(weeks=8)
    mailbox = Mailbox()
    await tick(desk, mailbox)
    assert mailbox.arrived == []


async def test_what_is_past_its_deadline_is_reminded_of(desk: Desk) -> None:
    await desk.official("officer", "PAJANG")
    await mend(desk, "PAJANG", deadline=date(2026, 10, 7))
    mailbox = Mailbox()
    await tick(desk, mailbox)
    assert "Lewat tenggat: " in mailbox.arrived[0][1].text


async def test_what_is_planned_in_time_or_done_is_left_alone(desk: Desk) -> None:
    await desk.official("officer", "PAJANG")
    await desk.official("officer", "PURWO")
    await mend(desk, "PAJANG", deadline=date(2026, 12, 1))
    await mend(desk, "PURWO", deadline=date(2026, 10, 4), done=True)
    mailbox = Mailbox()
    await tick(desk, mailbox)
    assert mailbox.arrived == []


async def test_it_goes_to_those_nearest_who_may_do_something(desk: Desk) -> None:
    await desk.official("viewer", "PAJANG")
    above = await desk.official("officer", "DINKES")
    await desk.official("admin")
    mailbox = Mailbox()
    await tick(desk, mailbox)
    assert {chat for chat, _ in mailbox.arrived} == {f"chat-{above.user}"}
    said = sorted(outbound.text.splitlines()[0] for _, outbound in mailbox.arrived)
    assert said == [
        "Pengingat tindak lanjut, Puskesmas Pajang, triwulan III 2026",
        "Pengingat tindak lanjut, Puskesmas Purwosari, triwulan III 2026",
    ]


async def test_who_turned_alerts_off_is_not_reminded(desk: Desk) -> None:
    officer = await desk.official("officer", "PAJANG")
    await officer.types("/langganan siaga mati")
    mailbox = Mailbox()
    await tick(desk, mailbox)
    assert mailbox.arrived == []
