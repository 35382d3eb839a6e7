"""Breakdowns of responses, counted in SQL unit by unit and added up along the tree."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.figures.breakdown import Breakdown, Tallies
from skm.figures.validity import Moments
from skm.instansi.collector import Mode
from skm.instansi.period import Period
from skm.instansi.upp import Upp
from skm.privacy.small_groups import path_up
from skm.store.figures import old_profiles
from skm.store.schema.survey import response, upp
from skm.store.survey import tallies, upps
from skm.store.survey.answers import by_item


async def of_each(
    conn: AsyncConnection, period: Period, code: str | None = None
) -> dict[str, Breakdown]:
    """Unit code → breakdown with everything below it, of a subtree or of all units with answers."""
    own = await _own(conn, period, code)
    parent = {unit.code: unit.parent for unit in await upps.listed(conn)}
    whole = defaultdict[str, _Sums](_Sums)
    for unit in sorted(own):
        for at in path_up(parent, unit):
            whole[at].add(own[unit])
    layanan = await tallies.by_layanan_of_each(conn, code, period.start, period.end)
    return {unit: sums.breakdown(layanan.get(unit, {})) for unit, sums in whole.items()}


async def modes(
    conn: AsyncConnection, period: Period, units: Sequence[Upp]
) -> dict[str, frozenset[Mode]]:
    """Unit code → the modes of the responses there and in all units below."""
    parent = {unit.code: unit.parent for unit in units}
    found: dict[str, set[Mode]] = {}
    for code, mode, _ in await conn.execute(_counted(period, None, response.c.mode)):
        for at in path_up(parent, code):
            found.setdefault(at, set()).add(Mode(mode))
    return {code: frozenset(held) for code, held in found.items()}


@dataclass
class _Sums:
    """What a breakdown is added up from, without its layanan."""

    profile: Counter[tuple[str, str]] = field(default_factory=Counter)
    channels: Counter[tuple[str, Mode]] = field(default_factory=Counter)
    moments: dict[str, Moments] = field(default_factory=dict)

    def add(self, other: "_Sums") -> None:
        self.profile.update(other.profile)
        self.channels.update(other.channels)
        for version, moments in other.moments.items():
            self.add_moments(version, moments)

    def add_moments(self, version: str, moments: Moments) -> None:
        held = self.moments.get(version)
        self.moments[version] = held + moments if held else moments

    def breakdown(self, layanan: Mapping[str, Tallies]) -> Breakdown:
        profile: dict[str, dict[str, int]] = {}
        for (name, option), n in self.profile.items():
            profile.setdefault(name, {})[option] = n
        return Breakdown(layanan, profile, self.channels, self.moments)


async def _own(conn: AsyncConnection, period: Period, code: str | None) -> Mapping[str, _Sums]:
    """By unit code, without the units below."""
    own = defaultdict[str, _Sums](_Sums)
    for unit, profile, n in await conn.execute(_counted(period, code, response.c.profile)):
        for name, option in json.loads(profile).items():
            if option is not None:
                own[unit].profile[name, option] += n
    for unit, name, option, n in await conn.execute(old_profiles.kept(period, code)):
        own[unit].profile[name, option] += int(n)
    channels = _counted(period, code, response.c.channel, response.c.mode)
    for unit, channel, mode, n in await conn.execute(channels):
        own[unit].channels[channel, Mode(mode)] += n
    answers = _counted(period, code, response.c.instrument, response.c.answers)
    for unit, version, given, n in await conn.execute(answers):
        own[unit].add_moments(version, _moments(given, n))
    return own


def _counted(period: Period, code: str | None, *by: Any) -> Select[Any]:
    query = (
        select(upp.c.code, *by, func.count())
        .select_from(response.join(upp))
        .where(response.c.day >= period.start, response.c.day < period.end)
        .group_by(upp.c.code, *by)
    )
    return query.where(upps.within(response.c.upp_id, code))


@lru_cache(16384)  # many respondents give the same answers
def _moments(given: str, many: int) -> Moments:
    return Moments.of(by_item(given), many)
