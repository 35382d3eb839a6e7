"""A database of any earlier version keeps every row when it is brought up to date."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, make_url

from skm.notices.delivery import DeliveryKind
from skm.privacy.unreadable import UnreadableMessage
from skm.store.database.database import Database
from skm.store.database.engine import engine_for
from skm.store.database.migrate import FOLDER, migrate
from skm.store.officials import audit_log, deliveries, officials, unreadable
from skm.store.periods import drafts
from skm.store.survey import collectors, responses, rollup, upps, visits
from skm.store.upkeep.sqlite_backup import url_of
from skm.survey.interview import Disposition
from tests.skm.store.upkeep.test_sqlite_backup import drilled
from tests.skm.survey.test_instrument import SKM9
from tests.tools.databases import Postgres, held
from tests.tools.store_city import DAY, LOKET, NOW, TREE, call, given_by, visit_of

CONFIG = Config()
CONFIG.set_main_option("script_location", str(FOLDER))
YEAR = timedelta(days=365)
HEAD, *EARLIER = (one.revision for one in ScriptDirectory.from_config(CONFIG).walk_revisions())


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


def upgrade(file: Path, revision: str) -> None:
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as conn:
        CONFIG.attributes["connection"] = conn
        command.upgrade(CONFIG, revision)
    engine.dispose()


def as_of(revision: str, current: Path, file: Path) -> None:
    """Creates the database that this revision would have held of the same content."""
    upgrade(file, revision)
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


async def test_the_rollup_of_an_earlier_version_gets_the_squares_of_its_days(
    tmp_path: Path,
) -> None:
    """From them follows how alike answers of one day are; a recount gives the same."""
    current, file = tmp_path / "current.db", tmp_path / "earlier.db"
    migrate(url_of(current))
    days = [(given_by(f"n{n}", 1 + n % 4), DAY + timedelta(days=n // 3)) for n in range(90)]
    async with Database.open(url_of(current)) as db:
        await db.write(call(upps.put, TREE))
        await db.write(call(responses.insert_many, days, SKM9))
    as_of("0016", current, file)
    migrate(url_of(file))
    async with Database.open(url_of(file)) as db:
        assert await db.read(rollup.count_differences) == 0
        assert await db.read(rollup.count_unbalanced_units) == 0


async def test_unreadable_messages_and_their_notices_keep_their_content_under_their_new_names(
    tmp_path: Path,
) -> None:
    file = tmp_path / "earlier.db"
    upgrade(file, "0011")
    with closing(sqlite3.connect(file)) as old:
        old.execute(
            "INSERT INTO poison VALUES ('telegram', '7', 'KeyError', '{}', ?)",
            ["2026-11-23 02:15:00.000000"],
        )
        old.execute(
            "INSERT INTO official (id, name, role, channel, language, since)"
            " VALUES (1, 'Sri', 'admin', 'telegram', 'id', '2026-01-01')"
        )
        for number, (kind, key) in enumerate(
            [("aside", "aside:telegram:2026-11-23:1"), ("digest", "aside:kept as it is")]
        ):
            old.execute(
                "INSERT INTO delivery (id, key, kind, official_id, about, due_at, state, next_at,"
                " attempts) VALUES (?, ?, ?, 1, '', '2026-11-23', 'due', '2026-11-23', 0)",
                (number, key, kind),
            )
        old.commit()
    migrate(url_of(file))
    async with Database.open(url_of(file)) as db:
        [record] = await db.read(call(unreadable.listed, NOW))
        planned = [one.plan for one in await db.read(call(deliveries.listed, NOW - YEAR))]
    assert record.message == UnreadableMessage("telegram", "7", "KeyError", "{}")
    assert record.at == NOW
    assert {(one.kind, one.key) for one in planned} == {
        (DeliveryKind.UNREADABLE, "unreadable:telegram:2026-11-23:1"),
        (DeliveryKind.DIGEST, "aside:kept as it is"),
    }


async def test_a_draft_keeps_that_its_photo_has_arrived(tmp_path: Path) -> None:
    """Once that was the number 2 in the column that says what the draft is for."""
    file = tmp_path / "earlier.db"
    upgrade(file, "0013")
    with closing(sqlite3.connect(file)) as old:
        for id, finishing in ((1, 0), (2, 1), (3, 2)):
            old.execute(
                "INSERT INTO official (id, name, role, channel, language, since)"
                " VALUES (?, 'Sri', 'officer', 'telegram', 'id', '2026-01-01')",
                (id,),
            )
            old.execute(
                "INSERT INTO draft (official_id, about, finishing, touched_at)"
                " VALUES (?, 'PAJANG 2026-Q3 U3', ?, '2026-11-23 02:15:00.000000')",
                (id, finishing),
            )
        old.commit()
    migrate(url_of(file))
    async with Database.open(url_of(file)) as db:
        found = [await db.read(call(drafts.of, id, NOW)) for id in (1, 2, 3)]
    assert [(draft.finishing, draft.has_photo) for draft in found if draft] == [
        (False, False),
        (True, False),
        (True, True),
    ]


async def test_each_official_gets_alerts_after_it_if_they_got_them_before(tmp_path: Path) -> None:
    """Once that was a column of each subscription."""
    file = tmp_path / "earlier.db"
    upgrade(file, "0012")
    subscriptions = {1: [True, True], 2: [False], 3: []}
    with closing(sqlite3.connect(file)) as old:
        for id, wanted in subscriptions.items():
            old.execute(
                "INSERT INTO official (id, name, role, channel, language, since)"
                " VALUES (?, 'Sri', 'officer', 'telegram', 'id', '2026-01-01')",
                (id,),
            )
            for frequency, alerts in zip(("weekly", "monthly"), wanted, strict=False):
                old.execute(
                    "INSERT INTO subscription VALUES (?, ?, 0, '07:30', ?, '2026-01-01')",
                    (id, frequency, alerts),
                )
        old.commit()
    migrate(url_of(file))
    async with Database.open(url_of(file)) as db:
        found = await db.read(officials.listed)
    assert [(one.id, one.alerts) for one in found] == [(1, True), (2, False), (3, False)]


async def test_an_entry_of_the_audit_log_gets_the_name_that_the_log_knows_for_it(
    tmp_path: Path,
) -> None:
    """Before the first renaming the name of that time is not known, and none is invented."""
    file = tmp_path / "earlier.db"
    upgrade(file, "0015")
    written = [
        (1, "report", "/report kota"), (1, "renamed", "Sri"), (2, "report", "/report kota"),
        (None, "backed_up", "skm.backup"), (1, "report", "/ringkas kota"),
        (1, "renamed", "Ibu Admin"), (1, "report", "/report kota"),
    ]  # fmt: skip
    with closing(sqlite3.connect(file)) as old:
        old.executemany(
            "INSERT INTO official (id, name, role, channel, language, since)"
            " VALUES (?, ?, 'admin', 'telegram', 'id', '2026-01-01')",
            [(1, "Ibu Admin"), (2, "Budi")],
        )
        old.executemany(
            "INSERT INTO log (at, official_id, deed, about) VALUES ('2026-11-23', ?, ?, ?)",
            written,
        )
        old.commit()
    migrate(url_of(file))
    async with Database.open(url_of(file)) as db:
        entries = await db.read(call(audit_log.newest, 100))
    assert [entry.name for entry in reversed(entries)] == [
        "", "", "Budi", "", "Sri", "Sri", "Ibu Admin",
    ]  # fmt: skip


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
    assert (left.closed_at, left.interview.ended) == (left.touched_at, Disposition.BREAK_OFF)


async def test_an_upgrade_leaves_no_address_of_a_respondent_in_any_file(tmp_path: Path) -> None:
    file = tmp_path / "earlier.db"
    upgrade(file, "0012")
    with closing(sqlite3.connect(file)) as old:
        old.executescript(ADDRESSES)
        old.execute("PRAGMA secure_delete = OFF")  # what is deleted stays in a free page
        old.execute("DELETE FROM visit WHERE id = 'V0'")
        old.commit()
    assert (await held(url_of(file))).count(b"62812998877") == 201
    migrate(url_of(file))
    async with Database.open(url_of(file)) as db:
        assert (await db.read(call(visits.by_id, "V7"))).respondent == "7"
    assert b"62812998877" not in await held(url_of(file))


@pytest.mark.postgres
async def test_an_upgrade_leaves_no_address_in_a_file_of_postgresql(
    postgres_server: Postgres,
) -> None:
    url = postgres_server.empty()
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    engine = engine_for(url, writable=True)
    async with engine.begin() as conn:
        CONFIG.attributes["connection"] = await conn.run_sync(lambda sync: sync)
        await conn.run_sync(lambda sync: command.upgrade(CONFIG, "0012"))
    await engine.dispose()
    db = await asyncpg.connect(plain)
    await db.execute(ADDRESSES)
    before = await _relation(db)
    migrate(url)
    after = await _relation(db)
    await db.close()
    postgres_server.drop(url)
    assert (before.count(b"62812998877"), after.count(b"62812998877")) == (201, 0)
    assert b"whatsapp" in after


async def _relation(db: asyncpg.Connection) -> bytes:
    """The bytes of the file of the table `visit`."""
    await db.execute("CHECKPOINT")
    content: bytes = await db.fetchval("SELECT pg_read_binary_file(pg_relation_filepath('visit'))")
    return content


ADDRESSES = """
INSERT INTO upp (id, code, name) VALUES (1, 'PAJANG', 'Puskesmas Pajang');
INSERT INTO collector (id, code, upp_id, created_at) VALUES (1, 'LOKET1', 1, '2026-11-23');
INSERT INTO visit (id, version, collector_id, respondent, channel, address, mode, instrument,
                   language, opened_at, touched_at)
    WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 200)
    SELECT 'V' || n, 1, 1, CAST(n AS TEXT), 'whatsapp', '62812998877' || n, 'mandiri', 'skm9', 'id',
        '2026-11-23 02:15:00.000000', '2026-11-23 02:15:00.000000' FROM n;
"""
"""201 open visits with the phone number that was once kept with each."""
