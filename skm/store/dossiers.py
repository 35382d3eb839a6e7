"""Gathers what official documents stand on; of closed periods what was frozen and kept."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.archive import Archive, Counted
from skm.breakdown import Breakdown
from skm.closing import FrozenUnit
from skm.disclosure import shown
from skm.dossier import TREND, CityDossier, Dossier, Part
from skm.period import Period
from skm.recap import Published
from skm.report import InstansiReport, Report
from skm.store import (
    archives,
    breakdowns,
    follow_ups,
    frozen,
    photos,
    recaps,
    reports,
    seals,
    upps,
    withholding,
)
from skm.store.schema import response, upp
from skm.store.schema_periods import seal
from skm.upp import Upp
from skm.validity import validity
from skm.withholding import of_tallies

# --- of a unit -----------------------------------------------------------------------------------


async def of(conn: AsyncConnection, unit: Upp, period: Period) -> Dossier:
    """Of a unit with everything below it."""
    unit = await _as_it_was(conn, unit, period)
    kept = await frozen.archive(conn, period, unit.code)
    each = {} if kept else await breakdowns.of_each(conn, period, unit.code)
    broken = kept.breakdown if kept else each.get(unit.code, Breakdown())
    before = await _before(conn, unit, period, kept)
    report = await reports.shown(conn, unit, period)
    whole = await frozen.archive(conn, period, None)
    followed = await follow_ups.of_report(conn, unit, report)
    earlier = await follow_ups.of_report(conn, unit, before[-1])
    return Dossier(
        upp=unit,
        above=await _above(conn, unit, period),
        trend=[*before, report],
        published=kept.published if kept else await _published(conn, unit),
        layanan={
            name: Report.of(name, period, broken.layanan[name]) for name in sorted(broken.layanan)
        },
        profile=broken.profile,
        ways=broken.ways,
        follow_up=followed,
        before_follow_up=earlier,
        photos=await photos.shown_by(conn, [*followed, *earlier]),
        validity=validity(broken.moments.get(report.instrument or "")),
        closing=await frozen.of(conn, period),
        kept=kept is not None,
        revision=await reports.revision(conn, period, unit),
        questionnaire=whole.instruments.get(report.instrument or "") if whole else None,
        few=await few(conn, unit, period, each),
    )


async def few(
    conn: AsyncConnection, unit: Upp, period: Period, now: Mapping[str, Breakdown] | None = None
) -> breakdowns.Few:
    """Groups of a unit's breakdowns that must be hidden; of a closed period from what was kept.
    `now`: the breakdowns of the subtree, where they are at hand.
    """
    back = await withholding.of(conn, period)
    kept = await frozen.archives(conn, period)
    if unit.code in kept:
        tree = {was.code: was.parent for was in await frozen.units(conn, period)}
        each = {code: one.breakdown for code, one in kept.items()}
        return breakdowns.few_of(tree, each, unit.code, back)
    tree = {below.code: below.parent for below in await upps.subtree(conn, unit.code)}
    if now is None:
        now = await breakdowns.of_each(conn, period, unit.code)
    return breakdowns.few_of(tree, now, unit.code, back)


async def _as_it_was(conn: AsyncConnection, unit: Upp, period: Period) -> Upp:
    was = await frozen.unit(conn, period, unit.code)
    return _upp(was) if was else unit


def _upp(was: FrozenUnit) -> Upp:
    return Upp(was.code, was.name, was.parent, was.population)


async def _above(conn: AsyncConnection, unit: Upp, period: Period) -> str | None:
    if unit.parent is None:
        return None
    was = await frozen.unit(conn, period, unit.parent)
    above = _upp(was) if was else await upps.by_code(conn, unit.parent)
    return above.name if above else None


async def _before(
    conn: AsyncConnection, unit: Upp, period: Period, kept: Archive | None
) -> list[Report]:
    if not kept:
        return [await reports.shown(conn, unit, at) for at in period.last(TREND)[:-1]]
    return [each.report(unit.code) for each in kept.before]


async def _published(conn: AsyncConnection, unit: Upp) -> tuple[Published, ...]:
    return tuple(one.published for one in await recaps.of_upp(conn, unit))


# --- of the whole instansi -----------------------------------------------------------------------


async def of_city(conn: AsyncConnection, period: Period) -> CityDossier:
    kept = await frozen.archive(conn, period, None)
    held = await frozen.units(conn, period)
    units = [_upp(was) for was in held] or await upps.listed(conn)
    whole = await reports.shown_instansi(conn, period)
    if kept:
        each = await frozen.archives(conn, period)
        among = [await _kept_part(conn, part, each, units) for part in kept.parts]
        before = [at.report() for at in kept.before]
    else:
        among = [await _part(conn, at, units) for at in archives.inner(period)]
        before = [await reports.shown_pooled(conn, at) for at in archives.trend_before(period)]
    among = among or [await _part(conn, period, units)]
    told = kept.published if kept else archives.published(await recaps.sourced(conn))
    return CityDossier(
        whole=whole,
        units=units,
        parts=among,
        trend=[*before, *(part.instansi.gabungan for part in among)],
        published=told,
        closing=await frozen.of(conn, period),
        kept=kept is not None,
        revision=await reports.revision(conn, period, None),
    )


async def _kept_part(
    conn: AsyncConnection, part: Counted, each: Mapping[str, Archive], units: Sequence[Upp]
) -> Part:
    """A quarter of a closed semester, as it was when that was closed."""
    counted = {code: archive.part(part.period) for code, archive in each.items()}
    rows = {code: at for code, at in counted.items() if at}
    made = Part(
        instansi=InstansiReport(
            part.report(), [rows[unit.code].own_report(unit.code) for unit in units]
        ),
        rows={code: at.report(code) for code, at in rows.items()},
        follow_up=await follow_ups.of_all(conn, part.period),
        modes={code: at.modes for code, at in rows.items()},
        units=units,
    )
    tree = {unit.code: unit.parent for unit in units}
    own = {code: at.own for code, at in rows.items()}
    whole = {code: at.tallies for code, at in rows.items()}
    return made.shown_beside(of_tallies(tree, own, whole, part.tallies))


async def _part(conn: AsyncConnection, period: Period, units: Sequence[Upp]) -> Part:
    held = {unit.code: unit for unit in await frozen.units(conn, period)}
    below = await reports.tallies_below(conn, period)
    instansi = await reports.of_instansi(conn, period)
    made = Part(
        instansi=instansi,
        rows={
            unit.code: Report.of(
                unit.code,
                period,
                below.get(unit.code, {}),
                held[unit.code].population if unit.code in held else unit.population,
            )
            for unit in units
        },
        follow_up=await follow_ups.of_all(conn, period),
        modes=await archives.modes_of(conn, period, units),
        units=units,
    )
    return made.shown_beside(await withholding.of(conn, period))


# --- answers one by one --------------------------------------------------------------------------

Given = tuple[str, str, Mapping[str, int]]
"""The unit, the instrument, and the answers by item."""


async def answers(conn: AsyncConnection, period: Period, within: Period) -> list[Given]:
    """Of each response, in an order that tells nothing. `within`: the period that is asked about,
    of which `period` is a part or all.

    Of a closed period only what was counted. A unit of which few took theirs back is left out:
    theirs would follow from the frozen tallies and the rest.
    """
    query = (
        select(upp.c.code, response.c.instrument, response.c.answers)
        .select_from(response.join(upp))
        .where(response.c.day >= period.start, response.c.day < period.end)
        .order_by(upp.c.code, response.c.instrument, response.c.answers)
    )
    closed = await _closed(conn, within, period)
    taken = await _taken_back(conn, closed) if closed else Counter[str]()
    if closed:
        query = query.where(response.c.id.in_(seals.counted(closed)))
    return [
        (code, version, {k: v for one in json.loads(given).values() for k, v in one.items()})
        for code, version, given in await conn.execute(query)
        if shown(taken[code])
    ]


async def _closed(conn: AsyncConnection, *among: Period) -> Period | None:
    """The first that is closed."""
    for period in among:
        if await frozen.of(conn, period):
            return period
    return None


async def _taken_back(conn: AsyncConnection, period: Period) -> Counter[str]:
    query = (
        select(seal.c.code, func.count())
        .where(seal.c.period == str(period), seal.c.response_id.is_(None))
        .group_by(seal.c.code)
    )
    found: Counter[str] = Counter()
    for code, n in await conn.execute(query):
        found[code] = n
    return found
