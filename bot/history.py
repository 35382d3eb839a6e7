"""What was published before: taken in as reported history, and audited."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.console import group, note, problems, say, table
from skm.errors import SkmError

if TYPE_CHECKING:
    from bot.settings import Settings
    from skm.period import Period
    from skm.recap import Recap
    from skm.store.database import Database
    from skm.store.recaps import Stored
    from skm.upp import Upp

recap = group("Published recaps: figures that were reported before.")
audit = group("Checks of figures that were published.")

FileIn = Annotated[
    Path, typer.Argument(metavar="FILE.csv", help="UTF-8, one row a unit and period.")
]


@recap.command("import")
def import_recap(file: FileIn) -> None:
    """Take a published recap in as history: earlier points of trends, apart from own responses.

    Columns: unit, period, u1 to u9, ikm, respondents; and, if you have them, parent, mutu,
    priority_1 to priority_3, followup_realised_pct. The same file twice changes nothing.
    """
    from bot import operator
    from skm.lookup import by_code_or_name, folded
    from skm.store import recaps, upps

    given = _read(file)

    async def run(settings: "Settings", db: "Database") -> "tuple[Stored, list[Upp]]":
        stored = await db.write(lambda conn: recaps.put(conn, given, operator.now()))
        return stored, await db.read(upps.listed)

    stored, units = operator.on_database(run)
    say(f"{stored.new:,} new rows, {stored.changed:,} corrected, {stored.known:,} known before.")
    known = by_code_or_name(units)
    strange = sorted({row.unit for row in given.rows if folded(row.unit) not in known})
    if strange:
        note(f"{len(strange)} units of the file are not among ours, by name or code:")
        problems(strange)


@audit.command("recap")
def audit_recap(
    file: FileIn,
    averages: Annotated[
        list[str] | None,
        typer.Option("--average", metavar="PERIOD=IKM", help="As printed: 2026-Q4=89.23."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.xlsx", help="Write the findings here.")
    ] = None,
    language: Annotated[str, typer.Option("--language", help="Of that file.")] = "id",
) -> None:
    """Check a published recap for figures that cannot be so."""
    from bot import operator
    from bot.catalog import Catalog
    from bot.phrase_audit import PhraseAudit
    from skm.audit import audit as findings_of
    from skm.output.workbook import workbook

    if out:
        operator.suffix_of(out, "xlsx")
    given = _read(file)
    findings = findings_of(given, dict(map(_average, averages or ())))
    catalog = Catalog.load()
    if language not in catalog.languages:
        raise typer.BadParameter(f"--language is one of {', '.join(catalog.languages)}.")
    words = PhraseAudit(catalog, "en", given, findings)
    for sheet in (words.found(), words.summary()):
        table(sheet.heads, sheet.rows)
        say("")
    note(f"{len(findings):,} findings.")
    if out:
        theirs = replace(words, language=language)
        operator.write(out, workbook([theirs.summary(), theirs.found(), theirs.method()]))
        say(f"Written to {out}.")


def _read(file: Path) -> "Recap":
    from skm.recap_file import read

    try:
        return read(file.read_bytes(), file.name)
    except OSError as error:
        raise SkmError(f"{file} cannot be read: {error.strerror}.") from None


def _average(text: str) -> "tuple[Period, Decimal]":
    """The period and figure of 2026-Q4=89.23."""
    from skm.period import Period
    from skm.recap_file import number

    period, _, figure = text.partition("=")
    return Period.parse(period), number("The average", figure, 25, 100)
