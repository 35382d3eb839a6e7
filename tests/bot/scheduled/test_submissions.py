"""Reminders of reports: one summary before the deadline and one after it, and word of a return."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest

from bot.scheduled.clock import Clock, Duty
from bot.scheduled.sender import Sender
from bot.scheduled.still_wanted import still_wanted
from bot.scheduled.submissions import SubmissionReminders
from skm.instansi.period import Period
from skm.store.officials import officials
from skm.store.periods import report_deadlines
from tests.bot.scheduled.test_sender import Mailbox
from tests.tools.chat import Chat, Desk, a_desk
from tests.tools.officials_city import plan, settle

Q3 = Period.parse("2026-Q3")
BEFORE = datetime(2026, 10, 8, 1, tzinfo=UTC)  # 08.00 in the city; the deadline is the 14th


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with a_desk(database_url) as desk:
        await settle(desk)
        desk.time.at = BEFORE
        yield desk


async def tick(desk: Desk, mailbox: Mailbox) -> None:
    """What the clock does."""
    reminders = SubmissionReminders(desk.db, desk.instansi)
    sender = Sender(
        desk.db, {"telegram": mailbox}, reminders.compose, desk.time, wanted=still_wanted
    )
    duties = [Duty("plan", reminders.plan), Duty("deliver", sender.deliver)]
    await Clock(duties).tick()


def heard_by(mailbox: Mailbox, chat: Chat) -> list[str]:
    return [sent.text for address, sent in mailbox.arrived if address == f"chat-{chat.user}"]


async def handed_in(desk: Desk, officer: Chat, code: str = "PAJANG") -> None:
    await plan(desk, code, Q3)
    await officer.types("/serah tw3 2026 tulis Antrean pagi lama.")
    await officer.taps("Serahkan")


async def test_an_officer_hears_once_before_and_once_after_the_deadline(desk: Desk) -> None:
    officer, mailbox = await desk.official("officer", "PAJANG"), Mailbox()
    for days in (0, 1, 3, 2, 1, 10, 30):
        desk.time.passes(days=days)
        await tick(desk, mailbox)
    assert heard_by(mailbox, officer) == [
        "Laporan triwulan III 2026 ditunggu sampai 14 Oktober 2026. Belum diserahkan: 1 dari 1"
        " unit Anda.\nPuskesmas Pajang: belum dimulai",
        "Batas penyerahan laporan triwulan III 2026 sudah lewat (14 Oktober 2026). Belum"
        " diserahkan: 1 dari 1 unit Anda.\nPuskesmas Pajang: belum dimulai",
    ]
    [choice] = mailbox.arrived[0][1].choices
    assert choice.data == "/serah PAJANG 2026-Q3"


async def test_a_week_before_it_is_too_early_and_after_eight_weeks_too_late(desk: Desk) -> None:
    await desk.official("officer", "PAJANG")
    mailbox = Mailbox()
    desk.time.passes(days=-2)
    await tick(desk, mailbox)
    desk.time.passes(days=8 + 57)
    await tick(desk, mailbox)
    assert mailbox.arrived == []


async def test_who_has_handed_in_is_left_alone(desk: Desk) -> None:
    officer, mailbox = await desk.official("officer", "PAJANG"), Mailbox()
    await handed_in(desk, officer)
    await tick(desk, mailbox)
    assert heard_by(mailbox, officer) == []


async def test_the_office_hears_one_summary_of_all_units(desk: Desk) -> None:
    officer = await desk.official("officer", "PAJANG")
    admin, reader = await desk.official("admin"), await desk.official("viewer")
    await handed_in(desk, officer)
    mailbox = Mailbox()
    await tick(desk, mailbox)
    [said] = heard_by(mailbox, admin)
    assert "Belum diserahkan: 1 dari 2 unit; perlu diperiksa: 1." in said
    assert "Puskesmas Purwosari: belum dimulai" in said
    assert heard_by(mailbox, reader) == []


async def test_what_is_handed_in_after_planning_is_not_reminded_of(desk: Desk) -> None:
    """It is asked again when the message is about to be sent."""
    officer, mailbox = await desk.official("officer", "PAJANG"), Mailbox()
    await SubmissionReminders(desk.db, desk.instansi).plan()
    await handed_in(desk, officer)
    await tick(desk, mailbox)
    assert mailbox.arrived == []


async def test_whoever_turned_reminders_off_or_lost_the_role_hears_nothing(desk: Desk) -> None:
    await desk.official("officer", "PAJANG")
    await desk.official("officer", "PURWO")
    await SubmissionReminders(desk.db, desk.instansi).plan()
    first, second = await desk.db.read(officials.listed)
    await desk.db.write(lambda conn: officials.set_alerts(conn, first.id, wanted=False))
    await desk.db.write(lambda conn: officials.remove(conn, second.id, desk.time()))
    mailbox = Mailbox()
    await tick(desk, mailbox)
    assert mailbox.arrived == []


async def test_a_deadline_that_is_moved_is_reminded_of_again(desk: Desk) -> None:
    admin, officer = await desk.official("admin"), await desk.official("officer", "PAJANG")
    mailbox = Mailbox()
    await tick(desk, mailbox)
    [who] = [one for one in await desk.db.read(officials.listed) if one.upp is None]
    later = date(2026, 10, 20)
    await desk.db.write(lambda conn: report_deadlines.put(conn, who.id, Q3, later, 14, desk.time()))
    desk.time.passes(days=6)
    await tick(desk, mailbox)
    assert len(heard_by(mailbox, officer)) == len(heard_by(mailbox, admin)) == 2
    assert "20 Oktober 2026" in heard_by(mailbox, officer)[1]


async def test_a_returned_report_comes_back_with_the_note(desk: Desk) -> None:
    officer, admin = await desk.official("officer", "PAJANG"), await desk.official("admin")
    await handed_in(desk, officer)
    await admin.types("/serah pajang tw3 2026 kembalikan Sebut penyebabnya.")
    mailbox = Mailbox()
    desk.time.at = datetime(2026, 10, 5, 1, tzinfo=UTC)  # no summary is due
    await tick(desk, mailbox)
    await tick(desk, mailbox)
    [said] = heard_by(mailbox, officer)
    assert "Sebut penyebabnya." in said
    assert heard_by(mailbox, admin) == []
