"""Gathers what documents print beside the index, for a closing to keep."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from skm.closing.archive import Archive, Counted, Questionnaire
from skm.closing.dossier import TREND, parts
from skm.figures.breakdown import Breakdown
from skm.instansi.collector import Mode
from skm.instansi.period import Period
from skm.instansi.upp import Upp
from skm.intake.recaps.recap import Published, tables
from skm.store.figures import breakdowns, closed, recaps, reports
from skm.store.survey import upps

Questionnaires = Mapping[str, Questionnaire]
"""By instrument version, the questionnaire as it is worded."""


async def now(
    conn: AsyncConnection, period: Period, asked: Questionnaires
) -> tuple[Archive, dict[str, Archive]]:
    """Of the whole instansi, and of each unit by its code."""
    units = await upps.listed(conn)
    before = [await _trend(conn, at, units) for at in period.last(TREND)[:-1]]
    among = [await _part(conn, at, units) for at in inner(period)]
    broken = await breakdowns.of_each(conn, period)
    reported = await recaps.of_each(conn, units)
    each = {
        unit.code: Archive(
            before=tuple(at[unit.code] for at in before),
            parts=tuple(at[unit.code] for at in among),
            published=reported.get(unit.code, ()),
            breakdown=broken.get(unit.code, Breakdown()),
        )
        for unit in units
    }
    return await _of_instansi(conn, period, asked), each


async def _of_instansi(conn: AsyncConnection, period: Period, asked: Questionnaires) -> Archive:
    own = inner(period)
    return Archive(
        before=tuple([await _pooled(conn, at) for at in trend_before(period)]),
        parts=tuple([await _pooled(conn, at) for at in own]),
        published=published(await recaps.sourced(conn)),
        instruments=asked,
    )


def inner(period: Period) -> list[Period]:
    """The parts of a period that are not the period itself."""
    return [at for at in parts(period) if at != period]


def trend_before(period: Period) -> list[Period]:
    """The periods of the instansi's trend that come before the period and its parts."""
    return [at for at in parts(period)[-1].last(TREND) if at.end <= period.start]


def published(rows: Sequence[recaps.Sourced]) -> tuple[Published, ...]:
    """Of each period the mean of the rows that were reported."""
    sources: dict[Period, set[str]] = {}
    for row, source in rows:
        sources.setdefault(row.period, set()).add(source)
    return tuple(
        Published(
            period,
            table.rerata_upp,
            ", ".join(sorted(sources[period])),
            len(table.rows),
            table.respondents,
        )
        for period, table in tables(row for row, _ in rows).items()
    )


async def _pooled(conn: AsyncConnection, period: Period) -> Counted:
    return Counted.of_report(await reports.of(conn, None, period))


async def _trend(conn: AsyncConnection, period: Period, units: Sequence[Upp]) -> dict[str, Counted]:
    """Each unit in a period as it may be shown today."""
    found = await reports.of_each(conn, units, period)
    return {report.upp: Counted.of_report(report) for report in found}


async def _part(conn: AsyncConnection, period: Period, units: Sequence[Upp]) -> dict[str, Counted]:
    """Each unit in a period with its own answers. What is withheld follows from these, so it is
    not kept.
    """
    own = {report.upp: report for report in (await reports.of_instansi(conn, period)).upp}
    modes = await modes_of(conn, period, units)
    return {
        report.upp: replace(
            Counted.of_report(report),
            own=own[report.upp].tallies if report.upp in own else {},
            modes=modes.get(report.upp, frozenset()),
            withheld=False,
        )
        for report in await reports.of_each(conn, units, period)
    }


async def modes_of(
    conn: AsyncConnection, period: Period, units: Sequence[Upp]
) -> dict[str, frozenset[Mode]]:
    """In whose hands the device was, of each unit and all below it; as kept, or as it is now."""
    kept = await closed.archives(conn, period)
    if kept:
        return {code: frozenset(each.breakdown.modes) for code, each in kept.items()}
    return await breakdowns.modes(conn, period, units)
