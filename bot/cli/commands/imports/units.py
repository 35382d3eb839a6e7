"""The service units (UPP): import and list them, and say whom they served."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands.imports.importing import read_file, refuse, wording
from bot.cli.commands.imports.options import (
    HeaderLine,
    MappingName,
    MessageLanguage,
    PreviewOnly,
    SheetName,
    TableFile,
)
from bot.cli.environment import instrument_of, now, on_database, record
from bot.cli.lazy_group import command_group
from bot.cli.rich_output import table
from bot.cli.terminal_output import list_problems, note, say
from bot.running.settings import Settings
from bot.words.intake import IntakeWording
from skm.instansi.official import AuditEvent
from skm.intake.choices import Choices, columns_of, values_of
from skm.intake.remark import IntakeError
from skm.store.database.database import Database
from skm.store.intake import units
from skm.store.intake.units import LookedUnits
from skm.store.survey import upps
from skm.store.upkeep import csv_files

CsvFile = Annotated[
    Path, typer.Argument(metavar="FILE.csv", help="UTF-8, separated by comma, semicolon or tab.")
]

app = command_group()


@app.command("import")
def import_units(
    file: TableFile,
    preview: PreviewOnly = False,
    are_new: Annotated[
        bool, typer.Option("--new", help="Names that are nearly stored ones are new units.")
    ] = False,
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="HEADING=MEANING", help="code, name, parent, population; or nothing."),
    ] = None,
    value: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN:TEXT=CODE", help="Which unit a name or a code means."),
    ] = None,
    sheet: SheetName = None,
    header: HeaderLine = None,
    mapping: MappingName = "",
    language: MessageLanguage = "",
) -> None:
    """Add units, or change existing ones.

    Columns: code, name, parent, population, or the usual Indonesian words. A unit without a code
    gets one from its name. `skm undo` takes the batch back.
    """
    choices = Choices(columns_of(column or ()), values_of(value or ()), sheet=sheet, header=header)

    async def run(settings: Settings, db: Database) -> None:
        words = await wording(settings, db, language)
        words = replace(words, options="units_option")
        try:
            given = read_file(file)
            looked = await units.look(db, given, choices, mapping=mapping, are_new=are_new)
        except IntakeError as error:
            refuse(words, words.remarks(error.remarks))
        if preview:
            for line in words.roster(file.name, looked.roster):
                say(line)
            return
        await _store(db, looked, words)

    on_database(run)


async def _store(db: Database, looked: LookedUnits, words: IntakeWording) -> None:
    """Raises Exit(1) if something is open."""
    lines = words.remarks(looked.roster.remarks)
    if looked.roster.is_open:
        refuse(words, lines)
    for line in lines:
        note(line)
    if not looked.roster.units:
        say(words.counts(looked.roster))
        return
    batch = await units.store(db, looked, now())
    say(words.counts(looked.roster))
    say(words.say("units_stored", number=batch.id))


@app.command()
def users(file: CsvFile) -> None:
    """Store how many people units served, from a CSV file.

    Reports compare them with those who answered. Columns: code, period (2026-Q3), count, and for a
    group of users field and option, as gender and female; without these the row counts all users.
    A unit counts for the units below it as well. What was stored of the same unit and period before
    is replaced.
    """

    async def run(settings: Settings, db: Database) -> csv_files.Imported:
        profile = instrument_of(settings).profile
        fields = {one.id: one.options for one in profile}
        done = await csv_files.import_users(db, file, fields)
        if done.new:
            await record(
                db, AuditEvent.IMPORTED, f"users {file.name}: {done.new} units and periods"
            )
        return done

    done = on_database(run)
    list_problems(done.problems)
    if done.problems:
        note(f"Nothing was stored. Rows to correct: {len(done.problems):,}.")
        raise typer.Exit(1)
    say(f"Users of {done.new:,} units and periods are stored.")


@app.command("list")
def list_units() -> None:
    """List all units."""
    found = on_database(lambda _, db: db.read(upps.listed))
    table(
        ["Code", "Name", "Parent", "Population"],
        [[unit.code, unit.name, unit.parent, unit.population] for unit in found],
    )
