"""The digest an official reads on Monday at 07:30: planned by subscription, worded once."""

from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ask import Ask, Desk, Seen, Subject
from bot.figures import seen
from bot.message import Attachment, Outbound
from bot.phrase_chart import named, nine_unsur, trend, trend_alt
from bot.phrase_digest import PhraseDigest
from bot.phrase_report import PhraseReport
from skm.delivery import Delivery, Kind, Plan
from skm.digest import Digest
from skm.instrument import Instrument
from skm.official import Official
from skm.period import Period
from skm.quality import Thresholds
from skm.store import deliveries, digests, subscriptions, upps
from skm.subscription import GRACE, last_due, period_of


@dataclass(frozen=True)
class Digests:
    """Plans digests and makes their messages."""

    desk: Desk
    instrument: Instrument
    thresholds: Thresholds = field(default_factory=Thresholds)

    async def plan(self, conn: AsyncConnection) -> None:
        """One delivery for the last moment each subscription was due, if it is not there yet.

        After a downtime only the newest missed digest is sent; the figures of the older ones are
        in its trend.
        """
        now = self.desk.now()
        plans = []
        for wanted, since in await subscriptions.listed(conn):
            due = last_due(wanted, now, self.desk.zone)
            if due >= since:
                period = period_of(wanted, due)
                key = f"digest:{wanted.official}:{wanted.frequency}:{period}"
                plans.append(Plan(key, Kind.DIGEST, wanted.official, str(period), due))
        await deliveries.plan(conn, plans)

    async def compose(self, delivery: Delivery, official: Official) -> Outbound:
        """The message of a digest; late ones say so."""
        period = Period.parse(delivery.plan.about)
        late = self.desk.now() - delivery.plan.due_at > GRACE

        async def read(conn: AsyncConnection) -> tuple[Ask, Digest, Seen]:
            upp = await upps.by_code(conn, official.upp) if official.upp else None
            lineage = tuple(await upps.lineage(conn, upp.code)) if upp else ()
            ask = Ask(self.desk, official, Subject(upp, lineage, period))
            found = await digests.of(
                conn, upp, period, self.desk.zone, self.instrument, self.thresholds
            )
            return ask, found, await seen(conn, ask)

        ask, found, figures = await self.desk.db.read(read)
        due = delivery.plan.due_at.astimezone(self.desk.zone) if late else None
        return PhraseDigest(ask, found).digest(figures, due, await self._chart(ask, found, figures))

    async def _chart(self, ask: Ask, found: Digest, figures: Seen) -> Attachment | None:
        """The nine unsur and the trend in one picture; what has nothing to show is not in it."""
        if not any(report.open for report in found.trend):
            return None
        row, alt = trend(ask, found.trend), trend_alt(ask, found.trend)
        if figures.report.open:
            content = await self.desk.drawing.picture(nine_unsur(ask, figures), row)
            alt = f"{PhraseReport(ask).alt(figures)}. {alt}"
        else:
            content = await self.desk.drawing.picture(named(ask, row))
        return Attachment(f"skm-{found.period}.png", "image/png", content, alt)
