"""Reports of units and of the whole instansi, made of the units and the rollup."""

from sqlalchemy.ext.asyncio import AsyncConnection

from skm.period import Period
from skm.report import InstansiReport, Report
from skm.store import tallies, upps
from skm.upp import Upp

EVERYTHING = "semua"  # stands for the whole instansi where a unit's code would stand


async def of(conn: AsyncConnection, upp: Upp, period: Period) -> Report:
    """A unit with everything below it."""
    counted = await tallies.of(conn, upp.code, period.start, period.end)
    return Report.of(upp.code, period, counted, upp.population)


async def of_instansi(conn: AsyncConnection, period: Period) -> InstansiReport:
    """All respondents pooled, and each unit from its own responses."""
    pooled = await tallies.of_city(conn, period.start, period.end)
    own = await tallies.by_upp(conn, period.start, period.end)
    return InstansiReport(
        Report.of(EVERYTHING, period, pooled),
        [
            Report.of(upp.code, period, own.get(upp.code, {}), upp.population)
            for upp in await upps.listed(conn)
        ],
    )
