"""The files below /hasil: open data, the charts of pages, the pictures of shared links, photos."""

from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.web.html.csv_file import csv_file
from bot.web.html.render import Pages
from bot.web.results.improvements import photo_route
from bot.web.results.open_data import COLUMNS, as_csv, as_json
from bot.web.results.pictures import Pictures
from bot.web.results.selection import CACHE, points_of, report_of, selected, shares_of
from skm.closing.publication import Publication
from skm.output.charts.draw import Chart
from skm.store.periods.publications import Publications

RETRY_AFTER = "10"  # seconds, while pictures cannot be drawn

# Other sites may use the open data and the pictures.
OPEN = {**CACHE, "Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


class Downloads:
    """Each method answers with 404 for what is not published."""

    def __init__(self, pages: Pages, published: Publications, pictures: Pictures) -> None:
        self.pages, self.published, self.pictures = pages, published, pictures

    def routes(self) -> list[Route]:
        return [
            Route("/hasil/data/{period}.csv", self.csv),
            Route("/hasil/data/{period}.json", self.json),
            photo_route(self.published.db),
            Route("/hasil/{upp}/gambar.png", self.picture),
            Route("/hasil/{upp}/tren.png", self.trend),
        ]

    async def csv(self, request: Request) -> Response:
        found = await self._publication(request)
        shares = await shares_of(self.published, found)
        return csv_file(
            f"skm-{found.period}.csv", as_csv(found, shares, self._say("withheld")), OPEN
        )

    async def json(self, request: Request) -> Response:
        found = await self._publication(request)
        content = as_json(
            found,
            await shares_of(self.published, found),
            self._say("withheld"),
            self.pages.instansi,
            {column: self._say(f"column.{column}") for column in COLUMNS},
        )
        return Response(content, media_type="application/json", headers=OPEN)

    def _say(self, key: str) -> str:
        return self.pages.catalog.say(self.pages.language, f"data.{key}")

    async def picture(self, request: Request) -> Response:
        """The picture of a shared link: the index and its mutu."""
        code = request.path_params["upp"].upper()
        publication = selected(await self.published.all(), request)
        report = report_of(publication, code) if publication else None
        if publication is None or report is None or report.ikm is None:
            raise HTTPException(404)
        ikm, unit = report.ikm, publication.units.get(code)
        name = unit.name if unit else self.pages.instansi
        key = ("card", publication.head.sha256, code)
        return await self._png(key, lambda: self.pictures.card(name, report, ikm))

    async def trend(self, request: Request) -> Response:
        code = request.path_params["upp"].upper()
        publications = await self.published.all()
        points = points_of(publications, selected(publications, request), code)
        if not any(report for _, report in points):
            raise HTTPException(404)
        hashes = [one.head.sha256 for one in publications]
        key = ("trend", *hashes, str(points[-1][0]), code)
        return await self._png(key, lambda: self.pictures.trend(points))

    async def _png(self, key: tuple[str, ...], chart: Callable[[], Chart]) -> Response:
        content = await self.pictures.png(key, chart)
        if content is None:
            return Response(status_code=503, headers={"Retry-After": RETRY_AFTER})
        return Response(content, media_type="image/png", headers=OPEN)

    async def _publication(self, request: Request) -> Publication:
        """The publication of the period in the path."""
        code = request.path_params["period"]
        found = [one for one in await self.published.all() if str(one.period) == code]
        if not found:
            raise HTTPException(404)
        return found[0]
