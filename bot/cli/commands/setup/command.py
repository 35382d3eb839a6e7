"""`skm setup`: asks for what a deployment needs, and makes it ready to be served."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands.setup import env_file
from bot.cli.commands.setup.settings import database_given, settled, store, token_in, whatsapp_of
from bot.cli.commands.setup.start import make_ready
from bot.cli.lazy_group import command_group
from bot.cli.terminal_output import note

app = command_group()


@app.command()
def setup(
    instansi: Annotated[
        str | None, typer.Option(metavar="NAME", help="The government that runs the survey.")
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="WIB, WITA, WIT, or such as Asia/Jakarta.")
    ] = None,
    public_url: Annotated[
        str | None, typer.Option(metavar="URL", help="How people reach it, printed in QR codes.")
    ] = None,
    telegram_token: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Holds @BotFather's token; - reads standard input."),
    ] = None,
    whatsapp: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Holds the lines SKM_WHATSAPP_TOKEN=… and so on."),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(metavar="URL", help="PostgreSQL; a URL with a password: - and stdin."),
    ] = None,
    units: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The service units, a spreadsheet.")
    ] = None,
    counters: Annotated[
        bool | None,
        typer.Option("--collectors/--no-collectors", help="A QR code for each unit without one."),
    ] = None,
) -> None:
    """Ask for the settings, create the tables, invite an admin.

    Settings are stored in .env, readable by you only.

    Every question has an option; without a terminal nothing is asked. Run it again to change
    something: what is not asked or given stays as it is.
    """
    before = env_file.stored()
    given: dict[str, str | None] = {
        "instansi": instansi,
        "timezone": timezone,
        "public_url": public_url,
        "telegram_token": None if telegram_token is None else token_in(telegram_token),
        "database_url": database and database_given(database),
    }
    if sys.stdin.isatty():
        note(f"Settings go to {env_file.ENV_FILE.resolve()}. Enter keeps what stands in brackets.")
    changed = {field: settled(field, value, before) for field, value in given.items()}
    store(before, {**changed, **whatsapp_of(before, whatsapp)})
    make_ready(units, counters)
