"""What Meta reports after it accepted a message: deliveries that did not arrive are corrected."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.doctor.store_checks import database
from bot.messaging.message import Address, Choice, Outbound
from bot.running.settings import Settings
from bot.scheduled.sender import Sender
from skm.notices.delivery import Delivery, DeliveryKind, DeliveryState
from skm.store.officials import deliveries, windows
from skm.store.schema.messages import sent_message
from tests.bot.whatsapp.line import TEMPLATE
from tests.bot.whatsapp.test_windows import DIGEST, Recipient, recipient
from tests.stand.whatsapp import refusal
from tests.tools.chat import CODE, KEY, Desk
from tests.tools.store_city import call

__all__ = ["recipient"]  # a fixture

SOON = (131000, 131042)
NEXT_DAY = (131049, 130472)
TEMPLATE_REFUSED = (132001, 132015, 132016, 132007, 132000, 131008)


async def sent_digest(recipient: Recipient) -> str:
    """The id of a digest that was accepted."""
    await recipient.plans("a")
    assert await recipient.delivers() == {"a": DeliveryState.SENT}
    return recipient.stand.out[-1]


async def found(recipient: Recipient) -> Delivery:
    [one] = [one for one in await listed(recipient) if one.plan.kind is DeliveryKind.DIGEST]
    return one


async def listed(recipient: Recipient) -> list[Delivery]:
    return await recipient.line.desk.db.read(call(deliveries.listed, recipient.official.since))


@pytest.mark.parametrize(("code", "days"), [*((c, 0) for c in SOON), *((c, 1) for c in NEXT_DAY)])
async def test_a_digest_that_fails_after_it_was_accepted_is_sent_again_later(
    recipient: Recipient, code: int, days: int
) -> None:
    id = await sent_digest(recipient)
    await recipient.stand.reports(id, code)
    failed = await found(recipient)
    assert failed.state is DeliveryState.DUE
    assert str(code) in (failed.error or "")
    assert failed.next_at - recipient.line.desk.time() >= timedelta(days=days)
    recipient.line.desk.time.passes(days=days, minutes=1)
    await recipient.line.desk.db.write(
        call(windows.record_message, "whatsapp", recipient.phone.number, recipient.line.desk.time())
    )
    assert await recipient.delivers() == {"a": DeliveryState.SENT}
    first, second = recipient.new
    assert first["interactive"]["body"] == second["interactive"]["body"]


@pytest.mark.parametrize("code", [131052, 131053])
async def test_a_digest_whose_picture_could_not_be_handed_on_is_sent_again_without_it(
    recipient: Recipient, code: int
) -> None:
    await recipient.stand.reports(await sent_digest(recipient), code)
    recipient.line.desk.time.passes(minutes=1)
    assert await recipient.delivers() == {"a": DeliveryState.SENT}
    first, second = (message["interactive"] for message in recipient.new)
    assert first["body"] == second["body"]
    assert ("header" in first, "header" in second) == (True, False)


async def test_a_digest_that_comes_too_late_for_the_open_chat_is_followed_by_an_invitation(
    recipient: Recipient,
) -> None:
    id = await sent_digest(recipient)
    await recipient.line.desk.db.write(
        call(windows.close, "whatsapp", recipient.phone.number)
    )  # fmt: skip
    await recipient.stand.reports(id, 131047)
    recipient.line.desk.time.passes(minutes=1)
    assert await recipient.delivers() == {"a": DeliveryState.DUE}
    assert recipient.new[-1]["type"] == "template"
    await recipient.opens()
    assert await recipient.delivers() == {"a": DeliveryState.SENT}
    assert "interactive" in recipient.new[-1]


async def test_a_digest_to_somebody_who_cannot_be_reached_is_not_repeated_and_admins_are_told(
    recipient: Recipient,
) -> None:
    other = await recipient.line.desk.official("admin", None, "Wahyu")
    id = await sent_digest(recipient)
    await recipient.stand.reports(id, 131026)
    assert (await found(recipient)).state is DeliveryState.BLOCKED
    [told] = [one for one in await listed(recipient) if one.plan.kind is DeliveryKind.BLOCKED]
    assert told.plan.about == str(recipient.official.id)
    assert told.plan.official != recipient.official.id
    await other.types("/kesehatan")
    other.hears("Ditolak penerima: 1", "131026")


@pytest.mark.parametrize("code", [131026, 131000])
async def test_a_failure_that_is_reported_before_the_message_was_answered_counts_too(
    recipient: Recipient, code: int
) -> None:
    recipient.stand.early = [code]
    await recipient.plans("a")
    await recipient.delivers()
    expected = DeliveryState.BLOCKED if code == 131026 else DeliveryState.DUE
    assert (await found(recipient)).state is expected


async def test_a_failure_that_is_reported_again_and_again_sends_one_more_time(
    recipient: Recipient,
) -> None:
    id = await sent_digest(recipient)
    for _ in range(3):
        await recipient.stand.reports(id, 131000)
    recipient.line.desk.time.passes(minutes=1)
    assert await recipient.delivers() == {"a": DeliveryState.SENT}
    for _ in range(3):
        await recipient.stand.reports(id, 131000)
    recipient.line.desk.time.passes(minutes=10)
    assert await recipient.delivers() == {"a": DeliveryState.SENT}
    assert len(recipient.new) == 2


@pytest.mark.parametrize("status", ["delivered", "read"])
async def test_what_has_arrived_is_not_sent_again_whatever_is_reported_in_which_order(
    recipient: Recipient, status: str
) -> None:
    id = await sent_digest(recipient)
    await recipient.stand.reports(id, status=status)
    await recipient.stand.reports(id, 131000)
    assert (await found(recipient)).state is DeliveryState.SENT
    await recipient.plans("b")
    await recipient.delivers()
    await recipient.stand.reports(recipient.stand.out[-1], 131000)
    await recipient.stand.reports(recipient.stand.out[-1], status=status)
    recipient.line.desk.time.passes(hours=1)
    states = await recipient.delivers()
    assert set(states.values()) == {DeliveryState.SENT}
    assert len(recipient.new) == 2


def in_two_parts(recipient: Recipient) -> Desk:
    """Has every delivery sent as a picture and a list; returns the deployment."""
    rows = tuple((Choice(f"Unit {n}", f"/report {n}"),) for n in range(5))
    long = Outbound("Ringkasan", rows, attachment=DIGEST.attachment, language="id")
    desk = recipient.line.desk

    async def compose(due: Delivery, official: object) -> Outbound:
        return long

    recipient.sender = Sender(desk.db, {"whatsapp": recipient.line.channel}, compose, desk.time)
    return desk


def kinds(recipient: Recipient) -> list[str]:
    return [message["type"] for message in recipient.new]


@pytest.mark.parametrize("code", [131000, 131056])
async def test_of_a_message_that_is_cut_in_the_middle_the_rest_is_sent_later(
    recipient: Recipient, code: int
) -> None:
    """That its first part arrived does not make it sent."""
    desk = in_two_parts(recipient)
    await recipient.plans("a")
    recipient.stand.second = [refusal(400, code)]
    assert await recipient.delivers() == {"a": DeliveryState.DUE}
    assert kinds(recipient) == ["image"]
    await recipient.stand.reports(recipient.stand.out[-1])
    assert (await found(recipient)).state is DeliveryState.DUE
    desk.time.passes(minutes=1)
    assert await recipient.delivers() == {"a": DeliveryState.SENT}
    assert kinds(recipient) == ["image", "interactive"]


async def test_of_a_message_that_is_cut_in_the_middle_all_is_sent_if_the_beginning_failed_too(
    recipient: Recipient,
) -> None:
    desk = in_two_parts(recipient)
    await recipient.plans("a")
    recipient.stand.second = [refusal(500, 131000)]
    await recipient.delivers()
    await recipient.stand.reports(recipient.stand.out[-1], 131000)
    desk.time.passes(minutes=1)
    assert await recipient.delivers() == {"a": DeliveryState.SENT}
    assert kinds(recipient) == ["image", "image", "interactive"]


async def test_what_an_admin_has_sent_again_goes_on_where_the_outcome_was_unknown(
    recipient: Recipient,
) -> None:
    desk = in_two_parts(recipient)
    await recipient.plans("a")
    recipient.stand.second = [(502, {})]
    assert await recipient.delivers() == {"a": DeliveryState.UNKNOWN}
    unknown = await found(recipient)
    assert unknown.accepted == 1
    assert "1 of its messages were accepted" in (unknown.error or "")
    await desk.db.write(lambda conn: deliveries.resend(conn, [unknown.id], desk.time()))
    assert await recipient.delivers() == {"a": DeliveryState.SENT}
    assert kinds(recipient) == ["image", "interactive"]


async def test_a_reply_that_is_cut_in_the_middle_is_continued(recipient: Recipient) -> None:
    rows = tuple((Choice(f"Unit {n}", f"/report {n}"),) for n in range(5))
    reply = Outbound("Laporan", rows, attachment=DIGEST.attachment, language="id")
    recipient.stand.second = [refusal(500, 131000)]
    chat = recipient.phone.number
    recipient.line.channel._outbox.put(Address("whatsapp", chat, chat), reply)
    await recipient.line.quiet()
    assert kinds(recipient) == ["image", "interactive"]


async def test_of_a_message_in_two_parts_each_may_fail_and_it_is_sent_once_more(
    recipient: Recipient,
) -> None:
    """A report of the first attempt that comes after the second one says nothing of that."""
    desk = in_two_parts(recipient)
    await recipient.plans("a")
    await recipient.delivers()
    first, second = recipient.stand.out[-2:]
    await recipient.stand.reports(first, 131000)
    desk.time.passes(minutes=1)
    assert await recipient.delivers() == {"a": DeliveryState.SENT}
    await recipient.stand.reports(second, 131000)
    desk.time.passes(minutes=10)
    assert await recipient.delivers() == {"a": DeliveryState.SENT}
    assert len(recipient.new) == 4


@pytest.mark.parametrize("code", TEMPLATE_REFUSED)
async def test_a_refused_template_does_not_end_the_digest_that_it_invites_to(
    recipient: Recipient, code: int
) -> None:
    desk = recipient.line.desk
    desk.time.passes(days=2)
    await recipient.plans("a")
    recipient.stand.trouble.append(refusal(400, code, "Template is paused"))
    assert await recipient.delivers() == {"a": DeliveryState.DUE}
    error = (await found(recipient)).error or ""
    assert str(code) in error
    assert "SKM_WHATSAPP_TEMPLATE" in error
    desk.time.passes(days=1)  # the operator has mended it
    assert await recipient.delivers() == {"a": DeliveryState.DUE}
    assert [message["template"]["name"] for message in recipient.new] == [TEMPLATE]
    await recipient.opens()
    assert await recipient.delivers() == {"a": DeliveryState.SENT}


@pytest.mark.parametrize("code", [132015, 131049, 130472])
async def test_an_invitation_that_fails_after_it_was_accepted_is_sent_again_the_next_day(
    recipient: Recipient, code: int
) -> None:
    """Otherwise the next one would be sent after six days."""
    recipient.line.desk.time.passes(days=2)
    await recipient.plans("a")
    await recipient.delivers()
    await recipient.stand.reports(recipient.stand.out[-1], code)
    assert (await found(recipient)).state is DeliveryState.DUE
    recipient.line.desk.time.passes(days=1)
    assert await recipient.delivers() == {"a": DeliveryState.DUE}
    assert [message["type"] for message in recipient.new] == ["template", "template"]


async def test_an_invitation_to_somebody_who_cannot_be_reached_ends_what_waited(
    recipient: Recipient,
) -> None:
    recipient.line.desk.time.passes(days=2)
    await recipient.plans("a")
    await recipient.delivers()
    await recipient.stand.reports(recipient.stand.out[-1], 131026)
    assert (await found(recipient)).state is DeliveryState.BLOCKED


async def test_doctor_says_why_something_waits(recipient: Recipient) -> None:
    desk = recipient.line.desk
    id = await sent_digest(recipient)
    await recipient.stand.reports(id, 131042)
    url = desk.db._engine.url.render_as_string(hide_password=False)
    settings = Settings(_env_file=None, database_url=url, secret_key=KEY.decode())
    said = [one.said async for one in database(settings, desk.time()) if one.about == "messages"]
    assert said == [
        "1 to officials wait: WhatsApp does not accept our account (error 131042): see"
        " SKM_WHATSAPP_TOKEN and WhatsApp Manager."
    ]


async def test_of_a_reply_to_a_citizen_nothing_is_stored_but_that_it_failed(
    recipient: Recipient,
) -> None:
    phone = await recipient.line.phone("628999").scans(CODE)
    await recipient.line.quiet()
    reply = recipient.stand.out[-1]

    async def rows() -> list[object]:
        query = select(sent_message.c.message_id, sent_message.c.outcome)
        return list(
            await recipient.line.desk.db.read(lambda conn: conn.execute(query))
        )  # fmt: skip

    await recipient.stand.reports(reply)
    assert await rows() == []
    await recipient.stand.reports(reply, 131026)
    [row] = await rows()
    assert reply not in str(row)
    assert phone.number not in str(row)
