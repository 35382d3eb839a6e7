"""What an operator lets go: `skm purge`."""

from typing import TYPE_CHECKING, Annotated

import typer

from bot.console import note, progress, say, table

if TYPE_CHECKING:
    from bot.settings import Settings
    from skm.store.database import Database


def purge(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would go.")] = False,
) -> None:
    """Let what could lead to a person go, after SKM_RETENTION_MONTHS. Figures stay as they are.

    `skm serve` does it once a day by itself.
    """
    from bot import operator
    from skm.retention import keeps_from
    from skm.store.purge import Purge

    async def run(settings: "Settings", db: "Database") -> None:
        today = operator.now().astimezone(settings.zone).date()
        before = keeps_from(today, settings.retention_months)
        if before is None:
            say("Everything is kept: SKM_RETENTION_MONTHS is 0.")
            return
        work = Purge(db, before, settings.zone)
        found = await work.count()
        if dry_run:
            table(["What", f"Before {before}"], [[name, n] for name, n in found.items()])
            return
        with progress("Letting go", total=sum(found.values())) as advance:
            done = await work.run(advance)
        say(f"{done:,} rows from before {before} no longer lead to anybody.")

    try:
        operator.on_database(run)
    except KeyboardInterrupt:
        note("Stopped. What is gone is gone; the same command goes on with the rest.")
        raise
