"""Sends due deliveries at most once: claim the row, freeze its content, send, record the outcome.

Each messenger has a lane for what is urgent and one for what is due to many, so that none waits for
another's. If the process stops in between, the row's state shows how far it got: a delivery that
cannot have left is sent again, one that may have left is marked unknown, for an admin to decide.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.channel import Channel, Postponed, SendError
from bot.messaging.message import Address, Outbound
from bot.messaging.rate_limit import Lane
from bot.running.shutdown import Shutdown
from bot.running.steady_time import boot_time
from bot.scheduled.corrections import correct, report_of
from bot.scheduled.frozen_message import decoded, encoded
from bot.scheduled.recipients import report_blocked
from skm.instansi.official import Official
from skm.notices.delivery import (
    IN_BULK,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Frozen,
    Next,
    Outcome,
    SentMessage,
    StatusReport,
    after,
)
from skm.store.database.database import Database, StoreError, Work
from skm.store.figures import withheld
from skm.store.officials import deliveries, officials, sent_messages

log = logging.getLogger(__name__)

Compose = Callable[[Delivery, Official], Awaitable[Outbound | None]]
"""Makes the message of a delivery; None if there is nothing to say any more."""
Wanted = Callable[[AsyncConnection, Delivery, Official], Awaitable[bool]]
"""Whether a delivery is still to be sent: subscription, role and consent may have changed."""

AT_ONCE = 8  # deliveries of a lane under way at the same time
LONGEST = timedelta(minutes=5)  # of one run of a lane; the next tick goes on
URGENT = frozenset(DeliveryKind) - IN_BULK


async def always(conn: AsyncConnection, delivery: Delivery, official: Official) -> bool:
    """For deliveries that cannot be declined."""
    return True


class Unwanted(Exception):
    """The delivery must not be sent: it is not wanted any more, or another process has it."""


@dataclass(frozen=True)
class DeliveryLane:
    """The deliveries of some kinds to officials on one channel; `channel` "" for all others."""

    channel: str
    kinds: Collection[DeliveryKind]

    @property
    def name(self) -> str:
        """A word or two for the log and the metrics: "telegram, urgent"."""
        kind = "urgent" if self.kinds == URGENT else "in bulk"
        return f"{self.channel}, {kind}"


@dataclass(frozen=True)
class Sent:
    """The ids of messages that a channel has accepted, and what they are `of`."""

    channel: str
    ids: Sequence[str]
    of: SentMessage


@dataclass(frozen=True)
class Sender:
    """`compose`: makes the message of a delivery that has no frozen content yet.

    `unrecorded`: outcomes that the store could not take, to be recorded before the next delivery.
    """

    db: Database
    channels: Mapping[str, Channel]
    compose: Compose
    now: Callable[[], datetime]
    shutdown: Shutdown = field(default_factory=Shutdown)
    wanted: Wanted = always
    unrecorded: list[Work[None]] = field(default_factory=list, init=False, compare=False)

    @property
    def lanes(self) -> Iterator[DeliveryLane]:
        """All lanes: what is due to an official on any channel is in one of them."""
        for channel in self.channels:
            yield DeliveryLane(channel, URGENT)
            yield DeliveryLane(channel, IN_BULK)

    async def deliver(self) -> int:
        """Send everything that is due, until a shutdown begins; returns how many were tried."""
        await self.tidy()
        runs = (self.deliver_lane(lane) for lane in self.lanes)
        tried = await asyncio.gather(*runs, return_exceptions=True)
        for error in tried:
            if isinstance(error, BaseException):
                raise error
        return sum(one for one in tried if isinstance(one, int))

    async def tidy(self) -> None:
        """Record outcomes that could not be recorded; end the claims of processes that died, and
        what is due to officials on channels that are not open.
        """
        while self.unrecorded:
            await self._write(self.unrecorded.pop(0))
        await self.db.write(lambda conn: deliveries.release_stale(conn, self.now()))
        open_ones = tuple(self.channels)
        await self.db.write(lambda conn: deliveries.fail_on_others(conn, self.now(), open_ones))

    async def deliver_lane(self, lane: DeliveryLane) -> int:
        """Send what is due in a lane, until a shutdown begins or the run takes LONGEST."""
        tried, until = 0, boot_time() + LONGEST.total_seconds()
        with withheld.cached():
            while not self.shutdown.begun and boot_time() < until:
                batch = await self.db.write(
                    lambda conn: deliveries.claim(
                        conn, self.now(), AT_ONCE, lane.kinds, (lane.channel,)
                    )
                )
                if not batch:
                    break
                tries = (self._deliver(delivery) for delivery in batch)
                for error in await asyncio.gather(*tries, return_exceptions=True):
                    if error is not None:
                        raise error
                tried += len(batch)
        return tried

    async def _deliver(self, delivery: Delivery) -> None:
        official = await self.db.read(lambda conn: self._recipient(conn, delivery))
        if official is None:
            await self._write(lambda conn: self._cancel(conn, delivery))
            return
        frozen = delivery.frozen or await self._freeze(delivery, official)
        if frozen is None:
            await self._write(lambda conn: self._cancel(conn, delivery))
            return
        lane = Lane.BULK if delivery.plan.kind in IN_BULK else Lane.ALERT
        address = Address(official.channel, official.address, official.address)
        try:
            leaving = partial(self._leaves, delivery)
            message = replace(decoded(frozen), accepted=delivery.accepted)
            ids = await self.channels[official.channel].send(address, message, lane, leaving)
        except Unwanted:
            return
        except Postponed as error:
            if error.accepted:
                await self._failed(delivery, official, error)
            else:
                await self._postpone(delivery, error)
        except SendError as error:
            await self._failed(delivery, official, error)
        else:
            sent = Sent(official.channel, ids, SentMessage(delivery.id))
            await self._record(delivery, StatusReport(Outcome.ARRIVED), sent)

    async def _recipient(self, conn: AsyncConnection, delivery: Delivery) -> Official | None:
        """The official, if they still are one and still want the message."""
        official = await officials.by_id(conn, delivery.plan.official)
        return official if official and await self.wanted(conn, delivery, official) else None

    async def _leaves(self, delivery: Delivery) -> None:
        """Asks once more, and marks the delivery as being sent; raises Unwanted."""

        async def write(conn: AsyncConnection) -> bool:
            if await self._recipient(conn, delivery):
                return await deliveries.begin_sending(conn, delivery)
            await self._cancel(conn, delivery)
            return False

        if not await self.db.write(write):
            raise Unwanted

    async def _cancel(self, conn: AsyncConnection, delivery: Delivery) -> None:
        over = Next(DeliveryState.CANCELLED)
        await deliveries.record(conn, delivery.id, over, self.now(), "it is no longer wanted")

    async def _postpone(self, delivery: Delivery, error: Postponed) -> None:
        at, why = error.retry_at or self.now(), str(error)
        await self._write(lambda conn: deliveries.postpone(conn, delivery, at, why))

    async def _freeze(self, delivery: Delivery, official: Official) -> Frozen | None:
        composed = await self.compose(delivery, official)
        if composed is None:
            return None
        if delivery.plain and composed.text:
            composed = replace(composed, attachment=None)
        frozen = encoded(composed)
        await self.db.write(lambda conn: deliveries.freeze(conn, delivery.id, frozen))
        return frozen

    async def _failed(self, delivery: Delivery, official: Official, error: SendError) -> None:
        if error.moved:
            new = error.moved
            await self.db.write(lambda conn: officials.set_address(conn, official.id, new))
        if error.blocked:
            await self.db.write(lambda conn: report_blocked(conn, official.id, self.now()))
        invited = Sent(official.channel, error.invitation, SentMessage(delivery.id, True))
        begun = Sent(official.channel, error.accepted, SentMessage(delivery.id))
        report = report_of(error)
        if begun.ids:
            text = f"{len(begun.ids)} of its messages were accepted, then: {error}"
            report = replace(report, error=text)
        await self._record(delivery, report, invited, begun)

    async def _record(
        self, delivery: Delivery, found: StatusReport, sent: Sent, begun: Sent | None = None
    ) -> None:
        """Records how an attempt ended, then what was reported of its messages meanwhile. `begun`:
        those that were accepted of a delivery that is not sent.
        """
        now, accepted = self.now(), delivery.accepted + len(begun.ids) if begun else 0
        then = after(found.outcome, delivery.attempts, now, found.retry_at)
        if then.state is not DeliveryState.SENT:
            to = delivery.plan.official
            log.warning(
                "delivery %d to official %d: %s (%s)", delivery.id, to, then.state, found.error
            )

        async def write(conn: AsyncConnection) -> None:
            await deliveries.record(conn, delivery.id, then, now, found.error, accepted)
            for one in filter(None, (sent, begun)):
                for early in await sent_messages.put(conn, one.channel, one.ids, one.of, now):
                    await correct(conn, one.of, early, now)

        await self._write(write)

    async def _write(self, record: Work[None]) -> None:
        try:
            await self.db.write(record)
        except StoreError:
            self.unrecorded.append(record)
            raise
