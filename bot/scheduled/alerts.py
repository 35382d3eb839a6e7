"""Alerts: raised from the rollup, sent to the officials concerned, and repeated every day until one
of them takes the alert (`/siaga`, bot/official/answers/alerts.py).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.message import Outbound
from bot.request.instansi import Instansi
from bot.scheduled.recipients import planned, wanting_alerts
from bot.words.alert import message, sentence, several
from bot.words.names import official_name
from skm.figures.ikm import Tally
from skm.instansi.official import Official
from skm.instansi.period import Period, PeriodKind
from skm.notices.alert import (
    Alert,
    AlertKind,
    Raised,
    drops,
    lowest,
    remind_at,
    right_officials,
    silent,
)
from skm.notices.delivery import Delivery, DeliveryKind, PlannedDelivery
from skm.store.database.database import Database
from skm.store.figures import reports
from skm.store.officials import alerts, deliveries, officials
from skm.store.survey import tallies, upps

SEVERAL = "several"  # what a delivery is about that stands for all open alerts
FEW = 3  # alerts of which an official gets a message each
NEW = timedelta(hours=12)  # an older answer of nilai 1 is a reminder like others
NAMED = 10  # alerts that a message about several names


@dataclass(frozen=True)
class Alerts:
    """`silent_days`: days without a response after which a unit is reported as silent."""

    db: Database
    instansi: Instansi
    silent_days: int

    # --- raising ---------------------------------------------------------------------------------

    async def detect(self, conn: AsyncConnection) -> None:
        """Raise the alerts of today and yesterday; those raised before stay as they are."""
        today = self.instansi.today
        found = [
            *await self._lowest(conn, today - timedelta(days=1)),
            *await self._lowest(conn, today),
            *await self._drops(conn),
        ]
        for code, last in (await alerts.last_answers(conn)).items():
            if alert := silent(code, last, today, self.silent_days):
                found.append(alert)
        await alerts.put(conn, found, self.instansi.now())

    async def _lowest(self, conn: AsyncConnection, day: date) -> list[Alert]:
        """Units with an answer of nilai 1 on that day."""
        counted = await tallies.by_upp(conn, day, day + timedelta(days=1))
        whole = {code: sum(each.values(), Tally.empty()) for code, each in counted.items()}
        return [alert for code, tally in whole.items() if (alert := lowest(code, day, tally))]

    async def _drops(self, conn: AsyncConnection) -> list[Alert]:
        """Units whose band (mutu) fell from the month before last to the last month, by their own
        responses.
        """
        month = Period.of(PeriodKind.MONTH, self.instansi.today).previous()
        before = (await reports.of_instansi(conn, month.previous())).shown_own
        now = (await reports.of_instansi(conn, month)).shown_own
        return drops([(before[code], now[code]) for code in sorted(before.keys() & now.keys())])

    # --- sending ---------------------------------------------------------------------------------

    async def plan(self, conn: AsyncConnection) -> None:
        """Plan a message to each official concerned; the alert is due again a day later."""
        now, today = self.instansi.now(), self.instansi.today
        people = await wanting_alerts(conn)
        due = defaultdict[Official, list[Raised]](list)
        for raised in await alerts.due(conn, now):
            lineage = await upps.lineage(conn, raised.alert.upp)
            for official in _concerned(raised, people, lineage):
                due[official].append(raised)
            await alerts.postpone(conn, raised.id, remind_at(today, self.instansi.zone))
        plans = [plan for one, theirs in due.items() for plan in _plans(one, theirs, now, today)]
        await deliveries.plan(conn, plans)

    async def compose(self, delivery: Delivery, official: Official) -> Outbound | None:
        """The message of one alert, or of all that are open."""
        if delivery.plan.about == SEVERAL:
            return await self._compose_several(official)

        async def read(conn: AsyncConnection) -> tuple[Raised, str] | None:
            raised = await alerts.by_id(conn, int(delivery.plan.about))
            if raised is None:
                return None
            return raised, await self.instansi.unit_name(conn, raised.alert.upp)

        found = await self.db.read(read)
        if found is None:
            return Outbound(self.instansi.catalog.say(official.language, "alert.unknown"))
        return message(self.instansi, official, *found)

    async def _compose_several(self, official: Official) -> Outbound | None:
        """One message about the alerts that are open below the official's unit."""
        instansi = self.instansi

        async def read(conn: AsyncConnection) -> tuple[list[str], int]:
            found = await alerts.open_below(conn, official.upp)
            named = [(one, await instansi.unit_name(conn, one.alert.upp)) for one in found[:NAMED]]
            return [sentence(instansi, official.language, *one) for one in named], len(found)

        lines, total = await self.db.read(read)
        return several(instansi, official, lines, total) if lines else None

    async def compose_blocked(self, delivery: Delivery, official: Official) -> Outbound:
        """Tells an admin which official cannot be reached any more."""
        catalog, language = self.instansi.catalog, official.language
        about = int(delivery.plan.about)
        blocked = await self.db.read(lambda conn: officials.by_id(conn, about))
        name = official_name(catalog, language, blocked) if blocked else "–"
        return Outbound(catalog.say(language, "alert.blocked", name=name), language=language)


def _plans(
    official: Official, due: Sequence[Raised], now: datetime, today: date
) -> Iterator[PlannedDelivery]:
    """A message for each answer of nilai 1 that is new; more than FEW others share one."""
    lowest = [one for one in due if _kind(one) is DeliveryKind.LOWEST]
    urgent = [one for one in lowest if one.raised_at >= now - NEW]
    others = [one for one in due if one not in urgent]
    if len(others) > FEW:
        key = f"{max(one.id for one in others)}:{today}"
        yield from planned(DeliveryKind.ALERT, key, SEVERAL, now, [official])
        others = []
    for one in (*urgent, *others):
        yield from planned(_kind(one), f"{one.id}:{today}", str(one.id), now, [official])


def _kind(raised: Raised) -> DeliveryKind:
    """What a citizen answered comes before what was computed."""
    return DeliveryKind.LOWEST if raised.alert.kind is AlertKind.LOWEST else DeliveryKind.ALERT


def _concerned(
    raised: Raised, people: Sequence[Official], lineage: Sequence[str]
) -> Sequence[Official]:
    """The official it was handed to, or else those nearest to the unit."""
    handed = [official for official in people if official.id == raised.official]
    return handed or right_officials(people, lineage)
