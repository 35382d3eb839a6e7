"""Words for charts: a report as nine bars, a row of reports as a trend."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

from bot.ask import Ask, Seen
from bot.phrase_period import capital, last, short
from bot.phrase_report import PhraseReport, change_of
from skm.disclosure import K, shown
from skm.ikm import Mutu
from skm.interview import Disposition
from skm.output.bars import Bar, Bars
from skm.output.charts import Chart
from skm.output.funnel import Funnel, Step
from skm.output.heatmap import HeatMap, Unit
from skm.output.trend import Measured, Trend
from skm.period import Period
from skm.report import Report
from skm.unsur import Unsur


def nine_unsur(ask: Ask, seen: Seen) -> Bars:
    """The nine unsur of a report, each beside the period before; small groups are not shown."""
    phrase, report, before = PhraseReport(ask), seen.report, seen.before
    names = ask.desk.catalog.table(ask.language, "unsur_short")
    nilai = report.nilai if report.open else None
    earlier = before.nilai if before.open else None
    return Bars(
        title=ask.about,
        subtitle=f"{capital(phrase.period(report.period))} · {_respondents(ask, report)}",
        rows=[
            Bar(
                names[unsur],
                nilai[unsur] if nilai else None,
                report.intervals.get(unsur) if nilai else None,
                before=earlier[unsur] if earlier else None,
                note="" if nilai else ask.say("figure.missing"),
            )
            for unsur in Unsur
        ],
        ikm=report.ikm if nilai else None,
        kinerja=_kinerja(ask, report.mutu) if nilai and report.mutu else "",
        remark=_remark(ask, seen) if nilai else "",
        interval=ask.say("chart.interval"),
        before=ask.say("chart.before", before=phrase.period(before.period)) if earlier else "",
        locale=ask.language,
    )


def _remark(ask: Ask, seen: Seen) -> str:
    """The change; of the whole instansi also which of the two figures is drawn."""
    change = PhraseReport(ask).change(change_of(seen), seen.before.period)
    return ask.say("chart.pooled", change=change) if seen.city else change


def trend(ask: Ask, reports: Sequence[Report]) -> Trend:
    """The index of a row of periods, oldest first."""
    return Trend(
        title=ask.say("chart.trend"),
        subtitle=last(ask.desk.catalog, ask.language, [report.period for report in reports]),
        periods=[
            Measured(
                short_period(ask, report.period),
                report.ikm if report.open else None,
                report.interval if report.open else None,
            )
            for report in reports
        ],
        interval=ask.say("chart.interval"),
        imported=ask.say("chart.imported"),
        missing=ask.say("figure.missing"),
        locale=ask.language,
    )


def named(ask: Ask, chart: Chart) -> Chart:
    """With the unit's name, which is said also where a picture is passed on without its text."""
    return replace(chart, subtitle=f"{ask.about} · {chart.subtitle}")


def ranking(ask: Ask, reports: Sequence[Report], names: Mapping[str, str], hide: Set[str]) -> Bars:
    """Units in the order given; those of `hide` by name only."""
    return Bars(
        title=ask.say("chart.ranking"),
        subtitle=capital(PhraseReport(ask).period(ask.subject.period)),
        rows=[
            Bar(
                names[report.upp],
                report.ikm if report.upp not in hide else None,
                report.interval if report.upp not in hide else None,
                note=_many(ask, report, hide),
            )
            for report in reports
        ],
        interval=ask.say("chart.interval"),
        locale=ask.language,
    )


def heat_map(
    ask: Ask, reports: Sequence[Report], names: Mapping[str, str], hide: Set[str]
) -> HeatMap:
    """Units × unsur; those of `hide` by name only."""
    short = ask.desk.catalog.table(ask.language, "unsur_short")
    return HeatMap(
        title=ask.say("chart.heat_map"),
        subtitle=capital(PhraseReport(ask).period(ask.subject.period)),
        units=[
            Unit(names[report.upp], report.nilai)
            if report.upp not in hide and report.nilai
            else Unit(names[report.upp], {}, note=_many(ask, report, hide))
            for report in reports
        ],
        unsur={unsur: short[unsur] for unsur in Unsur},
        missing=ask.say("figure.missing"),
        locale=ask.language,
    )


def _many(ask: Ask, report: Report, hide: Set[str]) -> str:
    """How many answered, unless they are few or would give away who is."""
    if report.upp not in hide:
        return _respondents(ask, report)
    return ask.say("figure.few", k=K) if not shown(report.responden) else ask.say("chart.hidden")


def funnel(ask: Ask, ended: Mapping[Disposition, int], stopped: Mapping[str, int]) -> Funnel:
    """From everybody who began to those who finished, in the order of the questions."""
    short = ask.desk.catalog.table(ask.language, "unsur_short")
    began = ended.get(Disposition.COMPLETE, 0) + sum(stopped.values())
    steps = [Step(ask.say("chart.began"), began)]
    for item, left in _losses(began, stopped):
        steps.append(Step(ask.say("chart.after", unsur=short.get(item[:2], item)), left))
    return Funnel(
        title=ask.say("chart.funnel"),
        subtitle=capital(PhraseReport(ask).period(ask.subject.period)),
        steps=steps,
        lost=ask.say("chart.lost"),
        most=ask.say("chart.most"),
        locale=ask.language,
    )


def _losses(began: int, stopped: Mapping[str, int]) -> list[tuple[str, int]]:
    """(item, how many went on after it), where five or more have stopped since the one before."""
    found, at, left = list[tuple[str, int]](), began, began
    for item in sorted(stopped, key=lambda item: (item == "U8", item)):  # as the form asks
        left -= stopped[item]
        if at - left >= K:
            found.append((item, left))
            at = left
    if found and at != left:  # the last few go with those before them
        found[-1] = found[-1][0], left
    return found


def trend_alt(ask: Ask, reports: Sequence[Report]) -> str:
    """What the trend shows, in words."""
    nilai = (
        f"{short_period(ask, report.period)} {ask.desk.catalog.written(ask.language, report.ikm)}"
        for report in reports
        if report.open
    )
    return ask.say("chart.trend_alt", nilai="; ".join(nilai))


def short_period(ask: Ask, period: Period) -> str:
    """As short as an axis needs, in the language of whoever asked."""
    return short(ask.desk.catalog, ask.language, period)


def _kinerja(ask: Ask, mutu: Mutu) -> str:
    return ask.say(f"mutu.{mutu}")


def _respondents(ask: Ask, report: Report) -> str:
    """How many answered, unless they are few."""
    if report.closed:
        return ask.say("chart.hidden") if shown(report.responden) else ask.say("figure.few", k=K)
    return ask.say("chart.respondents", count=report.responden)
