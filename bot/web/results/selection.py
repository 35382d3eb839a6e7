"""The published period that a request selects, and what is derived from it and earlier ones."""

from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.web.results.open_data import Shares
from bot.web.results.pictures import TrendPoint
from skm.closing.publication import Publication
from skm.errors import PeriodError
from skm.figures.compare import Change, Comparison
from skm.figures.report import EVERYTHING, Report
from skm.follow_up.realised import shares
from skm.instansi.period import Period
from skm.store.periods import follow_ups
from skm.store.periods.publications import Publications

TREND_LENGTH = 12  # closed periods
CACHE = {"Cache-Control": "public, max-age=300"}


def selected(publications: Sequence[Publication], request: Request) -> Publication | None:
    """The publication of `?periode=`, or else the latest; None if nothing is published.

    Raises HTTPException 404 for a period that is not published.
    """
    wanted = request.query_params.get("periode", "")
    if not wanted:
        return publications[0] if publications else None
    try:
        period = Period.parse(wanted)
    except PeriodError:
        raise HTTPException(404) from None
    found = [one for one in publications if one.period == period]
    if not found:
        raise HTTPException(404)
    return found[0]


def points_of(
    publications: Sequence[Publication], last: Publication | None, code: str
) -> list[TrendPoint]:
    """The published periods of the same kind up to `last`, oldest first.

    `code`: of a unit, or EVERYTHING in any case.
    """
    if last is None:
        return []
    same_kind = [
        one
        for one in publications
        if one.period.kind is last.period.kind and one.period.start <= last.period.start
    ]
    return [(one.period, report_of(one, code)) for one in same_kind[:TREND_LENGTH]][::-1]


def report_of(publication: Publication, code: str) -> Report | None:
    """The report of a unit or of the whole instansi; None if it is withheld or does not exist."""
    if code.casefold() == EVERYTHING:
        return publication.instansi.gabungan if publication.instansi else None
    return publication.report(code)


def change_of(points: Sequence[TrendPoint]) -> tuple[Comparison, Period] | None:
    """The last point compared with the one before, and its period; None if incomparable."""
    if len(points) < 2 or points[-1][1] is None or points[-2][1] is None:
        return None
    before, now = points[-2][1], points[-1][1]
    found = now.change_since(before)
    return None if found.change is Change.TIDAK_DAPAT_DIBANDINGKAN else (found, before.period)


async def shares_of(published: Publications, publication: Publication) -> Shares:
    """The share of follow-ups that were done, of each unit whose report is published."""
    found = await published.db.read(lambda conn: follow_ups.of_all(conn, publication.period))
    return {code: share for code, share in shares(found).items() if publication.report(code)}
