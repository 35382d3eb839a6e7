"""A message that cannot be taken: kept aside, told once a day, forgotten after a month."""

from collections.abc import AsyncIterator

import pytest

from bot.aside import REMEMBERED, STRIKES, Asides, Strikes
from bot.clock import housekeeping
from bot.delivery import Postman
from bot.message import Outbound
from skm.aside import Aside
from skm.store import asides
from tests.bot.test_delivery import Mailbox
from tests.chat import Desk, a_desk
from tests.skm.store.city import call


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with a_desk(database_url) as desk:
        yield desk


def poison(message: str, channel: str = "telegram") -> Aside:
    return Aside(channel, message, "from is missing or no dict", '{"message": {"text": "str 7"}}')


async def keeps(desk: Desk, *found: Aside) -> None:
    for each in found:
        await Asides(desk.inbox.officials.desk).keep(each)


async def heard(desk: Desk) -> list[Outbound]:
    """What the admins hear at this tick."""
    kept, mailbox = Asides(desk.inbox.officials.desk), Mailbox()
    await desk.db.write(kept.plan)
    await Postman(desk.db, {"telegram": mailbox}, kept.compose, desk.time).deliver()
    return [said for _, said in mailbox.arrived]


async def test_admins_of_the_instansi_hear_of_it_once_a_day_and_channel(desk: Desk) -> None:
    await desk.official("admin")
    await desk.official("officer", "PAJANG")
    await keeps(desk, poison("1"), poison("2"), poison("3", "whatsapp"))
    told = [said.text for said in await heard(desk)]
    assert len(told) == 2
    assert any("2 pesan dari telegram pada 23 November 2026" in text for text in told)
    await keeps(desk, poison("4"))
    assert await heard(desk) == []
    desk.time.passes(days=1)
    assert await heard(desk) == []
    await keeps(desk, poison("5"))
    assert len(await heard(desk)) == 1


async def test_what_was_kept_shortly_before_midnight_is_told_after_it(desk: Desk) -> None:
    await desk.official("admin")
    desk.time.at = desk.time.at.replace(hour=16, minute=59)  # 23:59 there
    await keeps(desk, poison("1"))
    desk.time.passes(minutes=2)
    [told] = await heard(desk)
    assert "23 November 2026" in told.text


async def test_the_same_message_is_kept_once(desk: Desk) -> None:
    await keeps(desk, poison("1"), poison("1"))
    assert len(await desk.db.read(call(asides.listed, desk.time()))) == 1


async def test_kesehatan_says_how_many_there_were(desk: Desk) -> None:
    admin = await desk.official("admin")
    await admin.types("/kesehatan")
    assert "diproses" not in admin.screen.text
    await keeps(desk, poison("1"), poison("2"))
    await admin.types("/kesehatan")
    admin.hears("Pesan yang tidak dapat diproses: 2", "skm aside")


async def test_after_thirty_days_they_are_gone(desk: Desk) -> None:
    await keeps(desk, poison("old"))
    desk.time.passes(days=29)
    await keeps(desk, poison("new"))
    begun = desk.time.at
    for days, left in ((0, ["new", "old"]), (2, ["new"])):
        desk.time.passes(days=days)
        for duty in housekeeping(desk.inbox):
            await duty.run()
        found = await desk.db.read(call(asides.listed, begun.replace(year=2020)))
        assert sorted(kept.aside.message for kept in found) == left


def test_a_message_is_out_after_its_fifth_mistake_and_others_do_not_count() -> None:
    strikes = Strikes()
    for _ in range(STRIKES - 1):
        assert not strikes.is_out("7")
        assert not strikes.is_out("8")
    assert strikes.is_out("7")
    strikes.forget("7")
    assert not strikes.is_out("7")


def test_strikes_take_no_room_without_end() -> None:
    strikes = Strikes()
    for number in range(3 * REMEMBERED):
        strikes.is_out(str(number))
    assert len(strikes._failed) <= REMEMBERED
