"""Collectors: add and list them."""

from datetime import datetime
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cli.environment import find_unit, now, on_database
from bot.cli.lazy_group import command_group
from bot.cli.rich_output import table
from bot.cli.terminal_output import note, say
from bot.messaging.links import landing_url
from bot.running.settings import Settings
from skm.instansi.collector import Collector
from skm.instansi.official import AuditEvent
from skm.intake.cells.text import visible
from skm.privacy.pseudonym import new_code
from skm.store.database.database import Database
from skm.store.officials import audit_log
from skm.store.survey import collectors, upps

CODE_LENGTH = 6  # characters

app = command_group()


@app.command("add")
def add_collector(
    unit: Annotated[str, typer.Argument(metavar="UPP", help="A unit's code or name.")],
    layanan: Annotated[str, typer.Option(help="The service that is rated.")] = "",
    place: Annotated[str, typer.Option(help="Where the QR hangs, such as “Loket 2”.")] = "",
    ticketed: Annotated[
        bool, typer.Option("--ticketed", help="Requires a visit ticket: see `skm tickets`.")
    ] = False,
) -> None:
    """Add a collector and print its new code."""

    async def run(settings: Settings, db: Database) -> tuple[str, str]:
        upp = await find_unit(db, unit)
        made = Collector(
            new_code(CODE_LENGTH), upp.code, visible(layanan), visible(place), ticketed
        )
        await db.write(lambda conn: _add(conn, made, now()))
        return made.code, landing_url(settings.base_url, made.code)

    code, url = on_database(run)
    say(code)
    note(f"It leads to {url}; `skm qr {code} --out {code}.svg` draws it.")


async def _add(conn: AsyncConnection, made: Collector, now: datetime) -> None:
    """Stores it with an entry in the audit log."""
    await collectors.add(conn, made, now)
    about = " ".join(filter(None, (made.code, made.upp, made.layanan, made.place)))
    await audit_log.add(conn, None, AuditEvent.COLLECTOR, about, now)


@app.command("list")
def list_collectors(
    unit: Annotated[
        str | None, typer.Option("--upp", metavar="UPP", help="Only this unit and its subtree.")
    ] = None,
) -> None:
    """List the collectors."""

    async def run(settings: Settings, db: Database) -> list[Collector]:
        everything = await db.read(collectors.listed)
        if unit is None:
            return everything
        top = await find_unit(db, unit)
        subtree = {upp.code for upp in await db.read(lambda conn: upps.subtree(conn, top.code))}
        return [collector for collector in everything if collector.upp in subtree]

    table(
        ["Code", "UPP", "Layanan", "Place", "Tickets"],
        [
            [one.code, one.upp, one.layanan, one.place, "yes" if one.ticketed else ""]
            for one in on_database(run)
        ],
    )
