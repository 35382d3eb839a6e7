"""Audits: check a published recapitulation, print who did what."""

from dataclasses import replace
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
from skm.intake.recaps.audit import audit as findings_of
from skm.intake.recaps.recap import PrintedAverage
from skm.intake.recaps.rows import number
from skm.output.workbooks.tables import workbook
from skm.store.database.database import Database
from skm.store.officials import audit_log
from skm.survey.unsur import Unsur

app = command_group()


@app.command("recap")
def audit_recap(
    file: RecapFile,
    averages: Annotated[
        list[str] | None,
        typer.Option(
            "--average",
            metavar="PERIOD=IKM",
            help="As published: 2026-S1=89.23; of an unsur: 2026-S1:U3=86.27.",
        ),
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
    findings = findings_of(given, [*map(_average, averages or ())])
    catalog = Catalog.load()
    if language not in catalog.languages:
        raise typer.BadParameter(f"--language is one of {', '.join(catalog.languages)}.")
    english = PhraseAudit(catalog, "en", given, findings)
    for sheet in (english.found(), english.summary()):
        table(sheet.heads, sheet.rows)
        say("")
    for average in given.averages:
        about = f"{average.period} {average.unsur or 'IKM'} {average.figure}"
        note(f"{about}: printed as a mean, and compared with the rows.")
    note(f"{len(findings):,} finding{'' if len(findings) == 1 else 's'}.")
    if out:
        words = replace(english, language=language)
        write_file(out, workbook(words.sheets()))
        say(f"Written to {out}.")


def _average(text: str) -> PrintedAverage:
    """The period and the index of “2026-Q4=89.23”, or the unsur's nilai of “2026-Q4:U3=86.27”."""
    about, _, figure = text.partition("=")
    code, colon, unsur = about.partition(":")
    if colon and unsur.upper() not in [*Unsur]:
        raise typer.BadParameter(f"“{unsur}” is none of U1 to U9, as in 2026-S1:U3=86.27.")
    return PrintedAverage(
        find_period(code),
        Unsur(unsur.upper()) if colon else None,
        number("The average", figure, 25, 100),
    )


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
