"""Turns figures into charts with their texts in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.request.figures import ReportFigures
from bot.request.request import Topic
from bot.words.names import marked, period_words, title
from bot.words.period import capital, last, short
from bot.words.report import ReportWording, change_of
from skm.figures.ikm import Mutu
from skm.figures.report import Report
from skm.instansi.period import Period
from skm.output.charts.bars import Bar, Bars
from skm.output.charts.draw import Chart
from skm.output.charts.funnel import Funnel, FunnelStep
from skm.output.charts.heatmap import HeatMap, HeatmapUnit
from skm.output.charts.trend import Measured, Trend
from skm.privacy.small_groups import WithheldReason
from skm.quality.break_offs import BreakOffs
from skm.survey.unsur import Unsur


def nine_unsur(topic: Topic, figures: ReportFigures) -> Bars:
    """Returns the nine unsur of a report beside the period before; without figures if withheld."""
    report, before = figures.report, figures.before
    names = topic.instansi.catalog.table(topic.language, "unsur_short")
    nilai = report.nilai if report.is_shown else None
    part = before.part_like(report) if before.is_shown else None
    earlier = part.nilai if part else None
    shown_before = topic.say("chart.before", before=period_words(topic, before.period))
    return Bars(
        title=topic.name,
        subtitle=f"{capital(period_words(topic, report.period))} · {_respondents(topic, report)}",
        rows=[
            Bar(
                names[unsur],
                nilai[unsur] if nilai else None,
                report.intervals.get(unsur) if nilai else None,
                before=earlier[unsur] if earlier else None,
                note="" if nilai else topic.say("figure.missing"),
            )
            for unsur in Unsur
        ],
        ikm=report.ikm if nilai else None,
        kinerja=_kinerja(topic, report.mutu) if nilai and report.mutu else "",
        remark=_remark(topic, figures) if nilai else "",
        interval=topic.say("chart.interval"),
        before=shown_before if earlier else "",
        locale=topic.language,
    )


def nine_unsur_alt(topic: Topic, report: Report) -> str:
    """Returns what that chart shows, for readers of a document who cannot see it."""
    values = report.nilai or {}
    nilai = "; ".join(f"{topic.unsur(unsur)} {topic.written(n)}" for unsur, n in values.items())
    return topic.say("report.chart_alt", about=title(topic), nilai=nilai)


def _remark(topic: Topic, figures: ReportFigures) -> str:
    """Returns the change of the index; for the whole instansi also that it is the pooled one."""
    before = figures.before
    change = ReportWording(topic).change(change_of(figures.report, before), before.period)
    return topic.say("chart.pooled", change=change) if figures.city else change


def trend(topic: Topic, reports: Sequence[Report]) -> Trend:
    """Returns the index of successive periods; `reports`: the oldest first."""
    return Trend(
        title=topic.say("chart.trend"),
        subtitle=_last(topic, [report.period for report in reports]),
        periods=[
            Measured(
                short_period(topic, report.period),
                report.ikm if report.is_shown else None,
                report.interval if report.is_shown else None,
                questionnaire=report.instrument or "",
            )
            for report in reports
        ],
        interval=topic.say("chart.interval"),
        imported=topic.say("chart.imported"),
        missing=topic.say("figure.missing"),
        changed=topic.say("chart.changed"),
        locale=topic.language,
    )


def named(topic: Topic, chart: Chart) -> Chart:
    """Returns the chart with the unit's name, so that it can be forwarded without its message."""
    return replace(chart, subtitle=f"{topic.name} · {chart.subtitle}")


def ranked(topic: Topic, reports: Sequence[Report], names: Mapping[str, str]) -> Bars:
    """Returns units in the order given; `names`: by code."""
    return Bars(
        title=topic.say("chart.ranking"),
        subtitle=capital(period_words(topic, topic.subject.period)),
        rows=[
            Bar(
                names[report.upp],
                report.ikm if report.is_shown else None,
                report.interval if report.is_shown else None,
                note=_respondents(topic, report),
            )
            for report in reports
        ],
        interval=topic.say("chart.interval"),
        locale=topic.language,
    )


def heat_map(topic: Topic, reports: Sequence[Report], names: Mapping[str, str]) -> HeatMap:
    """Returns units × unsur; `names`: by code."""
    short = topic.instansi.catalog.table(topic.language, "unsur_short")
    return HeatMap(
        title=topic.say("chart.heat_map"),
        subtitle=capital(period_words(topic, topic.subject.period)),
        units=[
            HeatmapUnit(names[report.upp], report.nilai)
            if report.is_shown and report.nilai
            else HeatmapUnit(names[report.upp], {}, note=_respondents(topic, report))
            for report in reports
        ],
        unsur={unsur: short[unsur] for unsur in Unsur},
        locale=topic.language,
    )


def funnel(topic: Topic, stopped: BreakOffs) -> Funnel:
    """Returns how many respondents went on after each question, from the first to the last."""
    short = topic.instansi.catalog.table(topic.language, "unsur_short")
    return Funnel(
        title=topic.say("chart.funnel"),
        subtitle=capital(period_words(topic, topic.subject.period)),
        steps=[
            FunnelStep(topic.say("chart.began"), stopped.complete + stopped.total),
            *(
                FunnelStep(topic.say("chart.after", unsur=short.get(unsur, unsur)), left)
                for unsur, left in stopped.remaining()
            ),
        ],
        lost=topic.say("chart.lost"),
        most=topic.say("chart.most"),
        locale=topic.language,
    )


def short_period(topic: Topic, period: Period) -> str:
    """Returns a period as short as an axis needs: "TW I", "Nov"."""
    return short(topic.instansi.catalog, topic.language, period)


def _last(topic: Topic, periods: Sequence[Period]) -> str:
    """Returns how many periods there are, and which one is not over."""
    instansi, newest = topic.instansi, periods[-1]
    words = last(instansi.catalog, topic.language, periods)
    if newest.is_over(topic.today):
        return words
    return f"{words} · {marked(instansi, topic.language, newest, short_period(topic, newest))}"


def _kinerja(topic: Topic, mutu: Mutu) -> str:
    return topic.say(f"mutu.{mutu}")


def _respondents(topic: Topic, report: Report) -> str:
    """Returns the number of respondents, or that it is withheld."""
    match report.withheld:
        case None:
            return topic.say("chart.respondents", count=report.responden)
        case WithheldReason.SMALL:
            return topic.say("figure.small")
        case WithheldReason.DERIVABLE:
            return topic.say("chart.derivable")
