"""Reports of units and of the whole instansi, made of the units and the rollup.

Those of a closed period are what was frozen: whoever asks gets the figures that were published.
What has come in since is in the rollup alone, which `current` reads.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from skm import disclosure
from skm.breakdown import Tallies
from skm.closing import Revision, instansi
from skm.period import Period
from skm.report import EVERYTHING as EVERYTHING
from skm.report import InstansiReport, Report
from skm.response import Saran
from skm.store import frozen, responses, seals, tallies, upps, withholding
from skm.upp import Upp


async def of(conn: AsyncConnection, upp: Upp, period: Period) -> Report:
    """A unit with everything below it, whatever others may see of it."""
    was = await frozen.unit(conn, period, upp.code)
    return was.report(period) if was else await current(conn, upp, period)


async def shown(conn: AsyncConnection, upp: Upp, period: Period) -> Report:
    """The same, marked as withheld where it must not be shown."""
    return (await of(conn, upp, period)).beside(await withholding.of(conn, period))


async def shown_instansi(conn: AsyncConnection, period: Period) -> InstansiReport:
    """The whole instansi as it may be shown."""
    back = await withholding.of(conn, period)
    return (await of_instansi(conn, period)).shown_beside(back)


async def shown_pooled(conn: AsyncConnection, period: Period) -> Report:
    """All respondents together, as they may be shown."""
    found = Report.of(EVERYTHING, period, await pooled(conn, period))
    return found.beside(await withholding.of(conn, period))


async def shown_each(conn: AsyncConnection, units: Sequence[Upp], period: Period) -> list[Report]:
    """Some units, each with everything below it, marked where they must not be shown."""
    back, counted = await withholding.of(conn, period), await tallies_below(conn, period)
    return [
        Report.of(upp.code, period, counted.get(upp.code, {}), upp.population).beside(back)
        for upp in units
    ]


async def current(conn: AsyncConnection, upp: Upp, period: Period) -> Report:
    """A unit as it is now; of a closed period its revision."""
    counted = await tallies.of(conn, upp.code, period.start, period.end)
    return Report.of(upp.code, period, counted, upp.population)


async def of_instansi(conn: AsyncConnection, period: Period) -> InstansiReport:
    """All respondents pooled, and each unit from its own responses."""
    head = await frozen.of(conn, period)
    if head:
        return instansi(period, head.gabungan, await frozen.units(conn, period))
    pooled = await tallies.of_city(conn, period.start, period.end)
    own = await tallies.by_upp(conn, period.start, period.end)
    return InstansiReport(
        Report.of(EVERYTHING, period, pooled),
        [
            Report.of(upp.code, period, own.get(upp.code, {}), upp.population)
            for upp in await upps.listed(conn)
        ],
    )


async def pooled(conn: AsyncConnection, period: Period) -> Tallies:
    """Of all respondents; of a closed period as they were frozen."""
    head = await frozen.of(conn, period)
    return head.gabungan if head else await tallies.of_city(conn, period.start, period.end)


async def by_layanan(conn: AsyncConnection, upp: Upp, period: Period) -> Mapping[str, Tallies]:
    """Of a unit and all below it; of a closed period as they were kept."""
    kept = await frozen.archive(conn, period, upp.code)
    if kept:
        return kept.breakdown.layanan
    return await tallies.by_layanan(conn, upp.code, period.start, period.end)


async def comments(
    conn: AsyncConnection, upp_code: str | None, period: Period, limit: int
) -> list[Saran]:
    """The newest of a subtree (None: of all), without the name of a unit where few answered."""
    start, end = period.start, period.end
    said = await responses.comments(conn, upp_code, start, end, limit)
    own = await tallies.people(conn, start, end, {saran.upp for saran in said})
    many = {unit for unit, each in own.items() if disclosure.shown(sum(each.values()))}
    return [saran if saran.upp in many else replace(saran, upp_name="") for saran in said]


async def revision(conn: AsyncConnection, period: Period, upp: Upp | None) -> Revision | None:
    """What has come in of a unit (None: of all) since its period was closed; None if it is not."""
    head = await frozen.of(conn, period)
    if head is None:
        return None
    late = await seals.late(conn, period, upp.code if upp else None)
    if upp:
        return Revision(head.closed_at, late, (await current(conn, upp, period)).ikm)
    pooled = await tallies.of_city(conn, period.start, period.end)
    return Revision(head.closed_at, late, Report.of(EVERYTHING, period, pooled).ikm)


async def tallies_below(conn: AsyncConnection, period: Period) -> Mapping[str, tallies.Tallies]:
    """By unit code with everything below it; of a closed period as they were frozen."""
    held = await frozen.units(conn, period)
    if held:
        return {unit.code: dict(unit.tallies) for unit in held}
    return await tallies.by_subtree(conn, period.start, period.end)
