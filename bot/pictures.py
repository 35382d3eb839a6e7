"""`/grafik`: a unit's charts, one after the other: trend, ranking, heat map, funnel."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime, time

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ask import Ask, Replies
from bot.figures import below
from bot.message import Attachment, Outbound
from bot.phrase_chart import funnel, heat_map, named, ranking, trend, trend_alt
from bot.phrase_report import PhraseReport
from skm.disclosure import shown
from skm.output.bars import Bars
from skm.output.charts import Chart
from skm.output.heatmap import HeatMap
from skm.report import EVERYTHING, Report
from skm.store import reports, tallies, visits, withholding
from skm.upp import Upp

PERIODS = 12
ROWS = 20  # what a phone shows at once


async def answer(ask: Ask) -> Replies:
    """Only charts that have something to show."""
    return tuple(
        [await _message(ask, *chart) for chart in await ask.desk.db.read(lambda c: _charts(c, ask))]
    ) or ask.tell("figure.none")


async def _charts(conn: AsyncConnection, ask: Ask) -> list[tuple[str, Chart, str]]:
    """Each with the name of its file and what it shows in words."""
    period, code = ask.subject.period, ask.subject.upp.code if ask.subject.upp else None
    made: list[tuple[str, Chart, str]] = []
    row = await _row(conn, ask)
    if any(report.open for report in row):
        made.append(("trend", trend(ask, row), trend_alt(ask, row)))
    units = await below(conn, ask)
    found = await reports.shown_each(conn, units, period)
    names = {unit.code: unit.name for unit in units}
    hide = {report.upp for report in found if report.closed}
    in_order = _in_order(found, hide)
    best = in_order[:ROWS]
    if best:
        alt = PhraseReport(ask).title()
        more = _of_more(ask, len(best), len(in_order))
        both: Mapping[str, Bars | HeatMap] = {
            "ranking": ranking(ask, best, names, hide),
            "unsur": heat_map(ask, best, names, hide),
        }
        for name, chart in both.items():
            made.append((name, replace(chart, subtitle=chart.subtitle + more), alt + more))
    start, end = (
        datetime.combine(day, time(), ask.desk.zone) for day in (period.start, period.end)
    )
    ended = await visits.dispositions(conn, code, start, end)
    stopped = await visits.break_offs(conn, code, start, end)
    if sum(stopped.values()) and shown(sum(stopped.values())):
        drawn = funnel(ask, ended, stopped)
        made.append(("funnel", drawn, "; ".join(f"{s.label} {s.n}" for s in drawn.steps if s.n)))
    return made


def _of_more(ask: Ask, drawn: int, of: int) -> str:
    """That the lowest are not on it, where they are not."""
    return f" · {ask.say('chart.highest', shown=drawn, of=of)}" if drawn < of else ""


async def _row(conn: AsyncConnection, ask: Ask) -> Sequence[Report]:
    """The last twelve periods of the kind that was asked for, oldest first."""
    upp: Upp | None = ask.subject.upp
    periods = ask.subject.period.last(PERIODS)
    spans = [(period.start, period.end) for period in periods]
    counted = await tallies.by_period(conn, upp.code if upp else None, spans)
    code, population = (upp.code, upp.population) if upp else (EVERYTHING, None)
    return [
        Report.of(code, period, tally, population).beside(await withholding.of(conn, period))
        for period, tally in zip(periods, counted, strict=True)
    ]


def _in_order(found: Sequence[Report], hide: Set[str]) -> list[Report]:
    """Best first; those without figures to show at the end."""
    return sorted(
        (report for report in found if report.responden),
        key=lambda report: (
            (0, -(report.ikm or 0), "") if report.upp not in hide else (1, 0, report.upp)
        ),
    )


async def _message(ask: Ask, name: str, chart: Chart, alt: str) -> Outbound:
    picture = await ask.desk.drawing.picture(named(ask, chart))
    file = f"skm-{ask.subject.code}-{ask.subject.period}-{name}.png"
    text = f"{chart.title}, {PhraseReport(ask).title()}"
    return Outbound(
        text, attachment=Attachment(file, "image/png", picture, alt), language=ask.language
    )
