"""Recapitulations that were published earlier: import them as reported history."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.environment import now, on_database, record
from bot.cli.lazy_group import command_group
from bot.cli.terminal_output import list_problems, note, say
from bot.messaging.catalog import Catalog
from bot.running.settings import Settings
from skm.errors import SkmError
from skm.instansi.find_upp import by_code_or_name, folded
from skm.instansi.official import AuditEvent
from skm.instansi.upp import Upp
from skm.intake.recaps import rows as recap_rows
from skm.intake.recaps.recap import Recap
from skm.store.database.database import Database
from skm.store.figures import recaps
from skm.store.survey import upps

RecapFile = Annotated[
    Path, typer.Argument(metavar="FILE.csv", help="UTF-8, one row per unit and period.")
]

app = command_group()


@app.command("import")
def import_recap(file: RecapFile) -> None:
    """Import a published recapitulation as reported history.

    Its figures become earlier points of trends; they are not mixed with own responses.

    Columns: unit, period, u1 to u9, ikm, respondents; optional: parent, mutu, priority_1 to
    priority_3, followup_realised_pct. Importing the same file twice changes nothing.
    """
    given = read_recap(file)

    async def run(settings: Settings, db: Database) -> tuple[recaps.Stored, list[Upp]]:
        stored = await db.write(lambda conn: recaps.put(conn, given, now()))
        if stored.new or stored.changed:
            about = f"recap {file.name}: {stored.new} new, {stored.changed} changed"
            await record(db, AuditEvent.IMPORTED, about)
        return stored, await db.read(upps.listed)

    stored, units = on_database(run)
    say(f"{stored.new:,} new rows, {stored.changed:,} changed, {stored.known:,} already stored.")
    for name in given.totals:
        note(f"“{name}” was left out: a row of sums or means, not a unit.")
    known = by_code_or_name(units)
    unknown = sorted({row.unit for row in given.rows if folded(row.unit) not in known})
    if unknown:
        note(f"{len(unknown)} units of the file match none of ours by name or code:")
        list_problems(unknown)


def read_recap(file: Path) -> Recap:
    """The rows of the file; raises SkmError if it cannot be read or has bad rows."""
    try:
        return recap_rows.read(file.read_bytes(), file.name, Catalog.load().vocabulary.periods)
    except OSError as error:
        raise SkmError(f"{file} cannot be read: {error.strerror}.") from None
