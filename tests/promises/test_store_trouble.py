"""When the disk, the file or another process fails, nothing is stored in part and the error says
what to do; when the failure is over, work continues without a restart.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.instansi.upp import Upp
from skm.store.database.database import Database, StoreError
from skm.store.database.migrate import migrate
from skm.store.survey import upps
from tests.tools.store_city import call


@pytest.fixture
def file(tmp_path: Path) -> Path:
    migrate(f"sqlite+aiosqlite:///{tmp_path / 'skm.db'}")
    return tmp_path / "skm.db"


@pytest.fixture
async def db(file: Path) -> AsyncIterator[Database]:
    async with Database.open(f"sqlite+aiosqlite:///{file}") as opened:
        yield opened


async def pragma(db: Database, said: str) -> None:
    """Set something on the writer's connection."""
    await db.write(lambda conn: conn.exec_driver_sql(f"PRAGMA {said}"))


def big(number: int) -> Upp:
    return Upp(f"U{number}", "x" * 20_000)


async def codes(db: Database) -> list[str]:
    return [unit.code for unit in await db.read(upps.listed)]


async def test_a_full_disk_fails_all_that_was_to_be_committed_together(db: Database) -> None:
    await pragma(db, "max_page_count=1")  # as small as it is now
    writes = [db.write(call(upps.put, [big(n)])) for n in range(5)]
    outcomes = await asyncio.gather(*writes, return_exceptions=True)
    assert [str(outcome) for outcome in outcomes] == [
        "The disk is full: free some space; nothing was stored."
    ] * 5
    assert await codes(db) == []
    await pragma(db, "max_page_count=100000")
    await db.write(call(upps.put, [big(1)]))
    assert await codes(db) == ["U1"]


async def test_what_still_fits_on_a_nearly_full_disk_is_stored_or_refused_whole(
    db: Database,
) -> None:
    await pragma(db, "max_page_count=1")
    size = await db.read(lambda conn: conn.exec_driver_sql("PRAGMA page_count"))
    await pragma(db, f"max_page_count={size.scalar_one() + 14}")
    writes = [db.write(call(upps.put, [big(n)])) for n in range(5)]
    outcomes = await asyncio.gather(*writes, return_exceptions=True)
    stored = [f"U{n}" for n, outcome in enumerate(outcomes) if outcome is None]
    assert await codes(db) == stored
    assert len(stored) < 5


async def test_a_file_that_may_not_be_written_says_so_and_can_be_read(file: Path) -> None:
    async with Database.open(f"sqlite+aiosqlite:///file:{file}?mode=ro&uri=true") as db:
        with pytest.raises(StoreError, match="read-only"):
            await db.write(call(upps.put, [Upp("A", "A")]))
        assert await codes(db) == []


async def test_another_process_that_holds_the_lock_is_waited_for(db: Database, file: Path) -> None:
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    writing = asyncio.create_task(db.write(call(upps.put, [Upp("A", "A")])))
    assert await codes(db) == []  # reading goes on, and so does everything else
    assert not writing.done()
    other.execute("COMMIT")
    other.close()
    await writing
    assert await codes(db) == ["A"]


async def test_another_process_that_never_lets_go_is_named(db: Database, file: Path) -> None:
    await pragma(db, "busy_timeout=10")
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="Another process holds the database"):
        await db.write(call(upps.put, [Upp("A", "A")]))
    other.execute("ROLLBACK")
    other.close()
    await db.write(call(upps.put, [Upp("B", "B")]))
    assert await codes(db) == ["B"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none/skm.db", None, "does its folder exist, and may this user"),
        ("skm.db", b"PK\x03\x04 this is a spreadsheet" * 200, "is not an SKM database"),
    ],
)
async def test_a_file_that_cannot_be_opened_says_why(
    tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    if content:
        (tmp_path / name).write_bytes(content)
    for opening in (partial(_open, tmp_path / name), partial(_migrate, tmp_path / name)):
        with pytest.raises(StoreError, match=said):
            await opening()


async def _open(file: Path) -> None:
    async with Database.open(f"sqlite+aiosqlite:///{file}"):
        pass


async def _migrate(file: Path) -> None:
    migrate(f"sqlite+aiosqlite:///{file}")


async def test_a_server_that_is_not_there_says_so_without_its_password() -> None:
    with pytest.raises(StoreError, match="PostgreSQL cannot be reached") as caught:
        async with Database.open("postgresql+asyncpg://skm:hush@127.0.0.1:1/skm"):
            pass
    assert "hush" not in str(caught.value)


async def test_a_mistake_in_one_piece_of_work_is_its_own_and_named(db: Database) -> None:
    async def mistaken(conn: AsyncConnection) -> None:
        await conn.exec_driver_sql("SELECT * FROM nowhere")

    works = [db.write(call(upps.put, [Upp(f"U{n}", "kept")])) for n in range(3)]
    outcomes = await asyncio.gather(db.write(mistaken), *works, return_exceptions=True)
    assert "no such table: nowhere" in str(outcomes[0])
    assert outcomes[1:] == [None] * 3
    assert await codes(db) == ["U0", "U1", "U2"]


async def test_a_write_connection_that_broke_is_replaced_and_its_batch_is_refused_whole(
    db: Database,
) -> None:
    async def break_connection(conn: AsyncConnection) -> None:
        broken = conn.sync_connection
        assert broken
        driver = broken.connection.driver_connection
        assert driver
        driver.close()

    works = [call(upps.put, [Upp("A", "A")]), break_connection, call(upps.put, [Upp("B", "B")])]
    outcomes = await asyncio.gather(*map(db.write, works), return_exceptions=True)
    assert all("nothing was stored" in str(outcome) for outcome in outcomes)
    await db.write(call(upps.put, [Upp("C", "C")]))
    assert await codes(db) == ["C"]


async def test_a_read_connection_that_broke_is_replaced(db: Database) -> None:
    async def break_connection(conn: AsyncConnection) -> None:
        driver = (await conn.get_raw_connection()).driver_connection
        assert driver
        await driver.close()

    await db.write(call(upps.put, [Upp("A", "A")]))
    await db.read(break_connection)
    assert await codes(db) == ["A"]
