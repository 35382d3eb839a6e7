"""Which of what is published a reader is shown: the period they chose, and those before it."""

from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.web.open_data import Shares
from bot.web.pictures import Point
from skm.compare import Change, Comparison
from skm.errors import PeriodError
from skm.period import Period
from skm.publication import Publication
from skm.report import EVERYTHING, Report
from skm.store import follow_ups
from skm.store.publications import Publications
from skm.tindak_lanjut import shares

TREND = 12  # closed periods
CACHE = {"Cache-Control": "public, max-age=300"}


def chosen(everything: Sequence[Publication], request: Request) -> Publication | None:
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


def points_of(
    everything: Sequence[Publication], shown: Publication | None, code: str
) -> list[Point]:
    """The published periods of the same kind up to the one that is shown, oldest first."""
    if shown is None:
        return []
    alike = [
        one
        for one in everything
        if one.period.kind is shown.period.kind and one.period.start <= shown.period.start
    ]
    return [(one.period, report_of(one, code)) for one in alike[:TREND]][::-1]


def report_of(publication: Publication, code: str) -> Report | None:
    if code == EVERYTHING.upper() or code == EVERYTHING:
        return publication.instansi.gabungan if publication.instansi else None
    return publication.report(code)


def change_of(points: Sequence[Point]) -> tuple[Comparison, Period] | None:
    """Since the published period before, if that says something."""
    if len(points) < 2 or points[-1][1] is None or points[-2][1] is None:
        return None
    before, now = points[-2][1], points[-1][1]
    found = now.change_since(before)
    return None if found.change is Change.TIDAK_DAPAT_DIBANDINGKAN else (found, before.period)


async def shares_of(published: Publications, shown: Publication) -> Shares:
    """How much was mended, of the units that are shown."""
    found = await published.db.read(lambda conn: follow_ups.of_all(conn, shown.period))
    return {code: share for code, share in shares(found).items() if shown.report(code)}
