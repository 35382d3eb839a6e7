"""Many rows in batches, so that statements stay below the limits of the databases."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Table, insert
from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")

BATCH = 5000  # rows; SQLite and asyncpg take at most 32,766 parameters in a statement


def batches(rows: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """Yields the rows in lists of `size`, the last one shorter."""
    source = iter(rows)
    while batch := list(islice(source, size)):
        yield batch


async def insert_all(
    conn: AsyncConnection, table: Table, rows: Iterable[Mapping[str, Any]]
) -> None:
    """Inserts any number of rows, also none."""
    for batch in batches(rows):
        await conn.execute(insert(table), batch)
