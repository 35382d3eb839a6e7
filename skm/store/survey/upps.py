"""The service units (UPP) and their tree."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    bindparam,
    exists,
    insert,
    select,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.errors import SkmError
from skm.instansi.period import Period, PeriodKind
from skm.instansi.upp import Upp
from skm.store.schema.counts import tally
from skm.store.schema.survey import collector
from skm.store.schema.survey import upp as table

_parent = table.alias("parent")
_ALL = select(table.c.code, table.c.name, _parent.c.code, table.c.population).select_from(
    table.outerjoin(_parent, table.c.parent_id == _parent.c.id)
)


async def by_code(conn: AsyncConnection, code: str) -> Upp | None:
    """Returns the unit with this code, in upper or lower case."""
    found = await _list(conn, _ALL.where(table.c.code == code.upper()))
    return found[0] if found else None


async def listed(conn: AsyncConnection) -> list[Upp]:
    """Returns all units, by code."""
    return await _list(conn, _ALL.order_by(table.c.code))


async def roots(conn: AsyncConnection) -> list[Upp]:
    """Returns the units without a parent, by code."""
    return await _list(conn, _ALL.where(table.c.parent_id.is_(None)).order_by(table.c.code))


async def children(conn: AsyncConnection, code: str) -> list[Upp]:
    return await _list(conn, _ALL.where(_parent.c.code == code).order_by(table.c.code))


async def subtree(conn: AsyncConnection, code: str) -> list[Upp]:
    """Returns the unit and everything below it, by code."""
    return await _list(conn, _ALL.where(within(table.c.id, code)).order_by(table.c.code))


async def silent(conn: AsyncConnection, code: str | None, period: Period) -> list[Upp]:
    """Returns the units of a subtree (None: of all) that have a collector but no response in the
    period, by code.
    """
    has_collector = exists().where(collector.c.upp_id == table.c.id)
    answered = (
        exists()
        .where(tally.c.upp_id == table.c.id, tally.c.kind == PeriodKind.DAY, tally.c.n != 0)
        .where(tally.c.start >= period.start, tally.c.start < period.end)
    )
    query = _ALL.where(has_collector, ~answered, within(table.c.id, code))
    return await _list(conn, query.order_by(table.c.code))


async def lineage(conn: AsyncConnection, code: str) -> list[str]:
    """Returns the codes from the unit up to its root, its own first; empty for an unknown unit."""
    columns = table.c.id, table.c.code, table.c.parent_id
    steps = select(*columns).where(table.c.code == code).cte("steps", recursive=True)
    steps = steps.union_all(select(*columns).where(table.c.id == steps.c.parent_id))
    return list((await conn.execute(select(steps.c.code))).scalars())


TreeById = Mapping[int, tuple[str, int | None]]
"""Id → code and parent's id."""


async def tree_by_id(conn: AsyncConnection) -> TreeById:
    rows = await conn.execute(select(table.c.id, table.c.code, table.c.parent_id))
    return {id: (code, parent) for id, code, parent in rows}


def upward(tree: TreeById, id: int) -> Iterator[str]:
    """Yields the code of a unit and of all units above it."""
    at: int | None = id
    while at is not None:
        code, at = tree[at]
        yield code


def below(code: str) -> Select[int]:
    """A query for the ids of a unit and of everything below it."""
    tree = select(table.c.id).where(table.c.code == code).cte("tree", recursive=True)
    tree = tree.union_all(select(table.c.id).where(table.c.parent_id == tree.c.id))
    return select(tree.c.id)


def within(upp_id: Column[Any], code: str | None) -> ColumnElement[bool]:
    """A condition: the column names a unit of the subtree, or (None) any unit."""
    return upp_id.in_(below(code)) if code else true()


async def id_of(conn: AsyncConnection, code: str) -> int:
    """Returns the id of a unit. Raises SkmError for an unknown one."""
    found: int | None = await conn.scalar(select(table.c.id).where(table.c.code == code))
    if found is None:
        raise SkmError(f"There is no unit {code}: see `skm upp list`.")
    return found


async def ids_of(conn: AsyncConnection, codes: Collection[str]) -> dict[str, int]:
    """Returns code → id. Raises SkmError for an unknown unit."""
    query = select(table.c.code, table.c.id).where(table.c.code.in_(codes))
    found = {row.code: row.id for row in await conn.execute(query)}
    if missing := set(codes) - set(found):
        raise SkmError(f"There is no unit {min(missing)}: add it first.")
    return found


async def put(conn: AsyncConnection, units: Iterable[Upp]) -> None:
    """Inserts or updates units by code; parents may come in any order.

    Raises SkmError for an unknown parent, a cycle, or a code in lower case.
    """
    given = {unit.code: unit for unit in units}
    known = {unit.code: unit for unit in await listed(conn)}
    _check_tree({**known, **given})
    if new := [unit for code, unit in given.items() if code not in known]:
        await conn.execute(insert(table), [{"code": unit.code, "name": unit.name} for unit in new])
    ids = {row.code: row.id for row in await conn.execute(select(table.c.code, table.c.id))}
    rows = [
        {
            "key": ids[unit.code],
            "name": unit.name,
            "population": unit.population,
            "parent_id": ids[unit.parent] if unit.parent else None,
        }
        for unit in given.values()
    ]
    if rows:
        await conn.execute(update(table).where(table.c.id == bindparam("key")), rows)


def _check_tree(units: dict[str, Upp]) -> None:
    for unit in units.values():
        if unit.code != unit.code.upper():  # by_code ignores case, so two units could share a code
            raise SkmError(f"Write the code {unit.code} in capital letters: {unit.code.upper()}.")
        if unit.parent and unit.parent not in units:
            raise SkmError(f"{unit.code} names {unit.parent} as its parent: add that unit as well.")
        seen, above = {unit.code}, unit.parent
        while above:
            if above in seen:
                raise SkmError(f"{unit.code} is below itself: correct its parents.")
            seen.add(above)
            above = units[above].parent


async def _list(
    conn: AsyncConnection, query: Select[str, str, str | None, int | None]
) -> list[Upp]:
    return [Upp(*row) for row in await conn.execute(query)]
