"""Which of many units differ by more than chance, as a chart with names."""

from collections.abc import Mapping, Sequence

from bot.request.request import Topic
from bot.words.names import period_words
from bot.words.period import capital
from skm.figures.ranking import ControlLimits, control_limits
from skm.figures.report import Report
from skm.output.charts.control import ControlChart, ControlPoint

NAMED = 12  # units on either side


def control(
    topic: Topic, reports: Sequence[Report], names: Mapping[str, str]
) -> ControlChart | None:
    """Returns the chart; None with too few units for one. `names`: by code."""
    found = control_limits(reports)
    if found is None:
        return None
    sides = {-1: topic.say("chart.control_below"), 1: topic.say("chart.control_above")}
    middle = topic.say("chart.control_middle", ikm=found.middle, count=len(found.reports))
    period = capital(period_words(topic, found.reports[0].period))
    return ControlChart(
        title=topic.say("chart.control"),
        subtitle=f"{period} · {middle}",
        points=[
            ControlPoint(
                report.responden,
                report.ikm,
                found.outside[report.upp],
                report.upp,
                names[report.upp],
            )
            for report in found.reports
            if report.ikm is not None
        ],
        middle=found.middle,
        limits=found.limits,
        notes=[
            topic.say("chart.control_names", side=words, names=listed)
            for side, words in sides.items()
            if (listed := _names(topic, found, side, names))
        ],
        respondents=topic.say("chart.control_respondents"),
        chance=topic.say("chart.control_chance"),
        below=sides[-1],
        above=sides[1],
        locale=topic.language,
    )


def _names(topic: Topic, found: ControlLimits, side: int, names: Mapping[str, str]) -> str:
    """Those farthest out first."""
    units = [report for report in found.reports if found.outside[report.upp] == side]
    units.sort(key=lambda report: -side * (report.ikm or 0))
    listed = ", ".join(names[report.upp] for report in units[:NAMED])
    more = len(units) - NAMED
    return topic.say("chart.control_more", names=listed, more=more) if more > 0 else listed
