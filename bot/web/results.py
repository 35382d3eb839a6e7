"""The public page of a unit's results: the index, what it means, and the nine unsur."""

from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.web.render import Pages
from skm.report import Report
from skm.unsur import Unsur
from skm.upp import Upp

Results = Callable[[str], Awaitable[tuple[Upp, Report] | None]]

K = 5  # smaller groups are shown as "fewer than 5": their answers could be guessed


class ResultsPage:
    """`/hasil/UPP`."""

    def __init__(self, pages: Pages, results: Results) -> None:
        self.pages, self.results = pages, results

    async def show(self, request: Request) -> Response:
        found = await self.results(request.path_params["upp"])
        if found is None:
            raise HTTPException(404)
        upp, report = found
        return self.pages.page(
            "results",
            self.pages.language_of(request),
            upp=upp,
            report=report,
            shown=report.responden >= K,
            unsur=list(Unsur),
        )
