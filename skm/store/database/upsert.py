"""INSERT with a rule for rows whose key exists, the same on SQLite and PostgreSQL."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Insert, Table, case
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Merge = Callable[[Any, Any], dict[str, Any]]

_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert_missing(conn: AsyncConnection, table: Table) -> Insert:
    """Returns an INSERT that skips rows of which a unique key exists already."""
    return _insert_missing(conn.dialect.name, table)


def insert_or_replace(conn: AsyncConnection, table: Table) -> Insert:
    """Returns an INSERT that overwrites the row with the same primary key."""
    return _insert_or_replace(conn.dialect.name, table)


def insert_or_add(
    conn: AsyncConnection,
    table: Table,
    added: Sequence[str],
    greatest: Sequence[str] = (),
    more: Merge | None = None,
) -> Insert:
    """Returns an INSERT that adds to the row with the same primary key: columns `added` become
    the sum of both values, columns `greatest` the greater one. `more`: from the columns of the
    stored and of the new row the values of others.
    """
    return _insert_or_add(conn.dialect.name, table, tuple(added), tuple(greatest), more)


@cache
def _insert_missing(dialect: str, table: Table) -> Insert:
    statement: Insert = _INSERT[dialect](table).on_conflict_do_nothing()
    return statement


@cache
def _insert_or_replace(dialect: str, table: Table) -> Insert:
    insert = _INSERT[dialect](table)
    return _updating(insert, table, dict(insert.excluded.items()))


@cache
def _insert_or_add(
    dialect: str,
    table: Table,
    added: tuple[str, ...],
    greatest: tuple[str, ...],
    more: Merge | None,
) -> Insert:
    insert = _INSERT[dialect](table)
    old, new = table.c, insert.excluded
    values = {name: old[name] + new[name] for name in added}
    values |= {name: case((old[name] > new[name], old[name]), else_=new[name]) for name in greatest}
    values |= more(old, new) if more else {}
    return _updating(insert, table, values)


def _updating(insert: Any, table: Table, values: dict[str, Any]) -> Insert:
    key = list(table.primary_key.columns)
    statement: Insert = insert.on_conflict_do_update(index_elements=key, set_=values)
    return statement
