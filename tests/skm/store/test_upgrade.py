"""A database of any earlier version keeps every row when it is brought up to date."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from skm.interview import Disposition
from skm.store import collectors, responses, upps, visits
from skm.store.backup import url_of
from skm.store.database import Database
from skm.store.migrate import FOLDER, migrate
from tests.skm.store.city import DAY, LOKET, NOW, TREE, call, given_by, visit_of
from tests.skm.store.test_backup import drilled
from tests.skm.test_instrument import SKM9

CONFIG = Config()
CONFIG.set_main_option("script_location", str(FOLDER))
EARLIER = sorted(one.revision for one in ScriptDirectory.from_config(CONFIG).walk_revisions())[:-1]


@pytest.fixture
async def current(tmp_path: Path) -> Path:
    """A database of this version with seven answers."""
    file = tmp_path / "current.db"
    migrate(url_of(file))
    given = [(given_by(f"n{n}", nilai), DAY) for n, nilai in enumerate([3, 4, 2, 4, 1, 3, 3])]
    async with Database.open(url_of(file)) as db:
        await db.write(call(upps.put, TREE))
        await db.write(call(responses.insert_many, given, SKM9))
    return file


def as_of(revision: str, current: Path, file: Path) -> None:
    """What that version would have held of the same."""
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as conn:
        CONFIG.attributes["connection"] = conn
        command.upgrade(CONFIG, revision)
    engine.dispose()
    with closing(sqlite3.connect(file)) as db:
        db.execute("ATTACH ? AS now", (str(current),))
        for table in sorted(tables(db, "main") & tables(db, "now") - {"alembic_version"}):
            both = ", ".join(sorted(columns(db, "main", table) & columns(db, "now", table)))
            db.execute(f"INSERT INTO main.{table} ({both}) SELECT {both} FROM now.{table}")
        db.commit()


def tables(db: sqlite3.Connection, schema: str) -> set[str]:
    rows = db.execute(f"SELECT name FROM {schema}.sqlite_master WHERE type = 'table'")
    return {name for (name,) in rows if not name.startswith("sqlite_")}


def columns(db: sqlite3.Connection, schema: str, table: str) -> set[str]:
    return {row[1] for row in db.execute(f"PRAGMA {schema}.table_info({table})")}


@pytest.mark.parametrize("revision", EARLIER)
async def test_every_answer_and_figure_is_there_after_it(
    current: Path, tmp_path: Path, revision: str
) -> None:
    before = await drilled(url_of(current))
    file = tmp_path / "earlier.db"
    as_of(revision, current, file)
    migrate(url_of(file))
    after = await drilled(url_of(file))
    assert (before.responses, before.different) == (7, 0)
    assert after == before


async def test_of_several_open_visits_of_a_person_the_newest_stays_open(
    current: Path, tmp_path: Path
) -> None:
    async with Database.open(url_of(current)) as db:
        await db.write(call(collectors.add, LOKET, NOW))
        for number, who in enumerate(["a", "b", "budi"]):
            opened = NOW + timedelta(hours=number)
            await db.write(call(visits.add, visit_of(f"V{number}", who=who, opened_at=opened)))
    file = tmp_path / "earlier.db"
    as_of("0010", current, file)
    with closing(sqlite3.connect(file)) as old:
        old.execute("UPDATE visit SET respondent = 'siti' WHERE respondent != 'budi'")
        old.commit()
    migrate(url_of(file))
    async with Database.open(url_of(file)) as db:
        assert (await db.read(call(visits.open_of, "siti"))).id == "V1"
        assert (await db.read(call(visits.open_of, "budi"))).id == "V2"
        left = await db.read(call(visits.by_id, "V0"))
    assert (left.address, left.interview.ended) == (None, Disposition.BREAK_OFF)
