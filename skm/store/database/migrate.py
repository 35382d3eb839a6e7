"""Upgrades a database to the schema of this code, and refuses one with another schema."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from skm.errors import SkmError
from skm.store.database.engine import engine_for
from skm.store.database.errors import DRIVER_ERRORS, as_store_error
from skm.store.database.sqlite import rewrite_file

FOLDER = Path(__file__).parents[1] / "migrations"
LOCK = 0x534B4D  # "SKM", a PostgreSQL advisory lock: replicas migrate one after another


class VersionError(SkmError):
    """The schemas of the database and of the code differ; the message says what to do."""


def migrate(url: str) -> None:
    """Creates or upgrades the tables in one transaction; repeating it changes nothing.

    Works with or without a running event loop. Raises SkmError.
    """
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, _migrate(url)).result()


async def _migrate(url: str) -> None:
    engine = engine_for(url, writable=True)
    try:
        async with engine.begin() as conn:
            erased = await conn.run_sync(_upgrade)
        if erased:
            await _rewrite(engine, erased)
    except DRIVER_ERRORS as error:
        raise as_store_error(error) from None
    finally:
        await engine.dispose()


async def _rewrite(engine: AsyncEngine, tables: Sequence[str]) -> None:
    """Writes tables anew (on SQLite the whole file), so that no deleted value is left in them."""
    if engine.dialect.name == "sqlite":
        rewrite_file(engine.url)
        return
    async with engine.connect() as conn:
        await conn.execution_options(isolation_level="AUTOCOMMIT")
        for table in tables:
            await conn.exec_driver_sql(f"VACUUM (FULL) {table}")


def version_of(url: str) -> str | None:
    """Returns a database's schema version, None without our tables. Raises SkmError."""
    return asyncio.run(_version(url))


async def _version(url: str) -> str | None:
    engine = engine_for(url, writable=True)
    try:
        async with engine.connect() as conn:
            return await conn.run_sync(lambda sync: _known_revision(sync, _scripts()))
    except DRIVER_ERRORS as error:
        raise as_store_error(error) from None
    finally:
        await engine.dispose()


def _upgrade(conn: Connection) -> list[str]:
    """Returns the tables from which the upgrade erased something; none in a new database."""
    if conn.dialect.name == "postgresql":
        conn.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    config = _config()
    script = ScriptDirectory.from_config(config)
    before = _known_revision(conn, script)
    config.attributes["connection"] = conn
    command.upgrade(config, "head")
    steps = script.iterate_revisions("head", before) if before else ()
    return [table for step in steps for table in getattr(step.module, "erases", ())]


def check_version(conn: Connection) -> None:
    """Raises VersionError unless the database has exactly the schema of this code."""
    script = _scripts()
    if _known_revision(conn, script) != script.get_current_head():
        raise VersionError("The database is not up to date: run `skm migrate` first.")


def refuse_newer(conn: Connection) -> None:
    """Raises VersionError for a database that a newer version of this code wrote."""
    _known_revision(conn, _scripts())


@cache
def _scripts() -> ScriptDirectory:
    """The migrations of this code; cached because /readyz checks the version often."""
    return ScriptDirectory.from_config(_config())


def _known_revision(conn: Connection, script: ScriptDirectory) -> str | None:
    """Returns the database's revision; raises VersionError for one that this code lacks."""
    revision = MigrationContext.configure(conn).get_current_revision()
    if revision not in {None, *(known.revision for known in script.walk_revisions())}:
        raise VersionError(
            f"The database was written by a newer version (schema {revision}): update this program."
        )
    return revision


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config
