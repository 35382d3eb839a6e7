"""Engines for a SQLite file: one for readers and one for the single writer.

Transactions begin explicitly, because the driver would begin one only at the first change, after
what the change depends on was read.
"""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from skm.store.database.errors import store_error

PRAGMAS = (
    "busy_timeout=5000",  # ms to wait for another process that holds the lock
    "journal_mode=WAL",  # readers do not wait for the writer
    "synchronous=FULL",  # a committed transaction is on disk
    "foreign_keys=ON",
    "secure_delete=ON",  # deleted content is overwritten
    "journal_size_limit=67108864",  # bytes: the log shrinks again after a bulk import
)
READ_ONLY = "query_only=ON"
CHECKPOINT_TIMEOUT = 0.2  # seconds

OPTIONS: dict[str, Any] = {
    "hide_parameters": True,  # errors must not quote what respondents wrote
    "pool_reset_on_return": None,  # a transaction is rolled back when its connection is closed
}


def sqlite_engine(url: URL, *, writable: bool = False) -> AsyncEngine:
    """Returns an engine whose connections can only read, unless `writable`."""
    engine = create_async_engine(url, connect_args={"isolation_level": None}, **OPTIONS)
    _configure(engine.sync_engine, writable=writable)
    return engine


def writer_engine(url: URL) -> Engine:
    """Returns a synchronous engine for one connection that writes."""
    engine = create_engine(
        url.set(drivername="sqlite+pysqlite"),
        connect_args={"isolation_level": None, "check_same_thread": False},
        poolclass=NullPool,
        **OPTIONS,
    )
    _configure(engine, writable=True)
    return engine


def _configure(engine: Engine, *, writable: bool) -> None:
    pragmas = PRAGMAS if writable else (*PRAGMAS, READ_ONLY)
    begin = "BEGIN IMMEDIATE" if writable else "BEGIN"

    def create_file(*_: object) -> None:
        with suppress(OSError):  # it exists, or connecting raises the better error
            Path(engine.url.database or "").touch(mode=0o600, exist_ok=False)
        _connect(engine.url).close()  # raises here: aiosqlite reports it to an ended event loop

    def set_pragmas(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def begin_transaction(conn: Connection) -> None:
        conn.exec_driver_sql(begin)

    event.listen(engine, "do_connect", create_file)
    event.listen(engine, "connect", set_pragmas)
    event.listen(engine, "begin", begin_transaction)


def truncate_log(url: URL) -> bool:
    """Moves the write-ahead log into the database file and truncates it. Raises StoreError.

    Returns False if a reader or another process was in the way for CHECKPOINT_TIMEOUT.
    """
    try:
        with closing(_connect(url, timeout=CHECKPOINT_TIMEOUT)) as db:
            [busy, *_] = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as error:
        raise store_error(str(error)) from None
    return not busy


def rewrite_file(url: URL) -> None:
    """Writes the database file anew, without the pages that are free, and empties its log.

    Raises StoreError, also while another process has the file open.
    """
    try:
        with closing(_connect(url, isolation_level=None)) as db:
            db.execute("VACUUM")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        raise store_error(str(error)) from None


def _connect(url: URL, **options: Any) -> sqlite3.Connection:
    [file], from_url = url.get_dialect()().create_connect_args(url)
    connection: sqlite3.Connection = sqlite3.connect(file, **from_url, **options)
    return connection
