"""Responses as files: import those of paper forms and older systems, export what is stored."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands.imports.importing import ImportOptions, Similar, day_of, import_responses
from bot.cli.commands.imports.options import (
    HeaderLine,
    MappingName,
    MessageLanguage,
    PreviewOnly,
    SheetName,
    TableFile,
)
from bot.cli.environment import (
    begun,
    find_period,
    find_unit,
    instrument_of,
    on_database,
    record,
    suffix_of,
)
from bot.cli.lazy_group import command_group
from bot.cli.rich_output import progress
from bot.cli.terminal_output import note, say
from bot.running.settings import Settings
from skm.figures.report import EVERYTHING
from skm.instansi.official import AuditEvent
from skm.intake.choices import Choices, QuestionOrder, columns_of, recode_of, values_of
from skm.store.database.database import Database
from skm.store.intake import export

app = command_group()


@app.command("import")
def import_file(
    file: TableFile,
    preview: PreviewOnly = False,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Store the good rows even if others are bad.")
    ] = False,
    similar: Annotated[
        Similar | None, typer.Option(help="Rows like ones of an earlier batch; default: keep.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Store a file although it is stored already.")
    ] = False,
    unit: Annotated[
        str | None, typer.Option("--upp", metavar="UPP", help="The unit of the whole file.")
    ] = None,
    day: Annotated[
        str | None, typer.Option("--date", metavar="DAY", help="The day of the whole file.")
    ] = None,
    order: Annotated[
        QuestionOrder | None, typer.Option(help="The order of questions that are only numbered.")
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="HEADING=MEANING", help="A column: u1 to u9, upp, saran; or nothing."),
    ] = None,
    value: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN:TEXT=MEANING", help="What the text of a cell means."),
    ] = None,
    recode: Annotated[
        str, typer.Option(metavar="1=1,2=1,...", help="How another scale becomes 1 to 4.")
    ] = "",
    best: Annotated[
        int | None, typer.Option(help="4 or 1: which number is the best answer.")
    ] = None,
    sheet: SheetName = None,
    header: HeaderLine = None,
    mapping: MappingName = "",
    language: MessageLanguage = "",
) -> None:
    """Import responses from paper forms or older systems.

    Columns are recognised by code (upp, submitted_at, u1 to u9) or by the regulation's words; what
    is unclear is asked, and an option answers it. `skm undo` takes the batch back.
    """
    if best not in (None, 1, 4):
        raise typer.BadParameter("--best is 4 or 1.")
    choices = Choices(
        columns_of(column or ()),
        values_of(value or ()),
        order,
        recode_of(recode),
        is_reversed=best == 1,
        scale_is_right=best == 4,
        sheet=sheet,
        header=header,
        unit=unit,
        day=day_of(day) if day else None,
    )
    wanted = ImportOptions(file, choices, mapping, preview, skip_bad, similar, again, language)
    try:
        on_database(lambda settings, db: import_responses(settings, db, wanted))
    except KeyboardInterrupt:
        note("Stopped. Run the same command again for the rest; nothing is stored twice.")
        raise


@app.command("export")
def export_responses(
    out: Annotated[Path, typer.Option("--out", metavar="FILE.csv", help="Where to write them.")],
    unit: Annotated[
        str | None, typer.Option("--upp", metavar="UPP", help="Only this unit and its subtree.")
    ] = None,
    period_code: Annotated[
        str | None, typer.Option("--period", metavar="PERIOD", help="Only this one: 2026-Q4.")
    ] = None,
) -> None:
    """Export responses without anything that identifies a respondent.

    Of the time only the day is written. An import into the same database recognises the rows.
    """
    period = find_period(period_code) if period_code else None
    suffix_of(out, "csv")

    async def run(settings: Settings, db: Database) -> int:
        if period:
            begun(period, settings)
        upp = (await find_unit(db, unit)).code if unit else None
        with progress("Writing", total=None) as advance:
            count = await export.export_responses(
                db,
                out,
                instrument_of(settings),
                key=settings.key,
                zone=settings.zone,
                upp=upp,
                period=period,
                advance=advance,
            )
        about = f"skm responses export {upp or EVERYTHING} {period or ''}".strip()
        await record(db, AuditEvent.EXPORT, f"{about}: {count} responses")
        return count

    say(f"{on_database(run):,} responses are in {out}.")
