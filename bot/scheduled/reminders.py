"""Weekly reminders of follow-ups that are not planned or overdue, to the officials concerned."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.message import Outbound
from bot.request.arguments import subject_of
from bot.request.instansi import Instansi
from bot.request.request import Topic
from bot.scheduled.recipients import planned, wanting_alerts
from bot.words.follow_up import NAMED, FollowUpWording, reminder_of_several
from skm.instansi.official import Action, Official, may
from skm.instansi.period import Period, PeriodKind
from skm.notices.alert import MORNING, right_officials
from skm.notices.delivery import Delivery, DeliveryKind
from skm.notices.reminder import Reminder, reminder
from skm.store.database.database import Database
from skm.store.officials import deliveries
from skm.store.periods import follow_ups
from skm.store.periods.follow_ups import TindakLanjutItems
from skm.store.survey import tallies, upps

SEVERAL = "several"  # what a delivery about more than one unit is about


@dataclass(frozen=True)
class Reminders:
    """One message a week to each official about all units that have something left to do."""

    db: Database
    instansi: Instansi

    async def plan(self) -> None:
        """Plan this week's reminders."""
        due = await self.db.read(self._due)
        if due:
            today = self.instansi.today
            at = datetime.combine(today, MORNING, self.instansi.zone)
            week = str(Period.of(PeriodKind.WEEK, today))
            plans = [
                plan
                for official, units in due.items()
                for plan in planned(DeliveryKind.FOLLOW_UP, week, _about(units), at, [official])
            ]
            await self.db.write(lambda conn: deliveries.plan(conn, plans))

    async def _due(self, conn: AsyncConnection) -> dict[Official, list[Reminder]]:
        """By official, what they are nearest to; the units with most that is overdue first."""
        today = self.instansi.today
        people = await wanting_alerts(conn)
        due = defaultdict[Official, list[Reminder]](list)
        for items in await self._unfinished(conn):
            if found := reminder(items, today):
                lineage = await upps.lineage(conn, found.upp)
                able = [one for one in people if may(one, Action.FOLLOW_UP, lineage)]
                for official in right_officials(able, lineage):
                    due[official].append(found)
        for units in due.values():
            units.sort(key=lambda one: (-len(one.overdue), one.upp, one.period.start))
        return due

    async def _unfinished(self, conn: AsyncConnection) -> Iterable[TindakLanjutItems]:
        """The follow-ups of the last quarter of each unit with responses, and all that were begun
        and not finished.
        """
        quarter = Period.of(PeriodKind.QUARTER, self.instansi.today).previous()
        own = await tallies.by_upp(conn, quarter.start, quarter.end)
        found = {
            (code, quarter): items
            for code, items in (await follow_ups.of_all(conn, quarter)).items()
            if code in own
        }
        begun = await follow_ups.unfinished(conn)
        found |= {(items[0].upp, items[0].period): items for items in begun}
        return found.values()

    async def compose(self, delivery: Delivery, official: Official) -> Outbound | None:
        """The message as things stand when it is sent; None if nothing is left to do."""
        about = delivery.plan.about
        if about == SEVERAL:
            return await self.db.read(lambda conn: self._of_several(conn, official))
        return await self.db.read(lambda conn: self._of_one(conn, official, about))

    async def _of_one(
        self, conn: AsyncConnection, official: Official, about: str
    ) -> Outbound | None:
        code, _, span = about.partition(" ")
        topic = await self._topic(conn, official, code, Period.parse(span))
        unit, period = topic.subject.upp, topic.subject.period
        items = await follow_ups.of(conn, unit, period) if unit else ()
        found = reminder(items, self.instansi.today)
        return FollowUpWording(topic).reminder(found, items) if found else None

    async def _of_several(self, conn: AsyncConnection, official: Official) -> Outbound | None:
        due = (await self._due(conn)).get(official, [])
        named = [
            (FollowUpWording(await self._topic(conn, official, one.upp, one.period)), one)
            for one in due[:NAMED]
        ]
        return reminder_of_several(named, len(due)) if named else None

    async def _topic(
        self, conn: AsyncConnection, official: Official, code: str, period: Period
    ) -> Topic:
        unit = await upps.by_code(conn, code)
        return Topic(self.instansi, official.language, await subject_of(conn, unit, period))


def _about(units: Sequence[Reminder]) -> str:
    """What a delivery is about: "PAJANG 2026-Q3", or SEVERAL, which are read when it is sent."""
    return f"{units[0].upp} {units[0].period}" if len(units) == 1 else SEVERAL
