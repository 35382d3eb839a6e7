"""The public result pages below /hasil: the instansi, each unit, the description of the open data.

Only closed periods are published, and of those only what reveals no small group.
"""

from collections.abc import Sequence
from datetime import timedelta, tzinfo
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.web.html.render import Pages
from bot.web.results import improvements
from bot.web.results.open_data import COLUMNS
from bot.web.results.selection import CACHE, change_of, points_of, selected, shares_of
from bot.words.period import in_words
from skm.closing.frozen import Revision
from skm.closing.publication import Publication
from skm.figures.ikm import mutu
from skm.figures.report import EVERYTHING, Report
from skm.figures.tendency import tendency
from skm.follow_up.realised import counts, spoken
from skm.instansi.upp import Upp
from skm.store.figures import reports
from skm.store.periods import follow_ups
from skm.store.periods.follow_ups import TindakLanjutItems
from skm.store.periods.publications import Publications
from skm.store.survey import upps

# The number of improvements on a page:
OF_INSTANSI, OF_UNIT = 9, 60


class Results:
    """`base`: our public URL. `zone`: of the days that are shown."""

    def __init__(self, pages: Pages, published: Publications, base: str, zone: tzinfo) -> None:
        self.pages, self.published = pages, published
        self.base, self.zone = base, zone

    def routes(self) -> list[Route]:
        return [
            Route("/hasil", self.instansi),
            Route("/hasil/data", self.data),
            Route("/hasil/{upp}", self.unit),
        ]

    # --- pages -----------------------------------------------------------------------------------

    async def instansi(self, request: Request) -> Response:
        """Both figures of the whole instansi, its trend, and every unit."""
        publications = await self.published.all()
        shown = selected(publications, request)
        shares = await shares_of(self.published, shown) if shown else {}
        units = sorted(shown.units.values(), key=lambda unit: unit.name) if shown else []
        points = points_of(publications, shown, EVERYTHING)
        return self._page(
            request,
            "results/instansi",
            "/hasil",
            publications,
            shown,
            code=EVERYTHING,
            city=shown.instansi if shown else None,
            mutu_of=mutu,
            units=[(unit, shown.report(unit.code)) for unit in units] if shown else [],
            points=points,
            tendency=tendency([report for _, report in points]),
            counts={spoken(one): n for one, n in counts(shares.values()).items()} if shares else {},
            improvements=await self._improvements(None, publications, OF_INSTANSI),
        )

    async def unit(self, request: Request) -> Response:
        """The index of a unit, its trend, its unsur, its follow-ups."""
        code = request.path_params["upp"].upper()
        upp = await self.published.db.read(lambda conn: upps.by_code(conn, code))
        if upp is None:
            raise HTTPException(404)
        publications = await self.published.all()
        shown = selected(publications, request)
        report = shown.report(code) if shown else None
        points = points_of(publications, shown, code)
        items, revision = await self._follow_ups_and_revision(upp, report)
        return self._page(
            request,
            "results/unit",
            f"/hasil/{upp.code}",
            publications,
            shown,
            upp=upp,
            code=code,
            report=report,
            rows=_rows(report) if report else [],
            points=points,
            tendency=tendency([report for _, report in points]),
            change=change_of(points),
            items=items,
            planned=len(items) if any(item.plan for item in items) else 0,
            done=sum(item.done is not None for item in items),
            improvements=await self._improvements(code, publications, OF_UNIT),
            revision=revision,
            below=[u for u in shown.units.values() if u.parent == code] if shown else [],
        )

    async def data(self, request: Request) -> Response:
        """The files of open data, and the meaning of their columns."""
        publications = await self.published.all()
        shown = selected(publications, request)
        return self._page(
            request, "results/data", "/hasil/data", publications, shown, columns=COLUMNS
        )

    def _page(
        self,
        request: Request,
        name: str,
        path: str,
        publications: Sequence[Publication],
        shown: Publication | None,
        **values: Any,
    ) -> Response:
        language = self.pages.language_of(request)
        period = shown.period if shown else None
        return self.pages.page(
            name,
            language,
            headers={**CACHE, "Vary": "Accept-Language, Cookie"},
            path=path,
            base=self.base,
            publications=publications,
            shown=shown,
            closed_on=shown and shown.head.closed_at.astimezone(self.zone).date(),
            period=partial(in_words, self.pages.catalog, language),
            start=period.start if period else None,
            end=period.end - timedelta(days=1) if period else None,
            **values,
        )

    # --- reading ---------------------------------------------------------------------------------

    async def _follow_ups_and_revision(
        self, upp: Upp, report: Report | None
    ) -> tuple[TindakLanjutItems, Revision | None]:
        """The follow-ups of the three priorities, and what late responses would change."""
        if report is None:
            return (), None
        period = report.period

        async def read(conn: AsyncConnection) -> tuple[TindakLanjutItems, Revision | None]:
            revision = await reports.revision(conn, period, upp)
            return await follow_ups.of(conn, upp, period), revision

        return await self.published.db.read(read)

    async def _improvements(
        self, code: str | None, publications: Sequence[Publication], most: int
    ) -> list[improvements.Improvement]:
        periods = [one.period for one in publications]
        return await self.published.db.read(lambda conn: improvements.of(conn, code, periods, most))


def _rows(report: Report) -> list[tuple[str, object, str]]:
    """(unsur, nilai, mutu) in the order of the regulation."""
    return [(unsur, nilai, mutu(nilai)) for unsur, nilai in (report.nilai or {}).items()]
