"""Keeping the rollup: every response counted into its day and its month, in its own transaction.

A row is the tally of a period (a day or a month), unit, layanan and instrument. SQL adds it up; the
months are there so that a quarter of many units is read from few rows.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, case, delete, func, or_, select, union, union_all
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.ikm import Tally
from skm.period import Kind, Period
from skm.store.schema import response, upp
from skm.store.schema_counts import SUMS
from skm.store.schema_counts import tally as table
from skm.unsur import Unsur

KINDS = (Kind.DAY, Kind.MONTH)

Place = tuple[int, date, str, str]
"""Where a response counts: upp id, local day, layanan, instrument."""

Change = tuple[Place, str, int]
"""Answers (JSON: unsur → item → nilai) that count there once more (+1) or once less (-1)."""

_KEY = [column.name for column in table.primary_key.columns]
_COLUMNS = (*_KEY, "last", *SUMS)


def _upsert(insert: Any, later: Any) -> Any:
    new = insert(table)
    sums = {name: table.c[name] + new.excluded[name] for name in SUMS}
    last = later(table.c.last, new.excluded.last)
    return new.on_conflict_do_update(index_elements=_KEY, set_={**sums, "last": last})


_ADD = {
    "sqlite": _upsert(insert_sqlite, func.max),
    "postgresql": _upsert(insert_postgresql, func.greatest),
}


async def add(conn: AsyncConnection, changes: Iterable[Change]) -> None:
    """Count answers in or out."""
    if rows := list(_rows(changes)):
        await conn.execute(_ADD[conn.dialect.name], rows)


async def check(conn: AsyncConnection) -> int:
    """How many rows differ from what the responses themselves add up to: 0 is right."""
    return sum([await wrong(conn, unit) for unit, _ in await units(conn)])


async def uneven(conn: AsyncConnection) -> int:
    """How many units do not add up at a glance: in seconds, however many responses there are.

    Their responses are counted, by day; what is in the answers is not read. Days must add up to
    months count by count, over all time: that tells of a single row that is wrong.
    """
    found = union(_uneven_days(), _uneven_months()).subquery()
    return int(await conn.scalar(select(func.count()).select_from(found)) or 0)


def _uneven_days() -> Select[tuple[int]]:
    """Units with other numbers of responses on a day than the rollup has."""
    given = select(response.c.upp_id, response.c.day, func.count().label("n"))
    held = select(table.c.upp_id, table.c.start, -table.c.n).where(table.c.kind == Kind.DAY)
    both = union_all(given.group_by(response.c.upp_id, response.c.day), held).subquery()
    by_day = select(both.c.upp_id).group_by(both.c.upp_id, both.c.day)
    return by_day.having(func.sum(both.c.n) != 0)


def _uneven_months() -> Select[tuple[int]]:
    """Units whose days, each way of counting by itself, do not add up to their months."""
    sign = case((table.c.kind == Kind.DAY, 1), else_=-1)
    place = table.c.upp_id, table.c.layanan, table.c.instrument
    uneven = [func.sum(sign * table.c[name]) != 0 for name in SUMS]
    return select(table.c.upp_id).group_by(*place).having(or_(*uneven))


async def units(conn: AsyncConnection) -> list[tuple[int, str]]:
    """The id and code of each unit."""
    found = await conn.execute(select(upp.c.id, upp.c.code).order_by(upp.c.id))
    return [(unit, code) for unit, code in found]


async def wrong(conn: AsyncConnection, unit: int) -> int:
    """How many of a unit's rows differ, are missing, or should not be."""
    held = await conn.execute(select(table).where(table.c.upp_id == unit, table.c.n != 0))
    kept, counted = _compared(row._asdict() for row in held), await _recount(conn, unit)
    return len({row[: len(_KEY)] for row in kept ^ _compared(counted)})


async def mend(conn: AsyncConnection, unit: int) -> int:
    """Count a unit anew from its responses, where it is wrong; how many rows were.

    What it held is deleted first: whoever stores a response meanwhile waits, and counts it on top.
    """
    rows = await wrong(conn, unit)
    if rows:
        await conn.execute(delete(table).where(table.c.upp_id == unit))
        if counted := await _recount(conn, unit):
            await conn.execute(table.insert(), counted)
    return rows


async def _recount(conn: AsyncConnection, unit: int) -> list[dict[str, Any]]:
    query = select(
        response.c.day, response.c.layanan, response.c.instrument, response.c.answers
    ).where(response.c.upp_id == unit)
    found = [((unit, *place), answers, 1) for *place, answers in await conn.execute(query)]
    return list(_rows(found))


def _compared(rows: Iterable[dict[str, Any]]) -> set[tuple[Any, ...]]:
    return {tuple(row[name] for name in (*_KEY, *SUMS)) for row in rows}


def _rows(changes: Iterable[Change]) -> Iterator[dict[str, Any]]:
    """In the order of their keys, so that two replicas never wait for each other in a circle."""
    grouped: dict[tuple[Any, ...], list[tuple[int, ...]]] = {}
    last: dict[tuple[Any, ...], date] = {}
    for (unit, day, layanan, instrument), answers, sign in changes:
        for kind, start in _periods(day):
            key = (unit, kind, start, layanan, instrument)
            grouped.setdefault(key, []).append(_counted(answers, sign))
            last[key] = max(day, last.get(key, day))
    for key in sorted(grouped):
        sums = map(sum, zip(*grouped[key], strict=True))
        yield dict(zip(_COLUMNS, (*key, last[key], *sums), strict=True))


@lru_cache(1024)
def _periods(day: date) -> list[tuple[Kind, date]]:
    return [(kind, Period.of(kind, day).start) for kind in KINDS]


@lru_cache(16384)  # people's answers repeat
def _counted(answers: str, sign: int) -> tuple[int, ...]:
    """One response's tally, in the order of SUMS."""
    given = {Unsur(unsur): list(items.values()) for unsur, items in json.loads(answers).items()}
    one = Tally.of_response(given)
    counts = (count for unsur in Unsur for count in one.counts[unsur])
    return tuple(sign * value for value in (one.n, one.total, one.total_sq, *counts))
