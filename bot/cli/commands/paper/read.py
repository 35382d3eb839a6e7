"""`skm paper read` and what follows: answers about forms that are not clear."""

import asyncio
import sys
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.environment import instrument_of, now, on_database, write_file
from bot.cli.rich_output import progress
from bot.cli.terminal_output import note, say
from bot.messaging.catalog import Catalog
from bot.paper.questions import PaperQuestions
from bot.paper.reading import TakenForm, take_in
from bot.running.settings import Settings
from skm.errors import SkmError
from skm.paper.sheet import PaperSheet, options_of
from skm.store.database.database import Database
from skm.store.paper import batches, sheets
from skm.survey.instrument import Instrument

LEAVE_OUT = "out"

Files = Annotated[
    list[Path],
    typer.Argument(metavar="FILES", help="Photos (JPEG, PNG, HEIC) and scans (PDF)."),
]


def read_forms(
    files: Files,
    day: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="On which they were filled in; default: today."),
    ] = None,
    crops: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Write what is asked as pictures.")
    ] = None,
) -> None:
    """Read photos of paper forms: store the clear ones, ask about the others."""
    contents = [(path, content_of(path)) for path in files]

    async def run(settings: Settings, db: Database) -> int:
        instrument, moment = instrument_of(settings), now()
        today = moment.astimezone(settings.zone).date()
        if day and day.date() > today:
            raise SkmError(f"{day.date()} is in the future: give the day of the forms.")
        counted = day.date() if day else today
        batch = await db.write(lambda conn: batches.begin(conn, None, counted, moment))
        words = PaperQuestions(Catalog.load(settings.locales), instrument, "en")
        with progress("Reading", total=len(files)) as advance:
            for path, content in contents:
                found = await take_in(db, content, instrument, batch, None, moment)
                for why in words.not_taken(found):
                    note(f"{path}: {why}")
                for one in found:
                    if crops and isinstance(one, TakenForm):
                        _write(crops, one)
                advance(1)
        if await db.write(lambda conn: batches.drop_empty(conn, batch)):
            raise SkmError("No form was read.")
        if sys.stdin.isatty():
            await _ask(db, batch, words)
        return await _save(db, settings, batch)

    if on_database(run):
        raise typer.Exit(1)


def answer(
    form: Annotated[int, typer.Argument(metavar="FORM", help="The number that `read` printed.")],
    item: Annotated[str, typer.Argument(metavar="ITEM", help="U1 to U9, age, … or serial.")],
    given: Annotated[
        str,
        typer.Argument(metavar="ANSWER", help="a to d, an option, - or yes; out: leave it out."),
    ],
) -> None:
    """Answer what is asked about a form that waits; it is stored when nothing is open."""

    async def run(settings: Settings, db: Database) -> int:
        instrument = instrument_of(settings)
        sheet = await db.read(lambda conn: sheets.get(conn, form, instrument))
        if sheet is None or sheet.response:
            raise SkmError(f"No form {form} is waiting: see `skm paper waiting`.")
        batch = await db.read(lambda conn: sheets.batch_of(conn, form)) or 0
        if given == LEAVE_OUT:
            await db.write(lambda conn: sheets.leave_out(conn, form))
        else:
            option = _option(instrument, item, given)
            await db.write(lambda conn: sheets.give(conn, sheet, item, option))
        return await _save(db, settings, batch)

    on_database(run)


def waiting() -> None:
    """List the forms that wait for an answer, with what is asked about them."""

    async def run(settings: Settings, db: Database) -> None:
        instrument = instrument_of(settings)
        for batch in await db.read(batches.waiting):
            for sheet in await db.read(
                partial(sheets.of_batch, batch=batch.id, instrument=instrument)
            ):
                if sheet.response is None:
                    say(f"Form {sheet.id}, {sheet.code.serial}: {_open(sheet)}")

    on_database(run)


# --- parts ---------------------------------------------------------------------------------------


def content_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SkmError(f"{path} cannot be read: {error.strerror}.") from None


def _write(folder: Path, form: TakenForm) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for item, png in form.crops.items():
        write_file(folder / f"{form.sheet.id}-{form.sheet.code.serial}-{item}.png", png)


def _option(instrument: Instrument, item: str, given: str) -> str:
    known = {one.id for one in instrument.items} | {"serial", *instrument.fields}
    if item not in known:
        raise SkmError(f"There is no item {item}: choose one of {', '.join(sorted(known))}.")
    letters = dict(zip("abcd", "1234", strict=True)) if item in instrument.by_id else {}
    option = letters.get(given.lower(), given)
    if option not in options_of(instrument, item):
        offered = ", ".join([*letters, *options_of(instrument, item)])
        raise SkmError(f"{item} has no answer {given}: choose one of {offered}.")
    return option


async def _ask(db: Database, batch: int, words: PaperQuestions) -> None:
    """Asks at the terminal; Enter leaves a form waiting."""
    for sheet in await db.read(lambda conn: sheets.of_batch(conn, batch, words.instrument)):
        await _ask_about(db, sheet, words)


async def _ask_about(db: Database, sheet: PaperSheet, words: PaperQuestions) -> None:
    for item in sheet.questions:
        say(words.text(sheet, item))
        say("   ".join(f"{option} = {label}" for option, label in words.options(item)))
        said = await asyncio.to_thread(input, "Answer, out, or Enter to let it wait: ")
        if not said.strip():
            return
        if said.strip() == LEAVE_OUT:
            await db.write(partial(sheets.leave_out, number=sheet.id))
            return
        option = _option(words.instrument, item, said.strip())
        sheet = await db.write(partial(sheets.give, sheet=sheet, item=item, answer=option))


async def _save(db: Database, settings: Settings, number: int) -> int:
    """Stores the clear forms of a batch; returns how many of it wait."""
    instrument = instrument_of(settings)
    batch = await db.read(lambda conn: batches.get(conn, number))
    await db.write(lambda conn: sheets.save(conn, batch, instrument, settings.zone, now()))
    counts = sheets.counted(await db.read(lambda conn: sheets.of_batch(conn, number, instrument)))
    say(f"Batch {number}: {counts.stored:,} forms stored, {counts.asked:,} waiting.")
    await _list_waiting(db, number, instrument)
    return counts.asked


async def _list_waiting(db: Database, batch: int, instrument: Instrument) -> None:
    for sheet in await db.read(lambda conn: sheets.of_batch(conn, batch, instrument)):
        if sheet.questions:
            note(f"Form {sheet.id}, {sheet.code.serial}: {_open(sheet)}")


def _open(sheet: PaperSheet) -> str:
    """What is asked about a form: "U4 (none), serial (read before)"."""
    why = {item: one.question for item, one in sheet.reading.items()}
    return ", ".join(f"{item} ({why.get(item) or 'read before'})" for item in sheet.questions)
