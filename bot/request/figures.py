"""Reads the figures of a unit and period that answers, digests and charts are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.request.request import Subject
from skm.closing.frozen import Revision
from skm.figures.instansi import InstansiReport
from skm.figures.report import Report
from skm.follow_up.tindak_lanjut import TindakLanjut
from skm.instansi.period import Period, PeriodKind
from skm.instansi.upp import Upp
from skm.quality.flagged import Odd
from skm.quality.representation import Representation
from skm.store.figures import flags, reports, representation
from skm.store.figures.flags import FlagRules
from skm.store.periods import follow_ups
from skm.store.survey import upps

FollowUps = Sequence[Sequence[TindakLanjut]]
"""The follow-ups of one period, by unit."""


@dataclass(frozen=True)
class ReportFigures:
    """The report of a period and of the one before it.

    `city`: for the whole instansi, the report of each unit as well. `revision`: of a closed period,
    what has come in since. `follow_ups`: those of an earlier period. `odd`: what is flagged.
    `representation`: how many were served, where a unit has said it.
    """

    report: Report
    before: Report
    city: InstansiReport | None = None
    revision: Revision | None = None
    follow_ups: FollowUps = ()
    odd: Odd = field(default_factory=Odd)
    representation: Representation = field(default_factory=Representation)

    @property
    def headline(self) -> Decimal | None:
        """The figure that comes first: of the whole instansi the mean of its units."""
        return self.city.rerata_upp if self.city else self.report.ikm


async def read_figures(
    conn: AsyncConnection,
    subject: Subject,
    trend: Sequence[Report] = (),
    rules: FlagRules | None = None,
) -> ReportFigures:
    """`trend`: reports of successive periods up to the subject's, if they were read already.
    `rules`: by which responses are flagged; without them nothing is.
    """
    upp, period = subject.upp, subject.period
    before, report = (trend or await reports.series(conn, upp, period.last(2)))[-2:]
    return ReportFigures(
        report,
        before,
        city=None if upp else await reports.of_instansi(conn, period),
        revision=await reports.revision(conn, period, upp),
        follow_ups=await _follow_ups(conn, subject),
        odd=await flags.of(conn, rules, report, upp.code if upp else None) if rules else Odd(),
        representation=await representation.of(conn, report),
    )


async def _follow_ups(conn: AsyncConnection, subject: Subject) -> FollowUps:
    """Those of the period before; if it is short and has none, those of the quarter before, since
    follow-ups are planned by quarter and digests come every week.
    """
    period = subject.period
    quarter = Period.of(PeriodKind.QUARTER, period.start)
    found = await _planned(conn, subject.upp, period.previous())
    if not found and period.days < quarter.days:
        found = await _planned(conn, subject.upp, quarter.previous())
    return found


async def _planned(conn: AsyncConnection, upp: Upp | None, period: Period) -> FollowUps:
    """Those of a unit if it planned any; for the whole instansi those of every unit, if any did."""
    found = await follow_ups.begun(conn, period, upp.code if upp else None)
    if upp or not found:
        return found
    return list((await follow_ups.of_all(conn, period)).values())


async def compared(
    conn: AsyncConnection, upp: Upp | None, period: Period
) -> tuple[Sequence[Report], Mapping[str, str]]:
    """What a control chart compares, with names by code: of the whole instansi every unit by its
    own responses, so that none is counted twice; of a unit those directly below it.
    """
    if upp is None:
        city = await reports.of_instansi(conn, period)
        units: Sequence[Upp] = await upps.listed(conn)
        found: Sequence[Report] = list(city.shown_own.values())
    else:
        units = await upps.children(conn, upp.code)
        found = await reports.of_each(conn, units, period)
    return found, {unit.code: unit.name for unit in units}


async def below(conn: AsyncConnection, subject: Subject) -> Sequence[Upp]:
    """The units directly below; for the whole instansi those without a parent."""
    return await (upps.children(conn, subject.upp.code) if subject.upp else upps.roots(conn))
