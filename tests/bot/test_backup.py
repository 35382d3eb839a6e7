"""`skm backup`, `restore` and `drill` as an operator meets them."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from skm.store.backup import url_of
from skm.store.database import Database
from skm.store.migrate import migrate
from tests.command_line import Operator, Skm
from tests.skm.store.test_backup import fill


async def settle(url: str) -> None:
    async with Database.open(url) as db:
        await fill(db)


@pytest.fixture
def skm(tmp_path: Path, operator: Operator) -> Skm:
    url = url_of(tmp_path / "skm.db")
    migrate(url)
    asyncio.run(settle(url))
    return operator.deployed(url)


def test_a_backup_says_that_it_was_checked_and_stands_in_the_log(skm: Skm) -> None:
    ended, _, err = skm("backup", "b.db")
    assert ended == 0
    assert err.endswith("it is sound, and its figures follow from its responses.\n")
    assert "\tbacked_up\tb.db" in skm("audit", "log")[1]
    assert sorted(file.name for file in Path().glob("b.db*")) == ["b.db"]


def test_a_backup_replaces_nothing_unasked(skm: Skm) -> None:
    Path("b.db").write_text("mine")
    assert skm("backup", "b.db")[0] == 1
    assert Path("b.db").read_text() == "mine"
    assert skm("backup", "b.db", "--force")[0] == 0
    assert Path("b.db").read_bytes().startswith(b"SQLite format 3")


def test_a_backup_into_a_folder_that_is_not_there_is_told(skm: Skm) -> None:
    ended, _, err = skm("backup", "nowhere/b.db")
    assert (ended, err) == (1, "nowhere/b.db cannot be written: No such file or directory.\n")


@pytest.mark.parametrize("words", [("backup",), ("backup", "--force"), ("restore",), ("drill",)])
def test_a_folder_instead_of_a_file_is_told(skm: Skm, words: tuple[str, ...]) -> None:
    Path("folder").mkdir()
    ended, _, err = skm(words[0], "folder", *words[1:])
    assert ended == 1
    assert err.startswith("folder is a folder: name ")
    assert [*Path().glob("folder*")] == [Path("folder")]


def test_the_drill_says_how_many_figures_it_computed(skm: Skm) -> None:
    skm("backup", "b.db")
    before = Path("b.db").read_bytes()
    ended, out, _ = skm("drill", "b.db")
    assert ended == 0
    assert out == (
        "25 figures were computed anew from 12 responses; closed periods among them: 1.\n"
        "Every one is as it was.\n"
    )
    assert Path("b.db").read_bytes() == before


def test_the_drill_names_one_altered_row_and_ends_with_1(skm: Skm) -> None:
    skm("backup", "b.db")
    with closing(sqlite3.connect("b.db", isolation_level=None)) as forger:
        forger.execute(
            "UPDATE tally SET u5_4 = u5_4 + 1 WHERE kind = 'day' AND start = '2026-08-03'"
        )
    ended, out, err = skm("drill", "b.db")
    assert ended == 1
    [differs] = [line for line in out.splitlines() if line.startswith("differs")]
    assert differs.startswith("differs: PAJANG on 2026-08-03: IKM 75.00 of 5 responses by its")
    assert err == "1 of them differ: do not rely on this file; look into the last one.\n"


def test_a_restore_brings_back_what_was_and_keeps_what_is(skm: Skm) -> None:
    skm("backup", "b.db")
    with closing(sqlite3.connect("skm.db", isolation_level=None)) as clumsy:
        clumsy.execute("DELETE FROM response")
    assert "add --force" in skm("restore", "b.db")[2]
    ended, _, err = skm("restore", "b.db", "--force")
    assert ended == 0, err
    assert skm("drill", "skm.db")[1].startswith("25 figures were computed anew from 12 responses")
    [kept] = Path().glob("skm.db.2*")
    with closing(sqlite3.connect(kept)) as old:
        assert old.execute("SELECT count(*) FROM response").fetchone() == (0,)


def test_a_restore_into_an_empty_place_needs_no_force(skm: Skm) -> None:
    skm("backup", "b.db")
    for file in Path().glob("skm.db*"):
        file.unlink()
    assert skm("restore", "b.db")[0] == 0
    assert skm("report", "pajang", "2026-11", "--json")[0] == 0


@pytest.mark.parametrize("verb", ["restore", "drill"])
def test_a_file_that_is_no_backup_is_told_and_changes_nothing(skm: Skm, verb: str) -> None:
    Path("b.db").write_text("not a database, whatever its name says, but long enough" * 20)
    before = Path("skm.db").read_bytes()
    ended, _, err = skm(verb, "b.db", *(["--force"] if verb == "restore" else []))
    assert (ended, err) == (1, "b.db is not a database of ours: give what `skm backup` wrote.\n")
    assert Path("skm.db").read_bytes() == before
    assert skm(verb, "nothing.db")[2] == "nothing.db is not there.\n"


def test_a_dump_of_postgres_is_not_restored_into_sqlite(skm: Skm) -> None:
    Path("b.dump").write_bytes(b"PGDMP\1\16")
    assert "is of another kind of database" in skm("restore", "b.dump", "--force")[2]
    assert "set SKM_DATABASE_URL to a server" in skm("drill", "b.dump")[2]


def test_a_database_of_an_older_schema_can_be_backed_up_before_it_is_migrated(skm: Skm) -> None:
    with closing(sqlite3.connect("skm.db", isolation_level=None)) as old:
        old.execute("UPDATE alembic_version SET version_num = '0001'")
    ended, _, err = skm("backup", "b.db")
    assert ended == 0
    assert "its figures were not checked, because its schema is an older one" in err
