"""What a month may cost: counted on disk, told once, and the way in is closed when it is spent."""

from dataclasses import replace
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.ask import Desk as AnswerDesk
from bot.delivery import Postman
from bot.links import Links
from bot.whatsapp.budget import Budget
from bot.whatsapp.ledger import Ledger
from skm.store import spending
from skm.store.database import Database
from skm.store.spending import Spent
from tests.bot.whatsapp.line import Line, a_line
from tests.chat import CODE, Time
from tests.served import served, site_of
from tests.stand.whatsapp import refusal

ZONE = ZoneInfo("Asia/Jakarta")


@pytest.fixture
async def line(database_url: str) -> Any:
    async with a_line(database_url, budget=3) as line:
        yield line


def desk_of(line: Line) -> AnswerDesk:
    return line.desk.inbox.officials.desk


async def test_what_is_counted_is_what_was_taken(line: Line) -> None:
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


async def test_a_new_month_begins_where_the_instansi_is(line: Line) -> None:
    for _ in range(3):
        await line.channel.ledger.count(bulk=False)
    assert not line.channel.ledger.is_offered()
    line.desk.time.passes(days=7, hours=14, minutes=44)  # 23.59 on 30 November in Jakarta
    assert line.channel.ledger.month == "2026-11"
    assert not line.channel.ledger.is_offered()
    line.desk.time.passes(minutes=1)
    assert line.channel.ledger.month == "2026-12"
    assert line.channel.ledger.is_offered()


async def test_the_landing_page_stops_offering_whatsapp_and_who_began_is_still_served(
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


async def test_each_admin_is_told_once_a_month(line: Line) -> None:
    admin = await line.desk.official("admin")
    await line.desk.official("officer", "PAJANG")
    budget = Budget(desk_of(line), line.channel.ledger)
    told = list[str]()

    class Heard:
        name, limits = "telegram", line.channel.limits

        async def send(self, address: Any, outbound: Any, *, bulk: bool = False) -> None:
            told.append(f"{address.chat}: {outbound.text}")

    postman = Postman(
        line.desk.db,
        {"telegram": Heard()},
        lambda due, official: budget.compose(due, official),
        line.desk.time,
    )
    await budget.watch()
    await postman.deliver()
    assert told == []
    for _ in range(3):
        await line.channel.ledger.count(bulk=False)
    for _ in range(3):
        await budget.watch()
        await postman.deliver()
        line.desk.time.passes(hours=1)
    [sentence] = told
    assert sentence.startswith(f"chat-{admin.user}: WhatsApp sudah memakai 3 dari 3 pesan")


async def test_what_other_replicas_send_counts_as_well(db: Database) -> None:
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


async def test_months_and_channels_are_counted_apart(db: Database) -> None:
    for channel, month in (("whatsapp", "2026-11"), ("whatsapp", "2026-12"), ("sms", "2026-11")):
        await db.write(partial(count, channel, month))
    assert await db.read(lambda conn: spending.of(conn, "whatsapp", "2026-11")) == Spent(1)
    assert await db.read(lambda conn: spending.of(conn, "whatsapp", "2027-01")) == Spent()


async def count(channel: str, month: str, conn: Any) -> None:
    await spending.count(conn, channel, month, Spent(replies=1))


async def test_only_the_first_questions_about_a_respondent_are_paid_for(line: Line) -> None:
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


async def test_a_channel_that_affords_none_asks_none(line: Line) -> None:
    inbox = line.desk.inbox
    limits = {**inbox.limits, "whatsapp": replace(inbox.limits["whatsapp"], profile=0)}
    line.desk = replace(line.desk, inbox=replace(inbox, limits=limits))
    phone = await line.phone().scans(CODE)
    for _ in range(9):
        await phone.types("4")
    assert "Nomor tanda terima" in phone.sees
    assert len(phone.got) == 10


async def test_messages_a_finished_survey_are_reported(line: Line) -> None:
    line.channel.ledger.budget = 0
    for number in ("62811111111", "62822222222"):
        phone = await line.phone(number).scans(CODE)
        for said in (*"444444444", "lewati semua", "selesai"):
            await phone.types(said)
    await line.phone("62833333333").scans(CODE)
    await line.quiet()
    spent, finished = await line.channel.ledger.usage()
    assert (spent.replies, finished) == (2 * 12 + 1, 2)
