"""Gathers what official documents are made from; of closed periods what was frozen and kept."""

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.closing.archive import Archive, Counted
from skm.closing.dossier import TREND, CityDossier, Dossier, Part
from skm.closing.frozen import FrozenUnit
from skm.figures.breakdown import Breakdown, ShownBreakdown, groups_withheld_in_tree
from skm.figures.instansi import InstansiReport
from skm.figures.report import Report
from skm.figures.validity import validity
from skm.figures.withheld import withheld_of_tallies
from skm.instansi.period import Period
from skm.instansi.upp import Upp
from skm.privacy.small_groups import Tree, is_small
from skm.quality.flagged import Odd
from skm.store.figures import (
    answer_patterns,
    breakdowns,
    flags,
    recaps,
    reports,
    representation,
    withheld,
)
from skm.store.figures import closed as frozen
from skm.store.figures.flags import FlagRules
from skm.store.periods import archives, follow_ups, photos, submissions
from skm.store.schema.survey import response, upp
from skm.store.survey import seals, upps
from skm.store.survey.answers import by_item

# --- of a unit -----------------------------------------------------------------------------------


async def of(
    conn: AsyncConnection, unit: Upp, period: Period, rules: FlagRules | None = None
) -> Dossier:
    """Of a unit with everything below it. `rules`: by which responses are flagged, if they are."""
    unit = await _as_it_was(conn, unit, period)
    kept = await frozen.archive(conn, period, unit.code)
    report = await reports.of(conn, unit, period)
    if kept:
        before = [each.report(unit.code) for each in kept.before]
        published = kept.published
    else:
        before = await reports.series(conn, unit, period.last(TREND)[:-1])
        published = tuple(one.published for one in await recaps.of_upp(conn, unit))
    tree, broken = await _breakdowns(conn, unit.code, period)
    whole = await frozen.archive(conn, period, None)
    followed = await follow_ups.of_report(conn, unit, report)
    earlier = await follow_ups.of_report(conn, unit, before[-1])
    moments = broken.get(unit.code, Breakdown()).moments
    shown = await _shown(conn, report, tree, broken)
    return Dossier(
        upp=unit,
        above=await _above(conn, unit, period),
        trend=[*before, report],
        published=published,
        breakdown=shown,
        follow_up=followed,
        before_follow_up=earlier,
        photos=await photos.shown_by(conn, [*followed, *earlier]),
        drivers=await answer_patterns.drivers_of(conn, report),
        validity=validity(moments.get(report.instrument or "")),
        closing=await frozen.of(conn, period),
        kept=kept is not None,
        revision=await reports.revision(conn, period, unit),
        questionnaire=whole.instruments.get(report.instrument or "") if whole else None,
        odd=await flags.of(conn, rules, report, unit.code) if rules else Odd(),
        representation=await representation.of(conn, report, shown),
        analysis=(await submissions.of(conn, unit.code, period)).published,
    )


async def breakdown(conn: AsyncConnection, report: Report) -> ShownBreakdown:
    """The breakdown of a unit as it may be shown. `report`: the unit's."""
    return await _shown(conn, report, *await _breakdowns(conn, report.upp, report.period))


async def _breakdowns(
    conn: AsyncConnection, code: str, period: Period
) -> tuple[Tree, Mapping[str, Breakdown]]:
    """A tree of units and their breakdowns by code: of a closed period those that were kept of all
    units, else those of the unit's subtree as they are now.
    """
    kept = await frozen.archives(conn, period)
    if code in kept:
        tree = {was.code: was.parent for was in await frozen.units(conn, period)}
        return tree, {code: archive.breakdown for code, archive in kept.items()}
    tree = {below.code: below.parent for below in await upps.subtree(conn, code)}
    return tree, await breakdowns.of_each(conn, period, code)


async def _shown(
    conn: AsyncConnection, report: Report, tree: Tree, broken: Mapping[str, Breakdown]
) -> ShownBreakdown:
    units = await withheld.of(conn, report.period)
    required = groups_withheld_in_tree(tree, broken, report.upp, units)
    return ShownBreakdown.of(broken.get(report.upp, Breakdown()), report, required)


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


# --- of the whole instansi -----------------------------------------------------------------------


async def of_city(
    conn: AsyncConnection, period: Period, rules: FlagRules | None = None
) -> CityDossier:
    """What the recap of the whole instansi is made from; of a closed period as it was closed.

    `rules`: by which responses are flagged, if they are.
    """
    kept = await frozen.archive(conn, period, None)
    held = await frozen.units(conn, period)
    units = [_upp(was) for was in held] or await upps.listed(conn)
    if kept:
        each = await frozen.archives(conn, period)
        among = [await _kept_part(conn, part, each, units) for part in kept.parts]
        before = [at.report() for at in kept.before]
    else:
        among = [await _part(conn, at, units) for at in archives.inner(period)]
        before = await reports.series(conn, None, archives.trend_before(period))
    among = among or [await _part(conn, period, units)]
    whole = await reports.of_instansi(conn, period)
    return CityDossier(
        whole=whole,
        units=units,
        parts=among,
        trend=[*before, *(part.instansi.gabungan for part in among)],
        published=kept.published if kept else archives.published(await recaps.sourced(conn)),
        closing=await frozen.of(conn, period),
        kept=kept is not None,
        revision=await reports.revision(conn, period, None),
        odd=await flags.of(conn, rules, whole.gabungan, None) if rules else Odd(),
    )


async def _kept_part(
    conn: AsyncConnection, part: Counted, each: Mapping[str, Archive], units: Sequence[Upp]
) -> Part:
    """A quarter of a closed semester, as it was when that was closed."""
    counted = {code: archive.part(part.period) for code, archive in each.items()}
    rows = {code: at for code, at in counted.items() if at}
    made = Part(
        instansi=InstansiReport(
            part.report(),
            [rows[unit.code].own_report(unit.code) for unit in units],
            whole=[rows[unit.code].report(unit.code) for unit in units],
        ),
        rows={code: at.report(code) for code, at in rows.items()},
        follow_up=await follow_ups.of_all(conn, part.period),
        modes={code: at.modes for code, at in rows.items()},
        units=units,
    )
    tree = {unit.code: unit.parent for unit in units}
    own = {code: at.own for code, at in rows.items()}
    whole = {code: at.tallies for code, at in rows.items()}
    return made.withholding(withheld_of_tallies(tree, own, whole, part.tallies))


async def _part(conn: AsyncConnection, period: Period, units: Sequence[Upp]) -> Part:
    return Part(
        instansi=await reports.of_instansi(conn, period),
        rows={report.upp: report for report in await reports.of_each(conn, units, period)},
        follow_up=await follow_ups.of_all(conn, period),
        modes=await archives.modes_of(conn, period, units),
        units=units,
    )


# --- answers one by one --------------------------------------------------------------------------

RawResponse = tuple[str, str, Mapping[str, int]]
"""Unit code, instrument version, and item id → nilai."""


async def answers(conn: AsyncConnection, part: Part, within: Period) -> list[RawResponse]:
    """The responses of a part that may be shown one by one, sorted by what they say. `within`: the
    period of the document.

    Left out are units that are withheld, units with few own responses to an instrument, and, in a
    closed period (where only what was counted is read), units where few responses were withdrawn:
    these would follow from the frozen tallies and the rest.
    """
    period = part.period
    query = (
        select(upp.c.code, response.c.instrument, response.c.answers)
        .select_from(response.join(upp))
        .where(response.c.day >= period.start, response.c.day < period.end)
        .order_by(upp.c.code, response.c.instrument, response.c.answers)
    )
    closed = await _closed(conn, within, period)
    withdrawn = await seals.withdrawn(conn, closed) if closed else Counter[str]()
    if closed:
        query = query.where(response.c.id.in_(seals.counted(closed)))
    rows = [(code, version, given) for code, version, given in await conn.execute(query)]
    own = Counter((code, version) for code, version, _ in rows)
    hidden = {code for code, row in part.rows.items() if row.is_withheld}
    hidden |= part.instansi.withheld_own
    return [
        (code, version, by_item(given))
        for code, version, given in rows
        if code not in hidden and not is_small(own[code, version]) and not is_small(withdrawn[code])
    ]


async def _closed(conn: AsyncConnection, *among: Period) -> Period | None:
    """The first that is closed."""
    for period in among:
        if await frozen.of(conn, period):
            return period
    return None
