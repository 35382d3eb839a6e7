"""WhatsApp: the questionnaire as a form to publish there, and what the month's messages were."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer

from bot.app import opened, screens_of
from bot.cli.environment import known_language, now, suffix_of, write_file
from bot.cli.lazy_group import command_group
from bot.cli.terminal_output import note, say
from bot.running.settings import read_settings
from bot.whatsapp.flow import flow_json
from bot.whatsapp.from_settings import ledger_of

app = command_group()


@app.command("flow")
def flow(
    out: Annotated[Path, typer.Option("--out", metavar="FILE.json", help="Where to write it.")],
    language: Annotated[str, typer.Option(help="The form's language: id, jv or en.")] = "id",
) -> None:
    """Write the questionnaire as Flow JSON.

    Publish it in WhatsApp Manager and put the id that it gets there into SKM_WHATSAPP_FLOW_ID.
    """
    suffix_of(out, "json")
    screens = screens_of(read_settings())
    made = flow_json(screens.catalog, screens.instrument, known_language(screens.catalog, language))
    write_file(out, f"{json.dumps(made, indent=2, ensure_ascii=False)}\n".encode())
    note(f"Wrote {out}: publish it in WhatsApp Manager, then set SKM_WHATSAPP_FLOW_ID.")


@app.command("usage")
def usage() -> None:
    """Print this month's messages, in all and per finished survey."""

    async def read() -> str:
        async with opened(read_settings(), now) as deployment:
            ledger = ledger_of(deployment.settings, deployment.db, now)
            spent, finished = await ledger.usage()
        of = f" of {ledger.budget}" if ledger.budget else ""
        each = f", {spent.replies / finished:.1f} replies per survey" if finished else ""
        return (
            f"{ledger.month}: {spent.messages}{of} messages ({spent.replies} replies,"
            f" {spent.bulk} sent by us first); {finished} finished surveys{each}."
        )

    say(asyncio.run(read()))
