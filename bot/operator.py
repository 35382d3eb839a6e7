"""What an operator's commands stand on: the settings, the database, a unit, a file."""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import typer

from bot.catalog import Catalog
from bot.console import note
from bot.settings import Settings, read_settings
from skm.errors import SkmError
from skm.instrument import Instrument
from skm.lookup import find
from skm.store import collectors, upps
from skm.store.database import Database
from skm.upp import Collector, Upp

T = TypeVar("T")


def now() -> datetime:
    """The time at which a command was given."""
    return datetime.now(UTC)


def on_database(work: Callable[[Settings, Database], Awaitable[T]]) -> T:
    """Run a command's work with the settings of this process and their database."""
    settings = read_settings()

    async def run() -> T:
        async with Database.open(settings.database_url) as db:
            return await work(settings, db)

    return asyncio.run(run())


def instrument_of(settings: Settings) -> Instrument:
    """The questionnaire that is asked."""
    return Instrument.parse(settings.instrument.read_text(encoding="utf-8"))


async def unit(db: Database, text: str) -> Upp:
    """The unit that is meant by a code, a name or a part of one; SkmError if it is not clear."""
    return find(text, await db.read(upps.listed))


async def way_in(db: Database, code: str) -> tuple[Collector, Upp]:
    """The collector of a code, with its unit; SkmError for an unknown one."""
    found = await db.read(lambda conn: collectors.by_code(conn, code))
    if found is None:
        raise SkmError(f"No collector has the code {code}: see `skm collector list`.")
    return found


def suffix_of(path: Path, *allowed: str) -> str:
    """Which of the allowed formats a file's name asks for; wrong usage if none."""
    suffix = path.suffix.lower().lstrip(".")
    if suffix not in allowed:
        raise typer.BadParameter(f"{path} must end with .{' or .'.join(allowed)}.")
    return suffix


def language_of(catalog: Catalog, said: str) -> str:
    """The language that was asked for; SkmError if we do not speak it."""
    if said not in catalog.languages:
        languages = ", ".join(catalog.languages)
        raise SkmError(f"There is no language {said}: choose one of {languages}.")
    return said


def write(path: Path, content: bytes) -> None:
    """Write a file for the operator, whole or not at all; SkmError if it cannot be."""
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise SkmError(f"{path} cannot be written: {error.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)


def check_port(settings: Settings) -> None:
    """SkmError if the address is taken, before anything else is begun."""
    try:
        with socket.create_server((settings.http_host, settings.http_port)):
            pass
    except OSError as error:
        where, why = f"{settings.http_host}:{settings.http_port}", os.strerror(error.errno or 0)
        raise SkmError(f"{where} cannot be used ({why}): choose another SKM_HTTP_PORT.") from None


def size(path: Path) -> int:
    """Bytes of a file; 0 where there is none, which whoever opens it tells."""
    return path.stat().st_size if path.is_file() else 0


def warn_if_local(settings: Settings) -> None:
    """A printed QR that leads to this machine helps nobody."""
    if not settings.public_url:
        note(f"SKM_PUBLIC_URL is not set: this leads to {settings.base_url}, on this machine only.")
