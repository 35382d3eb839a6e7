"""`skm backup`, `skm restore` and `skm drill`."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from skm.store.database.database import Database
from skm.store.database.migrate import migrate
from skm.store.upkeep import forget as forgetting
from skm.store.upkeep.sqlite_backup import url_of
from tests.skm.store.upkeep.test_sqlite_backup import fill
from tests.tools.command_line import Operator, Skm
from tests.tools.store_city import call


async def fill_database(url: str) -> None:
    async with Database.open(url) as db:
        await fill(db)


@pytest.fixture
def skm(tmp_path: Path, operator: Operator) -> Skm:
    url = url_of(tmp_path / "skm.db")
    migrate(url)
    asyncio.run(fill_database(url))
    return operator.deployed(url)


def test_a_backup_is_checked_and_recorded_in_the_audit_log(skm: Skm) -> None:
    ended, _, err = skm("backup", "b.db")
    assert ended == 0
    assert err.endswith("It is readable, and its figures were recomputed from its responses.\n")
    assert "\tbacked_up\tb.db" in skm("audit", "log")[1]
    assert sorted(file.name for file in Path().glob("b.db*")) == ["b.db"]


def test_a_backup_replaces_a_file_only_with_force(skm: Skm) -> None:
    Path("b.db").write_text("mine")
    assert skm("backup", "b.db")[0] == 1
    assert Path("b.db").read_text() == "mine"
    assert skm("backup", "b.db", "--force")[0] == 0
    assert Path("b.db").read_bytes().startswith(b"SQLite format 3")


def test_a_missing_folder_is_reported(skm: Skm) -> None:
    ended, _, err = skm("backup", "nowhere/b.db")
    assert (ended, err) == (1, "nowhere/b.db cannot be written: No such file or directory.\n")


@pytest.mark.parametrize("words", [("backup",), ("backup", "--force"), ("restore",), ("drill",)])
def test_a_folder_instead_of_a_file_is_refused(skm: Skm, words: tuple[str, ...]) -> None:
    Path("folder").mkdir()
    ended, _, err = skm(words[0], "folder", *words[1:])
    assert ended == 1
    assert err.startswith("folder is a folder: name ")
    assert [*Path().glob("folder*")] == [Path("folder")]


def test_a_drill_counts_the_figures_that_it_recomputed_and_changes_nothing(skm: Skm) -> None:
    skm("backup", "b.db")
    before = Path("b.db").read_bytes()
    ended, out, _ = skm("drill", "b.db")
    assert ended == 0
    assert out == (
        "25 figures were recomputed from 12 responses (closed periods: 1).\n"
        "All of them are equal.\n"
    )
    assert Path("b.db").read_bytes() == before


def test_a_drill_names_a_changed_row_and_exits_with_1(skm: Skm) -> None:
    skm("backup", "b.db")
    with closing(sqlite3.connect("b.db", isolation_level=None)) as database:
        database.execute(
            "UPDATE tally SET u5_4 = u5_4 + 1 WHERE kind = 'day' AND start = '2026-08-03'"
        )
    ended, out, err = skm("drill", "b.db")
    assert ended == 1
    [differs] = [line for line in out.splitlines() if line.startswith("differs")]
    assert differs.startswith("differs: PAJANG on 2026-08-03: IKM 75.00 of 5 responses by its")
    assert err == "1 of them differ: do not rely on this file; try an older one.\n"


def test_a_restore_keeps_the_previous_database_under_another_name(skm: Skm) -> None:
    skm("backup", "b.db")
    with closing(sqlite3.connect("skm.db", isolation_level=None)) as database:
        database.execute("DELETE FROM response")
    assert "add --force" in skm("restore", "b.db")[2]
    ended, _, err = skm("restore", "b.db", "--force")
    assert ended == 0, err
    assert skm("drill", "skm.db")[1].startswith("25 figures were recomputed from 12 responses")
    [kept] = Path().glob("skm.db.2*")
    with closing(sqlite3.connect(kept)) as old:
        assert old.execute("SELECT count(*) FROM response").fetchone() == (0,)


def test_a_restore_where_there_is_no_database_needs_no_force(skm: Skm) -> None:
    skm("backup", "b.db")
    for file in Path().glob("skm.db*"):
        file.unlink()
    assert skm("restore", "b.db")[0] == 0
    assert skm("report", "pajang", "2026-11", "--json")[0] == 0


def forget(person: str) -> None:
    async def run() -> None:
        async with Database.open(url_of(Path("skm.db"))) as db:
            assert await db.write(call(forgetting.forget, person)) == 1

    asyncio.run(run())


def receipts() -> set[str]:
    with closing(sqlite3.connect("skm.db")) as database:
        return {receipt for (receipt,) in database.execute("SELECT id FROM response")}


def test_a_restore_does_not_bring_back_what_was_deleted_since(skm: Skm) -> None:
    skm("backup", "b.db")
    forget("w1")
    ended, _, err = skm("restore", "b.db", "--force")
    assert ended == 0, err
    assert "without 1 that were deleted since" in err
    assert "a0" in receipts()
    assert "a1" not in receipts()
    assert skm("drill", "skm.db")[0] == 0
    assert skm("verify", "2026-Q3")[0] == 0
    assert skm("restore", "b.db", "--force")[0] == 0
    assert "a1" not in receipts(), "the list was not kept in the restored database"


def test_on_a_new_machine_the_list_beside_the_backups_says_what_was_deleted(skm: Skm) -> None:
    Path("backups").mkdir()
    skm("backup", "backups/monday.db")
    forget("w1")
    skm("backup", "backups/tuesday.db")
    forget("w2")  # on Wednesday; then the machine is lost
    for file in Path().glob("skm.db*"):
        file.unlink()
    assert skm("restore", "backups/monday.db")[0] == 0
    assert receipts() >= {"a0", "a2"}, "nobody knows about Wednesday"
    assert "a1" not in receipts()


def test_a_damaged_database_is_replaced_and_the_list_is_used(skm: Skm) -> None:
    forget("w1")
    skm("backup", "b.db")
    Path("skm.db").write_bytes(b"nonsense" * 1000)
    for file in Path().glob("skm.db-*"):
        file.unlink()
    assert skm("restore", "b.db", "--force")[0] == 1  # nothing was changed
    Path("skm.db").unlink()
    assert skm("restore", "b.db")[0] == 0
    assert "a1" not in receipts()


def test_what_the_commands_write_is_for_nobody_else_to_read(skm: Skm) -> None:
    forget("w1")
    for words in (
        ("backup", "b.db"),
        ("responses", "export", "--out", "responses.csv"),
        ("report", "pajang", "2026-11", "--format", "docx", "--out", "report.docx"),
        ("report", "semua", "2026-11", "--format", "xlsx", "--out", "recap.xlsx"),
    ):
        assert skm(*words)[0] == 0, words
    files = ["b.db", "deleted-surveys.txt", "responses.csv", "report.docx", "recap.xlsx"]
    assert {file: oct(Path(file).stat().st_mode & 0o777) for file in files} == dict.fromkeys(
        files, "0o600"
    )


@pytest.mark.parametrize("verb", ["restore", "drill"])
def test_a_file_that_is_not_a_backup_is_refused_and_changes_nothing(skm: Skm, verb: str) -> None:
    Path("b.db").write_text("not a database, whatever its name says, but long enough" * 20)
    before = Path("skm.db").read_bytes()
    ended, _, err = skm(verb, "b.db", *(["--force"] if verb == "restore" else []))
    assert (ended, err) == (1, "b.db is no database: name a file that `skm backup` wrote.\n")
    assert Path("skm.db").read_bytes() == before
    assert skm(verb, "nothing.db")[2] == "nothing.db is not there.\n"


def test_a_postgres_dump_is_not_restored_into_sqlite(skm: Skm) -> None:
    Path("b.dump").write_bytes(b"PGDMP\1\16")
    assert (
        "is not a backup of the kind of database in SKM_DATABASE_URL"
        in skm("restore", "b.dump", "--force")[2]
    )
    assert "set SKM_DATABASE_URL to a server" in skm("drill", "b.dump")[2]


def test_a_database_of_an_older_schema_can_be_backed_up_before_its_migration(skm: Skm) -> None:
    with closing(sqlite3.connect("skm.db", isolation_level=None)) as old:
        old.execute("UPDATE alembic_version SET version_num = '0001'")
    ended, _, err = skm("backup", "b.db")
    assert ended == 0
    assert "its figures were not checked, because its schema is an older one" in err
