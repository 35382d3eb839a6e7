"""Which units a period withholds because few people answered, or because it would disclose few.

Every figure of a unit that officials and documents see is marked by this. The counts are read from
the rollup, for a closed period from what was frozen.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sqlalchemy.ext.asyncio import AsyncConnection

from skm.closing.publication import withheld_of_frozen
from skm.figures.withheld import (
    has_several_instruments,
    instruments_in_force,
    withheld_in_period,
)
from skm.instansi.period import Period
from skm.privacy.small_groups import TOTAL, WithheldUnits
from skm.store.figures import closed
from skm.store.survey import tallies, upps


class _Cache:
    """Reads each period once; concurrent requests for a period wait for the first."""

    def __init__(self) -> None:
        self._known: dict[Period, WithheldUnits] = {}
        self._locks: dict[Period, asyncio.Lock] = {}

    async def of(self, conn: AsyncConnection, period: Period) -> WithheldUnits:
        async with self._locks.setdefault(period, asyncio.Lock()):
            if period not in self._known:
                self._known[period] = await _read(conn, period)
            return self._known[period]


_cache: ContextVar[_Cache | None] = ContextVar("withheld", default=None)


@contextmanager
def cached() -> Iterator[None]:
    """A context in which each period is read once, for many messages about the same periods."""
    token = _cache.set(_Cache())
    try:
        yield
    finally:
        _cache.reset(token)


async def of(conn: AsyncConnection, period: Period) -> WithheldUnits:
    """What is withheld of all units in a period of any length."""
    cache = _cache.get()
    return await (cache.of(conn, period) if cache else _read(conn, period))


async def _read(conn: AsyncConnection, period: Period) -> WithheldUnits:
    head = await closed.of(conn, period)
    if head:
        return withheld_of_frozen(await closed.units(conn, period), head.gabungan)
    tree = {unit.code: unit.parent for unit in await upps.listed(conn)}
    counted = await tallies.people(conn, period.start, period.end)
    in_force = await _in_force(conn, period) if has_several_instruments(counted) else {}
    return withheld_in_period(tree, counted, in_force)


async def _in_force(conn: AsyncConnection, period: Period) -> dict[str, str]:
    pooled = await tallies.of(conn, None, period.start, period.end)
    whole = await tallies.by_subtree(conn, period.start, period.end)
    return instruments_in_force({TOTAL: pooled, **whole})
