"""SQLite behind SQLAlchemy: durable commits, real transactions, few trips to a thread.

aiosqlite runs a connection on a thread of its own. SQLAlchemy asks it four times for a SELECT
(cursor, execute, fetchall, close), and each trip costs more than the statement itself. The cursor
here makes it one: the first rows come back with the statement, closing needs no trip. The writer's
statements touch a few rows each and take none at all, nor a greenlet: they run where they are asked
for, on a cursor of sqlite3's own. Only what may take long waits on the thread: BEGIN for another
process, COMMIT for the disk, and many rows at a time.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import aiosqlite
from sqlalchemy import URL, Connection, CursorResult, event
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.util.concurrency import await_

FEW = 32  # rows that are written without a trip to the thread
FIRST = 512  # rows that come with the statement; a stream fetches the others as they are asked for

PRAGMAS = (
    "busy_timeout=5000",  # ms that another process may hold the lock
    "journal_mode=WAL",  # readers beside the writer
    "synchronous=FULL",  # what is committed is on disk
    "foreign_keys=ON",
    "secure_delete=ON",  # what a citizen takes back is overwritten, not only unlinked
    "journal_size_limit=67108864",  # a bulk import does not leave its log lying about
    "query_only=ON",  # until it is made one that writes
)

OPTIONS: dict[str, Any] = {
    "hide_parameters": True,  # what people said stands in no log
    "pool_reset_on_return": None,  # a transaction that was left is rolled back as it is
}


def sqlite_engine(url: URL) -> AsyncEngine:
    """Its connections only read, but for those that `for_writing` was called on."""
    file, given = url.get_dialect()().create_connect_args(url)
    options: dict[str, Any] = {**given, "isolation_level": None, "check_same_thread": False}

    def connect() -> sqlite3.Connection:
        with suppress(OSError):  # it is there, or SQLite says better why it cannot be
            Path(url.database or "").touch(mode=0o600, exist_ok=False)  # nobody else reads it
        db: sqlite3.Connection = sqlite3.connect(file[0], **options)
        for pragma in PRAGMAS:
            db.execute(f"PRAGMA {pragma}").close()
        return db

    async def connected() -> Any:
        connection = _Connection(connect, FIRST)
        connection._thread.daemon = True  # a process that is told to stop need not wait for it
        try:
            return await connection
        except sqlite3.Error:
            await asyncio.to_thread(connection._thread.join)  # it reports to a loop that still runs
            raise

    engine = create_async_engine(url, **OPTIONS)
    event.listen(
        engine.sync_engine,
        "do_connect",
        lambda dialect, record, args, options: _Adapted(dialect.dbapi, await_(connected())),
    )
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _begin(conn: Connection) -> None:
    """Said by us: the driver would begin at the first change only, too late for what was read."""
    writing = conn.get_execution_options().get("writing")
    conn.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


async def for_writing(conn: AsyncConnection) -> None:
    """Make it one that writes (others cannot): its transactions take the lock from their BEGIN."""
    await conn.execution_options(writing=True)
    driver = (await conn.get_raw_connection()).driver_connection
    if isinstance(driver, _Connection):
        await (await driver.execute("PRAGMA query_only=OFF")).close()


async def hurried(conn: AsyncConnection) -> "Writing":
    """The same connection for the one writer of a SQLite database."""
    await for_writing(conn)
    driver: Any = (await conn.get_raw_connection()).driver_connection
    driver.hurried = True
    return Writing(conn.engine, conn.sync_connection)


class Writing(AsyncConnection):
    """A connection whose statements run where they are asked for; many rows go to its thread."""

    async def execute(
        self, statement: Any, parameters: Any = None, *, execution_options: Any = None
    ) -> CursorResult[Any]:
        def run(conn: Connection) -> CursorResult[Any]:
            return conn.execute(statement, parameters, execution_options=execution_options)

        if isinstance(parameters, list) and len(parameters) > FEW:
            return await self.run_sync(run)
        assert self.sync_connection
        return run(self.sync_connection)

    async def exec_driver_sql(
        self, statement: str, parameters: Any = None, execution_options: Any = None
    ) -> CursorResult[Any]:
        assert self.sync_connection
        return self.sync_connection.exec_driver_sql(statement, parameters, execution_options)


async def empty_log(conn: AsyncConnection) -> bool:
    """Move what is in the write-ahead log into the database file and cut the log to nothing.

    False where a reader or another process is in the way; nobody waits for long.
    """
    driver: Any = (await conn.get_raw_connection()).driver_connection
    await (await driver.execute("PRAGMA busy_timeout=200")).close()
    [[busy, *_]] = await driver.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
    await (await driver.execute(f"PRAGMA {PRAGMAS[0]}")).close()
    return not busy


class _Connection(aiosqlite.Connection):
    hurried = False

    def cursor(self) -> Any:
        return _Cursor(self)


class _Adapted(AsyncAdapt_aiosqlite_connection):
    """What SQLAlchemy takes for the connection."""

    def cursor(self, server_side: bool = False) -> Any:
        driver: Any = self._connection
        if driver.hurried and not server_side:
            return _Direct(driver._conn, driver._execute)
        return super().cursor(server_side)


class _Direct(sqlite3.Cursor):
    """sqlite3's own cursor, but for what may take long; `run` does that on the thread."""

    def __init__(self, connection: sqlite3.Connection, run: Any) -> None:
        super().__init__(connection)
        self._run = run

    def execute(self, sql: str, parameters: Any = ()) -> Self:
        if sql.startswith("BEGIN"):
            await_(self._run(super().execute, sql, parameters))
            return self
        return super().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Any) -> Self:
        if len(parameters) > FEW:
            await_(self._run(super().executemany, sql, parameters))
            return self
        return super().executemany(sql, parameters)


class _Cursor:
    """What SQLAlchemy asks of a driver's cursor."""

    arraysize = 1

    def __init__(self, connection: _Connection) -> None:
        self._db = connection
        self._call: Any = connection._execute  # on the connection's thread
        self._rows: deque[Any] = deque()
        self._more: sqlite3.Cursor | None = None
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> "_Cursor":
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        await self._call(self._run, sql, parameters)

    def _run(self, sql: str, parameters: Sequence[Any]) -> None:
        cursor = self._db._conn.execute(sql, parameters)
        self.description = cursor.description
        self._take(cursor, FIRST)
        self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid

    def _take(self, cursor: sqlite3.Cursor, size: int) -> None:
        """Up to that many rows; a cursor that has no more is closed, so that it holds no lock."""
        rows = cursor.fetchmany(size)
        self._rows.extend(rows)
        self._more = cursor if len(rows) == size else None
        if self._more is None:
            cursor.close()

    async def executemany(self, sql: str, parameters: Iterable[Sequence[Any]]) -> None:
        cursor = await self._call(self._db._conn.executemany, sql, parameters)
        self.rowcount = cursor.rowcount

    async def fetchone(self) -> Any:
        rows = await self.fetchmany(1)
        return rows[0] if rows else None

    async def fetchmany(self, size: int = 1) -> list[Any]:
        if self._more and len(self._rows) < size:
            await self._call(self._take, self._more, max(size, FIRST))
        return [self._rows.popleft() for _ in range(min(size, len(self._rows)))]

    async def fetchall(self) -> Iterable[Any]:
        if self._more:
            self._rows.extend(await self._call(self._more.fetchall))
            await self.close()
        rows, self._rows = self._rows, deque()
        return rows

    async def close(self) -> None:
        if self._more:
            await self._call(self._more.close)
            self._more = None
