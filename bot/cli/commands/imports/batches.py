"""Batches: what was imported, and taking it back."""

from typing import Annotated

import typer

from bot.cli.commands.imports.importing import wording
from bot.cli.commands.imports.options import MessageLanguage
from bot.cli.environment import now, on_database
from bot.cli.lazy_group import command_group
from bot.cli.rich_output import table
from bot.cli.terminal_output import note, say
from bot.running.settings import Settings
from skm.intake.batch import BatchError, ImportBatch
from skm.store.database.database import Database
from skm.store.intake import batches as stored
from skm.store.intake import look

app = command_group()


@app.command()
def batches(
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = 50,
) -> None:
    """List what was imported."""
    found = on_database(lambda _, db: db.read(lambda conn: stored.newest(conn, limit)))
    table(
        ["Batch", "Kind", "File", "Rows", "Stored", "At", "State"],
        [
            [
                one.id,
                one.source.kind,
                one.source.name,
                one.rows,
                one.stored,
                f"{one.at:%Y-%m-%d %H:%M}",
                _state(one),
            ]
            for one in found
        ],
    )


def _state(batch: ImportBatch) -> str:
    if batch.undone_at:
        return "taken back"
    return "stored" if batch.finished_at else "interrupted"


@app.command()
def undo(
    number: Annotated[int, typer.Argument(metavar="BATCH", help="As `skm batches` lists it.")],
    language: MessageLanguage = "",
) -> None:
    """Take an import back.

    It stays if a closed period counts a row of it.
    """

    async def run(settings: Settings, db: Database) -> None:
        words = await wording(settings, db, language)
        try:
            done = await look.undo(db, number, None, now())
        except BatchError as error:
            note(words.refusal(error))
            raise typer.Exit(1) from None
        say(words.say("undone", number=done.id, name=done.source.name))

    on_database(run)
