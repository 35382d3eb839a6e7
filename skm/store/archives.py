"""Gathers what documents print beside the index, for a closing to keep."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from skm.archive import Archive, Counted, Questionnaire
from skm.breakdown import Breakdown, Tallies
from skm.dossier import TREND, parts
from skm.period import Period
from skm.recap import Published, tables
from skm.store import breakdowns, frozen, recaps, reports, tallies, upps, withholding
from skm.upp import Mode, Upp

Asked = Mapping[str, Questionnaire]
"""By instrument version, the questionnaire as it is worded."""


async def now(
    conn: AsyncConnection, period: Period, asked: Asked
) -> tuple[Archive, dict[str, Archive]]:
    """Of the whole instansi, and of each unit by its code."""
    units = await upps.listed(conn)
    before = [await _trend(conn, at, units) for at in period.last(TREND)[:-1]]
    among = [await _counted(conn, at, units, modes=True) for at in inner(period)]
    broken = await breakdowns.of_each(conn, period)
    told = await recaps.of_each(conn, units)
    each = {
        unit.code: Archive(
            before=tuple(at[unit.code] for at in before),
            parts=tuple(at[unit.code] for at in among),
            published=told.get(unit.code, ()),
            breakdown=broken.get(unit.code, Breakdown()),
        )
        for unit in units
    }
    return await _of_instansi(conn, period, asked), each


async def _of_instansi(conn: AsyncConnection, period: Period, asked: Asked) -> Archive:
    own = inner(period)
    return Archive(
        before=tuple([await _pooled(conn, at) for at in trend_before(period)]),
        parts=tuple([await _pooled(conn, at) for at in own]),
        published=published(await recaps.sourced(conn)),
        instruments=asked,
    )


def inner(period: Period) -> list[Period]:
    """The parts of a period that are not the period itself."""
    return [at for at in parts(period) if at != period]


def trend_before(period: Period) -> list[Period]:
    """The periods of the instansi's trend that come before the period and its parts."""
    return [at for at in parts(period)[-1].last(TREND) if at.end <= period.start]


def published(rows: Sequence[recaps.Sourced]) -> tuple[Published, ...]:
    """Of each period the mean of the rows that were reported."""
    sources: dict[Period, set[str]] = {}
    for row, source in rows:
        sources.setdefault(row.period, set()).add(source)
    return tuple(
        Published(
            period,
            table.rerata_upp,
            ", ".join(sorted(sources[period])),
            len(table.rows),
            table.respondents,
        )
        for period, table in tables(row for row, _ in rows).items()
    )


async def _pooled(conn: AsyncConnection, period: Period) -> Counted:
    back = await withholding.of(conn, period)
    return Counted(period, await reports.pooled(conn, period), withheld=back.total)


async def _trend(conn: AsyncConnection, period: Period, units: Sequence[Upp]) -> dict[str, Counted]:
    """Each unit in a period as it may be shown today."""
    back = await withholding.of(conn, period)
    return {
        code: replace(counted, withheld=back.total or code in back.units)
        for code, counted in (await _counted(conn, period, units)).items()
    }


async def _counted(
    conn: AsyncConnection, period: Period, units: Sequence[Upp], *, modes: bool = False
) -> dict[str, Counted]:
    """Each unit in a period as documents tell it today: frozen where that is closed."""
    held = {unit.code: unit for unit in await frozen.units(conn, period)}
    whole: Mapping[str, Tallies] = {}
    own: Mapping[str, Tallies] = {}
    if not held:
        whole = await tallies.by_subtree(conn, period.start, period.end)
        own = await tallies.by_upp(conn, period.start, period.end) if modes else {}
    hands = await modes_of(conn, period, units) if modes else {}
    found = {}
    for unit in units:
        was = held.get(unit.code)
        found[unit.code] = Counted(
            period,
            was.tallies if was else whole.get(unit.code, {}),
            (was.own if was else own.get(unit.code, {})) if modes else {},
            was.population if was else unit.population,
            hands.get(unit.code, frozenset()),
        )
    return found


async def modes_of(
    conn: AsyncConnection, period: Period, units: Sequence[Upp]
) -> dict[str, frozenset[Mode]]:
    """In whose hands the device was, of each unit and all below it; as kept, or as it is now."""
    kept = await frozen.archives(conn, period)
    if kept:
        return {code: each.breakdown.modes for code, each in kept.items()}
    return await breakdowns.modes(conn, period, units)
