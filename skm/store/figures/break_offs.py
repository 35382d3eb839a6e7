"""Reads where respondents of a unit broke off in a period."""

from datetime import datetime, time, tzinfo

from sqlalchemy.ext.asyncio import AsyncConnection

from skm.instansi.period import Period
from skm.quality.break_offs import BreakOffs
from skm.store.survey import visits
from skm.survey.instrument import Instrument
from skm.survey.interview import Disposition


async def of(
    conn: AsyncConnection, code: str | None, period: Period, zone: tzinfo, instrument: Instrument
) -> BreakOffs | None:
    """Of a unit with everything below it (None: of all); None where it may not be shown."""
    start, end = (datetime.combine(day, time(), zone) for day in (period.start, period.end))
    by_item = await visits.break_offs(conn, code, start, end)
    ended = await visits.dispositions(conn, code, start, end)
    return BreakOffs.of(instrument, by_item, ended.get(Disposition.COMPLETE, 0))
