"""Bringing a database to the schema of this code, and refusing one that is not there."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from skm.errors import SkmError
from skm.store.engine import engine_for
from skm.store.failure import TROUBLE, told
from skm.store.sqlite import for_writing

FOLDER = Path(__file__).parent / "migrations"
LOCK = 0x534B4D  # an advisory lock, "SKM": replicas that start together migrate one after another


class VersionError(SkmError):
    """The database and the code are of different versions, and what to do."""


def migrate(url: str) -> None:
    """Create the tables or bring them up to date; repeating it does no harm.

    All of it happens or nothing. Works with or without a running loop. Raises SkmError.
    """
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, _migrate(url)).result()


async def _migrate(url: str) -> None:
    engine = engine_for(url)
    try:
        async with engine.connect() as conn:
            await for_writing(conn)
            await conn.run_sync(_upgrade)
            await conn.commit()
    except TROUBLE as error:
        raise told(error) from None
    finally:
        await engine.dispose()


def _upgrade(conn: Connection) -> None:
    if conn.dialect.name == "postgresql":
        conn.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    config = _config()
    _refuse_newer(conn, ScriptDirectory.from_config(config))
    config.attributes["connection"] = conn
    command.upgrade(config, "head")


def check_version(conn: Connection) -> None:
    """Raises VersionError unless the database is exactly at this code's schema."""
    script = _known()
    if _refuse_newer(conn, script) != script.get_current_head():
        raise VersionError("The database is not up to date: run `skm migrate` first.")


def refuse_newer(conn: Connection) -> None:
    """Raises VersionError for a database that a newer version wrote."""
    _refuse_newer(conn, _known())


@cache
def _known() -> ScriptDirectory:
    """The migrations of this code; /readyz asks often."""
    return ScriptDirectory.from_config(_config())


def _refuse_newer(conn: Connection, script: ScriptDirectory) -> str | None:
    """The database's revision; raises VersionError for one that this code does not know."""
    at = MigrationContext.configure(conn).get_current_revision()
    if at not in {None, *(revision.revision for revision in script.walk_revisions())}:
        raise VersionError(
            f"The database was written by a newer version (schema {at}): update this program."
        )
    return at


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config
