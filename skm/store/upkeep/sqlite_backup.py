"""Copies a SQLite database into one file and checks the copy.

Others may write meanwhile. The copy is made in a read transaction, because SQLite's backup starts
again after each change that it can see.
"""

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.errors import SkmError
from skm.store.database.engine import engine_for
from skm.store.database.errors import DRIVER_ERRORS, as_store_error, store_error
from skm.store.database.migrate import VersionError, check_version, refuse_newer
from skm.store.survey import rollup

PAGES = 2048  # pages that are copied between two reports of the progress
BESIDE = ("-wal", "-shm", "-journal")

PagesLeft = Callable[[int, int], None]
"""Called with the pages or steps that are done and their total."""


class BackupError(SkmError):
    """A backup cannot be made, verified or restored; the text says what to do."""


def file_of(url: str) -> Path | None:
    """The file of a SQLite database, None for another."""
    return Path(make_url(url).database or "") if url.startswith("sqlite") else None


def url_of(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


@contextmanager
def in_its_place(file: Path, *, force: bool) -> Iterator[Path]:
    """Yields a new file beside it with mode 0600, which replaces it if the block does not raise."""
    if file.is_dir():
        raise BackupError(f"{file} is a folder: name a file in it, such as {file / 'skm.backup'}.")
    if file.exists() and not force:
        raise BackupError(f"{file} is there already: choose another name, or add --force.")
    try:
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f"{file.name}.", suffix=".part")
    except OSError as error:
        raise BackupError(f"{file} cannot be written: {error.strerror}.") from None
    os.close(handle)
    part = Path(name)
    try:
        yield part
        _on_disk(part)
        part.replace(file)
        _on_disk(file.parent)
    finally:
        for left in (part, *(part.with_name(part.name + end) for end in BESIDE)):
            left.unlink(missing_ok=True)


def _on_disk(path: Path) -> None:
    """Flushes a file or folder to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def copy(source: Path, target: Path, advance: PagesLeft) -> None:
    """Copies what was committed when it began. Raises SkmError."""
    if not source.is_file():
        raise BackupError(f"{source} is not there: check SKM_DATABASE_URL and the file's name.")
    try:
        with closing(sqlite3.connect(source)) as db, closing(sqlite3.connect(target)) as new:
            db.execute("PRAGMA busy_timeout=5000")
            db.execute("BEGIN")
            db.execute(
                "SELECT count(*) FROM sqlite_schema"
            ).fetchone()  # begins the read transaction
            db.backup(
                new,
                pages=PAGES,
                progress=lambda status, left, total: advance(total - left, total),
            )
    except sqlite3.Error as error:
        if "file is not a database" in str(error):
            raise BackupError(
                f"{source} is no database: name a file that `skm backup` wrote."
            ) from None
        raise store_error(str(error)) from None


def alone(file: Path) -> None:
    """Merges the write-ahead log into the file. Raises SkmError while another process uses it."""
    try:
        with closing(sqlite3.connect(file, isolation_level=None)) as db:
            db.execute("PRAGMA busy_timeout=1000")
            [mode] = db.execute("PRAGMA journal_mode=DELETE").fetchone()
    except sqlite3.Error as error:
        raise store_error(str(error)) from None
    if mode != "delete":
        raise BackupError("The database is in use: stop `skm serve` first.")


async def check(url: str) -> bool:
    """Checks a database and raises SkmError if it is damaged. Returns False if its schema is older
    than this code's, so that its figures could not be compared with its responses.
    """
    engine = engine_for(url)
    try:
        async with engine.connect() as conn:
            await _sound(conn)
            await conn.run_sync(refuse_newer)
            try:
                await conn.run_sync(check_version)
            except VersionError:
                return False
            await _adds_up(conn)
    except DRIVER_ERRORS as error:
        raise as_store_error(error) from None
    finally:
        await engine.dispose()
    return True


async def _sound(conn: AsyncConnection) -> None:
    if conn.dialect.name == "sqlite":
        said = await conn.scalar(text("PRAGMA integrity_check(1)"))
        if said != "ok":
            raise BackupError(f"The copy is damaged ({said}): check the disk, and copy again.")


async def _adds_up(conn: AsyncConnection) -> None:
    wrong = await rollup.count_differences(conn)
    if wrong:
        raise BackupError(
            f"{wrong} rows of the rollup do not follow from the responses: `skm recount` corrects"
            " them."
        )
