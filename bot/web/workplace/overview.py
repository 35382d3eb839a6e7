"""The officials' first page: the index, its trend, the nine unsur, and what needs attention."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.request.arguments import FuturePeriod, subject_of
from bot.request.figures import ReportFigures, compared, read_figures
from bot.request.request import Topic
from bot.web.html.csv_file import csv_file
from bot.web.workplace.access import HOME, PRIVATE, SignedIn, Workplace
from bot.web.workplace.watch_table import PAGE, Selection, as_csv, needs, paged, ranks, select
from bot.words.control import control
from bot.words.drivers import DriverWording, too_few
from bot.words.names import marked
from bot.words.report import ReportWording
from skm.errors import PeriodError
from skm.figures.report import Report
from skm.instansi.official import Action, AuditEvent
from skm.instansi.period import Period, PeriodKind
from skm.instansi.upp import Upp
from skm.intake.upload import Upload
from skm.output.charts.control import ControlChart, ControlPlot
from skm.output.charts.quadrant import LabelSize
from skm.store.figures import answer_patterns, reports
from skm.store.figures.flags import FlagRules
from skm.store.intake import uploads
from skm.store.officials import alerts, officials
from skm.store.periods import dossiers, follow_ups, watch
from skm.store.periods.watch import WatchRow
from skm.store.survey import collectors, upps
from skm.submissions.deadline import reported_period
from skm.submissions.submission import TO_CHECK, SubmissionState

TREND = 12  # periods
PLOT = (360, 300, LabelSize(22, 16, 10))  # of the drivers, as the page draws it
PLOT_OF_UNITS = (36, 12, 316, 300)  # left, top, width and height, as the page draws it
NEWEST = 5  # comments
HEADS = (
    "column_code", "name", "period", "responden", "target", "per_day", "ikm", "mutu", "possible",
    "last", "officers", "overdue", "report",
)  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """What a page about a unit (None: the whole instansi) reads."""

    unit: Upp | None
    figures: ReportFigures
    trend: list[Report]
    words: ReportWording


class Overview:
    """`rules`: by which responses are flagged; without them none are."""

    def __init__(self, workplace: Workplace, rules: FlagRules | None = None) -> None:
        self.workplace, self.rules = workplace, rules
        self.db, self.instansi = workplace.db, workplace.instansi

    def routes(self) -> list[Route]:
        page_of = self.workplace.page_of
        return [
            Route(HOME, page_of(self.overview)),
            Route(f"{HOME}/unit", page_of(self.watch)),
            Route(f"{HOME}/unit.csv", page_of(self.download)),
            Route(f"{HOME}/unit/{{code}}", page_of(self.unit)),
        ]

    def period_of(self, request: Request) -> Period:
        """The period of `?periode=`, or else the current quarter; HTTPException 404 for others.
        Raises FuturePeriod for one that has not begun.
        """
        wanted = request.query_params.get("periode", "")
        if not wanted:
            return Period.of(PeriodKind.QUARTER, self.instansi.today)
        try:
            period = Period.parse(wanted)
        except PeriodError:
            raise HTTPException(404) from None
        if period.start > self.instansi.today:
            raise FuturePeriod(period)
        return period

    async def overview(self, visit: SignedIn) -> Response:
        """The official's own unit, or the whole instansi."""
        self.workplace.check(visit, Action.READ)
        period, own, today = self.period_of(visit.request), visit.official.upp, self.instansi.today

        who, now = visit.official.id, self.instansi.now()

        async def read(conn: AsyncConnection) -> tuple[Seen, list[WatchRow], int, Upload | None]:
            rows = await watch.rows(conn, own, period, today)
            return (
                await self._seen(conn, visit, own, period),
                rows,
                len(await alerts.open_below(conn, own)),
                await uploads.of(conn, who, now),
            )

        seen, rows, open_alerts, waiting = await self.db.read(read)
        return self.workplace.page(
            visit,
            "workplace/overview",
            heading=seen.unit.name if seen.unit else self.instansi.name,
            seen=seen,
            period=period,
            alerts=open_alerts,
            waiting=waiting.name if waiting else "",
            needs=needs(rows),
            reported=reported_period(period, today),
            to_check=sum(row.reported in TO_CHECK for row in rows),
        )

    async def unit(self, visit: SignedIn) -> Response:
        """One unit with its counters, officials, services, comments and plans."""
        code, period = visit.request.path_params["code"].upper(), self.period_of(visit.request)
        lineage = await self.db.read(lambda conn: upps.lineage(conn, code))
        if not lineage:
            raise HTTPException(404)
        self.workplace.check(visit, Action.READ, lineage)

        async def read(conn: AsyncConnection) -> dict[str, Any]:
            seen = await self._seen(conn, visit, code, period)
            assert seen.unit
            quarter = Period.of(PeriodKind.QUARTER, period.start)
            return {
                "seen": seen,
                "lineage": [await self.instansi.unit_name(conn, one) for one in lineage[1:][::-1]],
                "below": await upps.children(conn, code),
                "collectors": await collectors.listed(conn, code),
                "staff": [one for one in await officials.listed(conn) if one.upp == code],
                "comments": []
                if seen.figures.report.is_withheld
                else await reports.comments(conn, code, period, NEWEST),
                "plans": await follow_ups.of(conn, seen.unit, quarter.previous()),
                "layanan": await self._layanan(conn, seen.figures.report),
                **await self._drivers(conn, seen),
            }

        found = await self.db.read(read)
        return self.workplace.page(visit, "workplace/unit", period=period, **found)

    async def _layanan(self, conn: AsyncConnection, report: Report) -> list[Report]:
        """The services, in whose reports `upp` is the name; none while the unit is withheld."""
        if not report.is_shown:
            return []
        return list((await dossiers.breakdown(conn, report)).layanan.values())

    async def _drivers(self, conn: AsyncConnection, seen: Seen) -> dict[str, Any]:
        """Which unsur move with satisfaction, or why that cannot be said."""
        found = await answer_patterns.drivers_of(conn, seen.figures.report)
        topic = seen.words.topic
        words = DriverWording(topic, found) if found else None
        chart = words.chart(topic.subject.period) if words else None
        return {
            "driver_words": words,
            "quadrants": chart,
            "dots": chart.dots(*PLOT) if chart else (),
            "too_few": too_few(topic),
        }

    async def watch(self, visit: SignedIn) -> Response:
        """All units of the subtree as a table."""
        self.workplace.check(visit, Action.READ)
        period, wanted = self.period_of(visit.request), Selection.of(visit.request.query_params)
        rows = await self._rows(visit, period)
        found = select(rows, wanted)
        shown, pages = paged(found, wanted.page)
        chart = await self._control(visit, period)
        return self.workplace.page(
            visit,
            "workplace/watch",
            period=period,
            wanted=wanted,
            filters=needs(rows),
            rows=shown,
            found=len(found),
            total=len(rows),
            ranks=ranks(rows),
            control=chart,
            plot=ControlPlot.of(chart, *PLOT_OF_UNITS) if chart else None,
            pages=pages,
            first=(min(wanted.page, pages) - 1) * PAGE,
            reported=reported_period(period, self.instansi.today),
        )

    async def _control(self, visit: SignedIn, period: Period) -> ControlChart | None:
        """Which of the units differ by more than chance."""

        async def read(conn: AsyncConnection) -> ControlChart | None:
            own = visit.official.upp
            upp = await upps.by_code(conn, own) if own else None
            topic = Topic(
                self.instansi, visit.official.language, await subject_of(conn, upp, period)
            )
            return control(topic, *await compared(conn, upp, period))

        return await self.db.read(read)

    async def download(self, visit: SignedIn) -> Response:
        """The same rows as CSV, all pages."""
        self.workplace.check(visit, Action.EXPORT)
        period, wanted = self.period_of(visit.request), Selection.of(visit.request.query_params)
        rows = select(await self._rows(visit, period), wanted)
        heads = [
            self.instansi.catalog.say(visit.official.language, f"workplace.{h}") for h in HEADS
        ]
        about = f"{HOME}/unit {period} {wanted.query()}".strip()
        await self.workplace.record(visit, AuditEvent.EXPORT, about)
        say, language = self.instansi.catalog.say, visit.official.language
        states = {one.value: say(language, f"submission.{one}") for one in SubmissionState}
        code = marked(self.instansi, visit.official.language, period, str(period))
        return csv_file(f"skm-unit-{period}.csv", as_csv(rows, heads, code, states), PRIVATE)

    async def _rows(self, visit: SignedIn, period: Period) -> list[WatchRow]:
        own, today = visit.official.upp, self.instansi.today
        return await self.db.read(lambda conn: watch.rows(conn, own, period, today))

    async def _seen(
        self, conn: AsyncConnection, visit: SignedIn, code: str | None, period: Period
    ) -> Seen:
        unit = await upps.by_code(conn, code) if code else None
        trend = await reports.series(conn, unit, period.last(TREND))
        subject = await subject_of(conn, unit, period)
        return Seen(
            unit,
            await read_figures(conn, subject, trend, self.rules),
            trend,
            ReportWording(Topic(self.instansi, visit.official.language, subject)),
        )
