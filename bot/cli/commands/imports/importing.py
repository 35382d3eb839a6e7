"""An import on the command line: look, say everything that was found, then store or refuse.

Without a terminal nothing is asked: what a person must decide ends with exit code 1, nothing is
stored, and the message names the option that decides it.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import NoReturn

import typer

from bot.cli.environment import find_period, find_unit, instrument_of, known_language, now
from bot.cli.rich_output import progress
from bot.cli.terminal_output import note, say
from bot.messaging.catalog import Catalog
from bot.request.intake import context
from bot.running.settings import Settings
from bot.words.intake import IntakeWording
from skm.errors import SkmError
from skm.files.read import read
from skm.instansi.period import PeriodKind
from skm.intake.choices import Choices
from skm.intake.remark import IntakeError, Remark, RemarkKind
from skm.intake.table.grid import SourceFile
from skm.store.database.database import Database
from skm.store.intake import look
from skm.store.intake.look import Bringer, Looked
from skm.store.survey import upps


class Similar(StrEnum):
    """What becomes of rows that look like ones of an earlier batch."""

    KEEP = "keep"
    SKIP = "skip"


@dataclass(frozen=True)
class ImportOptions:
    """What the options of an import ask for. `similar`: None if it was not said."""

    file: Path
    choices: Choices
    mapping: str = ""
    preview: bool = False
    skip_bad: bool = False
    similar: Similar | None = None
    again: bool = False
    language: str = ""


def day_of(text: str) -> date:
    """The day of an option; raises SkmError."""
    period = find_period(text)
    if period.kind is not PeriodKind.DAY:
        raise SkmError(f"--date {text} is no day: write 2026-11-24.")
    return period.start


async def import_responses(settings: Settings, db: Database, wanted: ImportOptions) -> None:
    """Raises Exit(1) if nothing was stored that should have been."""
    words = await wording(settings, db, wanted.language)
    try:
        looked = await _look(settings, db, wanted, words.catalog)
    except IntakeError as error:
        refuse(words, words.remarks(error.remarks))
    if wanted.preview:
        for line in words.preview(wanted.file.name, looked.preview):
            say(line)
        return
    for line in words.remarks(_told(looked, wanted)):
        note(line)
    _check(looked, wanted, words)
    if looked.good_left(skip_similar=wanted.similar is Similar.SKIP):
        await _store(db, looked, wanted, words)
    else:
        say(words.say("nothing"))


async def wording(settings: Settings, db: Database, language: str) -> IntakeWording:
    """The words for what was found, in a language; raises SkmError for an unknown one."""
    catalog = Catalog.load(settings.locales)
    names = {unit.code: unit.name for unit in await db.read(upps.listed)}
    chosen = known_language(catalog, language or settings.language)
    return IntakeWording(catalog, chosen, instrument_of(settings), names)


async def _look(
    settings: Settings, db: Database, wanted: ImportOptions, catalog: Catalog
) -> Looked:
    choices = wanted.choices
    if choices.unit is not None:
        choices = replace(choices, unit=(await find_unit(db, choices.unit)).code)
    units = await db.read(upps.listed)
    given = context(catalog, instrument_of(settings), units, settings.zone, now())
    bringer = Bringer(None, choices.unit or "", wanted.mapping, settings.keys)
    file = read_file(wanted.file)
    with progress("Reading", total=sum(len(grid.rows) for grid in file.grids)) as advance:
        return await look.look(db, file, given, choices, bringer, advance)


def read_file(path: Path) -> SourceFile:
    """Raises SkmError for a file that cannot be opened, IntakeError for one that is no table."""
    try:
        return read(path.read_bytes(), path.name)
    except OSError as error:
        raise SkmError(f"{path} cannot be read: {error.strerror}.") from None


def _told(looked: Looked, wanted: ImportOptions) -> list[Remark]:
    """The remarks, as the options make them."""
    found = []
    for remark in looked.preview.remarks:
        if remark.kind is RemarkKind.SAME_FILE and wanted.again:
            continue
        if remark.kind is RemarkKind.SIMILAR and wanted.similar is Similar.SKIP:
            remark = replace(remark, kind=RemarkKind.SIMILAR_SKIPPED)
        found.append(remark)
    return found


def refuse(words: IntakeWording, lines: Sequence[str] = ()) -> NoReturn:
    """Prints what is wrong and that nothing was stored; raises Exit(1)."""
    for line in lines:
        note(line)
    note(words.say("nothing"))
    raise typer.Exit(1)


def _check(looked: Looked, wanted: ImportOptions, words: IntakeWording) -> None:
    """Raises Exit: with 0 for a file that is stored already, with 1 if something is open."""
    if looked.is_same_file and not wanted.again:
        raise typer.Exit
    if looked.preview.questions:
        refuse(words)
    if looked.preview.bad and not wanted.skip_bad:
        note(words.say("nothing"))
        note(words.say("skip_bad"))
        raise typer.Exit(1)
    asks = RemarkKind.SIMILAR in {remark.kind for remark in looked.preview.remarks}
    if asks and wanted.similar is None and sys.stdin.isatty():
        typer.confirm(words.say("similar_sure"), abort=True)


async def _store(db: Database, looked: Looked, wanted: ImportOptions, words: IntakeWording) -> None:
    with progress("Storing", total=looked.preview.good) as advance:
        batch = await look.store(
            db, looked, skip_similar=wanted.similar is Similar.SKIP, advance=advance
        )
    say(words.stored(batch))
    if looked.preview.bad:
        say(words.moves(looked.preview))
