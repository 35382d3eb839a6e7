"""Reminders of follow-ups, of empty plans and overdue ones, weekly, to the nearest officials."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.alarms import MORNING
from bot.ask import Ask, Desk, Subject
from bot.message import Outbound
from bot.phrase_follow_up import PhraseFollowUp
from skm.alert import right_officials
from skm.delivery import Delivery, Kind, Plan
from skm.official import Action, Official, may
from skm.period import Kind as Span
from skm.period import Period
from skm.store import deliveries, follow_ups, officials, subscriptions, tallies, upps
from skm.store.follow_ups import Items
from skm.tindak_lanjut import Reminder, reminder


@dataclass(frozen=True)
class Reminders:
    """Plans them and makes their messages."""

    desk: Desk

    async def plan(self) -> None:
        """A message for each unit that has something left to do, this week."""
        plans = await self.desk.db.read(self._due)
        if plans:
            await self.desk.db.write(lambda conn: deliveries.plan(conn, plans))

    async def _due(self, conn: AsyncConnection) -> list[Plan]:
        wanting = {s.official for s, _ in await subscriptions.listed(conn) if s.alerts}
        people = [o for o in await officials.listed(conn) if o.id in wanting]
        plans = []
        for items in await self._open(conn):
            found = reminder(items, self.desk.today)
            if found:
                lineage = await upps.lineage(conn, found.upp)
                able = [o for o in people if may(o, Action.FOLLOW_UP, lineage)]
                plans += self._to(right_officials(able, lineage), found)
        return plans

    async def _open(self, conn: AsyncConnection) -> Iterable[Items]:
        """What was begun, and what should be: of the last quarter, where a unit was asked about."""
        quarter = Period.of(Span.QUARTER, self.desk.today).previous()
        own = await tallies.by_upp(conn, quarter.start, quarter.end)
        found = {
            (code, quarter): items
            for code, items in (await follow_ups.of_all(conn, quarter)).items()
            if code in own
        }
        begun = await follow_ups.unfinished(conn)
        found |= {(items[0].upp, items[0].period): items for items in begun}
        return found.values()

    def _to(self, people: Iterable[Official], found: Reminder) -> list[Plan]:
        at = datetime.combine(self.desk.today, MORNING, self.desk.zone)
        about = f"{found.upp} {found.period}"
        return [
            Plan(
                f"{Kind.FOLLOW_UP}:{about}:{found.week}:{official.id}",
                Kind.FOLLOW_UP, official.id, about, at,
            )
            for official in people
        ]  # fmt: skip

    async def compose(self, delivery: Delivery, official: Official) -> Outbound:
        """The message, as things stand when it is sent."""
        code, _, span = delivery.plan.about.partition(" ")
        period = Period.parse(span)

        async def read(conn: AsyncConnection) -> Outbound:
            unit = await upps.by_code(conn, code)
            lineage = tuple(await upps.lineage(conn, code))
            phrase = PhraseFollowUp(Ask(self.desk, official, Subject(unit, lineage, period)))
            items = await follow_ups.of(conn, unit, period) if unit else ()
            found = reminder(items, self.desk.today)
            return phrase.reminder(found, items) if found else phrase.overview(items, ())

        return await self.desk.db.read(read)
