"""Gathers what official documents stand on; of closed periods what was frozen."""

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.dossier import TREND, CityDossier, Dossier, Part, parts
from skm.ikm import Tally
from skm.period import Period
from skm.recap import tables
from skm.report import InstansiReport, Report
from skm.store import follow_ups, recaps, reports, responses, tallies, upps
from skm.store.schema import response, upp
from skm.upp import Mode, Upp
from skm.validity import Validity, validity

VALIDITY_UP_TO = 50_000  # responses: of more, these are as good


async def of(conn: AsyncConnection, unit: Upp, period: Period) -> Dossier:
    """Of a unit with everything below it."""
    span = period.start, period.end
    trend = [await reports.of(conn, unit, at) for at in period.last(TREND)]
    counted = await tallies.by_layanan(conn, unit.code, *span)
    above = await upps.by_code(conn, unit.parent) if unit.parent else None
    return Dossier(
        upp=unit,
        above=above.name if above else None,
        trend=trend,
        published=await recaps.of_upp(conn, unit),
        layanan={name: Report.of(name, period, counted[name]) for name in sorted(counted)},
        profile=await responses.profiles(conn, unit.code, *span),
        ways=await responses.ways(conn, unit.code, *span),
        follow_up=await follow_ups.of(conn, unit, period),
        before_follow_up=await follow_ups.of(conn, unit, period.previous()),
        validity=await _validity(conn, trend[-1]),
    )


async def of_city(conn: AsyncConnection, period: Period) -> CityDossier:
    units = await upps.listed(conn)
    trend = []
    for at in parts(period)[-1].last(TREND):
        trend.append((await reports.of_instansi(conn, at)).gabungan)
    return CityDossier(
        whole=await reports.of_instansi(conn, period),
        units=units,
        parts=[await _part(conn, at, units) for at in parts(period)],
        trend=trend,
        published=tables(await recaps.rows(conn)),
    )


async def _part(conn: AsyncConnection, period: Period, units: Sequence[Upp]) -> Part:
    below: Mapping[str, dict[str, Tally]] = await reports.tallies_below(conn, period)
    instansi: InstansiReport = await reports.of_instansi(conn, period)
    return Part(
        instansi=instansi,
        rows={
            unit.code: Report.of(unit.code, period, below.get(unit.code, {}), unit.population)
            for unit in units
        },
        follow_up=await follow_ups.of_all(conn, period),
        modes=await _modes(conn, period, units),
        units=units,
    )


async def _modes(
    conn: AsyncConnection, period: Period, units: Sequence[Upp]
) -> dict[str, frozenset[Mode]]:
    """Of each unit and all below it."""
    query = select(upp.c.code, response.c.mode).select_from(response.join(upp)).distinct()
    query = query.where(response.c.day >= period.start, response.c.day < period.end)
    parent = {unit.code: unit.parent for unit in units}
    found: dict[str, set[Mode]] = {}
    for code, mode in await conn.execute(query):
        at: str | None = code
        while at:
            found.setdefault(at, set()).add(Mode(mode))
            at = parent.get(at)
    return {code: frozenset(modes) for code, modes in found.items()}


async def _validity(conn: AsyncConnection, report: Report) -> Validity | None:
    query = (
        select(response.c.answers)
        .where(response.c.upp_id.in_(upps.below(report.upp)))
        .where(response.c.day >= report.period.start, response.c.day < report.period.end)
        .where(response.c.instrument == report.instrument)
        .limit(VALIDITY_UP_TO)
    )
    rows = [json.loads(answers).values() for answers in await conn.scalars(query)]
    return validity([{item: nilai for one in row for item, nilai in one.items()} for row in rows])


Given = tuple[str, str, Mapping[str, int]]
"""The unit, the instrument, and the answers by item."""


async def answers(conn: AsyncConnection, period: Period) -> list[Given]:
    """Of each response, in an order that tells nothing."""
    query = (
        select(upp.c.code, response.c.instrument, response.c.answers)
        .select_from(response.join(upp))
        .where(response.c.day >= period.start, response.c.day < period.end)
        .order_by(upp.c.code, response.c.instrument, response.c.answers)
    )
    return [
        (code, version, {k: v for one in json.loads(given).values() for k, v in one.items()})
        for code, version, given in await conn.execute(query)
    ]
