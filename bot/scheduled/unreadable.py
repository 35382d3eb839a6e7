"""Messages that could not be read or processed: stored without their content, reported to admins.

Either the messenger sent something that it does not document, or processing raised an error of ours
several times in a row (the first failures are retried by the messenger).
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.message import Outbound
from bot.request.instansi import Instansi
from bot.scheduled.recipients import admins, planned
from skm.instansi.official import Official
from skm.notices.delivery import Delivery, DeliveryKind, PlannedDelivery
from skm.privacy.unreadable import UnreadableMessage
from skm.store.database.database import Database
from skm.store.officials import deliveries, unreadable

FORGET = timedelta(days=30)


@dataclass(frozen=True)
class UnreadableMessages:
    """Stores them, and reports them to the admins once per day and channel."""

    db: Database
    instansi: Instansi

    async def record(self, message: UnreadableMessage) -> None:
        """Store a message; returns once it is on disk. Raises StoreError."""
        now = self.instansi.now()
        await self.db.write(lambda conn: unreadable.put(conn, message, now))

    async def plan(self, conn: AsyncConnection) -> None:
        """Plan a message to each admin of the instansi about those of today and yesterday."""
        now, to = self.instansi.now(), await admins(conn)
        plans: list[PlannedDelivery] = []
        for channel, day in await self._by_day(conn, now - timedelta(days=1)):
            key, about = f"{channel}:{day}", f"{channel} {day}"
            plans += planned(DeliveryKind.UNREADABLE, key, about, now, to)
        await deliveries.plan(conn, plans)

    async def compose(self, due: Delivery, official: Official) -> Outbound:
        """The admin's message: how many unreadable messages this channel had that day."""
        channel, _, day = due.plan.about.partition(" ")
        at = date.fromisoformat(day)
        since = self.instansi.now() - FORGET
        found = await self.db.read(lambda conn: self._by_day(conn, since))
        text = self.instansi.catalog.say(
            official.language, "alert.unreadable", count=found[channel, at], channel=channel, day=at
        )
        return Outbound(text, language=official.language)

    async def _by_day(self, conn: AsyncConnection, since: datetime) -> Counter[tuple[str, date]]:
        """(channel, local day) → number of messages."""
        return Counter(
            (record.message.channel, self.instansi.day_of(record.at))
            for record in await unreadable.listed(conn, since)
        )
