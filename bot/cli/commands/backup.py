"""Backups: write one, restore one, prove that one holds everything."""

import asyncio
import secrets
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.environment import file_size, now, record
from bot.cli.lazy_group import command_group
from bot.cli.rich_output import progress
from bot.cli.terminal_output import note, say
from bot.running.settings import read_settings
from skm.errors import SkmError
from skm.instansi.official import AuditEvent
from skm.store.database.database import Database, StoreError
from skm.store.database.migrate import VersionError, migrate
from skm.store.upkeep import deletions, postgres_backup, recompute
from skm.store.upkeep import sqlite_backup as sqlite
from skm.store.upkeep.sqlite_backup import PagesLeft

Force = Annotated[bool, typer.Option("--force", help="Replace what exists.")]
BackupFile = Annotated[Path, typer.Argument(metavar="FILE", help="Written by `skm backup`.")]

app = command_group()


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it.")],
    force: Force = False,
) -> None:
    """Write a checked copy of the database, also while served."""
    url = read_settings().database_url
    with sqlite.in_its_place(file, force=force) as part:
        source = sqlite.file_of(url)
        if source:
            with _page_progress("Copying") as advance:
                sqlite.copy(source, part, advance)
            figures_checked = asyncio.run(sqlite.check(sqlite.url_of(part)))
            sqlite.alone(part)
        else:
            asyncio.run(postgres_backup.dump(url, part))
            figures_checked = True
    deletions.add_to_list(file, asyncio.run(deletions.of_database(url)))
    asyncio.run(_record(url, AuditEvent.BACKED_UP, file.name))
    checked = "its figures were recomputed from its responses" if figures_checked else (
        "its figures were not checked, because its schema is an older one"
    )  # fmt: skip
    note(f"Wrote {file} ({file_size(file):,} bytes). It is readable, and {checked}.")


async def _record(url: str, event: AuditEvent, name: str) -> None:
    """Adds an entry to the audit log; `skm doctor` and /metrics read the last backup from it.

    A database of another version is not written to.
    """
    try:
        async with Database.open(url) as db:
            await record(db, event, name)
    except VersionError:
        note("The database has another version, so this is not in the audit log.")


@app.command()
def restore(file: BackupFile, force: Force = False) -> None:
    """Replace the database with a backup; stop `skm serve` first.

    With --force an existing SQLite file is kept under another name in the same folder. Surveys that
    were deleted since are deleted again, as far as the database or the list beside the backup says
    so.
    """
    url = read_settings().database_url
    target = sqlite.file_of(url)
    if postgres_backup.is_dump(file) is not (target is None):
        raise SkmError(f"{file} is not a backup of the kind of database in SKM_DATABASE_URL.")
    deleted = deletions.listed(file) | _deleted_in(url, target)
    if target is None:
        asyncio.run(postgres_backup.restore(url, file, force=force))
        again = _delete_again(url, deleted)
    else:
        again = _restore_sqlite(file, target, deleted, now(), force=force)
    without = f", without {again} that were deleted since" if again else ""
    asyncio.run(_record(url, AuditEvent.RESTORED, file.name))
    note(f"The database now holds the content of {file}{without}: start `skm serve`.")


def _deleted_in(url: str, target: Path | None) -> set[str]:
    """What was deleted according to the present database, if it can be read."""
    if target and not target.exists():
        return set()
    try:
        return asyncio.run(deletions.of_database(url))
    except StoreError as error:
        note(f"The present database does not say what was deleted ({error})")
        return set()


def _delete_again(url: str, digests: set[str]) -> int:
    """Brings a restored database up to date and deletes surveys in it; returns how many."""
    migrate(url)

    async def run() -> int:
        async with Database.open(url) as db:
            return await db.write(lambda conn: deletions.replay(conn, digests))

    return asyncio.run(run())


def _restore_sqlite(
    file: Path, target: Path, deleted: set[str], now: datetime, *, force: bool
) -> int:
    """Returns how many surveys were deleted again."""
    with sqlite.in_its_place(target, force=force) as part:
        with _page_progress("Copying") as advance:
            sqlite.copy(file, part, advance)
        asyncio.run(sqlite.check(sqlite.url_of(part)))
        again = _delete_again(sqlite.url_of(part), deleted)
        sqlite.alone(part)
        if target.exists():
            sqlite.alone(target)  # raises if another process has it open
            kept = target.with_name(f"{target.name}.{now:%Y%m%d-%H%M%S}")
            target.replace(kept)
            note(f"The previous database was renamed to {kept}: delete it once this one serves.")
    return again


@app.command()
def drill(file: BackupFile) -> None:
    """Prove a backup: recompute every figure from its responses.

    The backup is opened in a temporary place; the command ends with 1 if a figure differs. A
    PostgreSQL backup is restored into a database of its own on the server of SKM_DATABASE_URL,
    which is dropped afterwards.
    """
    found = asyncio.run(_drilled(file))
    say(
        f"{found.figures:,} figures were recomputed from {found.responses:,} responses"
        f" (closed periods: {found.closed})."
    )
    for sentence in found.differences:
        say(f"differs: {sentence}")
    if found.different:
        note(f"{found.different:,} of them differ: do not rely on this file; try an older one.")
        raise typer.Exit(1)
    say("All of them are equal.")


async def _drilled(file: Path) -> recompute.DrillResult:
    async with _temporary_copy(file) as url:
        migrate(url)
        with _page_progress("Computing") as advance:
            async with Database.open(url) as db:
                return await db.read(lambda conn: recompute.drill(conn, advance))


@asynccontextmanager
async def _temporary_copy(file: Path) -> AsyncIterator[str]:
    """The URL of a writable copy of the backup, which is deleted afterwards."""
    if postgres_backup.is_dump(file):
        server = read_settings().database_url
        async with postgres_backup.scratch(server, secrets.token_hex(4)) as url:
            await postgres_backup.restore(url, file)
            yield url
        return
    with tempfile.TemporaryDirectory(prefix="skm-drill-") as folder:
        copy = Path(folder) / "skm.db"
        with _page_progress("Copying") as advance:
            sqlite.copy(file, copy, advance)
        yield sqlite.url_of(copy)


@contextmanager
def _page_progress(what: str) -> Iterator[PagesLeft]:
    """A progress bar; yields a function that takes (done, total)."""
    shown = 0
    with progress(what, total=1000) as advance:

        def show(done: int, total: int) -> None:
            nonlocal shown
            permille = 1000 * done // total if total else 1000
            advance(permille - shown)
            shown = permille

        yield show
