"""Reads what a digest needs, in a few queries whatever the size of the unit."""

from collections import Counter
from datetime import datetime, time, tzinfo
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.compare import Comparison
from skm.digest import FLAGGED_UP_TO, QUOTED, TREND, Digest
from skm.disclosure import shown
from skm.ikm import ikm
from skm.instrument import Instrument
from skm.period import Period
from skm.quality import Flag, Thresholds, assisted_change, flags, tally_of
from skm.report import Report
from skm.store import alerts, responses, tallies, upps, visits, withholding
from skm.store.schema import response as table
from skm.store.upps import below
from skm.upp import Mode, Upp


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
    odd, unflagged, assisted = await _odd(conn, code, report, zone, instrument, thresholds)
    return Digest(
        report=report,
        trend=trend,
        saran=await responses.comments(conn, code, period.start, period.end, QUOTED),
        commented=await _commented(conn, code, period),
        break_offs=await visits.break_offs(conn, code, start, end),
        flags=odd,
        unflagged=unflagged,
        assisted=assisted,
        silent=await upps.silent(conn, code, period),
        alerts=len(await alerts.open_below(conn, code)),
    )


def _moments(period: Period, zone: tzinfo) -> tuple[datetime, datetime]:
    """The period's first moment and the first after it."""
    return (
        datetime.combine(period.start, time(), zone),
        datetime.combine(period.end, time(), zone),
    )


async def _odd(
    conn: AsyncConnection,
    code: str | None,
    report: Report,
    zone: tzinfo,
    instrument: Instrument,
    thresholds: Thresholds,
) -> tuple[Counter[Flag], Decimal | None, Comparison | None]:
    """How many responses have each flag, the index without them, and assisted against own."""
    if not 0 < report.responden <= FLAGGED_UP_TO:
        return Counter(), None, None
    period = report.period
    given = [r async for r in responses.export(conn, code, period.start, period.end)]
    flagged = flags(given, zone, thresholds)
    helped = any(response.mode is Mode.ASSISTED for response in given)
    assisted = assisted_change(given, instrument) if helped else None
    if not flagged:
        return Counter(), None, assisted
    rest = tally_of((r for r in given if r.id not in flagged), instrument)
    if not (shown(len(flagged)) and shown(rest.n)):  # theirs would follow from with and without
        return Counter(), None, assisted
    return Counter(flag for found in flagged.values() for flag in found), ikm(rest), assisted


async def _commented(conn: AsyncConnection, code: str | None, period: Period) -> int:
    query = select(func.count()).where(
        table.c.saran.is_not(None), table.c.day >= period.start, table.c.day < period.end
    )
    if code:
        query = query.where(table.c.upp_id.in_(below(code)))
    return int(await conn.scalar(query) or 0)
