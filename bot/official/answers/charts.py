"""`/grafik`: a unit's charts, one after the other, from the trend to where people stop."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.message import Outbound, Replies
from bot.messaging.text_length import CAPTION, fitting, joined
from bot.request.chart_workers import ChartWorkers
from bot.request.figures import below, compared
from bot.request.request import Declined, Request, Topic
from bot.words.chart import funnel, heat_map, named, ranked, trend
from bot.words.control import control
from bot.words.drivers import DriverWording
from bot.words.names import title
from skm.figures.ranking import ranking
from skm.output.charts.bars import Bars
from skm.output.charts.control import ControlChart
from skm.output.charts.draw import Chart
from skm.output.charts.heatmap import HeatMap
from skm.output.charts.quadrant import QuadrantChart
from skm.store.figures import answer_patterns, break_offs, reports
from skm.survey.instrument import Instrument

PERIODS = 12
ROWS = 20  # as many as a phone shows at once


async def answer(request: Request, *, workers: ChartWorkers, instrument: Instrument) -> Replies:
    """The charts that have something to show, a message each."""
    made = await request.db.read(lambda conn: charts(conn, request.topic, instrument))
    if not made:
        raise Declined("figure.none")
    messages = [await _message(request, workers, *chart) for chart in made]
    drawn = tuple(message for message in messages if message.attachment)
    if not drawn:
        raise Declined("chart.not_drawn")
    return drawn if len(drawn) == len(made) else (*drawn, *request.reply("chart.not_drawn"))


async def charts(
    conn: AsyncConnection, topic: Topic, instrument: Instrument
) -> list[tuple[str, Chart]]:
    """Returns the charts that have something to show, each with the name of its file."""
    period, upp = topic.subject.period, topic.subject.upp
    made: list[tuple[str, Chart]] = []
    row = await reports.series(conn, upp, period.last(PERIODS))
    if any(report.is_shown for report in row):
        made.append(("trend", trend(topic, row)))
    units = await below(conn, topic.subject)
    names = {unit.code: unit.name for unit in units}
    each = await reports.of_each(conn, units, period)
    in_order = ranking(each).answered
    if limits := control(topic, *await compared(conn, upp, period)):
        made.append(("control", limits))
    lowest = in_order[:ROWS]
    if lowest:
        more = _of_more(topic, len(lowest), len(in_order))
        both: Mapping[str, Bars | HeatMap] = {
            "ranking": ranked(topic, lowest, names),
            "unsur": heat_map(topic, lowest, names),
        }
        for name, chart in both.items():
            made.append((name, replace(chart, subtitle=chart.subtitle + more)))
    code, zone = upp.code if upp else None, topic.instansi.zone
    # of a unit only: over the units of an instansi they would show how these differ
    if upp and (found := await answer_patterns.drivers_of(conn, row[-1])):
        made.append(("drivers", DriverWording(topic, found).chart(period)))
    if stopped := await break_offs.of(conn, code, period, zone, instrument):
        made.append(("funnel", funnel(topic, stopped)))
    return made


def _of_more(topic: Topic, drawn: int, of: int) -> str:
    """A note where the other units are not on the chart."""
    return f" · {topic.say('chart.lowest', shown=drawn, of=of)}" if drawn < of else ""


async def _message(request: Request, workers: ChartWorkers, name: str, chart: Chart) -> Outbound:
    file = f"skm-{request.subject.code}-{request.subject.period}-{name}.png"
    text = f"{chart.title}, {title(request.topic)}"
    if isinstance(chart, ControlChart | QuadrantChart):  # what only the picture would say
        text = joined(*fitting([text, *chart.notes], CAPTION))
    picture = await workers.attachment(file, named(request.topic, chart))
    return request.topic.message(text, attachment=picture)
