"""Bringing a database to the schema of this code, and refusing one that is not there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from skm.errors import SkmError

FOLDER = Path(__file__).parent / "migrations"


class VersionError(SkmError):
    """The database and the code are of different versions, and what to do."""


def migrate(url: str) -> None:
    """Create the tables or bring them up to date; repeating it does no harm."""
    config = _config()
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    command.upgrade(config, "head")


def check_version(conn: Connection) -> None:
    """Raises VersionError unless the database is exactly at this code's schema."""
    script = ScriptDirectory.from_config(_config())
    at = MigrationContext.configure(conn).get_current_revision()
    if at == script.get_current_head():
        return
    if at is None or at in {revision.revision for revision in script.walk_revisions()}:
        raise VersionError("The database is not up to date: run `skm migrate` first.")
    raise VersionError(
        f"The database was written by a newer version (schema {at}): update this program."
    )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return config
