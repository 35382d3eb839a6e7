"""WhatsApp begins to name a person by a scoped id, or reports another number or scoped id: place,
role, limits and deletion stay theirs.
"""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.message import Address, Outbound
from bot.whatsapp.wire import OPEN_CHAT
from skm.notices.delivery import DeliveryKind, DeliveryState, PlannedDelivery
from skm.privacy.pseudonym import pseudonym
from skm.store.officials import deliveries, officials, subscriptions, windows
from skm.store.schema.survey import metadata
from skm.store.survey import responses
from skm.store.upkeep.forget import HELD
from tests.bot.whatsapp.line import Line, a_line
from tests.stand.phone import Phone
from tests.stand.whatsapp import Json
from tests.tools.chat import CODE, KEY
from tests.tools.officials_city import settle

SCOPED = "ID.13491208655302741918"


@pytest.fixture
async def line(database_url: str) -> AsyncIterator[Line]:
    async with a_line(database_url) as line:
        yield line


def beside(phone: Phone) -> Phone:
    """The same person, whose scoped id is named beside the number."""
    return replace(phone, scoped=SCOPED)


def instead(phone: Phone) -> Phone:
    """The same person, whose number is hidden."""
    return replace(phone, scoped=SCOPED, hides=True)


async def answers(phone: Phone, times: int) -> Phone:
    for _ in range(times):
        await phone.types("4")
    return phone


async def finishes(phone: Phone) -> Phone:
    await answers(phone, 9)
    await phone.types("lewati semua")
    return await phone.types("selesai")


async def test_an_interview_goes_on_when_the_scoped_id_appears_and_the_number_disappears(
    line: Line,
) -> None:
    phone = await answers(await line.phone().scans(CODE), 4)
    assert "Pertanyaan 5 dari 9" in phone.sees
    phone = await answers(beside(phone), 1)
    assert "Pertanyaan 6 dari 9" in phone.sees
    await answers(instead(phone), 4)
    [response] = await line.responses()
    assert response.respondent == pseudonym(KEY, "whatsapp", SCOPED)
    assert set(response.answers.values()) == {4}


async def test_a_button_from_before_still_belongs_to_the_person(line: Line) -> None:
    phone = await line.phone().scans(CODE)
    later = beside(phone)
    await later.presses(phone.ids[3])
    assert "Pertanyaan 2 dari 9" in later.sees


async def test_one_person_answers_once_a_day(line: Line) -> None:
    phone = await finishes(await line.phone().scans(CODE))
    later = await beside(phone).scans(CODE)
    assert "sudah" in later.sees
    assert len(await line.responses()) == 1


async def test_without_the_number_they_are_somebody_new(line: Line) -> None:
    """So the test above can fail."""
    phone = await finishes(await line.phone().scans(CODE))
    later = await instead(phone).scans(CODE)
    assert "Pertanyaan 1 dari 9" in later.sees


async def test_what_was_given_under_both_ids_is_deleted_and_a_confirmation_stays_valid(
    line: Line,
) -> None:
    phone = await finishes(await line.phone().scans(CODE))
    other = instead(phone)
    await finishes(await other.scans(CODE))
    assert len(await line.responses()) == 2
    await phone.types("/hapus")
    later = beside(phone)
    await later.presses(phone.ids[0], phone.labels[0])
    assert "dihapus: 2" in later.sees
    assert await line.responses() == []


async def test_the_messages_of_a_batch_stay_in_order_while_the_id_changes(line: Line) -> None:
    phone = line.phone()
    says = [phone.says(text={"body": CODE}), beside(phone).says(text={"body": "4"})]
    says += [beside(phone).says(text={"body": "3"}), instead(phone).says(text={"body": "2"})]
    assert await line.stand.posts(*says) == 200
    await line.quiet()
    assert "Pertanyaan 4 dari 9" in beside(phone).sees


# --- a changed number or scoped id ----------------------------------------------------------------

NEW = "6289900001111"


def moves(phone: Phone, kind: str = "user_changed_number", **system: str) -> Json:
    """The notice by which Meta says that this person changed the number or scoped id."""
    return phone.says(system={"body": "User Sri changed", "type": kind, **system})


async def test_an_interview_goes_on_when_the_number_changes(line: Line) -> None:
    phone = await answers(await line.phone().scans(CODE), 4)
    sent = len(line.stand.sent)
    for _ in range(2):  # Meta may post it twice
        assert await line.stand.posts(moves(phone, wa_id=NEW)) == 200
    await line.quiet()
    assert len(line.stand.sent) == sent
    later = await answers(replace(phone, number=NEW), 1)
    assert "Pertanyaan 6 dari 9" in later.sees


async def test_an_interview_goes_on_when_the_scoped_id_changes(line: Line) -> None:
    other = "ID.99999999999999999999"
    phone = await answers(await instead(line.phone()).scans(CODE), 4)
    notice = moves(phone, kind="user_changed_user_id", user_id=other)
    assert await line.stand.posts(notice) == 200
    later = await answers(replace(phone, scoped=other), 1)
    assert "Pertanyaan 6 dari 9" in later.sees


async def test_a_new_number_beside_a_scoped_id_that_stays_changes_nothing(line: Line) -> None:
    phone = await answers(await beside(line.phone()).scans(CODE), 4)
    assert await line.stand.posts(moves(phone, wa_id=NEW)) == 200
    later = await answers(instead(phone), 1)
    assert "Pertanyaan 6 dari 9" in later.sees


async def test_an_official_keeps_the_role_when_the_number_changes(line: Line) -> None:
    phone = await enrolled(line)
    line.desk.time.passes(days=2)
    assert await line.stand.posts(moves(phone, wa_id=NEW)) == 200
    await line.quiet()
    [sri] = await line.desk.db.read(officials.listed)
    assert sri.address == NEW
    assert not await is_open(line, NEW)  # a notice is no message of hers
    later = await replace(phone, number=NEW).types("/report")
    await line.quiet()
    assert "Puskesmas Pajang" in str(later.got[-2:])


@pytest.mark.parametrize("system", [{}, {"wa_id": "x"}, {"wa_id": ["1"]}, {"user_id": "ID."}])
async def test_a_notice_that_names_nobody_new_is_skipped(line: Line, system: Json) -> None:
    phone = await answers(await line.phone().scans(CODE), 4)
    assert await line.stand.posts(moves(phone, **system)) == 200
    later = await answers(phone, 1)
    assert "Pertanyaan 6 dari 9" in later.sees


async def test_a_notice_about_a_stranger_changes_nothing_and_is_not_answered(line: Line) -> None:
    assert await line.stand.posts(moves(line.phone(), wa_id=NEW)) == 200
    await line.quiet()
    assert line.stand.sent == []
    later = await replace(line.phone(), number=NEW).scans(CODE)
    assert "Pertanyaan 1 dari 9" in later.sees


NEW_SCOPED = "ID.77701208655302741918"


async def reports(line: Line, phone: Phone, **system: str) -> Json:
    """Meta's system message; returns it, to be delivered again."""
    said = line.stand.says(phone.number, system=system)
    if "wa_id" not in system:  # nothing about numbers
        del said["from"]
    assert await line.stand.posts(said) == 200
    await line.quiet()
    return said


async def rows(line: Line) -> list[int]:
    """The number of rows of each table."""

    async def read(conn: AsyncConnection) -> list[int]:
        counts = [select(func.count()).select_from(one) for one in metadata.sorted_tables]
        return [await conn.scalar(one) or 0 for one in counts]

    return await line.desk.db.read(read)


async def test_a_new_number_moves_what_was_given_under_the_scoped_id_before(line: Line) -> None:
    phone = await answers(await beside(line.phone()).scans(CODE), 4)
    system = {"wa_id": NEW, "previous_user_id": SCOPED, "user_id": NEW_SCOPED}
    await reports(line, phone, type="user_changed_number", **system)
    later = await answers(replace(phone, number=NEW, scoped=NEW_SCOPED, hides=True), 1)
    assert "Pertanyaan 6 dari 9" in later.sees


async def test_a_new_scoped_id_without_numbers_moves_it_too(line: Line) -> None:
    phone = await answers(await instead(line.phone()).scans(CODE), 4)
    system = {"previous_user_id": SCOPED, "user_id": NEW_SCOPED}
    await reports(line, phone, type="user_changed_user_id", **system)
    later = await answers(replace(phone, scoped=NEW_SCOPED), 1)
    assert "Pertanyaan 6 dari 9" in later.sees


async def test_an_official_keeps_role_and_subscriptions_with_the_new_number_only(
    line: Line,
) -> None:
    phone = await enrolled(line)
    await phone.types("/langganan mingguan")
    await line.quiet()
    [sri] = await line.desk.db.read(officials.listed)
    subscribed = await line.desk.db.read(lambda conn: subscriptions.of(conn, sri.id))
    assert subscribed
    await reports(line, phone, type="user_changed_number", wa_id=NEW)
    [moved] = await line.desk.db.read(officials.listed)
    assert (moved.id, moved.role, moved.address) == (sri.id, sri.role, NEW)
    assert await line.desk.db.read(lambda conn: subscriptions.of(conn, sri.id)) == subscribed
    later = await replace(phone, number=NEW).types("/report")
    await line.quiet()
    assert "Puskesmas Pajang" in str(later.got[-2:])
    owner = await phone.types("/report")  # the number was given to somebody else
    await line.quiet()
    assert "Puskesmas Pajang" not in str(owner.got[-1])


async def test_of_somebody_unknown_nothing_is_stored_or_sent(line: Line) -> None:
    before = await rows(line)
    await reports(line, line.phone(), type="user_changed_number", wa_id=NEW)
    assert await rows(line) == before
    assert line.stand.sent == []


async def test_a_report_that_comes_again_does_not_move_the_next_owner_of_the_number(
    line: Line,
) -> None:
    phone = await finishes(await line.phone().scans(CODE))
    said = await reports(line, phone, type="user_changed_number", wa_id=NEW)
    other = await answers(await phone.scans(CODE), 2)
    assert await line.stand.posts(said) == 200
    await line.quiet()
    await answers(other, 1)
    assert "Pertanyaan 4 dari 9" in other.sees


# --- officials -----------------------------------------------------------------------------------


async def enrolled(line: Line) -> Phone:
    await settle(line.desk)
    token = await line.desk.invitation("officer", "PAJANG", "Sri")
    return await line.phone().types(f"/start i-{token}")


async def is_open(line: Line, chat: str) -> bool:
    now = line.desk.time()
    return await line.desk.db.read(lambda conn: windows.is_open(conn, "whatsapp", chat, now))


async def test_an_official_keeps_role_window_and_deliveries(line: Line) -> None:
    phone = await enrolled(line)
    line.desk.time.passes(days=2)
    later = await beside(phone).types("/report")
    await line.quiet()
    assert "Puskesmas Pajang" in str(later.got[-2:])
    [sri] = await line.desk.db.read(officials.listed)
    assert (sri.name, sri.address) == ("Sri", SCOPED)
    assert await is_open(line, SCOPED)
    await line.channel.send(Address("whatsapp", sri.address, sri.address), Outbound("Ringkasan"))
    assert line.stand.sent[-1]["recipient"] == SCOPED
    hidden = await instead(phone).types("/report")
    await line.quiet()
    assert "Puskesmas Pajang" in str(hidden.got[-2:])


async def test_the_button_of_an_invitation_finds_what_waits_under_the_number(line: Line) -> None:
    phone = await enrolled(line)
    now = line.desk.time()
    line.desk.time.passes(days=2)
    [sri] = await line.desk.db.read(officials.listed)
    plan = PlannedDelivery("a", DeliveryKind.DIGEST, sri.id, "2026-W47", now)

    async def waits(conn: AsyncConnection) -> None:
        await deliveries.plan(conn, [plan])
        [due] = await deliveries.claim(conn, line.desk.time(), 1)
        await deliveries.postpone(conn, due, line.desk.time().replace(hour=23), "closed")

    await line.desk.db.write(waits)
    pressed = beside(phone).says(button={"payload": OPEN_CHAT, "text": "Buka"})
    assert await line.stand.posts(pressed) == 200
    await line.quiet()
    assert line.sent_waiting
    [found] = await line.desk.db.read(lambda conn: deliveries.listed(conn, now))
    assert (found.state, found.next_at) == (DeliveryState.DUE, line.desk.time())


def test_every_column_of_pseudonyms_moves() -> None:
    """Pseudonyms have 32 characters; a follow-up's `person` is a name."""
    named = {
        column
        for table in metadata.tables.values()
        for column in table.c
        if column.name in ("person", "respondent") and getattr(column.type, "length", 0) == 32
    }
    assert named == set(HELD)


async def test_nothing_stays_under_the_old_pseudonym(line: Line) -> None:
    phone = await finishes(await line.phone().scans(CODE))
    await beside(phone).types("/bantuan")

    async def read(conn: AsyncConnection) -> set[str | None]:
        return {one.respondent async for one in responses.export(conn)}

    assert await line.desk.db.read(read) == {pseudonym(KEY, "whatsapp", SCOPED)}
