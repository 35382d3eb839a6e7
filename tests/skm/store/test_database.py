"""What the database promises: what was acknowledged is there, whatever else goes wrong."""

import asyncio
import signal
import subprocess
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.errors import SkmError
from skm.store import received, upps
from skm.store.database import Database, StoreError
from skm.store.migrate import VersionError, migrate
from skm.store.schema import metadata
from skm.upp import Upp

NOW = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)


async def test_the_migrated_schema_is_the_schema_of_the_code(db: Database) -> None:
    def differences(conn: Connection) -> list[object]:
        context = MigrationContext.configure(conn, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    assert await db.read(lambda conn: conn.run_sync(differences)) == []


async def test_migrating_twice_changes_nothing(database_url: str) -> None:
    migrate(database_url)
    async with Database.open(database_url):
        pass


async def test_a_database_that_was_never_migrated_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SkmError, match="skm migrate"):
        async with Database.open(f"sqlite+aiosqlite:///{tmp_path / 'new.db'}"):
            pass


async def test_a_database_newer_than_the_code_is_refused(database_url: str) -> None:
    async with Database.open(database_url) as db:
        await db.write(
            lambda conn: conn.execute(text("UPDATE alembic_version SET version_num='9999'"))
        )
    with pytest.raises(VersionError, match="newer version"):
        async with Database.open(database_url):
            pass
    with pytest.raises(VersionError, match="newer version"):
        migrate(database_url)


async def test_a_missing_folder_is_told_of_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        async with Database.open(f"sqlite+aiosqlite:///{tmp_path / 'none' / 'skm.db'}"):
            pass


async def test_work_that_fails_takes_back_only_itself(db: Database) -> None:
    async def fails(conn: AsyncConnection) -> None:
        await upps.put(conn, [Upp("GONE", "taken back")])
        raise ValueError("no")

    async def works(conn: AsyncConnection, number: int) -> None:
        await upps.put(conn, [Upp(f"U{number}", "kept")])

    async def write(number: int) -> object:
        try:
            if number % 3 == 0:
                return await db.write(fails)
            return await db.write(lambda conn: works(conn, number))
        except ValueError as error:
            return error

    outcomes = await asyncio.gather(*(write(number) for number in range(12)))
    assert sum(isinstance(outcome, ValueError) for outcome in outcomes) == 4
    kept = await db.read(upps.listed)
    assert sorted(unit.code for unit in kept) == sorted(f"U{n}" for n in range(12) if n % 3)


async def test_writes_that_queue_up_are_all_done_before_it_closes(database_url: str) -> None:
    async with Database.open(database_url) as db:
        waiting = [
            asyncio.create_task(db.write(partial(_taken, str(number)))) for number in range(50)
        ]
        await asyncio.sleep(0)
    assert all(await asyncio.gather(*waiting))


async def test_a_caller_who_gave_up_does_not_stop_the_others(db: Database) -> None:
    first = asyncio.create_task(db.write(upps.listed))
    others = [asyncio.create_task(db.write(upps.listed)) for _ in range(5)]
    await asyncio.sleep(0)
    first.cancel()
    assert await asyncio.gather(*others) == [[]] * 5


async def test_a_message_counts_as_new_once_however_often_it_comes(db: Database) -> None:
    async def comes(_: int) -> bool:
        return await db.write(lambda conn: received.first_time(conn, "telegram", "7", NOW))

    assert sum(await asyncio.gather(*map(comes, range(10)))) == 1


async def _taken(message: str, conn: AsyncConnection) -> bool:
    """Whether it was new."""
    return await received.first_time(conn, "t", message, NOW)


WRITER = """
import asyncio, sys
from datetime import datetime, UTC
from skm.store.database import Database
from skm.store import received

async def main():
    async with Database.open(sys.argv[1]) as db:
        async def one(n):
            await db.write(lambda c: received.first_time(c, "t", str(n), datetime.now(UTC)))
            print(n, flush=True)
        for start in range(0, 100_000, 16):
            await asyncio.gather(*(one(n) for n in range(start, start + 16)))

asyncio.run(main())
"""


@pytest.mark.parametrize("after", [5, 60, 333])
async def test_kill_9_loses_nothing_that_was_acknowledged(tmp_path: Path, after: int) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'skm.db'}"
    migrate(url)
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, url], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    acknowledged = [process.stdout.readline().strip() for _ in range(after)]
    process.send_signal(signal.SIGKILL)
    acknowledged += [line.strip() for line in process.stdout if line.endswith("\n")]
    process.wait()
    async with Database.open(url) as db:
        for number in acknowledged:
            again = await db.write(partial(_taken, number))
            assert not again, f"{number} was acknowledged and is lost"
