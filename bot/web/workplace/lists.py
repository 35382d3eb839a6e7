"""Lists for officials: what citizens wrote, the follow-ups by state, and the audit log."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import Response
from starlette.routing import Route

from bot.web.workplace.access import HOME, SignedIn, Workplace
from bot.web.workplace.overview import Overview
from bot.words.log import line
from skm.follow_up.tindak_lanjut import FollowUpState, TindakLanjut
from skm.instansi.find_upp import folded
from skm.instansi.official import Action
from skm.instansi.period import Period, PeriodKind
from skm.store.figures import reports
from skm.store.officials import audit_log
from skm.store.periods import follow_ups
from skm.store.survey import upps

COMMENTS = 500  # that are searched, the newest
ENTRIES = 500  # of the audit log
SHOWN = 100  # rows of a page


class Lists:
    """`overview` reads the period of the address."""

    def __init__(self, workplace: Workplace, overview: Overview) -> None:
        self.workplace, self.overview = workplace, overview
        self.db, self.instansi = workplace.db, workplace.instansi

    def routes(self) -> list[Route]:
        page_of = self.workplace.page_of
        return [
            Route(f"{HOME}/saran", page_of(self.comments)),
            Route(f"{HOME}/tindak-lanjut", page_of(self.board)),
            Route(f"{HOME}/catatan", page_of(self.log)),
        ]

    async def comments(self, visit: SignedIn) -> Response:
        """The newest comments of the subtree in a period that hold the words of `?cari=`."""
        own = visit.official.upp
        self.workplace.check(visit, Action.READ)
        period, words = self.overview.period_of(visit.request), _words(visit)
        found = await self.db.read(lambda conn: reports.comments(conn, own, period, COMMENTS))
        fits = [one for one in found if words in folded(f"{one.text} {one.upp_name} {one.layanan}")]
        return self.workplace.page(
            visit,
            "workplace/comments",
            period=period,
            search=visit.request.query_params.get("cari", ""),
            comments=fits[:SHOWN],
            found=len(fits),
        )

    async def board(self, visit: SignedIn) -> Response:
        """The follow-ups of the newest finished quarter, or of `?periode=`, by state."""
        own = visit.official.upp
        self.workplace.check(visit, Action.READ)
        quarter = Period.of(PeriodKind.QUARTER, self.instansi.today)
        asked = "periode" in visit.request.query_params
        period = self.overview.period_of(visit.request) if asked else quarter.previous()

        async def read(conn: AsyncConnection) -> tuple[Mapping[str, str], list[TindakLanjut]]:
            units = await (upps.subtree(conn, own) if own else upps.listed(conn))
            by_unit = await follow_ups.of_all(conn, period)
            names = {unit.code: unit.name for unit in units}
            return names, [item for code in names for item in by_unit.get(code, ())]

        names, items = await self.db.read(read)
        today = self.instansi.today
        order = (
            FollowUpState.OVERDUE,
            FollowUpState.EMPTY,
            FollowUpState.PLANNED,
            FollowUpState.DONE,
        )
        columns = [(state, [i for i in items if i.state(today) is state]) for state in order]
        return self.workplace.page(
            visit, "workplace/board", period=period, units=names, columns=columns, most=SHOWN
        )

    async def log(self, visit: SignedIn) -> Response:
        """The newest entries of the audit log that hold the words of `?cari=`."""
        self.workplace.check(visit, Action.AUDIT, ())
        words, language = _words(visit), visit.official.language
        entries = await self.db.read(lambda conn: audit_log.newest(conn, ENTRIES))
        said = [line(self.instansi, language, entry) for entry in entries]
        rows = [one for one in said if words in folded(one)]
        return self.workplace.page(
            visit,
            "workplace/log",
            search=visit.request.query_params.get("cari", ""),
            rows=rows[:SHOWN],
            found=len(rows),
        )


def _words(visit: SignedIn) -> str:
    return folded(visit.request.query_params.get("cari", "")[:80])
