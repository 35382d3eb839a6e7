"""The public results: the instansi's page, each unit's, and what its open data holds.

Only what an admin has closed is published, and of that only what gives no small group away.
"""

from collections.abc import Sequence
from datetime import timedelta, tzinfo
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.phrase_period import in_words
from bot.web import deeds
from bot.web.open_data import COLUMNS
from bot.web.render import Pages
from bot.web.shown import CACHE, change_of, chosen, points_of, shares_of
from skm.closing import Revision
from skm.disclosure import K
from skm.ikm import mutu
from skm.period import Period
from skm.publication import Publication
from skm.report import EVERYTHING, Report
from skm.store import follow_ups, reports, upps
from skm.store.follow_ups import Items
from skm.store.publications import Publications
from skm.tindak_lanjut import counts, realised, spoken
from skm.upp import Upp

NEWEST, MOST = 9, 60  # deeds of the whole instansi, of a unit


class Results:
    """The pages of `/hasil`."""

    def __init__(self, pages: Pages, published: Publications, base: str, zone: tzinfo) -> None:
        self.pages, self.published = pages, published
        self.base, self.zone = base, zone

    def routes(self) -> list[Route]:
        return [
            Route("/hasil", self.instansi),
            Route("/hasil/data", self.dictionary),
            Route("/hasil/{upp}", self.unit),
        ]

    # --- pages -----------------------------------------------------------------------------------

    async def instansi(self, request: Request) -> Response:
        """Both figures of the whole, its trend, and every unit."""
        everything = await self.published.all()
        shown = chosen(everything, request)
        shares = await shares_of(self.published, shown) if shown else {}
        points = points_of(everything, shown, EVERYTHING)
        units = sorted(shown.units.values(), key=lambda unit: unit.name) if shown else []
        return self._page(
            request,
            "instansi",
            "/hasil",
            everything,
            shown,
            code=EVERYTHING,
            city=shown.instansi if shown else None,
            mutu_of=mutu,
            units=[(unit, shown.report(unit.code)) for unit in units] if shown else [],
            points=points,
            counts={spoken(one): n for one, n in counts(shares.values()).items()} if shares else {},
            deeds=await self._deeds(None, everything, NEWEST),
        )

    async def unit(self, request: Request) -> Response:
        """The index of a unit, its trend, its unsur, and what has changed."""
        code = request.path_params["upp"].upper()
        upp = await self.published.db.read(lambda conn: upps.by_code(conn, code))
        if upp is None:
            raise HTTPException(404)
        everything = await self.published.all()
        shown = chosen(everything, request)
        report = shown.report(code) if shown else None
        points = points_of(everything, shown, code)
        items, revision = await self._since(upp, report)
        share = realised(items) if any(item.plan for item in items) else None
        return self._page(
            request,
            "results",
            f"/hasil/{upp.code}",
            everything,
            shown,
            upp=upp,
            code=code,
            report=report,
            rows=_rows(report) if report else [],
            points=points,
            change=change_of(points),
            items=items,
            share=None if share is None else spoken(share),
            deeds=await self._deeds(code, everything, MOST),
            revision=revision,
            below=[u for u in shown.units.values() if u.parent == code] if shown else [],
        )

    async def dictionary(self, request: Request) -> Response:
        """What can be downloaded, and what its columns mean."""
        everything = await self.published.all()
        return self._page(
            request,
            "data",
            "/hasil/data",
            everything,
            chosen(everything, request),
            columns=COLUMNS,
        )

    def _page(
        self,
        request: Request,
        name: str,
        path: str,
        everything: Sequence[Publication],
        shown: Publication | None,
        **values: Any,
    ) -> Response:
        language = self.pages.language_of(request)
        catalog = self.pages.catalog

        def words(period: Period) -> str:
            return in_words(catalog, language, period)

        period = shown.period if shown else None
        return self.pages.page(
            name,
            language,
            headers={**CACHE, "Vary": "Accept-Language, Cookie"},
            path=path,
            base=self.base,
            k=K,
            everything=everything,
            shown=shown,
            closed_on=shown and shown.head.closed_at.astimezone(self.zone).date(),
            period=words,
            start=period.start if period else None,
            end=period.end - timedelta(days=1) if period else None,
            **values,
        )

    # --- reading ---------------------------------------------------------------------------------

    async def _since(self, upp: Upp, report: Report | None) -> tuple[Items, Revision | None]:
        """The three to mend, and a revision."""

        async def read(conn: AsyncConnection) -> tuple[Items, Revision | None]:
            if report is None:
                return (), None
            revision = await reports.revision(conn, report.period, upp)
            return await follow_ups.of(conn, upp, report.period), revision

        return await self.published.db.read(read)

    async def _deeds(
        self, code: str | None, everything: Sequence[Publication], most: int
    ) -> list[deeds.Deed]:
        periods = [one.period for one in everything]
        return await self.published.db.read(lambda conn: deeds.of(conn, code, periods, most))


def _rows(report: Report) -> list[tuple[str, object, str]]:
    """(unsur, nilai, its mutu) in the regulation's order."""
    return [(unsur, nilai, mutu(nilai)) for unsur, nilai in (report.nilai or {}).items()]
