"""Sending once: claim, freeze, send, record. What is due is a table; this only works it off.

Whoever stops in between leaves a row that says how far it came: what cannot have left is due
again, what may have left is for a person to decide.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channel import Channel, SendError
from bot.drain import Drain
from bot.message import Address, Attachment, Choice, Outbound
from skm.delivery import Delivery, Frozen, Kind, Outcome, Plan, State, after
from skm.official import Official, Role
from skm.store import deliveries, officials, withholding
from skm.store.database import Database, StoreError, Work

log = logging.getLogger(__name__)

Compose = Callable[[Delivery, Official], Awaitable[Outbound]]

AT_ONCE = 8


@dataclass(frozen=True)
class Postman:
    """Works off what is due. `compose` makes the message of a delivery that is not frozen yet."""

    db: Database
    channels: Mapping[str, Channel]
    compose: Compose
    now: Callable[[], datetime]
    drain: Drain = field(default_factory=Drain)
    owed: list[Work[None]] = field(default_factory=list, init=False, compare=False)

    async def deliver(self) -> int:
        """Everything that is due, until we are to stop; how many were tried."""
        await self._settle()
        await self.db.write(lambda conn: deliveries.abandon(conn, self.now()))
        with withholding.remembered():
            return await self._work_off()

    async def _work_off(self) -> int:
        tried = 0
        while not self.drain.begun:
            batch = await self.db.write(lambda conn: deliveries.claim(conn, self.now(), AT_ONCE))
            if not batch:
                break
            tries = (self._deliver(delivery) for delivery in batch)
            for outcome in await asyncio.gather(*tries, return_exceptions=True):
                if outcome is not None:
                    raise outcome
            tried += len(batch)
        return tried

    async def _settle(self) -> None:
        """Write down what became of those whose outcome the store could not take."""
        while self.owed:
            await self._write(self.owed.pop(0))

    async def _deliver(self, delivery: Delivery) -> None:
        official = await self.db.read(lambda conn: officials.by_id(conn, delivery.plan.official))
        channel = self.channels.get(official.channel) if official else None
        if official is None or channel is None:
            await self._record(delivery, Outcome.REFUSED, error="the recipient is gone")
            return
        frozen = delivery.frozen or await self._freeze(delivery, official)
        if not await self.db.write(lambda conn: deliveries.leaves(conn, delivery.id)):
            return  # somebody else took it over
        address = Address(official.channel, official.address, official.address)
        try:
            await channel.send(address, thawed(frozen), bulk=True)
        except SendError as error:
            await self._failed(delivery, official, error)
        else:
            await self._record(delivery, Outcome.ARRIVED)

    async def _freeze(self, delivery: Delivery, official: Official) -> Frozen:
        made = frozen(await self.compose(delivery, official))
        await self.db.write(lambda conn: deliveries.freeze(conn, delivery.id, made))
        return made

    async def _failed(self, delivery: Delivery, official: Official, error: SendError) -> None:
        if error.moved:
            new = error.moved
            await self.db.write(lambda conn: officials.move(conn, official.id, new))
        if error.blocked:
            await self.db.write(lambda conn: self._tell_admins(conn, official))
        await self._record(delivery, outcome_of(error), str(error), error.retry_at)

    async def _tell_admins(self, conn: AsyncConnection, blocked: Official) -> None:
        """Once for each official who cannot be reached, to every other admin."""
        plans = [
            Plan(f"blocked:{blocked.id}:{admin.id}", Kind.BLOCKED, admin.id, str(blocked.id),
                 self.now())
            for admin in await officials.listed(conn)
            if admin.role is Role.ADMIN and admin.id != blocked.id
        ]  # fmt: skip
        await deliveries.plan(conn, plans)

    async def _record(
        self,
        delivery: Delivery,
        outcome: Outcome,
        error: str | None = None,
        retry_at: datetime | None = None,
    ) -> None:
        now = self.now()
        then = after(outcome, delivery.attempts, now, retry_at)
        if then.state is not State.SENT:
            log.warning("delivery %d to official %d: %s (%s)", delivery.id,
                        delivery.plan.official, then.state, error)  # fmt: skip
        ended = partial(deliveries.record, delivery=delivery.id, then=then, now=now, error=error)
        await self._write(ended)

    async def _write(self, record: Work[None]) -> None:
        """What the store does not take now is written down before the next delivery."""
        try:
            await self.db.write(record)
        except StoreError:
            self.owed.append(record)
            raise


def outcome_of(error: SendError) -> Outcome:
    """What a channel's failure means for the delivery."""
    if error.unknown:
        return Outcome.UNKNOWN
    if error.blocked:
        return Outcome.BLOCKED
    return Outcome.RETRYABLE if error.retryable or error.moved else Outcome.REFUSED


def frozen(outbound: Outbound) -> Frozen:
    """A message as bytes that are kept."""
    picture = outbound.attachment
    plain = {
        "text": outbound.text,
        "rows": [[[c.label, c.data, c.url] for c in row] for row in outbound.rows],
        "language": outbound.language,
        "attachment": picture and [picture.name, picture.media_type, picture.alt],
    }
    content = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    return Frozen(content, picture.content if picture else None)


def thawed(kept: Frozen) -> Outbound:
    """The same message again."""
    plain = json.loads(kept.content)
    named = plain["attachment"]
    return Outbound(
        plain["text"],
        tuple(tuple(Choice(label, data, url) for label, data, url in row) for row in plain["rows"]),
        attachment=Attachment(named[0], named[1], kept.picture or b"", named[2]) if named else None,
        language=plain["language"],
    )
