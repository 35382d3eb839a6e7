"""Backups, from the operator's side: take one, put one back, prove that one holds everything."""

import asyncio
import secrets
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.console import note, progress, say
from skm.errors import SkmError

if TYPE_CHECKING:
    from datetime import datetime

    from skm.store.backup import Advance
    from skm.store.drill import Drilled

Force = Annotated[bool, typer.Option("--force", help="Replace what is there.")]


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it.")],
    force: Force = False,
) -> None:
    """Write a checked copy of the database, while it is served or not."""
    from bot import operator
    from bot.settings import read_settings
    from skm.store import backup as store
    from skm.store import dump

    url = read_settings().database_url
    with store.in_its_place(file, force=force) as part:
        source = store.file_of(url)
        if source:
            with _bar("Copying") as advance:
                store.copy(source, part, advance)
            whole = asyncio.run(store.check(store.url_of(part)))
            store.alone(part)
        else:
            asyncio.run(dump.dump(url, part))
            whole = True
    asyncio.run(_write_down(url, file.name, operator.now()))
    checked = "it is sound, and its figures follow from its responses" if whole else (
        "it is sound; its figures were not checked, because its schema is an older one"
    )  # fmt: skip
    note(f"Wrote {file} ({operator.size(file):,} bytes): {checked}.")


async def _write_down(url: str, name: str, now: "datetime") -> None:
    """So that doctor and /metrics know when; not into a database of another version."""
    from skm.official import Deed
    from skm.store import log
    from skm.store.database import Database
    from skm.store.migrate import VersionError

    try:
        async with Database.open(url) as db:
            await db.write(lambda conn: log.add(conn, None, Deed.BACKED_UP, name, now))
    except VersionError:
        note("The database is of another version, so the backup stands in no log.")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `skm backup` wrote.")],
    force: Force = False,
) -> None:
    """Put a backup in the place of the database; stop `skm serve` before.

    With --force a SQLite file that is there is kept beside it, under another name.
    """
    from bot import operator
    from bot.settings import read_settings
    from skm.store import backup as store
    from skm.store import dump

    url = read_settings().database_url
    place = store.file_of(url)
    if dump.is_dump(file) is not (place is None):
        raise SkmError(f"{file} is of another kind of database than SKM_DATABASE_URL says.")
    if place is None:
        asyncio.run(dump.restore(url, file, force=force))
    else:
        _put_back(file, place, operator.now(), force=force)
    note(f"The database is that of {file} now: run `skm migrate`, then `skm serve`.")


def _put_back(file: Path, place: Path, now: "datetime", *, force: bool) -> None:
    from skm.store import backup as store

    with store.in_its_place(place, force=force) as part:
        with _bar("Copying") as advance:
            store.copy(file, part, advance)
        asyncio.run(store.check(store.url_of(part)))
        store.alone(part)
        if place.exists():
            store.alone(place)  # fails while somebody uses it
            kept = place.with_name(f"{place.name}.{now:%Y%m%d-%H%M%S}")
            place.replace(kept)
            note(f"The database that was there is {kept} now.")


def drill(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `skm backup` wrote.")],
) -> None:
    """Open a backup in a temporary place and compute every figure anew from its responses.

    Ends with 1 if one differs. A PostgreSQL backup is opened in a database of its own on the server
    of SKM_DATABASE_URL, which is dropped afterwards.
    """
    found = asyncio.run(_drilled(file))
    say(
        f"{found.figures:,} figures were computed anew from {found.responses:,} responses;"
        f" closed periods among them: {found.closed}."
    )
    for sentence in found.differences:
        say(f"differs: {sentence}")
    if found.different:
        note(
            f"{found.different:,} of them differ: do not rely on this file; look into the last one."
        )
        raise typer.Exit(1)
    say("Every one is as it was.")


async def _drilled(file: Path) -> "Drilled":
    from skm.store import drill as store
    from skm.store.database import Database
    from skm.store.migrate import migrate

    async with _opened_aside(file) as url:
        migrate(url)
        with _bar("Computing") as advance:
            async with Database.open(url) as db:
                return await db.read(lambda conn: store.drill(conn, advance))


@asynccontextmanager
async def _opened_aside(file: Path) -> AsyncIterator[str]:
    """The URL of a copy that may be written to and is gone afterwards."""
    from skm.store import backup as store
    from skm.store import dump

    if dump.is_dump(file):
        from bot.settings import read_settings

        async with dump.scratch(read_settings().database_url, secrets.token_hex(4)) as url:
            await dump.restore(url, file)
            yield url
        return
    with tempfile.TemporaryDirectory(prefix="skm-drill-") as folder:
        aside = Path(folder) / "skm.db"
        with _bar("Copying") as advance:
            store.copy(file, aside, advance)
        yield store.url_of(aside)


@contextmanager
def _bar(what: str) -> Iterator["Advance"]:
    """A progress bar that is told how far it is, and of how much."""
    at = 0.0
    with progress(what, total=1000) as advance:

        def to(done: int, total: int) -> None:
            nonlocal at
            reached = 1000 * done / total if total else 1000
            advance(int(reached) - int(at))
            at = reached

        yield to
