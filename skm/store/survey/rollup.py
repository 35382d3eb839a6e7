"""The rollup: counts per unit, layanan and instrument, by day and by month.

Each response is added in the transaction that stores it. SQL adds rows up; months are stored as
well so that a quarter of many units is read from few rows. A day is a cluster of responses (see
`Clusters`): its squares are in its row, and their sum over the days in the row of the month.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import astuple
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Select, case, cast, delete, func, or_, select, union, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.instansi.period import Period, PeriodKind
from skm.statistics.clusters import Clusters
from skm.store.database.upsert import insert_or_add
from skm.store.schema.counts import CLUSTERS, COUNTED, SUMS
from skm.store.schema.counts import tally as table
from skm.store.schema.survey import response, upp
from skm.store.survey import answers
from skm.store.survey.sums import Sums, sums_of

Place = tuple[int, date, str, str]
"""Where a response counts: upp id, local day, layanan, instrument."""

RollupChange = tuple[Place, str, int]
"""Encoded answers that count at a place once more (+1) or once less (-1)."""

Row = dict[str, Any]
"""Column → value."""

_KEY = [column.name for column in table.primary_key.columns]


async def add(conn: AsyncConnection, changes: Iterable[RollupChange]) -> None:
    """Adds responses to the rollup, or subtracts them.

    A day's row is locked by its change, so the squares that its month needs are read from what the
    change returns.
    """
    days = _days(changes)
    if not days:
        return
    adding = insert_or_add(conn, table, COUNTED, ["last"], more=_squares_added)
    now = *table.primary_key, table.c.n, table.c.total
    found = await conn.execute(adding.returning(*now), days)
    stored = {tuple(key): (n, total) for *key, n, total in found}
    grown = [row | _growth(row, *stored[_key(row)]) for row in days]
    await conn.execute(insert_or_add(conn, table, SUMS, greatest=["last"]), _months(grown))


def _squares_added(old: Any, new: Any) -> dict[str, Any]:
    """The columns CLUSTERS of a day to which responses are added, as SQL."""
    return {
        "clusters": case((old.n + new.n > 0, 1), else_=0),
        "n_n": old.n_n + new.n_n + 2 * cast(old.n, BigInteger) * new.n,
        "n_total": old.n_total + new.n_total + old.n * new.total + new.n * old.total,
        "total_total": old.total_total + new.total_total + 2 * old.total * new.total,
    }


def _growth(added: Row, n: int, total: int) -> Row:
    """By how much the columns CLUSTERS of a day grew that now has n responses with that total."""
    before = _squares(n - added["n"], total - added["total"])
    return {name: now - before[name] for name, now in _squares(n, total).items()}


def _squares(n: int, total: int) -> Row:
    """The columns CLUSTERS of a day."""
    return dict(zip(CLUSTERS, astuple(Clusters.of(n, total)), strict=True))


async def count_differences(conn: AsyncConnection) -> int:
    """Returns how many rows differ from a recount of the responses; 0 is right."""
    return sum([await count_differences_of(conn, unit) for unit, _ in await units(conn)])


async def count_unbalanced_units(conn: AsyncConnection) -> int:
    """Returns how many units fail a check that takes seconds, however many responses there are.

    It compares the number of responses by day, and the days with the months for each count, but
    does not read the answers. Any single wrong row is found.
    """
    found = union(_wrong_days(), _wrong_months()).subquery()
    return int(await conn.scalar(select(func.count()).select_from(found)) or 0)


def _wrong_days() -> Select[tuple[int]]:
    """Units with a day on which the number of responses is not the one in the rollup."""
    stored = select(response.c.upp_id, response.c.day, func.count().label("n"))
    counted = select(table.c.upp_id, table.c.start, -table.c.n).where(
        table.c.kind == PeriodKind.DAY
    )
    both = union_all(stored.group_by(response.c.upp_id, response.c.day), counted).subquery()
    by_day = select(both.c.upp_id).group_by(both.c.upp_id, both.c.day)
    return by_day.having(func.sum(both.c.n) != 0)


def _wrong_months() -> Select[tuple[int]]:
    """Units of which the days do not add up to the months."""
    sign = case((table.c.kind == PeriodKind.DAY, 1), else_=-1)
    differs = [func.sum(sign * table.c[name]) != 0 for name in SUMS]
    place = table.c.upp_id, table.c.layanan, table.c.instrument
    return select(table.c.upp_id).group_by(*place).having(or_(*differs))


async def units(conn: AsyncConnection) -> list[tuple[int, str]]:
    """Returns the id and code of each unit."""
    found = await conn.execute(select(upp.c.id, upp.c.code).order_by(upp.c.id))
    return [(unit, code) for unit, code in found]


async def count_differences_of(conn: AsyncConnection, unit: int) -> int:
    """Returns how many of a unit's rows differ, are missing, or should not exist."""
    rows = await conn.execute(select(table).where(table.c.upp_id == unit, table.c.n != 0))
    stored, counted = _compared(row._asdict() for row in rows), await _recount(conn, unit)
    return len({row[: len(_KEY)] for row in stored ^ _compared(counted)})


async def repair(conn: AsyncConnection, unit: int) -> int:
    """Recounts a unit whose rows differ; returns how many did.

    The old rows are deleted first: that locks them, so a response that is stored meanwhile waits
    and is added afterwards.
    """
    differences = await count_differences_of(conn, unit)
    if differences:
        await conn.execute(delete(table).where(table.c.upp_id == unit))
        if counted := await _recount(conn, unit):
            await conn.execute(table.insert(), counted)
    return differences


async def _recount(conn: AsyncConnection, unit: int) -> list[Row]:
    query = select(
        response.c.day, response.c.layanan, response.c.instrument, response.c.answers
    ).where(response.c.upp_id == unit)
    found = [((unit, *place), given, 1) for *place, given in await conn.execute(query)]
    days = _days(found)
    return [*days, *_months(days)]


def _compared(rows: Iterable[Row]) -> set[tuple[Any, ...]]:
    return {tuple(row[name] for name in (*_KEY, *SUMS)) for row in rows}


def _key(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in _KEY)


def _days(changes: Iterable[RollupChange]) -> list[Row]:
    """Rows of days in the order of their keys, so that two replicas cannot deadlock. The columns
    CLUSTERS are those of a day without other responses.
    """
    sums: defaultdict[Place, list[Sums]] = defaultdict(list)
    for place, given, sign in changes:
        sums[place].append(_sums(given, sign))
    rows = []
    for place in sorted(sums):
        unit, day, *rest = place
        total = map(sum, zip(*sums[place], strict=True))
        values = (unit, PeriodKind.DAY, day, *rest, day, *total)
        row: Row = dict(zip((*_KEY, "last", *COUNTED), values, strict=True))
        rows.append(row | _squares(row["n"], row["total"]))
    return rows


def _months(days: Iterable[Row]) -> list[Row]:
    """Rows of months, which add up those of days, in the order of their keys."""
    rows: dict[tuple[Any, ...], Row] = {}
    for day in days:
        month = day | {"kind": PeriodKind.MONTH, "start": _month(day["start"])}
        if found := rows.get(_key(month)):
            month |= {name: found[name] + day[name] for name in SUMS}
            month["last"] = max(found["last"], day["last"])
        rows[_key(month)] = month
    return [rows[key] for key in sorted(rows)]


@lru_cache(1024)
def _month(day: date) -> date:
    return Period.of(PeriodKind.MONTH, day).start


@lru_cache(16384)  # many responses have the same answers
def _sums(given: str, sign: int) -> Sums:
    return sums_of(answers.tally_of(given), sign)
