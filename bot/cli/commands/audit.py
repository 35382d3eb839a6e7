"""Audits: check a published recapitulation, print who did what."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands.imports.recap import RecapFile, read_recap
from bot.cli.environment import find_period, on_database, suffix_of, write_file
from bot.cli.lazy_group import command_group
from bot.cli.rich_output import table
from bot.cli.terminal_output import note, say
from bot.documents.recap_audit import PhraseAudit
from bot.messaging.catalog import Catalog
from bot.running.settings import Settings
from skm.instansi.period import Period
from skm.intake.recap_audit import audit as findings_of
from skm.intake.recap_rows import number
from skm.output.workbooks.tables import workbook
from skm.store.database.database import Database
from skm.store.officials import audit_log

app = command_group()


@app.command("recap")
def audit_recap(
    file: RecapFile,
    averages: Annotated[
        list[str] | None,
        typer.Option("--average", metavar="PERIOD=IKM", help="As published: 2026-Q4=89.23."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.xlsx", help="Write the findings here.")
    ] = None,
    language: Annotated[str, typer.Option("--language", help="Of that file.")] = "id",
) -> None:
    """Check a published recapitulation for impossible figures."""
    if out:
        suffix_of(out, "xlsx")
    given = read_recap(file)
    findings = findings_of(given, dict(map(_average, averages or ())))
    catalog = Catalog.load()
    if language not in catalog.languages:
        raise typer.BadParameter(f"--language is one of {', '.join(catalog.languages)}.")
    english = PhraseAudit(catalog, "en", given, findings)
    for sheet in (english.found(), english.summary()):
        table(sheet.heads, sheet.rows)
        say("")
    note(f"{len(findings):,} findings.")
    if out:
        words = replace(english, language=language)
        write_file(out, workbook([words.summary(), words.found(), words.method()]))
        say(f"Written to {out}.")


def _average(text: str) -> tuple[Period, Decimal]:
    """The period and the index of “2026-Q4=89.23”."""
    period, _, figure = text.partition("=")
    return find_period(period), number("The average", figure, 25, 100)


@app.command("log")
def show_log(
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many entries.")] = 50,
) -> None:
    """Print who did what, newest first."""

    async def run(settings: Settings, db: Database) -> list[list[str]]:
        entries = await db.read(lambda conn: audit_log.newest(conn, limit))
        return [
            [
                f"{entry.at.astimezone(settings.zone):%Y-%m-%d %H:%M}",
                entry.name or ("operator" if entry.official is None else f"#{entry.official}"),
                entry.event,
                entry.about,
            ]
            for entry in entries
        ]

    table(["When", "Who", "Did", "What"], on_database(run))
