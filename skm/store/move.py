"""A whole deployment copied from one of our databases into another, and proved to be the same.

It is one transaction: until everything was copied, read back and compared the target is empty for
everybody else, so a move that was interrupted or went wrong is simply begun again.
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
from skm.store import backup, proof
from skm.store.engine import engine_for
from skm.store.failure import TROUBLE, told
from skm.store.migrate import check_version, migrate
from skm.store.proof import Checksum, Progress, Proof
from skm.store.schema import upp
from skm.store.sqlite import for_writing
from skm.store.tables import ALL

IN_USE = "somebody is connected to it: stop `skm serve` and whatever else reads or writes it."
NOT_EMPTY = "it holds data already: move into an empty database."


class MoveError(SkmError):
    """Why nothing was moved, or what differs; nothing of it was stored."""


@dataclass(frozen=True)
class Moved:
    """What was copied and proved to be the same."""

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
    """Whoever wants to stop it is heard before or never: what is told is what happened."""
    await asyncio.sleep(0)
    committing = asyncio.create_task(conn.commit())
    while not committing.done():
        with suppress(asyncio.CancelledError):
            await asyncio.shield(committing)
    committing.result()


# --- both ends -----------------------------------------------------------------------------------


@asynccontextmanager
async def _source(url: str) -> AsyncIterator[AsyncConnection]:
    """At this code's version, and nobody changes it meanwhile."""
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
        backup.alone(file)


async def _hold(conn: AsyncConnection) -> None:
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    if await conn.scalar(others):
        raise MoveError(IN_USE)
    names = ", ".join(f'"{table.name}"' for table in ALL)
    # Autovacuum holds such a lock as well, and gives way to who waits longer than a second.
    await conn.execute(text("SET LOCAL lock_timeout = '10s'"))
    await conn.execute(text(f"LOCK TABLE {names} IN SHARE MODE"))


async def _prepare(url: str) -> None:
    """Empty, and with our tables."""
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
    """In a transaction that is taken back unless it is committed."""
    with _named(name):
        engine = engine_for(url)
    try:
        with _named(name):
            conn = await engine.connect()
            await for_writing(conn)
            await conn.begin()
        try:
            yield conn
        finally:
            await conn.close()
    finally:
        await engine.dispose()


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Says which of the two it is about."""
    try:
        yield
    except (*TROUBLE, SkmError) as error:
        raise MoveError(f"{name}: {told(error)}") from None


# --- copying -------------------------------------------------------------------------------------


async def _copy_all(
    source: AsyncConnection, target: AsyncConnection, progress: Progress
) -> dict[str, Checksum]:
    counts = [await source.scalar(select(func.count()).select_from(table)) or 0 for table in ALL]
    with progress("Copying", sum(counts)) as advance:
        copied = {table.name: await _copy(source, target, table, advance) for table in ALL}
    if target.dialect.name == "postgresql":
        await _go_on_counting(target)
    return copied


async def _copy(
    source: AsyncConnection, target: AsyncConnection, table: Table, advance: proof.Advance
) -> Checksum:
    found = Checksum()
    async for rows in _whole_tree(source) if table is upp else proof.rows_of(source, table):
        with _named("--to"):
            await target.execute(insert(table), [row._asdict() for row in rows])
        found = found.with_rows(rows)
        advance(len(rows))
    return found


async def _whole_tree(conn: AsyncConnection) -> AsyncIterator[Sequence[Any]]:
    """The units, each after the one it stands below."""
    units = {row.id: row for row in await conn.execute(select(upp))}
    above = {unit: {row.parent_id} - {None} for unit, row in units.items()}
    if units:
        yield [units[unit] for unit in TopologicalSorter(above).static_order()]


async def _go_on_counting(conn: AsyncConnection) -> None:
    """What comes next gets a number that is free."""
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
                raise MoveError(
                    f"Nothing was moved: {table.name} came out otherwise than it went in."
                )
