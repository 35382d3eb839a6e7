"""A copy of a SQLite database that can be relied on: one state of it, checked, in one file.

It is taken while others write. A transaction holds that state still, so that nothing that is
written meanwhile makes the copy begin anew (which SQLite's backup does otherwise).
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
from skm.store import rollup
from skm.store.engine import engine_for
from skm.store.failure import TROUBLE, advised, told
from skm.store.migrate import VersionError, check_version, refuse_newer

PAGES = 2048  # that are copied between two looks at the progress
BESIDE = ("-wal", "-shm", "-journal")

Advance = Callable[[int, int], None]
"""Hears how far it is: pages or steps done, and of how many."""


class BackupError(SkmError):
    """A backup that cannot be made, trusted or put back, and what to do."""


def file_of(url: str) -> Path | None:
    """The file of a SQLite database, None for another."""
    return Path(make_url(url).database or "") if url.startswith("sqlite") else None


def url_of(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


@contextmanager
def in_its_place(file: Path, *, force: bool) -> Iterator[Path]:
    """A new file beside it that only we may read, and that takes its name if all goes well."""
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
    """What is not on the disk yet is written there."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def copy(source: Path, target: Path, advance: Advance) -> None:
    """Everything that was committed when it began. Raises SkmError."""
    if not source.is_file():
        raise BackupError(f"{source} is not there: check SKM_DATABASE_URL and the file's name.")
    try:
        with closing(sqlite3.connect(source)) as db, closing(sqlite3.connect(target)) as new:
            db.execute("PRAGMA busy_timeout=5000")
            db.execute("BEGIN")
            db.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # this state, from here on
            db.backup(
                new,
                pages=PAGES,
                progress=lambda status, left, total: advance(total - left, total),
            )
    except sqlite3.Error as error:
        if "file is not a database" in str(error):
            raise BackupError(
                f"{source} is not a database of ours: give what `skm backup` wrote."
            ) from None
        raise advised(str(error)) from None


def alone(file: Path) -> None:
    """Make it one file, without a log beside it; SkmError while another process has it open."""
    try:
        with closing(sqlite3.connect(file, isolation_level=None)) as db:
            db.execute("PRAGMA busy_timeout=1000")
            [mode] = db.execute("PRAGMA journal_mode=DELETE").fetchone()
    except sqlite3.Error as error:
        raise advised(str(error)) from None
    if mode != "delete":
        raise BackupError("The database is in use: stop `skm serve` first.")


async def check(url: str) -> bool:
    """Whether a database is sound; raises SkmError if not, with what to do. False: its schema is
    older than this code's, so its figures were not checked against its responses.
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
    except TROUBLE as error:
        raise told(error) from None
    finally:
        await engine.dispose()
    return True


async def _sound(conn: AsyncConnection) -> None:
    if conn.dialect.name == "sqlite":
        said = await conn.scalar(text("PRAGMA integrity_check(1)"))
        if said != "ok":
            raise BackupError(f"The copy is damaged ({said}): check the disk, and copy again.")


async def _adds_up(conn: AsyncConnection) -> None:
    wrong = await rollup.check(conn)
    if wrong:
        raise BackupError(
            f"{wrong} rows of the rollup do not follow from the responses: `skm recount` puts them"
            " right."
        )
