"""Running a deployment: the server, the check of everything it needs, the survey in a terminal."""

import asyncio
import getpass
import logging
import os
import socket
from typing import Annotated

import typer

from bot import app as deployment
from bot.cli.environment import now
from bot.cli.lazy_group import command_group
from bot.cli.terminal_output import note, say
from bot.doctor import checks
from bot.doctor.doctor import as_json as results_as_json
from bot.doctor.doctor import examined
from bot.running import logs
from bot.running.settings import Settings, read_settings
from bot.terminal.channel import converse, typed
from skm.errors import SkmError

log = logging.getLogger(__name__)

app = command_group()


@app.command()
def serve() -> None:
    """Serve the web pages and every configured channel."""
    settings = read_settings()
    prepare_process(settings)
    log.info("Serving on %s; Ctrl-C stops it.", settings.base_url)
    asyncio.run(deployment.serve(settings))


def prepare_process(settings: Settings) -> None:
    """Configures logging; raises SkmError if the HTTP address cannot be used."""
    try:
        with socket.create_server((settings.http_host, settings.http_port)):
            pass
    except OSError as error:
        where, why = f"{settings.http_host}:{settings.http_port}", os.strerror(error.errno or 0)
        raise SkmError(f"{where} cannot be used ({why}): choose another SKM_HTTP_PORT.") from None
    logs.configure(settings.log_format, settings.log_level, settings.secrets)


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")] = False,
) -> None:
    """Check this deployment; exit with 1 if something is wrong."""
    found, redacted = asyncio.run(examined(deployment.checkups, now))
    text = results_as_json(found) if as_json else "\n".join(checks.as_text(found))
    say(redacted(text))
    if any(result.verdict is checks.Verdict.MEND for result in found):
        raise typer.Exit(1)


@app.command()
def chat(
    code: Annotated[str, typer.Argument(metavar="CODE", help="The code printed under the QR.")],
    name: Annotated[
        str, typer.Option("--as", metavar="NAME", help="Answer as this respondent.")
    ] = "",
) -> None:
    """Answer the survey here, in the terminal."""

    async def run() -> None:
        async with deployment.opened(read_settings()) as parts:
            note("A number chooses, /bantuan helps, Ctrl-D leaves.")
            await converse(parts.inbox.receive, code, name or getpass.getuser(), typed, say)

    asyncio.run(run())
