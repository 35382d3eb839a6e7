"""A database comes to the schema of the code whole or not at all, or is refused in a sentence."""

import pkgutil
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, text

from skm.store import schema
from skm.store.database import migrate as module
from skm.store.database.database import Database, StoreError
from skm.store.database.migrate import VersionError, migrate
from skm.store.schema.survey import metadata


def test_no_table_is_overlooked() -> None:
    files = {file.name for file in pkgutil.iter_modules(schema.__path__, "skm.store.schema.")}
    assert files - {"skm.store.schema.column_types"} == {file.__name__ for file in schema.FILES}
    assert metadata.sorted_tables == schema.ALL


async def test_the_migrated_schema_is_the_schema_of_the_code(db: Database) -> None:
    def differences(conn: Connection) -> list[object]:
        context = MigrationContext.configure(conn, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    assert await db.read(lambda conn: conn.run_sync(differences)) == []


def test_indexes_and_the_kind_of_table_are_those_of_the_code_as_well(tmp_path: Path) -> None:
    """What a comparison of metadata overlooks: partial indexes, tables without rowid."""
    migrated, created = tmp_path / "migrated.db", tmp_path / "created.db"
    migrate(f"sqlite+aiosqlite:///{migrated}")
    engine = create_engine(f"sqlite:///{created}")
    metadata.create_all(engine)
    engine.dispose()
    assert _details(migrated) == _details(created)


def _details(file: Path) -> dict[str, str]:
    """An index in full; of a table, what stands after its columns."""
    db = sqlite3.connect(file)
    rows = db.execute(
        "SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE ?",
        ["alembic%"],
    ).fetchall()
    db.close()
    return {
        name: " ".join(sql.split()) if kind == "index" else sql.rpartition(")")[2].strip()
        for name, kind, sql in rows
    }


async def test_migrating_twice_changes_nothing(database_url: str) -> None:
    migrate(database_url)
    async with Database.open(database_url):
        pass


async def test_a_migration_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two migrations, the second of which is broken: the first is taken back with it."""
    versions = tmp_path / "migrations" / "versions"
    versions.mkdir(parents=True)
    env = (module.FOLDER / "env.py").read_text(encoding="utf-8")
    (versions.parent / "env.py").write_text(env, encoding="utf-8")
    for revision, before, sql in (
        ("1", None, "CREATE TABLE one (id INTEGER)"),
        ("2", "1", "CREATE TABLE nonsense"),
    ):
        (versions / f"{revision}.py").write_text(
            f"from alembic import op\nrevision = {revision!r}\ndown_revision = {before!r}\n"
            f"def upgrade():\n    op.execute({sql!r})\n"
        )
    monkeypatch.setattr(module, "FOLDER", versions.parent)
    with pytest.raises(StoreError):
        migrate(f"sqlite+aiosqlite:///{tmp_path / 'skm.db'}")
    assert (
        sqlite3.connect(tmp_path / "skm.db").execute("SELECT * FROM sqlite_master").fetchall() == []
    )


async def test_a_database_that_was_never_migrated_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(VersionError, match="skm migrate"):
        async with Database.open(f"sqlite+aiosqlite:///{tmp_path / 'new.db'}"):
            pass


@pytest.mark.parametrize(
    ("version", "said"), [("9999", "newer version"), ("0001", "run `skm migrate`")]
)
async def test_a_database_of_another_version_is_refused(
    database_url: str, version: str, said: str
) -> None:
    change = text("UPDATE alembic_version SET version_num = :version")
    async with Database.open(database_url) as db:
        await db.write(lambda conn: conn.execute(change, {"version": version}))
    with pytest.raises(VersionError, match=said):
        async with Database.open(database_url):
            pass


async def test_migrating_a_newer_database_is_refused(database_url: str) -> None:
    change = text("UPDATE alembic_version SET version_num = '9999'")
    async with Database.open(database_url) as db:
        await db.write(lambda conn: conn.execute(change))
    with pytest.raises(VersionError, match="newer version"):
        migrate(database_url)


@pytest.mark.parametrize(
    "url",
    [
        "skm.db",
        "",
        "sqlite:///skm.db",
        "sqlite+aiosqlite://",
        "sqlite+aiosqlite:///:memory:",
        "postgres://u:hush@host/db",
        "postgresql://u:hush@host/db",
        "mysql+aiomysql://u:hush@host/db",
        "nonsense+driver://u:hush@host/db",
        "postgresql+asyncpg://u:hush@host:port/db",
    ],
)
async def test_a_url_that_is_none_of_ours_says_how_to_write_it_and_keeps_its_password(
    url: str,
) -> None:
    with pytest.raises(StoreError, match=r"sqlite\+aiosqlite:///skm\.db") as caught:
        async with Database.open(url):
            pass
    with pytest.raises(StoreError):
        migrate(url)
    assert "hush" not in str(caught.value)
    assert caught.value.__cause__ is None
