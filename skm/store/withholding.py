"""Which units have to be kept back when a period is shown: where few answered, or it would follow.

Everything that officials and documents show of units goes by this. How many answered is read from
the rollup, of a closed period from what was frozen.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sqlalchemy.ext.asyncio import AsyncConnection

from skm.disclosure import TOTAL, Withheld
from skm.period import Period
from skm.store import frozen, tallies, upps
from skm.withholding import in_force_of, in_period, of_closed, several


class _Memory:
    """What is known of periods. Of those that ask at once one looks, and the others wait for it."""

    def __init__(self) -> None:
        self._known: dict[Period, Withheld] = {}
        self._turns: dict[Period, asyncio.Lock] = {}

    async def of(self, conn: AsyncConnection, period: Period) -> Withheld:
        async with self._turns.setdefault(period, asyncio.Lock()):
            if period not in self._known:
                self._known[period] = await _read(conn, period)
            return self._known[period]


_remembered: ContextVar[_Memory | None] = ContextVar("withheld", default=None)


@contextmanager
def remembered() -> Iterator[None]:
    """Within, each period is looked at once: for a run of many messages about the same ones."""
    token = _remembered.set(_Memory())
    try:
        yield
    finally:
        _remembered.reset(token)


async def of(conn: AsyncConnection, period: Period) -> Withheld:
    """Of all units, in a period of whatever length."""
    memory = _remembered.get()
    return await (memory.of(conn, period) if memory else _read(conn, period))


async def _read(conn: AsyncConnection, period: Period) -> Withheld:
    head = await frozen.of(conn, period)
    if head:  # what was closed says the same for ever, whatever comes in later
        return of_closed(await frozen.units(conn, period), head.gabungan)
    tree = {unit.code: unit.parent for unit in await upps.listed(conn)}
    counted = await tallies.people(conn, period.start, period.end)
    return in_period(tree, counted, await _in_force(conn, period) if several(counted) else {})


async def _in_force(conn: AsyncConnection, period: Period) -> dict[str, str]:
    gabungan = await tallies.of_city(conn, period.start, period.end)
    whole = await tallies.by_subtree(conn, period.start, period.end)
    return in_force_of({TOTAL: gabungan, **whole})
