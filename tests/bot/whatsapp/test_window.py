"""Officials on WhatsApp: within a day of their last message the digest itself, later an invitation.

What waits stays due in the deliveries, so that it is sent once and unchanged whenever they open.
"""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from bot.delivery import Postman
from bot.message import Attachment, Choice, Outbound
from bot.whatsapp.wire import OPEN
from skm.delivery import Delivery, Kind, Plan, State
from skm.official import Official
from skm.store import deliveries, officials, spending, windows
from skm.store.schema_messages import delivery
from tests.bot.whatsapp.line import TEMPLATE, Line, a_line
from tests.stand.phone import Phone
from tests.stand.whatsapp import CloudApiStand, Json, refusal

CHART = Attachment("grafik.png", "image/png", b"\x89PNG a chart", "Grafik IKM")
BUTTONS = ((Choice("Laporan lengkap", "/report"),),)
DIGEST = Outbound("Ringkasan SKM Puskesmas Pajang.\n\nIKM 86,34", BUTTONS, attachment=CHART,
                  language="id")  # fmt: skip


@dataclass
class Office:
    """An official with a phone, and the postman who has something for them."""

    line: Line
    phone: Phone
    official: Official
    postman: Postman
    made: list[int]

    @property
    def stand(self) -> CloudApiStand:
        return self.line.stand

    @property
    def new(self) -> list[Json]:
        """What they got since they were welcomed."""
        return self.phone.got[1:]

    async def plans(self, *keys: str) -> None:
        now = self.line.desk.time()
        plans = [Plan(key, Kind.DIGEST, self.official.id, key, now) for key in keys]
        await self.line.desk.db.write(lambda conn: deliveries.plan(conn, plans))

    async def delivers(self) -> dict[str, State]:
        """What became of everything, by key, after one more tick."""
        await self.postman.deliver()
        since = self.official.since
        found = await self.line.desk.db.read(lambda conn: deliveries.listed(conn, since))
        return {delivery.plan.key: delivery.state for delivery in found}

    async def said(self) -> list[str | None]:
        """The SHA-256 of each message as it is frozen."""
        found = await self.line.desk.db.read(
            lambda conn: conn.scalars(select(delivery.c.sha256).order_by(delivery.c.id))
        )
        return list(found)

    async def opens(self) -> None:
        """Press the button of the invitation."""
        pressed = self.stand.says(self.phone.number, button={"payload": OPEN, "text": "Buka"})
        assert await self.stand.posts(pressed) == 200
        await self.line.quiet()


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    async with a_line(database_url, template=TEMPLATE) as line:
        desk, made = line.desk, list[int]()
        token = await desk.invitation("admin")
        phone = await line.phone().types(f"i-{token}")
        await line.quiet()
        [official] = await desk.db.read(officials.listed)

        async def compose(due: Delivery, official: Official) -> Outbound:
            made.append(due.id)
            return DIGEST

        postman = Postman(desk.db, {"whatsapp": line.channel}, compose, desk.time)
        yield Office(line, phone, official, postman, made)


async def test_within_a_day_of_their_message_the_digest_comes_whole_in_one_message(
    office: Office,
) -> None:
    office.line.desk.time.passes(hours=23, minutes=59)
    await office.plans("a")
    assert await office.delivers() == {"a": State.SENT}
    [message] = office.new
    header = message["interactive"]["header"]
    assert office.stand.files[header["image"]["id"]] == CHART.content
    assert "IKM 86,34" in message["interactive"]["body"]["text"]


async def test_later_they_are_asked_to_open_the_chat_and_what_waits_stays_due(
    office: Office,
) -> None:
    office.line.desk.time.passes(hours=24)
    await office.plans("a")
    assert await office.delivers() == {"a": State.DUE}
    [invitation] = office.new
    assert invitation["template"]["name"] == TEMPLATE
    assert invitation["template"]["language"] == {"code": "id"}
    body, button = invitation["template"]["components"]
    assert body["parameters"] == [{"type": "text", "text": "Ringkasan SKM Puskesmas Pajang"}]
    assert button["parameters"] == [{"type": "payload", "payload": OPEN}]


async def test_one_invitation_serves_for_everything_that_waits(office: Office) -> None:
    office.line.desk.time.passes(days=2)
    await office.plans("a", "b", "c")
    await office.delivers()
    for _ in range(3):
        office.line.desk.time.passes(days=1)
        await office.delivers()
    assert len(office.new) == 1
    spent = await office.line.desk.db.read(
        lambda conn: spending.of(conn, "whatsapp", "2026-11")
    )  # fmt: skip
    assert spent.bulk == 1


async def test_opening_the_chat_brings_what_waited_once_and_byte_for_byte(office: Office) -> None:
    office.line.desk.time.passes(days=2)
    await office.plans("a", "b")
    await office.delivers()
    before = await office.said()
    await office.opens()
    assert office.line.woken
    assert await office.delivers() == {"a": State.SENT, "b": State.SENT}
    assert await office.delivers() == {"a": State.SENT, "b": State.SENT}
    assert len(office.new) == 1 + 2
    assert len(office.made) == 2  # composed when it was due, not again when it left
    after = await office.said()
    assert None not in before
    assert before == after
    sent = {hashlib.sha256(content).hexdigest() for content in office.stand.files.values()}
    assert sent == {hashlib.sha256(CHART.content).hexdigest()}


async def test_anything_that_they_write_opens_the_chat_as_well(office: Office) -> None:
    office.line.desk.time.passes(days=2)
    await office.plans("a")
    await office.delivers()
    await office.phone.types("/bantuan")
    assert office.line.woken
    assert await office.delivers() == {"a": State.SENT}


async def test_opening_when_nothing_waits_any_more_shows_the_report(office: Office) -> None:
    office.line.desk.time.passes(days=2)
    await office.opens()
    assert office.line.woken == []
    assert len(office.new) == 1


async def test_a_citizen_opens_no_window(office: Office) -> None:
    await office.line.phone("62811111111").types("halo")
    assert not await office.line.desk.db.read(
        lambda conn: windows.is_open(conn, "whatsapp", "62811111111", office.line.desk.time())
    )


async def test_whoever_never_opens_is_asked_again_a_week_later(office: Office) -> None:
    office.line.desk.time.passes(days=2)
    await office.plans("a")
    await office.delivers()
    office.line.desk.time.passes(days=7)
    await office.plans("b")
    await office.delivers()
    assert len(office.new) == 2


async def test_where_meta_knows_better_that_the_window_is_closed_they_are_asked(
    office: Office,
) -> None:
    await office.plans("a")
    office.stand.trouble.append(refusal(400, 131047, "Re-engagement message"))
    assert await office.delivers() == {"a": State.DUE}
    assert [message["type"] for message in office.new] == ["template"]


async def test_a_message_that_failed_afterwards_closes_the_window(office: Office) -> None:
    errors = [{"code": 131047, "title": "Re-engagement message"}]
    status = {"status": "failed", "id": "w", "recipient_id": office.phone.number, "errors": errors}
    assert await office.stand.posts(statuses=[status]) == 200
    await office.plans("a")
    assert await office.delivers() == {"a": State.DUE}


async def test_an_invitation_that_did_not_leave_is_tried_again(office: Office) -> None:
    office.line.desk.time.passes(days=2)
    await office.plans("a")
    office.stand.trouble.append(refusal(500, 131000, "Something went wrong"))
    await office.delivers()
    assert office.new == []
    office.line.desk.time.passes(hours=1)
    await office.delivers()
    assert len(office.new) == 1


async def test_an_invitation_that_may_have_arrived_is_not_repeated(office: Office) -> None:
    office.line.desk.time.passes(days=2)
    await office.plans("a")
    office.stand.breaks, office.stand.accepted = 1, True
    assert await office.delivers() == {"a": State.DUE}
    office.line.desk.time.passes(days=1)
    await office.delivers()
    assert len(office.new) == 1


async def test_a_digest_that_may_have_arrived_is_listed_as_unknown(office: Office) -> None:
    await office.plans("a")
    office.stand.breaks, office.stand.accepted = 1, True
    assert await office.delivers() == {"a": State.UNKNOWN}
    assert await office.delivers() == {"a": State.UNKNOWN}
    assert len(office.new) == 1


async def test_a_digest_of_which_only_the_picture_left_is_listed_as_unknown(
    office: Office,
) -> None:
    rows = tuple((Choice(f"Unit {n}", f"/report {n}"),) for n in range(5))
    long = Outbound("Ringkasan", rows, attachment=CHART, language="id")

    async def compose(due: Delivery, official: Official) -> Outbound:
        return long

    office.postman = Postman(
        office.line.desk.db, {"whatsapp": office.line.channel}, compose, office.line.desk.time
    )
    await office.plans("a")
    fine = (200, {"messages": [{"id": "wamid.x"}]})
    office.stand.trouble += [fine, refusal(500, 131000)]
    assert await office.delivers() == {"a": State.UNKNOWN}


async def test_whoever_has_no_whatsapp_any_more_is_marked_and_left_alone(office: Office) -> None:
    await office.plans("a")
    office.stand.trouble.append(refusal(400, 131026, "Message undeliverable"))
    assert await office.delivers() == {"a": State.BLOCKED}


async def test_without_a_template_the_digest_waits_until_they_write(database_url: str) -> None:
    async with a_line(database_url) as line:
        phone = await line.phone().types(f"i-{await line.desk.invitation('admin')}")
        await line.quiet()
        [official] = await line.desk.db.read(officials.listed)

        async def compose(due: Delivery, official: Official) -> Outbound:
            return DIGEST

        office = Office(
            line,
            phone,
            official,
            Postman(line.desk.db, {"whatsapp": line.channel}, compose, line.desk.time),
            [],
        )
        line.desk.time.passes(days=2)
        await office.plans("a")
        assert await office.delivers() == {"a": State.DUE}
        assert office.new == []
        await office.phone.types("/bantuan")
        assert await office.delivers() == {"a": State.SENT}
