"""The public page of a unit's results: the index, what it means, and the nine unsur.

Fewer than five respondents are told as that and nothing more: the world sees no zero either,
since a number that grows from it would show when somebody answered.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.web.render import Pages
from skm.disclosure import K
from skm.ikm import mutu
from skm.report import Report
from skm.upp import Upp

Results = Callable[[str], Awaitable[tuple[Upp, Report] | None]]


class ResultsPage:
    """`/hasil/UPP`."""

    def __init__(self, pages: Pages, results: Results) -> None:
        self.pages, self.results = pages, results

    async def show(self, request: Request) -> Response:
        found = await self.results(request.path_params["upp"])
        if found is None:
            raise HTTPException(404)
        upp, report = found
        shown = report.responden >= K
        return self.pages.page(
            "results",
            self.pages.language_of(request),
            upp=upp,
            report=report if shown else None,
            rows=_rows(report) if shown else [],
            k=K,
            start=report.period.start,
            end=report.period.end - timedelta(days=1),
        )


def _rows(report: Report) -> list[tuple[str, object, str]]:
    """(unsur, nilai, its mutu) in the regulation's order."""
    return [(unsur, nilai, mutu(nilai)) for unsur, nilai in (report.nilai or {}).items()]
