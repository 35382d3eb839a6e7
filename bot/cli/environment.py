"""What commands work with: settings, database, the unit or collector named, the output file."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

import typer

from bot.cli.terminal_output import note
from bot.messaging.catalog import Catalog
from bot.running.settings import Settings, read_settings
from skm.errors import PeriodError, SkmError
from skm.instansi.collector import Collector
from skm.instansi.find_upp import find
from skm.instansi.official import AuditEvent
from skm.instansi.period import Period
from skm.instansi.typed_period import parse_period
from skm.instansi.upp import Upp
from skm.store.database.database import Database
from skm.store.database.private_files import only_ours
from skm.store.officials import audit_log
from skm.store.survey import collectors, upps
from skm.survey.instrument import Instrument

T = TypeVar("T")


def now() -> datetime:
    """The current time in UTC."""
    return datetime.now(UTC)


def today(settings: Settings) -> date:
    """The local day of the instansi."""
    return now().astimezone(settings.zone).date()


def on_database(work: Callable[[Settings, Database], Awaitable[T]]) -> T:
    """Opens the database of the settings, runs `work` and returns its result."""
    settings = read_settings()

    async def run() -> T:
        async with Database.open(settings.database_url) as db:
            return await work(settings, db)

    return asyncio.run(run())


async def record(db: Database, event: AuditEvent, about: str) -> None:
    """Adds an entry of the operator to the audit log, where no transaction has it with a change."""
    at = now()
    await db.write(lambda conn: audit_log.add(conn, None, event, about, at))


def instrument_of(settings: Settings) -> Instrument:
    """The instrument in the file that SKM_INSTRUMENT names."""
    return Instrument.parse(settings.instrument.read_text(encoding="utf-8"))


def find_period(text: str) -> Period:
    """The period of a code (2026-Q4) or of words ("tw4 2026"); raises PeriodError."""
    try:
        return Period.parse(text)
    except PeriodError:
        return parse_period(text, Catalog.load().vocabulary.periods)


def begun(period: Period, settings: Settings) -> Period:
    """The period; raises SkmError for one that has not begun."""
    if period.start > today(settings):
        raise SkmError(f"{period} has not begun: ask for a period that is running or over.")
    return period


async def find_unit(db: Database, text: str) -> Upp:
    """The unit with this code, name or unique part of a name; raises SkmError otherwise."""
    return find(text, await db.read(upps.listed))


async def find_collector(db: Database, code: str) -> tuple[Collector, Upp]:
    """The collector with this code and its unit; raises SkmError for an unknown code."""
    found = await db.read(lambda conn: collectors.by_code(conn, code))
    if found is None:
        raise SkmError(f"No collector has the code {code}: see `skm collector list`.")
    return found


def known_language(catalog: Catalog, code: str) -> str:
    """The same code; raises SkmError if there is no locale of that name."""
    if code not in catalog.languages:
        languages = ", ".join(catalog.languages)
        raise SkmError(f"There is no language {code}: choose one of {languages}.")
    return code


def exposed(advice: str) -> SkmError:
    """The error for a secret in the arguments of a command. `advice`: where it goes instead."""
    return SkmError(f"Everybody on this machine can read the arguments of a command: {advice}.")


def suffix_of(path: Path, *allowed: str) -> str:
    """The file name's suffix, lower case without the dot; raises BadParameter if not allowed."""
    suffix = path.suffix.lower().lstrip(".")
    if suffix not in allowed:
        raise typer.BadParameter(f"{path} must end with .{' or .'.join(allowed)}.")
    return suffix


def write_file(path: Path, content: bytes) -> None:
    """Writes the file, with mode 0600, completely or not at all; raises SkmError if that fails."""
    part = path.with_name(f"{path.name}.part")
    try:
        with open(part, "wb", opener=only_ours) as file:
            file.write(content)
        part.replace(path)
    except OSError as error:
        raise SkmError(f"{path} cannot be written: {error.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)


def file_size(path: Path) -> int:
    """The size in bytes; 0 if there is no such file, which is reported when it is opened."""
    return path.stat().st_size if path.is_file() else 0


def warn_if_local(settings: Settings) -> None:
    """Prints a warning if printed links would lead to this machine only."""
    if not settings.public_url:
        note(f"SKM_PUBLIC_URL is not set: this leads to {settings.base_url}, on this machine only.")
