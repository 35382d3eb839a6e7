"""Officials on WhatsApp: within a day of their last message the digest, later an invitation.

A waiting delivery stays due, so it is sent once and unchanged when the official opens the chat.
"""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from bot.messaging.message import Attachment, Choice, Outbound
from bot.scheduled.sender import Sender
from bot.whatsapp.wire import OPEN_CHAT
from skm.instansi.official import Official
from skm.notices.delivery import Delivery, DeliveryKind, DeliveryState, PlannedDelivery
from skm.store.officials import deliveries, officials, spending, windows
from skm.store.schema.messages import delivery
from tests.bot.whatsapp.line import TEMPLATE, Line, a_line
from tests.stand.phone import Phone
from tests.stand.whatsapp import CloudApiStand, Json, refusal

CHART = Attachment("grafik.png", "image/png", b"\x89PNG a chart")
BUTTONS = ((Choice("Laporan lengkap", "/report"),),)
DIGEST = Outbound("Ringkasan SKM Puskesmas Pajang.\n\nIKM 86,34", BUTTONS, attachment=CHART,
                  language="id")  # fmt: skip


@dataclass
class Recipient:
    """An official with a phone, and the deliveries to them.

    `composed`: the ids of the deliveries that were composed, one entry each time.
    """

    line: Line
    phone: Phone
    official: Official
    sender: Sender
    composed: list[int]

    @property
    def stand(self) -> CloudApiStand:
        return self.line.stand

    @property
    def new(self) -> list[Json]:
        """The messages since the welcome."""
        return self.phone.got[1:]

    async def plans(self, *keys: str) -> None:
        now = self.line.desk.time()
        plans = [
            PlannedDelivery(key, DeliveryKind.DIGEST, self.official.id, key, now) for key in keys
        ]
        await self.line.desk.db.write(lambda conn: deliveries.plan(conn, plans))

    async def delivers(self) -> dict[str, DeliveryState]:
        """Sends what is due; returns the state of each delivery by its key."""
        await self.sender.deliver()
        since = self.official.since
        found = await self.line.desk.db.read(lambda conn: deliveries.listed(conn, since))
        return {delivery.plan.key: delivery.state for delivery in found}

    async def hashes(self) -> list[str | None]:
        """The SHA-256 of each frozen message."""
        found = await self.line.desk.db.read(
            lambda conn: conn.scalars(select(delivery.c.sha256).order_by(delivery.c.id))
        )
        return list(found)

    async def opens(self) -> None:
        """Presses the button of the invitation."""
        pressed = self.stand.says(self.phone.number, button={"payload": OPEN_CHAT, "text": "Buka"})
        assert await self.stand.posts(pressed) == 200
        await self.line.quiet()


@pytest.fixture
async def recipient(database_url: str) -> AsyncIterator[Recipient]:
    async with a_line(database_url, template=TEMPLATE) as line:
        desk, composed = line.desk, list[int]()
        token = await desk.invitation("admin")
        phone = await line.phone().types(f"i-{token}")
        await line.quiet()
        [official] = await desk.db.read(officials.listed)

        async def compose(due: Delivery, official: Official) -> Outbound:
            composed.append(due.id)
            return DIGEST

        sender = Sender(desk.db, {"whatsapp": line.channel}, compose, desk.time)
        yield Recipient(line, phone, official, sender, composed)


async def test_within_a_day_the_digest_is_sent_as_one_message(
    recipient: Recipient,
) -> None:
    recipient.line.desk.time.passes(hours=23, minutes=59)
    await recipient.plans("a")
    assert await recipient.delivers() == {"a": DeliveryState.SENT}
    [message] = recipient.new
    header = message["interactive"]["header"]
    assert recipient.stand.files[header["image"]["id"]] == CHART.content
    assert "IKM 86,34" in message["interactive"]["body"]["text"]


async def test_later_an_invitation_is_sent_and_the_digest_stays_due(
    recipient: Recipient,
) -> None:
    recipient.line.desk.time.passes(hours=24)
    await recipient.plans("a")
    assert await recipient.delivers() == {"a": DeliveryState.DUE}
    [invitation] = recipient.new
    assert invitation["template"]["name"] == TEMPLATE
    assert invitation["template"]["language"] == {"code": "id"}
    body, button = invitation["template"]["components"]
    assert body["parameters"] == [{"type": "text", "text": "Ringkasan SKM Puskesmas Pajang"}]
    assert button["parameters"] == [{"type": "payload", "payload": OPEN_CHAT}]


async def test_one_invitation_is_sent_for_all_waiting_deliveries(recipient: Recipient) -> None:
    recipient.line.desk.time.passes(days=2)
    await recipient.plans("a", "b", "c")
    await recipient.delivers()
    for _ in range(3):
        recipient.line.desk.time.passes(days=1)
        await recipient.delivers()
    assert len(recipient.new) == 1
    spent = await recipient.line.desk.db.read(
        lambda conn: spending.of(conn, "whatsapp", "2026-11")
    )  # fmt: skip
    assert spent.bulk == 1


async def test_opening_the_chat_sends_what_waited_once_and_unchanged(
    recipient: Recipient,
) -> None:
    recipient.line.desk.time.passes(days=2)
    await recipient.plans("a", "b")
    await recipient.delivers()
    before = await recipient.hashes()
    await recipient.opens()
    assert recipient.line.sent_waiting
    assert await recipient.delivers() == {"a": DeliveryState.SENT, "b": DeliveryState.SENT}
    assert await recipient.delivers() == {"a": DeliveryState.SENT, "b": DeliveryState.SENT}
    assert len(recipient.new) == 1 + 2
    assert len(recipient.composed) == 2  # when it was due, not again when it was sent
    after = await recipient.hashes()
    assert None not in before
    assert before == after
    sent = {hashlib.sha256(content).hexdigest() for content in recipient.stand.files.values()}
    assert sent == {hashlib.sha256(CHART.content).hexdigest()}


async def test_any_message_opens_the_window(recipient: Recipient) -> None:
    recipient.line.desk.time.passes(days=2)
    await recipient.plans("a")
    await recipient.delivers()
    await recipient.phone.types("/bantuan")
    assert recipient.line.sent_waiting
    assert await recipient.delivers() == {"a": DeliveryState.SENT}


async def test_the_button_shows_the_report_if_no_delivery_waits(recipient: Recipient) -> None:
    recipient.line.desk.time.passes(days=2)
    await recipient.opens()
    assert recipient.line.sent_waiting == []
    assert len(recipient.new) == 1


async def test_a_citizen_has_no_window(recipient: Recipient) -> None:
    await recipient.line.phone("62811111111").types("halo")
    assert not await recipient.line.desk.db.read(
        lambda conn: windows.is_open(conn, "whatsapp", "62811111111", recipient.line.desk.time())
    )


async def test_an_unanswered_invitation_is_repeated_a_week_later(recipient: Recipient) -> None:
    recipient.line.desk.time.passes(days=2)
    await recipient.plans("a")
    await recipient.delivers()
    recipient.line.desk.time.passes(days=7)
    await recipient.plans("b")
    await recipient.delivers()
    assert len(recipient.new) == 2


async def test_an_invitation_is_sent_if_meta_reports_the_window_as_closed(
    recipient: Recipient,
) -> None:
    await recipient.plans("a")
    recipient.stand.trouble.append(refusal(400, 131047, "Re-engagement message"))
    assert await recipient.delivers() == {"a": DeliveryState.DUE}
    assert [message["type"] for message in recipient.new] == ["template"]


async def test_a_later_failure_status_closes_the_window(recipient: Recipient) -> None:
    errors = [{"code": 131047, "title": "Re-engagement message"}]
    status = {
        "status": "failed",
        "id": "w",
        "recipient_id": recipient.phone.number,
        "errors": errors,
    }
    assert await recipient.stand.posts(statuses=[status]) == 200
    await recipient.plans("a")
    assert await recipient.delivers() == {"a": DeliveryState.DUE}


async def test_an_invitation_that_was_refused_is_retried(recipient: Recipient) -> None:
    recipient.line.desk.time.passes(days=2)
    await recipient.plans("a")
    recipient.stand.trouble.append(refusal(500, 131000, "Something went wrong"))
    await recipient.delivers()
    assert recipient.new == []
    recipient.line.desk.time.passes(hours=1)
    await recipient.delivers()
    assert len(recipient.new) == 1


async def test_an_invitation_with_an_unknown_outcome_is_not_repeated(recipient: Recipient) -> None:
    recipient.line.desk.time.passes(days=2)
    await recipient.plans("a")
    recipient.stand.breaks, recipient.stand.accepted = 1, True
    assert await recipient.delivers() == {"a": DeliveryState.DUE}
    recipient.line.desk.time.passes(days=1)
    await recipient.delivers()
    assert len(recipient.new) == 1


async def test_a_digest_with_an_unknown_outcome_is_listed_as_unknown(recipient: Recipient) -> None:
    await recipient.plans("a")
    recipient.stand.breaks, recipient.stand.accepted = 1, True
    assert await recipient.delivers() == {"a": DeliveryState.UNKNOWN}
    assert await recipient.delivers() == {"a": DeliveryState.UNKNOWN}
    assert len(recipient.new) == 1


async def test_an_unreachable_official_is_marked_as_blocked(recipient: Recipient) -> None:
    await recipient.plans("a")
    recipient.stand.trouble.append(refusal(400, 131026, "Message undeliverable"))
    assert await recipient.delivers() == {"a": DeliveryState.BLOCKED}


async def test_without_a_template_the_digest_waits_for_a_message(database_url: str) -> None:
    async with a_line(database_url) as line:
        phone = await line.phone().types(f"i-{await line.desk.invitation('admin')}")
        await line.quiet()
        [official] = await line.desk.db.read(officials.listed)

        async def compose(due: Delivery, official: Official) -> Outbound:
            return DIGEST

        recipient = Recipient(
            line,
            phone,
            official,
            Sender(line.desk.db, {"whatsapp": line.channel}, compose, line.desk.time),
            [],
        )
        line.desk.time.passes(days=2)
        await recipient.plans("a")
        assert await recipient.delivers() == {"a": DeliveryState.DUE}
        assert recipient.new == []
        await recipient.phone.types("/bantuan")
        assert await recipient.delivers() == {"a": DeliveryState.SENT}


async def test_a_picture_that_is_not_taken_now_is_sent_with_its_text_later(
    recipient: Recipient,
) -> None:
    recipient.stand.media_trouble = [refusal(500, 131000, "Media upload error")]
    await recipient.plans("a")
    assert await recipient.delivers() == {"a": DeliveryState.DUE}
    recipient.line.desk.time.passes(minutes=1)
    assert await recipient.delivers() == {"a": DeliveryState.SENT}
    [message] = recipient.new
    assert "image" in message["interactive"]["header"]


@pytest.mark.parametrize("code", [100, 131052, 131053])
async def test_of_a_digest_whose_picture_is_refused_the_text_is_sent(
    recipient: Recipient, code: int
) -> None:
    recipient.stand.media_trouble = [refusal(400, code, "Invalid parameter")]
    await recipient.plans("a")
    assert await recipient.delivers() == {"a": DeliveryState.SENT}
    [message] = recipient.new
    assert "header" not in message["interactive"]
    assert "IKM 86,34" in message["interactive"]["body"]["text"]


@pytest.mark.parametrize("code", [131052, 131053])
async def test_a_digest_that_is_refused_for_its_picture_is_sent_without_it(
    recipient: Recipient, code: int
) -> None:
    recipient.stand.trouble = [refusal(400, code, "Media upload error")]
    await recipient.plans("a")
    assert await recipient.delivers() == {"a": DeliveryState.SENT}
    [message] = recipient.new
    assert "header" not in message["interactive"]
    assert "IKM 86,34" in message["interactive"]["body"]["text"]
