"""Reminders of follow-ups: to those nearest, once a week, of what is empty or overdue."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.scheduled.reminders import Reminders
from bot.scheduled.sender import Sender
from skm.follow_up.tindak_lanjut import Done, Plan
from skm.instansi.period import Period
from skm.instansi.upp import Upp
from skm.notices.delivery import DeliveryState
from skm.store.officials import deliveries
from skm.store.periods import follow_ups
from skm.store.survey import responses, upps
from tests.bot.scheduled.test_sender import Mailbox
from tests.tools.chat import Desk, a_desk
from tests.tools.officials_city import settle
from tests.tools.store_city import call, given_by

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
    reminders = Reminders(desk.db, desk.instansi)
    await reminders.plan()
    channels = {"telegram": mailbox}
    await Sender(desk.db, channels, reminders.compose, desk.time).deliver()


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
    [said] = [outbound.text for _, outbound in mailbox.arrived]
    assert "Puskesmas Pajang" in said
    assert "Puskesmas Purwosari" in said


async def test_who_is_nearest_to_many_units_gets_one_message_about_all(desk: Desk) -> None:
    """And a button for each; what is overdue comes first."""
    admin = await desk.official("admin")
    await mend(desk, "PURWO", deadline=date(2026, 10, 7))
    mailbox = Mailbox()
    await tick(desk, mailbox)
    [said] = [outbound for _, outbound in mailbox.arrived]
    assert said.text.splitlines() == [
        "Pengingat tindak lanjut: 2 unit belum selesai",
        "",
        "Puskesmas Purwosari, triwulan III 2026: 3 lewat tenggat",
        "Puskesmas Pajang, triwulan III 2026: 3 belum direncanakan",
    ]
    assert [choice.data for choice in said.choices] == ["/tl PURWO 2026-Q3", "/tl PAJANG 2026-Q3"]
    await admin.forges(said.choices[1].data)
    admin.hears("Puskesmas Pajang, triwulan III 2026")


async def test_of_a_hundred_units_the_first_ten_are_named_in_one_message(desk: Desk) -> None:
    await desk.official("admin")
    units = [Upp(f"UNIT{number:03}", f"Unit {number}") for number in range(100)]
    await desk.db.write(call(upps.put, units))
    rows = [
        (given_by(f"{unit.code}-{n}", 3, unit.code), date(2026, 8, 3))
        for unit in units
        for n in range(5)
    ]
    await desk.db.write(call(responses.insert_many, rows, desk.inbox.instrument))
    mailbox = Mailbox()
    for _ in range(3):
        await tick(desk, mailbox)
        desk.time.passes(hours=1)
    [said] = [outbound for _, outbound in mailbox.arrived]
    assert said.text.startswith("Pengingat tindak lanjut: 102 unit belum selesai")
    assert said.text.endswith("Dan 92 unit lain.")
    assert len(said.choices) == 10


async def test_what_was_planned_before_the_reminder_left_needs_none(desk: Desk) -> None:
    await desk.official("officer", "PAJANG")
    mailbox = Mailbox()
    await Reminders(desk.db, desk.instansi).plan()
    await mend(desk, "PAJANG", deadline=date(2026, 12, 1))
    await tick(desk, mailbox)
    assert mailbox.arrived == []
    [one] = await desk.db.read(call(deliveries.listed, FIRST - timedelta(days=9)))
    assert one.state is DeliveryState.CANCELLED


async def test_who_turned_alerts_off_is_not_reminded(desk: Desk) -> None:
    officer = await desk.official("officer", "PAJANG")
    await officer.types("/langganan siaga mati")
    mailbox = Mailbox()
    await tick(desk, mailbox)
    assert mailbox.arrived == []
