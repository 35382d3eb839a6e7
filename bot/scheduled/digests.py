"""Digests: planned for each subscription, composed when they are sent."""

from dataclasses import dataclass, field, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.message import Attachment, Outbound
from bot.request.arguments import subject_of
from bot.request.chart_workers import ChartWorkers
from bot.request.figures import ReportFigures, read_figures
from bot.request.instansi import Instansi
from bot.request.request import Topic
from bot.words.chart import named, nine_unsur, trend
from bot.words.digest import DigestWording
from skm.instansi.official import Official
from skm.instansi.period import Period, PeriodKind
from skm.notices.delivery import Delivery, DeliveryKind, PlannedDelivery
from skm.notices.digest import Digest, ReportsDue
from skm.notices.subscription import GRACE, last_due, period_of
from skm.output.charts.draw import Chart
from skm.quality.flag import Thresholds
from skm.store.database.database import Database
from skm.store.figures import digests
from skm.store.officials import deliveries, subscriptions
from skm.store.periods import report_deadlines, submissions
from skm.store.survey import upps
from skm.submissions.deadline import INSIST, reported_period
from skm.survey.instrument import Instrument


@dataclass(frozen=True)
class Digests:
    """`thresholds`: from where on responses are flagged."""

    db: Database
    instansi: Instansi
    workers: ChartWorkers
    instrument: Instrument
    thresholds: Thresholds = field(default_factory=Thresholds)

    async def plan(self, conn: AsyncConnection) -> None:
        """Plan the newest digest of each subscription that is due, if it is not planned yet.

        After a downtime the older missed ones are not sent: their figures are in the trend.
        """
        now = self.instansi.now()
        plans = []
        for wanted, since in await subscriptions.listed(conn):
            due = last_due(wanted, now, self.instansi.zone)
            if due >= since:
                period = period_of(wanted, due)
                key = f"digest:{wanted.official}:{wanted.frequency}:{period}"
                plans.append(
                    PlannedDelivery(key, DeliveryKind.DIGEST, wanted.official, str(period), due)
                )
        await deliveries.plan(conn, plans)

    async def compose(self, delivery: Delivery, official: Official) -> Outbound:
        """The message of a digest; it says so if it is late."""
        plan, zone = delivery.plan, self.instansi.zone
        period = Period.parse(plan.about)

        async def read(conn: AsyncConnection) -> tuple[Topic, Digest, ReportFigures]:
            upp = await upps.by_code(conn, official.upp) if official.upp else None
            topic = Topic(self.instansi, official.language, await subject_of(conn, upp, period))
            digest = await digests.of(
                conn, upp, period, zone, self.instrument, self.thresholds, self.instansi.today
            )
            digest = replace(digest, due=await self._due(conn, official.upp))
            return topic, digest, await read_figures(conn, topic.subject, digest.trend)

        topic, digest, figures = await self.db.read(read)
        late = self.instansi.now() - plan.due_at > GRACE
        due = plan.due_at.astimezone(zone) if late else None
        chart = await self._chart(topic, digest, figures)
        return DigestWording(topic, digest).message(figures, due, chart)

    async def _due(self, conn: AsyncConnection, code: str | None) -> ReportsDue | None:
        today = self.instansi.today
        period = reported_period(Period.of(PeriodKind.QUARTER, today), today)
        deadline = await report_deadlines.of(conn, period, self.instansi.report_days)
        if today > deadline + INSIST:
            return None
        return ReportsDue(period, deadline, await submissions.standings(conn, code, period))

    async def _chart(
        self, topic: Topic, digest: Digest, figures: ReportFigures
    ) -> Attachment | None:
        """The nine unsur and the trend in one picture, without those that show nothing; None if
        there is nothing to show or it cannot be drawn.
        """
        if not any(report.is_shown for report in digest.trend):
            return None
        row = trend(topic, digest.trend)
        charts: tuple[Chart, ...] = (named(topic, row),)
        if figures.report.is_shown:
            charts = (nine_unsur(topic, figures), row)
        return await self.workers.attachment(f"skm-{digest.period}.png", *charts)
