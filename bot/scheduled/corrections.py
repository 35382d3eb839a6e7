"""Corrects a delivery by what the messenger reports after it had accepted the message.

That a message was accepted does not mean that it arrives: a digest that is marked as sent is due
again, or given up, when a later status says so.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.channel import SendError
from bot.scheduled.recipients import report_blocked
from skm.notices.delivery import (
    Delivery,
    DeliveryState,
    Next,
    Outcome,
    SentMessage,
    StatusReport,
    after,
)
from skm.store.database.database import Database
from skm.store.officials import deliveries, officials, sent_messages, windows

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Corrections:
    """The reports of one messenger."""

    db: Database
    channel: str

    async def arrived(self, message: str, now: datetime) -> None:
        """The message with this id arrived, or was read. Raises StoreError."""
        if await self.db.read(lambda conn: sent_messages.is_known(conn, self.channel, message)):
            await self._report(message, StatusReport(Outcome.ARRIVED), now)

    async def failed(self, message: str, error: SendError, now: datetime) -> None:
        """The message with this id will not arrive. Raises StoreError."""
        await self._report(message, report_of(error), now)

    async def _report(self, message: str, found: StatusReport, now: datetime) -> None:
        async def write(conn: AsyncConnection) -> None:
            sent = await sent_messages.report(conn, self.channel, message, found, now)
            if sent:
                await correct(conn, sent, found, now)

        await self.db.write(write)


async def correct(
    conn: AsyncConnection, sent: SentMessage, found: StatusReport, now: datetime
) -> None:
    """Changes the delivery that the message belongs to; does nothing if that is not needed."""
    delivery = await deliveries.by_id(conn, sent.delivery)
    if delivery is None:
        return
    if sent.invitation:
        await _correct_invitation(conn, delivery, found, now)
    elif delivery.accepted:  # the others of its messages wait
        if found.outcome is not Outcome.ARRIVED:
            await deliveries.send_all(conn, delivery.id)
    elif found.outcome is Outcome.ARRIVED:
        if delivery.state is not DeliveryState.SENT:
            await deliveries.record(conn, delivery.id, Next(DeliveryState.SENT), now)
    elif delivery.state is DeliveryState.SENT:
        then = after(found.outcome, delivery.attempts, now, found.retry_at)
        log.warning("delivery %d did not arrive: %s (%s)", delivery.id, then.state, found.error)
        await sent_messages.forget_unreported(conn, delivery.id)
        plain = found.outcome is Outcome.PICTURE
        await deliveries.reopen(conn, delivery.id, then, now, found.error, plain=plain)
        if found.outcome is Outcome.BLOCKED:
            await report_blocked(conn, delivery.plan.official, now)


async def _correct_invitation(
    conn: AsyncConnection, delivery: Delivery, found: StatusReport, now: datetime
) -> None:
    """The message that waits stays due; the invitation may be sent again when it is tried next."""
    if found.outcome is Outcome.ARRIVED or delivery.state is not DeliveryState.DUE:
        return
    log.warning("the invitation for delivery %d did not arrive: %s", delivery.id, found.error)
    official = await officials.by_id(conn, delivery.plan.official)
    if official:
        await windows.cancel_invitation(conn, official.channel, official.address)
    blocked = found.outcome is Outcome.BLOCKED
    state = DeliveryState.BLOCKED if blocked else DeliveryState.DUE
    await deliveries.record(
        conn, delivery.id, Next(state), now, f"The invitation did not arrive: {found.error}"
    )
    if blocked:
        await report_blocked(conn, delivery.plan.official, now)


def report_of(error: SendError) -> StatusReport:
    """The same as a report."""
    return StatusReport(outcome_of(error), str(error), error.retry_at)


def outcome_of(error: SendError) -> Outcome:
    """What a channel's failure means for the delivery."""
    if error.unknown:
        return Outcome.UNKNOWN
    if error.blocked:
        return Outcome.BLOCKED
    if error.picture:
        return Outcome.PICTURE
    return Outcome.RETRYABLE if error.retryable or error.moved else Outcome.REFUSED
