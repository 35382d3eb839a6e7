"""Commands that show figures of a unit and period: each reads them, then has them worded."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.message import Attachment, Replies
from bot.request.chart_workers import ChartWorkers
from bot.request.figures import ReportFigures, below, read_figures
from bot.request.request import Declined, Export, Request
from bot.words.chart import nine_unsur
from bot.words.follow_up import FollowUpWording
from bot.words.lists import ListWording
from bot.words.names import title
from bot.words.report import ReportWording
from skm.figures.report import Report
from skm.instansi.official import Action, may
from skm.store.figures import reports
from skm.store.figures.flags import FlagRules
from skm.store.periods import dossiers
from skm.survey.response import Saran

NEWEST = 3  # comments in a report
LISTED = 10  # comments in a list
HEAVIEST = 50_000_000  # bytes that Telegram takes from a bot; WhatsApp takes 100 MB


async def report(
    request: Request, *, workers: ChartWorkers, exports: Mapping[str, Export], rules: FlagRules
) -> Replies:
    """The figures with their chart, or the file that was asked for."""
    subject = request.subject
    if subject.form:
        return await _file(request, exports)

    async def read(conn: AsyncConnection) -> tuple[ReportFigures, list[Saran], bool]:
        figures = await read_figures(conn, subject, rules=rules)
        comments = await _comments(conn, request, NEWEST)
        return figures, comments, bool(await below(conn, subject))

    figures, comments, has_units_below = await request.db.read(read)
    may_export = may(request.official, Action.EXPORT, subject.lineage)
    message = ReportWording(request.topic).report(
        figures,
        comments,
        await _chart(request, figures, workers),
        follow_ups=FollowUpWording(request.topic).outcome(figures.follow_ups),
        has_units_below=has_units_below,
        forms=tuple(exports) if may_export else (),
    )
    return (message,)


async def summary(request: Request, *, rules: FlagRules) -> Replies:
    """The figures without a chart."""
    figures = await request.db.read(lambda conn: read_figures(conn, request.subject, rules=rules))
    return (ReportWording(request.topic).summary(figures),)


async def comparison(request: Request) -> Replies:
    """Each unsur beside the period before."""
    figures = await request.db.read(lambda conn: read_figures(conn, request.subject))
    return (ListWording(request.topic).comparison(figures),)


async def comments(request: Request) -> Replies:
    """The newest comments, unless the unit's figures are withheld."""
    subject = request.subject

    async def read(conn: AsyncConnection) -> tuple[list[Saran], Report]:
        newest = await _comments(conn, request, LISTED)
        return newest, await reports.of(conn, subject.upp, subject.period)

    return (ListWording(request.topic).comments(*await request.db.read(read)),)


async def ranking(request: Request) -> Replies:
    """The units directly below, each with everything below it, the lowest first."""

    async def read(conn: AsyncConnection) -> tuple[list[Report], Mapping[str, str]]:
        units = await below(conn, request.subject)
        found = await reports.of_each(conn, units, request.subject.period)
        return found, {unit.code: unit.name for unit in units}

    return ListWording(request.topic).ranking(*await request.db.read(read))


async def layanan(request: Request) -> Replies:
    """The services of a unit with everything below it, the lowest first."""
    upp, period = request.subject.upp, request.subject.period
    if upp is None:
        raise Declined("report.layanan_city")

    async def read(conn: AsyncConnection) -> tuple[Report, list[Report]]:
        whole = await reports.of(conn, upp, period)
        return whole, list((await dossiers.breakdown(conn, whole)).layanan.values())

    return (ListWording(request.topic).layanan(*await request.db.read(read)),)


async def _comments(conn: AsyncConnection, request: Request, limit: int) -> list[Saran]:
    code = request.subject.upp.code if request.subject.upp else None
    return await reports.comments(conn, code, request.subject.period, limit)


async def _chart(
    request: Request, figures: ReportFigures, workers: ChartWorkers
) -> Attachment | None:
    """The nine unsur, if the figures are shown and can be drawn."""
    if not figures.report.is_shown:
        return None
    name = f"skm-{request.subject.code}-{request.subject.period}.png"
    return await workers.attachment(name, nine_unsur(request.topic, figures))


async def _file(request: Request, exports: Mapping[str, Export]) -> Replies:
    form = request.subject.form
    export = exports.get(form)
    if export is None:
        raise Declined("report.no_such_file", form=form.upper())
    made = await export(request.db, request.topic)
    if len(made.content) > HEAVIEST:
        raise Declined("report.too_heavy", form=form.upper())
    return (request.topic.message(title(request.topic), attachment=made),)
