"""`skm doctor` names copies of the database that still hold what citizens deleted."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.doctor.checks import Verdict
from bot.doctor.copies import old_copies
from bot.running.settings import Settings
from tests.tools.command_line import KEY

NOW = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)


def database(file: Path, days: int) -> None:
    file.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(file)) as db:
        db.execute("CREATE TABLE upp (code)")
    aged(file, days)


def aged(file: Path, days: int) -> None:
    at = (NOW - timedelta(days=days)).timestamp()
    os.utime(file, (at, at))


async def said(file: Path) -> tuple[Verdict, str]:
    settings = Settings(_env_file=None, secret_key=KEY, database_url=f"sqlite+aiosqlite:///{file}")
    [found] = [each async for each in old_copies(settings, NOW)]
    return found.verdict, found.said


async def test_replaced_databases_and_old_backups_are_named(tmp_path: Path) -> None:
    folder, backups = tmp_path / "skm", tmp_path / "skm-backup"
    database(folder / "skm.db", 90)  # the one in use, which is not a copy
    database(folder / "skm.db.20260901-020000", 83)
    database(folder / "skm.db.20261120-020000", 3)
    database(backups / "before-upgrade", 40)
    database(backups / "skm-2026-11-22", 1)
    (backups / "dump").write_bytes(b"PGDMP" + bytes(20))
    (backups / "deleted-surveys.txt").write_text("K7Q2M9XD")
    for file in ("dump", "deleted-surveys.txt"):
        aged(backups / file, 50)
    verdict, words = await said(folder / "skm.db")
    assert verdict is Verdict.ADVICE
    named = {part.rpartition("/")[2] for part in words.partition(": ")[0].split(", ")}
    assert named == {"skm.db.20260901-020000", "before-upgrade", "dump"}


async def test_without_old_copies_all_is_well(tmp_path: Path) -> None:
    database(tmp_path / "skm" / "skm.db", 90)
    database(tmp_path / "skm" / "skm.db.20261120-020000", 3)
    verdict, words = await said(tmp_path / "skm" / "skm.db")
    assert (verdict, words) == (
        Verdict.OK, "No copy of the database here is older than 30 days."
    )  # fmt: skip
