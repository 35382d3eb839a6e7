"""Partitions the table of responses by year: an option for PostgreSQL with many millions of them.

`response` then has one partition per year and a default one. Queries need not change. Its key
becomes (id, day), since the key of a partitioned table must contain the partition column. Whether
it is partitioned is read from PostgreSQL's catalog.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Insert,
    MetaData,
    Select,
    Table,
    and_,
    delete,
    insert,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.errors import SkmError
from skm.store.database.migrate import LOCK
from skm.store.schema.survey import response

REST = "response_rest"

_IS = text("SELECT relkind = 'p' FROM pg_class WHERE oid = to_regclass('response')")
_PARTS = text(
    "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'response'::regclass"
)
_INDEXES = text(
    "SELECT indexname, indexdef FROM pg_indexes"
    " WHERE schemaname = current_schema AND tablename = 'response' AND indexname <> 'pk_response'"
)
_FOREIGN = text(
    "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE conrelid = 'response'::regclass AND contype = 'f'"
)
_YEARS = text("SELECT DISTINCT extract(year FROM day)::int FROM whole_response ORDER BY 1")


class PartitionError(SkmError):
    """Responses cannot be partitioned by year; the text says why."""


async def is_by_year(conn: AsyncConnection) -> bool:
    """Whether responses are partitioned by year."""
    return conn.dialect.name == "postgresql" and bool(await conn.scalar(_IS))


async def by_year(
    conn: AsyncConnection, today: date, advance: Callable[[int], None] = lambda rows: None
) -> int:
    """Partitions the responses and returns how many rows were moved; 0 if that was done before.

    Locks the table until the transaction ends. Raises PartitionError.
    """
    if conn.dialect.name != "postgresql":
        raise PartitionError(
            "Only PostgreSQL keeps responses by year: `skm move` takes this database there."
        )
    await _alone(conn)
    if await is_by_year(conn):
        return 0
    indexes, foreign = (await conn.execute(_INDEXES)).all(), (await conn.execute(_FOREIGN)).all()
    await _begin(conn, [name for name, _ in indexes])
    count = 0
    for year in (await conn.scalars(_YEARS)).all():
        rows = await _fill(conn, year)
        count += rows
        advance(rows)
    await _do(conn, "DROP TABLE whole_response")
    await _do(conn, "ALTER TABLE response ADD CONSTRAINT pk_response PRIMARY KEY (id, day)")
    for _, definition in indexes:
        await _do(conn, definition)
    for name, definition in foreign:
        await _do(conn, f'ALTER TABLE response ADD CONSTRAINT "{name}" {definition}')
    await _ahead(conn, today)
    await _do(conn, "ANALYZE response")
    return count


async def ahead(conn: AsyncConnection, today: date) -> list[int]:
    """Creates the partitions of this year and the next; returns the years that were missing."""
    if not await is_by_year(conn):
        return []
    await _alone(conn)
    return await _ahead(conn, today)


async def _ahead(conn: AsyncConnection, today: date) -> list[int]:
    there = set(await conn.scalars(_PARTS))
    missing = [y for y in (today.year, today.year + 1) if f"response_{y}" not in there]
    for year in missing:
        await _add(conn, year)
    return missing


async def _alone(conn: AsyncConnection) -> None:
    """Waits until no other replica partitions or migrates."""
    await conn.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


async def _begin(conn: AsyncConnection, indexes: list[str]) -> None:
    await _do(conn, "ALTER TABLE response RENAME TO whole_response")
    await _do(conn, "ALTER TABLE whole_response DROP CONSTRAINT pk_response")
    for name in indexes:
        await _do(conn, f'DROP INDEX "{name}"')
    like = "LIKE whole_response INCLUDING DEFAULTS"
    await _do(conn, f"CREATE TABLE response ({like}) PARTITION BY RANGE (day)")
    await _do(conn, f"CREATE TABLE {REST} PARTITION OF response DEFAULT")


async def _fill(conn: AsyncConnection, year: int) -> int:
    """Creates a year's partition with its responses; indexes follow later, which is quicker."""
    await _add(conn, year)
    whole = _named("whole_response")
    return (await conn.execute(_copied(select(whole).where(_is_of(whole, year)), year))).rowcount


async def _add(conn: AsyncConnection, year: int) -> None:
    """Creates a year's partition and moves its rows out of the default partition."""
    part, rest = f"response_{year}", _named(REST)
    await _do(conn, f"CREATE TABLE {part} (LIKE response INCLUDING DEFAULTS)")
    late = delete(rest).where(_is_of(rest, year)).returning(*rest.c).cte("late")
    await conn.execute(_copied(select(late), year))
    span = f"FROM ('{date(year, 1, 1)}') TO ('{date(year + 1, 1, 1)}')"
    await _do(conn, f"ALTER TABLE response ATTACH PARTITION {part} FOR VALUES {span}")


def _named(name: str) -> Table:
    """A table with the columns of `response`."""
    return response.to_metadata(MetaData(), name=name)


def _is_of(table: Table, year: int) -> ColumnElement[bool]:
    return and_(table.c.day >= date(year, 1, 1), table.c.day < date(year + 1, 1, 1))


def _copied(rows: Select[Any], year: int) -> Insert:
    return insert(_named(f"response_{year}")).from_select([c.name for c in response.c], rows)


async def _do(conn: AsyncConnection, sql: str) -> None:
    await conn.exec_driver_sql(sql)
