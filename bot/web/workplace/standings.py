"""The table of where all units stand with their reports, and the deadline of a period."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import Response
from starlette.routing import Route

from bot.web.workplace.access import HOME, OFFERED, SignedIn, Workplace, back_to
from bot.web.workplace.overview import Overview
from bot.web.workplace.watch_table import page_number, paged
from skm.instansi.find_upp import folded
from skm.instansi.official import Action, may
from skm.instansi.period import Period
from skm.store.periods import report_deadlines, submissions
from skm.submissions.deadline import is_late, reported_period
from skm.submissions.standing import FILTERS, Standing, chosen, counts

PATH = f"{HOME}/laporan"
DAY = "tanggal"  # the field of the deadline


@dataclass(frozen=True)
class Standings:
    """`overview` reads the period of the address."""

    workplace: Workplace
    overview: Overview

    def routes(self) -> list[Route]:
        return [Route(PATH, self.workplace.page_of(self.handle), methods=["GET", "POST"])]

    async def handle(self, visit: SignedIn) -> Response:
        posted = visit.request.method == "POST"
        return await (self.set_deadline(visit) if posted else self.table(visit))

    async def table(self, visit: SignedIn, wrong: str = "") -> Response:
        """The units of the subtree. `wrong`: the key of what is wrong with a posted deadline."""
        self.workplace.check(visit, Action.READ)
        instansi, query = self.workplace.instansi, visit.request.query_params
        period = reported_period(self.overview.period_of(visit.request), instansi.today)
        name = query.get("saring", "") if query.get("saring", "") in FILTERS else ""
        words = folded(query.get("cari", "")[:80]).split()

        async def read(conn: AsyncConnection) -> tuple[list[Standing], date]:
            rows = await submissions.standings(conn, visit.official.upp, period)
            return rows, await report_deadlines.of(conn, period, instansi.report_days)

        rows, deadline = await self.workplace.db.read(read)
        found = [row for row in chosen(rows, name) if _matches(row, words)]
        page = page_number(query)
        shown, pages = paged(found, page)
        return self.workplace.page(
            visit,
            "workplace/submissions",
            422 if wrong else 200,
            period=period,
            choices=offered_periods(period, instansi.today),
            filter=name,
            filters=counts(rows),
            search=query.get("cari", ""),
            rows=shown,
            found=len(found),
            total=len(rows),
            page=min(page, pages),
            pages=pages,
            deadline=deadline,
            late=is_late(deadline, instansi.today),
            may_set=may(visit.official, Action.REVIEW, ()),
            wrong=wrong,
        )

    async def set_deadline(self, visit: SignedIn) -> Response:
        """POST: the last day for all reports of a period."""
        sent = await self.workplace.form(visit)
        self.workplace.check(visit, Action.REVIEW, ())
        instansi = self.workplace.instansi
        period = reported_period(self.overview.period_of(visit.request), instansi.today)
        try:
            day = date.fromisoformat(str(sent.get(DAY, "")))
        except ValueError:
            return await self.table(visit, "submission.no_day")
        if day < period.end:
            return await self.table(visit, "submission.no_day")
        who, now, days = visit.official.id, instansi.now(), instansi.report_days
        await self.workplace.db.write(
            lambda conn: report_deadlines.put(conn, who, period, day, days, now)
        )
        return back_to(f"{PATH}?periode={period}")


def offered_periods(shown: Period, today: date) -> list[Period]:
    """The periods to choose from: those of the same kind that are over, the newest first."""
    newest = reported_period(Period.of(shown.kind, today), today)
    found = newest.last(OFFERED)[::-1]
    return found if shown in found else [shown, *found]


def _matches(row: Standing, words: list[str]) -> bool:
    said = folded(f"{row.unit.code} {row.unit.name}")
    return all(word in said for word in words)
