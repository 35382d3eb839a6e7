"""The monthly budget: messages are counted in the database, admins notified once a month."""

from dataclasses import replace
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.messaging.links import Links
from bot.scheduled.sender import Sender
from bot.whatsapp.budget import Budget
from bot.whatsapp.ledger import Ledger
from skm.store.database.database import Database
from skm.store.officials import spending
from skm.store.officials.spending import Spent
from tests.bot.whatsapp.line import Line, a_line
from tests.stand.whatsapp import refusal
from tests.tools.chat import CODE, Time
from tests.tools.served import served, site_of

ZONE = ZoneInfo("Asia/Jakarta")


@pytest.fixture
async def line(database_url: str) -> Any:
    async with a_line(database_url, budget=3) as line:
        yield line


async def test_only_accepted_or_unknown_sends_are_counted(line: Line) -> None:
    phone = await line.phone().scans(CODE)
    await phone.types("4")
    await line.quiet()
    line.stand.trouble.append(refusal(400, 131026))
    await line.stand.posts(line.stand.says(phone.number, text={"body": "4"}))
    await line.quiet()
    assert line.channel.ledger.spent == Spent(replies=2)
    line.stand.breaks, line.stand.accepted = 1, True
    await phone.types("4")
    await line.quiet()
    assert line.channel.ledger.spent == Spent(replies=3)  # it may have arrived, then it costs


async def test_a_month_begins_in_the_instansi_s_time_zone(line: Line) -> None:
    for _ in range(3):
        await line.channel.ledger.count(bulk=False)
    assert not line.channel.ledger.is_offered()
    line.desk.time.passes(days=7, hours=14, minutes=44)  # 23.59 on 30 November in Jakarta
    assert line.channel.ledger.month == "2026-11"
    assert not line.channel.ledger.is_offered()
    line.desk.time.passes(minutes=1)
    assert line.channel.ledger.month == "2026-12"
    assert line.channel.ledger.is_offered()


async def test_beyond_the_budget_whatsapp_is_not_offered_and_open_surveys_continue(
    line: Line,
) -> None:
    links = Links("http://127.0.0.1", "", "6281200000000", line.channel.ledger.is_offered)
    async with served(site_of(line.desk, links=links)) as url:

        async def offered() -> bool:
            async with line.stand._session.get(f"{url}/s/{CODE}") as page:
                return f"/s/{CODE}/whatsapp" in await page.text()

        assert await offered()
        phone = await line.phone().scans(CODE)
        await phone.types("4")
        await phone.types("4")
        await line.quiet()
        assert not await offered()
        async with line.stand._session.get(
            f"{url}/s/{CODE}/whatsapp", allow_redirects=False
        ) as followed:
            assert followed.status == 404
    await phone.types("4")
    assert "Pertanyaan 4 dari 9" in phone.sees


async def test_each_admin_is_notified_once_a_month(line: Line) -> None:
    admin = await line.desk.official("admin")
    await line.desk.official("officer", "PAJANG")
    budget = Budget(line.desk.db, line.desk.instansi.catalog, line.channel.ledger)
    told = list[str]()

    class Heard:
        name, limits = "telegram", line.channel.limits

        async def send(
            self, address: Any, outbound: Any, lane: Any = None, leaving: Any = None
        ) -> tuple[str, ...]:
            told.append(f"{address.chat}: {outbound.text}")
            return ()

    sender = Sender(
        line.desk.db,
        {"telegram": Heard()},
        lambda due, official: budget.compose(due, official),
        line.desk.time,
    )
    await budget.check()
    await sender.deliver()
    assert told == []
    for _ in range(3):
        await line.channel.ledger.count(bulk=False)
    for _ in range(3):
        await budget.check()
        await sender.deliver()
        line.desk.time.passes(hours=1)
    [sentence] = told
    assert sentence.startswith(f"chat-{admin.user}: WhatsApp sudah memakai 3 dari 3 pesan")


async def test_the_messages_of_all_replicas_are_counted(db: Database) -> None:
    now = Time()
    one, two = (Ledger(db, ZONE, now, budget=4) for _ in range(2))
    for ledger in (one, two, one, two):
        await ledger.count(bulk=ledger is two)
    assert two.spent == Spent(replies=2, bulk=2)
    assert one.is_offered()  # it has not looked yet
    await one.refresh()
    assert one.spent == two.spent
    assert not one.is_offered()


async def test_without_a_budget_it_is_always_offered(db: Database) -> None:
    ledger = Ledger(db, ZONE, Time())
    await ledger.count(bulk=False)
    assert ledger.is_offered()


async def test_months_and_channels_are_counted_separately(db: Database) -> None:
    for channel, month in (("whatsapp", "2026-11"), ("whatsapp", "2026-12"), ("sms", "2026-11")):
        await db.write(partial(count, channel, month))
    assert await db.read(lambda conn: spending.of(conn, "whatsapp", "2026-11")) == Spent(1)
    assert await db.read(lambda conn: spending.of(conn, "whatsapp", "2027-01")) == Spent()


async def count(channel: str, month: str, conn: Any) -> None:
    await spending.count(conn, channel, month, Spent(replies=1))


async def test_only_the_first_profile_questions_are_asked(line: Line) -> None:
    phone = await line.phone().scans(CODE)
    for _ in range(9):
        await phone.types("4")
    assert "perempuan atau laki-laki" in phone.sees
    await phone.types("1")
    assert "usia" in phone.sees
    await phone.types("2")
    assert "Nomor tanda terima" in phone.sees
    [response] = await line.responses()
    assert response.profile == {
        "gender": "female",
        "age": "18",
        "education": None,
        "occupation": None,
        "disability": None,
    }


async def test_a_limit_of_zero_asks_no_profile_questions(line: Line) -> None:
    inbox = line.desk.inbox
    limits = {**inbox.limits, "whatsapp": replace(inbox.limits["whatsapp"], profile=0)}
    line.desk = replace(line.desk, inbox=replace(inbox, limits=limits))
    phone = await line.phone().scans(CODE)
    for _ in range(9):
        await phone.types("4")
    assert "Nomor tanda terima" in phone.sees
    assert len(phone.got) == 10


async def test_usage_reports_messages_and_finished_surveys(line: Line) -> None:
    line.channel.ledger.budget = 0
    for number in ("62811111111", "62822222222"):
        phone = await line.phone(number).scans(CODE)
        for said in (*"444444444", "lewati semua", "selesai"):
            await phone.types(said)
    await line.phone("62833333333").scans(CODE)
    await line.quiet()
    spent, finished = await line.channel.ledger.usage()
    assert (spent.replies, finished) == (2 * 12 + 1, 2)
