"""The published figures as files: open data, and the pictures that pages and shared links show."""

from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.web import deeds
from bot.web.open_data import COLUMNS, as_csv, as_json
from bot.web.pictures import Pictures
from bot.web.render import Pages
from bot.web.shown import CACHE, chosen, points_of, report_of, shares_of
from skm.output.charts import Chart
from skm.publication import Publication
from skm.store.publications import Publications


class Downloads:
    """Whatever stands below `/hasil` and is no page."""

    def __init__(self, pages: Pages, published: Publications, pictures: Pictures) -> None:
        self.pages, self.published, self.pictures = pages, published, pictures

    def routes(self) -> list[Route]:
        return [
            Route("/hasil/data/{period}.csv", self.csv),
            Route("/hasil/data/{period}.json", self.json),
            Route("/hasil/foto/{key}.jpg", deeds.Photos(self.published.db).photo),
            Route("/hasil/{upp}/gambar.png", self.picture),
            Route("/hasil/{upp}/tren.png", self.trend),
        ]

    async def csv(self, request: Request) -> Response:
        found = await self._named(request)
        # The mark at the beginning tells spreadsheets that this is UTF-8.
        content = "\ufeff" + as_csv(found, await shares_of(self.published, found))
        name = f'attachment; filename="skm-{found.period}.csv"'
        return Response(
            content, media_type="text/csv", headers=_open({"Content-Disposition": name})
        )

    async def json(self, request: Request) -> Response:
        found = await self._named(request)
        content = as_json(
            found, await shares_of(self.published, found), self.pages.instansi, self._explained()
        )
        return Response(content, media_type="application/json", headers=_open({}))

    def _explained(self) -> dict[str, str]:
        """Each column with what it holds."""
        catalog, language = self.pages.catalog, self.pages.language
        return {column: catalog.say(language, f"data.column.{column}") for column in COLUMNS}

    async def picture(self, request: Request) -> Response:
        """What a shared link shows: the index and its band."""
        code = request.path_params["upp"].upper()
        shown = chosen(await self.published.all(), request)
        report = report_of(shown, code) if shown else None
        if shown is None or report is None or report.ikm is None:
            raise HTTPException(404)
        ikm, unit = report.ikm, shown.units.get(code)
        name = unit.name if unit else self.pages.instansi
        key = ("card", shown.head.sha256, code)
        return await self._png(key, lambda: self.pictures.card(name, report, ikm))

    async def trend(self, request: Request) -> Response:
        code = request.path_params["upp"].upper()
        everything = await self.published.all()
        points = points_of(everything, chosen(everything, request), code)
        if not any(report for _, report in points):
            raise HTTPException(404)
        shas = [one.head.sha256 for one in everything]
        key = ("trend", *shas, str(points[-1][0]), code)
        return await self._png(key, lambda: self.pictures.trend(points))

    async def _png(self, key: tuple[str, ...], chart: Callable[[], Chart]) -> Response:
        content = await self.pictures.png(key, chart)
        return Response(content, media_type="image/png", headers=_open({}))

    async def _named(self, request: Request) -> Publication:
        """The publication of the period in the path."""
        named = request.path_params["period"]
        found = [one for one in await self.published.all() if str(one.period) == named]
        if not found:
            raise HTTPException(404)
        return found[0]


def _open(headers: dict[str, str]) -> dict[str, str]:
    """Open data and pictures may be used by other sites."""
    return {
        **CACHE,
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        **headers,
    }
