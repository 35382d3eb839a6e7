"""Checks single responses for signs that they were not given as they should be."""

from dataclasses import dataclass, field
from datetime import tzinfo

from sqlalchemy.ext.asyncio import AsyncConnection

from skm.figures.ikm import Tally
from skm.figures.report import Report
from skm.instansi.period import Period
from skm.privacy.small_groups import is_small
from skm.quality.flag import Thresholds
from skm.quality.flagged import Odd, look
from skm.quality.flags import flags
from skm.store.figures import closed
from skm.store.survey import responses, upps
from skm.survey.instrument import Instrument

FLAGGED_UP_TO = 5_000  # responses; more are not checked for each report (5,000 take 0.1 s)


@dataclass(frozen=True)
class FlagRules:
    """`instrument`: the one that is asked. `thresholds`: above which a response is flagged."""

    instrument: Instrument
    zone: tzinfo
    thresholds: Thresholds = field(default_factory=Thresholds)


async def of(conn: AsyncConnection, rules: FlagRules, report: Report, code: str | None) -> Odd:
    """What is flagged in a unit with everything below it, or (code None) in the whole instansi.

    Of a closed period those responses are checked that its figures count. Nothing is found where
    the report is withheld or counts more than FLAGGED_UP_TO.
    """
    if not report.is_shown or report.responden > FLAGGED_UP_TO:
        return Odd()
    period = report.period
    counted_in = period if await closed.of(conn, period) else None
    given = await responses.timed(conn, code, period.start, period.end, counted_in)
    whole = report.tallies.get(rules.instrument.version, Tally.empty())
    return look(given, whole, rules.instrument, rules.zone, rules.thresholds)


async def count(conn: AsyncConnection, rules: FlagRules, period: Period) -> int:
    """How many responses of the instansi are flagged in an open period, however many there are; 0
    for a number that is small enough to say something about people.
    """
    found = 0
    for root in await upps.roots(conn):
        given = await responses.timed(conn, root.code, period.start, period.end)
        found += len(flags(given, rules.zone, rules.thresholds))
    return 0 if is_small(found) else found
