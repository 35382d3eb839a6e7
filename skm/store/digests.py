"""Reads what a digest needs, in a few queries whatever the size of the unit."""

from collections.abc import Sequence
from datetime import datetime, time, tzinfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.digest import FLAGGED_UP_TO, QUOTED, TREND, Digest
from skm.ikm import Tally
from skm.instrument import Instrument
from skm.odd import look
from skm.period import Period
from skm.quality import Given, Thresholds
from skm.report import Report
from skm.store import alerts, reports, responses, tallies, upps, visits, withholding
from skm.store.schema import response as table
from skm.store.upps import below
from skm.upp import Upp


async def of(
    conn: AsyncConnection,
    upp: Upp | None,
    period: Period,
    zone: tzinfo,
    instrument: Instrument,
    thresholds: Thresholds,
) -> Digest:
    """The digest of a unit with everything below it, or (None) of the whole instansi."""
    code = upp.code if upp else None
    periods = period.last(TREND)
    counted = await tallies.by_period(conn, code, [(p.start, p.end) for p in periods])
    population = upp.population if upp else None
    trend = [
        Report.of(code or "", at, tally, population).beside(await withholding.of(conn, at))
        for at, tally in zip(periods, counted, strict=True)
    ]
    report = trend[-1]
    start, end = _moments(period, zone)
    whole = counted[-1].get(instrument.version, Tally.empty())
    odd = look(await _given(conn, code, report), whole, instrument, zone, thresholds)
    return Digest(
        report=report,
        trend=trend,
        saran=await reports.comments(conn, code, period, QUOTED),
        commented=await _commented(conn, code, period),
        break_offs=await visits.break_offs(conn, code, start, end),
        odd=odd,
        silent=await upps.silent(conn, code, period),
        alerts=len(await alerts.open_below(conn, code)),
    )


def _moments(period: Period, zone: tzinfo) -> tuple[datetime, datetime]:
    """The period's first moment and the first after it."""
    return (
        datetime.combine(period.start, time(), zone),
        datetime.combine(period.end, time(), zone),
    )


async def _given(conn: AsyncConnection, code: str | None, report: Report) -> Sequence[Given]:
    """What can be looked at one by one."""
    if not report.open or report.responden > FLAGGED_UP_TO:
        return ()
    return await responses.looked_at(conn, code, report.period.start, report.period.end)


async def _commented(conn: AsyncConnection, code: str | None, period: Period) -> int:
    query = select(func.count()).where(
        table.c.saran.is_not(None), table.c.day >= period.start, table.c.day < period.end
    )
    if code:
        query = query.where(table.c.upp_id.in_(below(code)))
    return int(await conn.scalar(query) or 0)
