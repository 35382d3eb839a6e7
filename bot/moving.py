"""Where the data is: `skm move` takes it into another database, `skm migrate` may divide it."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from bot.console import note, progress, say

if TYPE_CHECKING:
    from bot.settings import Settings
    from skm.store.database import Database


def move(
    source: Annotated[
        str, typer.Option("--from", metavar="URL", help="Where everything is; stop `skm serve`.")
    ],
    target: Annotated[str, typer.Option("--to", metavar="URL", help="An empty database.")],
) -> None:
    """Copy everything into another database, and compare every row and figure.

    From SQLite to PostgreSQL, or any other way round. URLs are written like SKM_DATABASE_URL.
    """
    from skm.store.move import move as run

    try:
        done = asyncio.run(run(source, target, progress))
    except KeyboardInterrupt:
        note("Stopped. Nothing was moved; the same command begins again.")
        raise
    proof = done.proof
    say(f"Moved {done.rows:,} rows in {done.tables} tables.")
    say(
        f"The same on both: every row, {proof.reports:,} reports in {proof.periods:,} periods,"
        f" {proof.closings:,} closed periods; the rollup is what the responses add up to."
    )
    note("Now set SKM_DATABASE_URL to the new database; SKM_SECRET_KEY stays as it is.")


def partition() -> None:
    """Keep the responses by year; repeating it changes nothing."""
    from bot import operator
    from skm.store import partition, responses

    async def run(settings: "Settings", db: "Database") -> int:
        today = operator.now().astimezone(settings.zone).date()
        with progress("Dividing", total=await db.read(responses.count)) as advance:
            return await db.write(lambda conn: partition.by_year(conn, today, advance))

    rows = operator.on_database(run)
    say(f"Responses are kept by year ({rows:,} were divided).")
