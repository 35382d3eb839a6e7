"""Messages that cannot be taken: kept aside so that they stop nobody, and told to the admins.

Either what came is not what a messenger promises, or a mistake of ours keeps us from taking it;
that is tried a few times, since it may have been an accident.
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ask import Desk
from bot.message import Outbound
from skm.aside import Aside
from skm.delivery import Delivery, Kind, Plan
from skm.official import Official, Role
from skm.store import asides, deliveries, officials

Keep = Callable[[Aside], Awaitable[None]]

STRIKES = 5  # times that a message may fail by a mistake of ours before it is kept aside
FORGET = timedelta(days=30)
REMEMBERED = 4096  # messages with strikes, before all begin anew


async def leave(aside: Aside) -> None:
    """Nothing more than the log's line."""


class Strikes:
    """How often each message has failed by a mistake of ours."""

    def __init__(self) -> None:
        self._failed: Counter[str] = Counter()

    def is_out(self, message: str) -> bool:
        """One more; True when it has failed too often."""
        if len(self._failed) >= REMEMBERED:
            self._failed.clear()
        self._failed[message] += 1
        return self._failed[message] >= STRIKES

    def forget(self, message: str) -> None:
        del self._failed[message]


@dataclass(frozen=True)
class Asides:
    """Keeps them, and tells the admins once a day and channel."""

    desk: Desk

    async def keep(self, aside: Aside) -> None:
        """On disk when it returns; raises StoreError, and then the message has to come again."""
        now = self.desk.now()
        await self.desk.db.write(lambda conn: asides.put(conn, aside, now))

    async def plan(self, conn: AsyncConnection) -> None:
        """A message to each admin of the instansi, for what was kept today and yesterday."""
        now = self.desk.now()
        found = await self._by_day(conn, now - timedelta(days=1))
        admins = [one for one in await officials.listed(conn) if one.role is Role.ADMIN]
        plans = [
            Plan(f"aside:{channel}:{day}:{admin.id}", Kind.ASIDE, admin.id, f"{channel} {day}", now)
            for channel, day in found
            for admin in admins
        ]
        await deliveries.plan(conn, plans)

    async def compose(self, due: Delivery, official: Official) -> Outbound:
        """How many by now, of which channel, and whom to ask."""
        channel, _, day = due.plan.about.partition(" ")
        at = date.fromisoformat(day)
        since = self.desk.now() - FORGET
        found = await self.desk.db.read(lambda conn: self._by_day(conn, since))
        text = self.desk.catalog.say(
            official.language, "alert.aside", count=found[channel, at], channel=channel, day=at
        )
        return Outbound(text, language=official.language)

    async def _by_day(self, conn: AsyncConnection, since: datetime) -> Counter[tuple[str, date]]:
        """(channel, local day) → how many."""
        return Counter(
            (kept.aside.channel, kept.at.astimezone(self.desk.zone).date())
            for kept in await asides.listed(conn, since)
        )
