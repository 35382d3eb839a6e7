"""The service units (UPP): import and list them."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.environment import instrument_of, on_database, record
from bot.cli.lazy_group import command_group
from bot.cli.rich_output import table
from bot.cli.terminal_output import list_problems, note, say
from bot.running.settings import Settings
from skm.instansi.official import AuditEvent
from skm.store.database.database import Database
from skm.store.survey import upps
from skm.store.upkeep import csv_files

CsvFile = Annotated[
    Path, typer.Argument(metavar="FILE.csv", help="UTF-8, separated by comma, semicolon or tab.")
]

app = command_group()


@app.command("import")
def import_units(file: CsvFile) -> None:
    """Add units, or change existing ones.

    Columns: code, name, parent, population. A parent is named by its code; rows may stand in any
    order.
    """

    async def run(settings: Settings, db: Database) -> csv_files.Imported:
        done = await csv_files.import_upps(db, file)
        if done.new:
            await record(db, AuditEvent.IMPORTED, f"units {file.name}: {done.new} new or changed")
        return done

    done = on_database(run)
    list_problems(done.problems)
    if done.problems:
        note(f"Nothing was stored. Rows to correct: {len(done.problems):,}.")
        raise typer.Exit(1)
    say(f"Units: {done.new:,} new, {done.known:,} already stored.")


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
