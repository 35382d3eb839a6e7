"""Unreadable messages are stored, reported once a day, and deleted after a month."""

from collections.abc import AsyncIterator

import pytest

from bot.housekeeping import housekeeping
from bot.messaging.message import Outbound
from bot.scheduled.sender import Sender
from bot.scheduled.unreadable import UnreadableMessages
from skm.privacy.unreadable import UnreadableMessage
from skm.store.officials import unreadable
from tests.bot.scheduled.test_sender import Mailbox
from tests.tools.chat import Desk, a_desk
from tests.tools.store_city import call


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with a_desk(database_url) as desk:
        yield desk


def failed(message: str, channel: str = "telegram") -> UnreadableMessage:
    return UnreadableMessage(
        channel, message, "from is missing or no dict", '{"message": {"text": "str 7"}}'
    )


async def keeps(desk: Desk, *found: UnreadableMessage) -> None:
    for each in found:
        await UnreadableMessages(desk.db, desk.instansi).record(each)


async def heard(desk: Desk) -> list[Outbound]:
    """What the admins hear at this tick."""
    kept, mailbox = UnreadableMessages(desk.db, desk.instansi), Mailbox()
    await desk.db.write(kept.plan)
    await Sender(desk.db, {"telegram": mailbox}, kept.compose, desk.time).deliver()
    return [said for _, said in mailbox.arrived]


async def test_admins_of_the_instansi_hear_of_it_once_a_day_and_channel(desk: Desk) -> None:
    await desk.official("admin")
    await desk.official("officer", "PAJANG")
    await keeps(desk, failed("1"), failed("2"), failed("3", "whatsapp"))
    told = [said.text for said in await heard(desk)]
    assert len(told) == 2
    assert any("2 pesan dari telegram pada 23 November 2026" in text for text in told)
    await keeps(desk, failed("4"))
    assert await heard(desk) == []
    desk.time.passes(days=1)
    assert await heard(desk) == []
    await keeps(desk, failed("5"))
    assert len(await heard(desk)) == 1


async def test_messages_recorded_shortly_before_midnight_are_reported_after_it(desk: Desk) -> None:
    await desk.official("admin")
    desk.time.at = desk.time.at.replace(hour=16, minute=59)  # 23:59 there
    await keeps(desk, failed("1"))
    desk.time.passes(minutes=2)
    [told] = await heard(desk)
    assert "23 November 2026" in told.text


async def test_the_same_message_is_kept_once(desk: Desk) -> None:
    await keeps(desk, failed("1"), failed("1"))
    assert len(await desk.db.read(call(unreadable.listed, desk.time()))) == 1


async def test_kesehatan_says_how_many_there_were(desk: Desk) -> None:
    admin = await desk.official("admin")
    await admin.types("/kesehatan")
    assert "diproses" not in admin.screen.text
    await keeps(desk, failed("1"), failed("2"))
    await admin.types("/kesehatan")
    admin.hears("Pesan yang tidak dapat diproses: 2", "skm unreadable")


async def test_after_thirty_days_they_are_gone(desk: Desk) -> None:
    await keeps(desk, failed("old"))
    desk.time.passes(days=29)
    await keeps(desk, failed("new"))
    begun = desk.time.at
    for days, left in ((0, ["new", "old"]), (2, ["new"])):
        desk.time.passes(days=days)
        for duty in housekeeping(desk.inbox, 0):
            await duty.run()
        found = await desk.db.read(call(unreadable.listed, begun.replace(year=2020)))
        assert sorted(record.message.message_id for record in found) == left
