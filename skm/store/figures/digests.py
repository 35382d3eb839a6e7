"""Reads what a digest needs, in a number of queries that does not depend on the unit's size."""

from datetime import date, tzinfo

from sqlalchemy.ext.asyncio import AsyncConnection

from skm.figures.report import Report
from skm.instansi.period import Period, PeriodKind
from skm.instansi.upp import Upp
from skm.notices.digest import QUOTED, TREND, Digest
from skm.quality.flag import Thresholds
from skm.store.figures import break_offs, flags, reports
from skm.store.figures.flags import FlagRules
from skm.store.officials import alerts
from skm.store.survey import responses, upps
from skm.survey.instrument import Instrument


async def of(
    conn: AsyncConnection,
    upp: Upp | None,
    period: Period,
    zone: tzinfo,
    instrument: Instrument,
    thresholds: Thresholds,
    today: date,
) -> Digest:
    """The digest of a unit with everything below it, or (None) of the whole instansi."""
    code = upp.code if upp else None
    trend = await reports.series(conn, upp, period.last(TREND))
    report = trend[-1]
    return Digest(
        trend=trend,
        saran=await reports.comments(conn, code, period, QUOTED),
        commented=await responses.count_comments(conn, code, period.start, period.end),
        break_offs=await break_offs.of(conn, code, period, zone, instrument),
        odd=await flags.of(conn, FlagRules(instrument, zone, thresholds), report, code),
        silent=await upps.silent(conn, code, period),
        alerts=len(await alerts.open_below(conn, code)),
        running=await _running(conn, upp, Period.of(PeriodKind.QUARTER, today)),
    )


async def _running(conn: AsyncConnection, upp: Upp | None, quarter: Period) -> list[Report]:
    if upp:
        return [await reports.of(conn, upp, quarter)]
    return await reports.of_each(conn, await upps.listed(conn), quarter)
