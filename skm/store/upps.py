"""The units and their tree."""

from collections.abc import Iterable

from sqlalchemy import Select, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.errors import SkmError
from skm.period import Kind, Period
from skm.store.schema import collector
from skm.store.schema import upp as table
from skm.store.schema_counts import tally
from skm.upp import Upp

_above = table.alias("above")
_ALL = select(table.c.code, table.c.name, _above.c.code, table.c.population).select_from(
    table.outerjoin(_above, table.c.parent_id == _above.c.id)
)


async def by_code(conn: AsyncConnection, code: str) -> Upp | None:
    """The unit of a code, in any case."""
    found = await _list(conn, _ALL.where(table.c.code == code.upper()))
    return found[0] if found else None


async def listed(conn: AsyncConnection) -> list[Upp]:
    """All units by code."""
    return await _list(conn, _ALL.order_by(table.c.code))


async def roots(conn: AsyncConnection) -> list[Upp]:
    """The units that stand under no other."""
    return await _list(conn, _ALL.where(table.c.parent_id.is_(None)).order_by(table.c.code))


async def children(conn: AsyncConnection, code: str) -> list[Upp]:
    return await _list(conn, _ALL.where(_above.c.code == code).order_by(table.c.code))


async def subtree(conn: AsyncConnection, code: str) -> list[Upp]:
    """The unit and everything below it, by code."""
    return await _list(conn, _ALL.where(table.c.id.in_(below(code))).order_by(table.c.code))


async def silent(conn: AsyncConnection, code: str | None, period: Period) -> list[Upp]:
    """Units of a subtree (None: of all) that have a collector and got no answer, by code."""
    asked = exists().where(collector.c.upp_id == table.c.id)
    answered = exists().where(tally.c.upp_id == table.c.id, tally.c.kind == Kind.DAY)
    answered = answered.where(
        tally.c.start >= period.start, tally.c.start < period.end, tally.c.n != 0
    )
    query = _ALL.where(asked, ~answered).order_by(table.c.code)
    return await _list(conn, query.where(table.c.id.in_(below(code))) if code else query)


async def lineage(conn: AsyncConnection, code: str) -> list[str]:
    """The codes from the unit up to its root, its own first; empty for an unknown unit."""
    steps = (
        select(table.c.id, table.c.code, table.c.parent_id)
        .where(table.c.code == code)
        .cte("steps", recursive=True)
    )
    steps = steps.union_all(
        select(table.c.id, table.c.code, table.c.parent_id).where(table.c.id == steps.c.parent_id)
    )
    return list((await conn.execute(select(steps.c.code))).scalars())


def below(code: str) -> Select[int]:
    """The ids of a unit and of everything below it, for use in other queries."""
    tree = select(table.c.id).where(table.c.code == code).cte("tree", recursive=True)
    tree = tree.union_all(select(table.c.id).where(table.c.parent_id == tree.c.id))
    return select(tree.c.id)


async def put(conn: AsyncConnection, units: Iterable[Upp]) -> None:
    """Insert or update by code, parents in any order; raises SkmError for a tree that is none."""
    given = {unit.code: unit for unit in units}
    known = {unit.code: unit for unit in await listed(conn)}
    _check_tree({**known, **given})
    fresh = [unit for code, unit in given.items() if code not in known]
    if fresh:
        await conn.execute(insert(table), [_plain(unit) for unit in fresh])
    ids = {row.code: row.id for row in await conn.execute(select(table.c.code, table.c.id))}
    for unit in given.values():
        values = {**_plain(unit), "parent_id": ids[unit.parent] if unit.parent else None}
        await conn.execute(update(table).where(table.c.id == ids[unit.code]).values(values))


def _check_tree(units: dict[str, Upp]) -> None:
    for unit in units.values():
        if unit.code != unit.code.upper():  # by_code takes any case, so two would be one
            raise SkmError(f"Write the code {unit.code} in capital letters: {unit.code.upper()}.")
        if unit.parent and unit.parent not in units:
            raise SkmError(f"{unit.code} names {unit.parent} as its parent: add that unit as well.")
        seen, above = {unit.code}, unit.parent
        while above:
            if above in seen:
                raise SkmError(f"{unit.code} stands above itself: mend its parents.")
            seen.add(above)
            above = units[above].parent


def _plain(unit: Upp) -> dict[str, object]:
    return {"code": unit.code, "name": unit.name, "population": unit.population}


async def _list(
    conn: AsyncConnection, query: Select[str, str, str | None, int | None]
) -> list[Upp]:
    return [Upp(*row) for row in await conn.execute(query)]
