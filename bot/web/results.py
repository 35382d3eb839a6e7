"""The public results: the instansi's page, each unit's, and their figures as open data.

Only what an admin has closed is published, and of that only what gives no small group away.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta, tzinfo
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.phrase_period import in_words
from bot.web import deeds
from bot.web.open_data import COLUMNS, Shares, as_csv, as_json
from bot.web.pictures import Pictures, Point
from bot.web.render import Pages
from skm.closing import Revision
from skm.compare import Change, Comparison
from skm.disclosure import K
from skm.errors import PeriodError
from skm.ikm import mutu
from skm.output.charts import Chart
from skm.period import Period
from skm.publication import Publication
from skm.report import EVERYTHING, Report
from skm.store import follow_ups, reports, upps
from skm.store.follow_ups import Items
from skm.store.publications import Publications
from skm.tindak_lanjut import counts, realised, shares
from skm.upp import Upp

TREND = 12  # closed periods
NEWEST, MOST = 9, 60  # deeds of the whole instansi, of a unit
CACHE = {"Cache-Control": "public, max-age=300"}


class Results:
    """`/hasil` and everything below it."""

    def __init__(
        self,
        pages: Pages,
        published: Publications,
        pictures: Pictures,
        base: str,
        zone: tzinfo,
    ) -> None:
        self.pages, self.published, self.pictures = pages, published, pictures
        self.base, self.zone = base, zone

    def routes(self) -> list[Route]:
        return [
            Route("/hasil", self.instansi),
            Route("/hasil/data", self.dictionary),
            Route("/hasil/data/{period}.csv", self.csv),
            Route("/hasil/data/{period}.json", self.json),
            Route("/hasil/foto/{key}.jpg", deeds.Photos(self.published.db).photo),
            Route("/hasil/{upp}", self.unit),
            Route("/hasil/{upp}/gambar.png", self.picture),
            Route("/hasil/{upp}/tren.png", self.trend),
        ]

    # --- pages -----------------------------------------------------------------------------------

    async def instansi(self, request: Request) -> Response:
        """Both figures of the whole, its trend, and every unit."""
        everything = await self.published.all()
        shown = _chosen(everything, request)
        shares = await self._shares(shown) if shown else {}
        points = _points(everything, shown, EVERYTHING)
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
            counts=counts(shares.values()) if shares else {},
            deeds=await self._deeds(None, everything, NEWEST),
        )

    async def unit(self, request: Request) -> Response:
        """The index of a unit, its trend, its unsur, and what has changed."""
        code = request.path_params["upp"].upper()
        upp = await self.published.db.read(lambda conn: upps.by_code(conn, code))
        if upp is None:
            raise HTTPException(404)
        everything = await self.published.all()
        shown = _chosen(everything, request)
        report = shown.report(code) if shown else None
        points = _points(everything, shown, code)
        items, revision = await self._since(upp, report)
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
            change=_change(points),
            items=items,
            share=realised(items) if any(item.plan for item in items) else None,
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
            _chosen(everything, request),
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

    # --- files -----------------------------------------------------------------------------------

    async def csv(self, request: Request) -> Response:
        found = await self._named(request)
        # The mark at the beginning tells spreadsheets that this is UTF-8.
        content = "\ufeff" + as_csv(found, await self._shares(found))
        name = f'attachment; filename="skm-{found.period}.csv"'
        return Response(
            content, media_type="text/csv", headers=_open({"Content-Disposition": name})
        )

    async def json(self, request: Request) -> Response:
        found = await self._named(request)
        content = as_json(found, await self._shares(found), self.pages.instansi, self._explained())
        return Response(content, media_type="application/json", headers=_open({}))

    def _explained(self) -> dict[str, str]:
        """Each column with what it holds."""
        catalog, language = self.pages.catalog, self.pages.language
        return {column: catalog.say(language, f"data.column.{column}") for column in COLUMNS}

    async def picture(self, request: Request) -> Response:
        """What a shared link shows: the index and its band."""
        code = request.path_params["upp"].upper()
        shown = _chosen(await self.published.all(), request)
        report = _report(shown, code) if shown else None
        if shown is None or report is None or report.ikm is None:
            raise HTTPException(404)
        ikm, unit = report.ikm, shown.units.get(code)
        name = unit.name if unit else self.pages.instansi
        key = ("card", shown.head.sha256, code)
        return await self._png(key, lambda: self.pictures.card(name, report, ikm))

    async def trend(self, request: Request) -> Response:
        code = request.path_params["upp"].upper()
        everything = await self.published.all()
        points = _points(everything, _chosen(everything, request), code)
        if not any(report for _, report in points):
            raise HTTPException(404)
        shas = [one.head.sha256 for one in everything]
        key = ("trend", *shas, str(points[-1][0]), code)
        return await self._png(key, lambda: self.pictures.trend(points))

    async def _png(self, key: tuple[str, ...], chart: Callable[[], Chart]) -> Response:
        content = await self.pictures.png(key, chart)
        return Response(content, media_type="image/png", headers=_open({}))

    # --- reading ---------------------------------------------------------------------------------

    async def _named(self, request: Request) -> Publication:
        """The publication of the period in the path."""
        named = request.path_params["period"]
        found = [one for one in await self.published.all() if str(one.period) == named]
        if not found:
            raise HTTPException(404)
        return found[0]

    async def _shares(self, shown: Publication) -> Shares:
        """Of the units that are shown."""
        found = await self.published.db.read(lambda conn: follow_ups.of_all(conn, shown.period))
        return {code: share for code, share in shares(found).items() if shown.report(code)}

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


def _chosen(everything: Sequence[Publication], request: Request) -> Publication | None:
    """That of `?periode=`, else the latest; None where nothing is published."""
    wanted = request.query_params.get("periode", "")
    if wanted:
        try:
            period = Period.parse(wanted)
        except PeriodError:
            raise HTTPException(404) from None
        found = [one for one in everything if one.period == period]
        if not found:
            raise HTTPException(404)
        return found[0]
    return everything[0] if everything else None


def _points(everything: Sequence[Publication], shown: Publication | None, code: str) -> list[Point]:
    """The published periods of the same kind up to the one that is shown, oldest first."""
    if shown is None:
        return []
    alike = [
        one
        for one in everything
        if one.period.kind is shown.period.kind and one.period.start <= shown.period.start
    ]
    return [(one.period, _report(one, code)) for one in alike[:TREND]][::-1]


def _report(publication: Publication, code: str) -> Report | None:
    if code == EVERYTHING.upper() or code == EVERYTHING:
        return publication.instansi.gabungan if publication.instansi else None
    return publication.report(code)


def _change(points: Sequence[Point]) -> tuple[Comparison, Period] | None:
    """Since the published period before, if that says something."""
    if len(points) < 2 or points[-1][1] is None or points[-2][1] is None:
        return None
    before, now = points[-2][1], points[-1][1]
    found = now.change_since(before)
    return None if found.change is Change.TIDAK_DAPAT_DIBANDINGKAN else (found, before.period)


def _rows(report: Report) -> list[tuple[str, object, str]]:
    """(unsur, nilai, its mutu) in the regulation's order."""
    return [(unsur, nilai, mutu(nilai)) for unsur, nilai in (report.nilai or {}).items()]


def _open(headers: dict[str, str]) -> dict[str, str]:
    """Open data and pictures may be used by other sites."""
    return {
        **CACHE,
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        **headers,
    }
