"""Breakdowns of responses, counted in SQL unit by unit and added up along the tree."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.breakdown import Breakdown, Gathered
from skm.disclosure import Tree, Withheld, upward
from skm.period import Period
from skm.store import profiles, tallies, upps
from skm.store.schema import response, upp
from skm.suppression import few_among
from skm.upp import Mode, Upp
from skm.validity import Moments

Few = Mapping[str, frozenset[str]]
"""Breakdown (a field of the profile, or one of these) → its groups that must be hidden."""

LAYANAN, MODE = "layanan", "mode"


async def of_each(
    conn: AsyncConnection, period: Period, code: str | None = None
) -> dict[str, Breakdown]:
    """By unit code with everything below it: of a subtree, or of all units that have answers."""
    own: dict[str, Gathered] = {}
    for unit, profile, n in await conn.execute(_counted(period, code, response.c.profile)):
        own.setdefault(unit, Gathered()).told(json.loads(profile), n)
    for unit, field, option, n in await conn.execute(profiles.kept(period, code)):
        own.setdefault(unit, Gathered()).told({field: option}, int(n))
    ways = _counted(period, code, response.c.channel, response.c.mode)
    for unit, channel, mode, n in await conn.execute(ways):
        own.setdefault(unit, Gathered()).ways[channel, Mode(mode)] += n
    answers = _counted(period, code, response.c.instrument, response.c.answers)
    for unit, version, given, n in await conn.execute(answers):
        own.setdefault(unit, Gathered()).count(version, _moments(given, n))
    summed = await _added_up(conn, own)
    span = period.start, period.end
    for unit, layanan in (await tallies.by_layanan_of_each(conn, code, *span)).items():
        summed.setdefault(unit, Gathered()).layanan.update(layanan)
    return {unit: gathered.breakdown for unit, gathered in summed.items()}


def few_of(tree: Tree, each: Mapping[str, Breakdown], code: str, back: Withheld) -> Few:
    """Breakdown → its groups in a unit from which, with those of the units below it, the answers of
    few would follow. `each`: of each unit with everything below it. `back`: what the period keeps
    back.
    """
    whole: dict[str, dict[str, Counter[str]]] = {LAYANAN: {}, MODE: {}}
    for unit, broken in each.items():
        for field, options in broken.profile.items():
            for option, n in options.items():
                whole.setdefault(field, {}).setdefault(option, Counter())[unit] += n
        for name, tallied in broken.layanan.items():
            whole[LAYANAN].setdefault(name, Counter())[unit] += sum(t.n for t in tallied.values())
        for (_, mode), n in broken.ways.items():
            whole[MODE].setdefault(mode, Counter())[unit] += n
    return {
        name: few_among(tree, {group: _own(tree, n) for group, n in groups.items()}, code, back)
        for name, groups in whole.items()
    }


def _own(tree: Tree, whole: Mapping[str, int]) -> dict[str, int]:
    own = Counter(whole)
    for code, n in whole.items():
        above = tree.get(code)
        if above:
            own[above] -= n
    return dict(own)


async def modes(
    conn: AsyncConnection, period: Period, units: Sequence[Upp]
) -> dict[str, frozenset[Mode]]:
    """In whose hands the device was, of each unit and all below it."""
    parent = {unit.code: unit.parent for unit in units}
    found: dict[str, set[Mode]] = {}
    for code, mode, _ in await conn.execute(_counted(period, None, response.c.mode)):
        for at in upward(parent, code):
            found.setdefault(at, set()).add(Mode(mode))
    return {code: frozenset(held) for code, held in found.items()}


def _counted(period: Period, code: str | None, *by: Any) -> Select[Any]:
    query = (
        select(upp.c.code, *by, func.count())
        .select_from(response.join(upp))
        .where(response.c.day >= period.start, response.c.day < period.end)
        .group_by(upp.c.code, *by)
    )
    return query.where(response.c.upp_id.in_(upps.below(code))) if code else query


@lru_cache(16384)  # people's answers repeat
def _moments(given: str, many: int) -> Moments:
    by_unsur = json.loads(given).values()
    return Moments.of({item: nilai for items in by_unsur for item, nilai in items.items()}, many)


async def _added_up(conn: AsyncConnection, own: dict[str, Gathered]) -> dict[str, Gathered]:
    parent = {unit.code: unit.parent for unit in await upps.listed(conn)}
    found: dict[str, Gathered] = {}
    for code in sorted(own):
        for at in upward(parent, code):
            found.setdefault(at, Gathered()).add(own[code])
    return found
