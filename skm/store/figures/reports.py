"""Reads the reports of units and of the whole instansi.

A closed period has its frozen figures, whatever has come in since; any other period has what the
rollup counts now. Reports are marked as withheld where they must not be shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from skm.closing.frozen import Revision, instansi
from skm.figures.breakdown import Tallies
from skm.figures.instansi import InstansiReport
from skm.figures.report import EVERYTHING, Report
from skm.instansi.period import Period
from skm.instansi.upp import Upp
from skm.privacy.small_groups import is_small
from skm.store.figures import closed, withheld
from skm.store.survey import responses, seals, tallies, upps
from skm.survey.response import Saran


async def series(conn: AsyncConnection, upp: Upp | None, periods: Sequence[Period]) -> list[Report]:
    """The reports of a unit with everything below it (None: of all respondents pooled), one for
    each period. The only source of trends, so that a closed period has one figure everywhere: the
    difference between its frozen and its current figure would disclose who answered late.
    """
    code, population = (upp.code, upp.population) if upp else (None, None)
    found = await closed.reports(conn, code, periods)
    open_periods = [period for period in periods if period not in found]
    spans = [(period.start, period.end) for period in open_periods]
    counted = await tallies.by_period(conn, code, spans) if spans else []
    for period, each in zip(open_periods, counted, strict=True):
        found[period] = Report.of(code or EVERYTHING, period, each, population)
    return [found[period].withholding(await withheld.of(conn, period)) for period in periods]


async def of(conn: AsyncConnection, upp: Upp | None, period: Period) -> Report:
    """The report of one period; see `series`."""
    return (await series(conn, upp, [period]))[0]


async def of_each(conn: AsyncConnection, units: Sequence[Upp], period: Period) -> list[Report]:
    """The report of each of these units with everything below it."""
    if await closed.of(conn, period):
        frozen = {unit.code: unit for unit in await closed.units(conn, period)}
        found = [
            frozen[upp.code].report(period)
            if upp.code in frozen
            else Report.of(upp.code, period, {})
            for upp in units
        ]
    else:
        counted = await tallies.by_subtree(conn, period.start, period.end)
        found = [
            Report.of(upp.code, period, counted.get(upp.code, {}), upp.population) for upp in units
        ]
    units_withheld = await withheld.of(conn, period)
    return [report.withholding(units_withheld) for report in found]


async def of_instansi(conn: AsyncConnection, period: Period) -> InstansiReport:
    """All respondents pooled, and each unit from its own responses."""
    found = await unmarked_instansi(conn, period)
    return found.withholding(await withheld.of(conn, period))


async def unmarked_instansi(conn: AsyncConnection, period: Period) -> InstansiReport:
    """The same with nothing marked as withheld, for operators."""
    head = await closed.of(conn, period)
    if head:
        return instansi(period, head.gabungan, await closed.units(conn, period))
    own, whole = await tallies.by_upp_and_subtree(conn, period.start, period.end)
    units = await upps.listed(conn)

    def each(counted: Mapping[str, Tallies]) -> list[Report]:
        return [Report.of(u.code, period, counted.get(u.code, {}), u.population) for u in units]

    return InstansiReport(await current(conn, None, period), each(own), whole=each(whole))


async def current(conn: AsyncConnection, upp: Upp | None, period: Period) -> Report:
    """What the rollup counts now, also for a closed period; not marked."""
    code, population = (upp.code, upp.population) if upp else (None, None)
    [counted] = await tallies.by_period(conn, code, [(period.start, period.end)])
    return Report.of(code or EVERYTHING, period, counted, population)


async def revision(conn: AsyncConnection, period: Period, upp: Upp | None) -> Revision | None:
    """What has come in for a unit (None: for all) since the period was closed; None if it is not
    closed.
    """
    head = await closed.of(conn, period)
    if head is None:
        return None
    late = await seals.late(conn, period, upp.code if upp else None)
    return Revision(head.closed_at, late, (await current(conn, upp, period)).ikm)


async def comments(
    conn: AsyncConnection, upp_code: str | None, period: Period, limit: int
) -> list[Saran]:
    """The newest comments of a subtree (None: of all), newest first. A comment from a unit with a
    small number of own respondents does not say which unit.
    """
    start, end = period.start, period.end
    found = await responses.comments(conn, upp_code, start, end, limit)
    own = await tallies.people(conn, start, end, {saran.upp for saran in found})
    named = {code for code, each in own.items() if not is_small(sum(each.values()))}
    return [saran if saran.upp in named else replace(saran, upp_name="") for saran in found]
