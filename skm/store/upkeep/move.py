"""Copies a whole deployment from one database into another and verifies the copy.

The target is written in one transaction, committed after everything was read back and compared: a
move that was interrupted or failed leaves it empty and can be started again.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from sqlalchemy import Table, func, insert, inspect, make_url, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.errors import SkmError
from skm.progress import Advance
from skm.store.database.engine import engine_for
from skm.store.database.errors import DRIVER_ERRORS, as_store_error
from skm.store.database.migrate import check_version, migrate
from skm.store.schema import ALL
from skm.store.schema.survey import upp
from skm.store.upkeep import same_figures as proof
from skm.store.upkeep import sqlite_backup
from skm.store.upkeep.same_figures import Checksum, Progress, Proof

IN_USE = "somebody is connected to it: stop `skm serve` and whatever else reads or writes it."
NOT_EMPTY = "it holds data already: move into an empty database."


class MoveError(SkmError):
    """Why nothing was moved, or what differs; nothing of it was stored."""


@dataclass(frozen=True)
class Moved:
    """The number of rows and tables that were copied, and what was compared."""

    rows: int
    tables: int
    proof: Proof


async def move(source_url: str, target_url: str, progress: Progress) -> Moved:
    """Copy, read back, compare and only then commit. Raises MoveError."""
    if source_url == target_url:
        raise MoveError("--from and --to are the same database.")
    async with _source(source_url) as source:
        await _prepare(target_url)
        async with _opened("--to", target_url) as target:
            copied = await _copy_all(source, target, progress)
            await _check_copies(target, copied, progress)
            found = await proof.of(source, target, progress)
            if found.differences:
                raise MoveError("\n".join(("Nothing was moved, it differs:", *found.differences)))
            with _named("--to"):
                await _commit(target)
    return Moved(sum(one.rows for one in copied.values()), len(copied), found)


async def _commit(conn: AsyncConnection) -> None:
    """Commit; a cancellation takes effect before it or not at all, so the result is known."""
    await asyncio.sleep(0)
    committing = asyncio.create_task(conn.commit())
    while not committing.done():
        with suppress(asyncio.CancelledError):
            await asyncio.shield(committing)
    committing.result()


# --- both ends -----------------------------------------------------------------------------------


@asynccontextmanager
async def _source(url: str) -> AsyncIterator[AsyncConnection]:
    """The source, whose schema is this code's and which no other process can change meanwhile."""
    with _named("--from"):
        _check_quiet(url)
    async with _opened("--from", url) as conn:
        with _named("--from"):
            await conn.run_sync(check_version)
            if conn.dialect.name == "postgresql":
                await _hold(conn)
        yield conn


def _check_quiet(url: str) -> None:
    parsed = make_url(url) if url.startswith("sqlite+") else None
    if parsed and parsed.database and not parsed.database.startswith("file:"):
        file = Path(parsed.database)
        if not file.is_file():
            raise MoveError(f"there is no file {file}.")
        sqlite_backup.alone(file)


async def _hold(conn: AsyncConnection) -> None:
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    if await conn.scalar(others):
        raise MoveError(IN_USE)
    names = ", ".join(f'"{table.name}"' for table in ALL)
    # Autovacuum holds such a lock as well, and releases it for a lock that has waited for a second.
    await conn.execute(text("SET LOCAL lock_timeout = '10s'"))
    await conn.execute(text(f"LOCK TABLE {names} IN SHARE MODE"))


async def _prepare(url: str) -> None:
    """Create the tables; raises MoveError if the target holds data."""
    async with _opened("--to", url) as conn:
        there = await conn.run_sync(lambda sync: inspect(sync).get_table_names())
        for table in ALL:
            if table.name in there and (await conn.execute(_one(table))).first():
                raise MoveError(f"--to: {NOT_EMPTY}")
    with _named("--to"):
        await asyncio.to_thread(migrate, url)


def _one(table: Table) -> Any:
    return select(text("1")).select_from(table).limit(1)


@asynccontextmanager
async def _opened(name: str, url: str) -> AsyncIterator[AsyncConnection]:
    """A connection in a transaction that is rolled back unless it is committed."""
    with _named(name):
        engine = engine_for(url, writable=True)
    try:
        with _named(name):
            conn = await engine.connect()
            await conn.begin()
        try:
            yield conn
        finally:
            await conn.close()
    finally:
        await engine.dispose()


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Prefixes errors with "--from" or "--to"; raises MoveError."""
    try:
        yield
    except (*DRIVER_ERRORS, SkmError) as error:
        raise MoveError(f"{name}: {as_store_error(error)}") from None


# --- copying -------------------------------------------------------------------------------------


async def _copy_all(
    source: AsyncConnection, target: AsyncConnection, progress: Progress
) -> dict[str, Checksum]:
    counts = [await source.scalar(select(func.count()).select_from(table)) or 0 for table in ALL]
    with progress("Copying", sum(counts)) as advance:
        copied = {table.name: await _copy(source, target, table, advance) for table in ALL}
    if target.dialect.name == "postgresql":
        await _set_sequences(target)
    return copied


async def _copy(
    source: AsyncConnection, target: AsyncConnection, table: Table, advance: Advance
) -> Checksum:
    found = Checksum()
    async for rows in _whole_tree(source) if table is upp else proof.rows_of(source, table):
        with _named("--to"):
            await target.execute(insert(table), [row._asdict() for row in rows])
        found = found.with_rows(rows)
        advance(len(rows))
    return found


async def _whole_tree(conn: AsyncConnection) -> AsyncIterator[Sequence[Any]]:
    """The rows of units, each after that of its parent."""
    units = {row.id: row for row in await conn.execute(select(upp))}
    above = {unit: {row.parent_id} - {None} for unit, row in units.items()}
    if units:
        yield [units[unit] for unit in TopologicalSorter(above).static_order()]


async def _set_sequences(conn: AsyncConnection) -> None:
    """Set the sequences, so that the next rows get numbers that are free."""
    for table in ALL:
        counted = table.autoincrement_column
        if counted is not None:
            last = await conn.scalar(select(func.max(counted)))
            sequence = func.pg_get_serial_sequence(table.name, counted.name)
            await conn.execute(select(func.setval(sequence, last or 1, last is not None)))


async def _check_copies(
    target: AsyncConnection, copied: dict[str, Checksum], progress: Progress
) -> None:
    with progress("Reading back", sum(one.rows for one in copied.values())) as advance:
        for table in ALL:
            if await proof.checksum(target, table, advance) != copied[table.name]:
                raise MoveError(f"Nothing was moved: {table.name} differs from what was copied.")
