"""Found: a unit's index or official report, the poster of its index, a closed period's proof."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from bot.cli.environment import (
    begun,
    find_period,
    find_unit,
    instrument_of,
    known_language,
    now,
    on_database,
    record,
    suffix_of,
    today,
    write_file,
)
from bot.cli.lazy_group import command_group
from bot.cli.report_text import print_report
from bot.cli.terminal_output import say
from bot.documents.make import Documents
from bot.documents.posters import PosterWords
from bot.messaging.catalog import Catalog
from bot.request.instansi import Instansi
from bot.request.request import Subject, Topic
from bot.running.settings import Settings, read_settings
from skm.closing.verification import Verification
from skm.errors import SkmError
from skm.figures.instansi import InstansiReport
from skm.figures.report import EVERYTHING, Report
from skm.instansi.official import AuditEvent
from skm.instansi.period import Period
from skm.output.documents.index_poster import poster_pdf, poster_png
from skm.store.database.database import Database
from skm.store.figures import reports
from skm.store.figures.flags import FlagRules
from skm.store.periods import closings, dossiers

T = TypeVar("T")

EVERYBODY = {"kota", "semua", "instansi", "*"}

Language = Annotated[
    str, typer.Option("--language", help="Of the document; default: SKM_LANGUAGE.")
]

app = command_group()


class ReportFormat(StrEnum):
    """The formats of a report."""

    DOCX = "docx"
    PDF = "pdf"
    XLSX = "xlsx"
    JSON = "json"
    TEXT = "text"


# --- skm report ----------------------------------------------------------------------------------


@app.command()
def report(
    unit: Annotated[
        str,
        typer.Argument(metavar="UPP", help="A unit's code or name; kota or semua for all units."),
    ],
    period: Annotated[
        str,
        typer.Argument(metavar="PERIOD", help="2026, 2026-S2, 2026-Q4, 2026-11 or 2026-W47."),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")] = False,
    format: Annotated[
        ReportFormat | None,
        typer.Option("--format", help="An official document, or text or json."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Where to write it.")
    ] = None,
    language: Language = "",
) -> None:
    """Print the index of a unit, or write its official report.

    The responses of all units below it are included.
    """
    if format and format is not ReportFormat.JSON:
        _write_document(unit, find_period(period), format, out, language)
        return
    form = "json" if as_json or format else "text"
    settings, name, found = on_database(_figures(unit, find_period(period), form))
    if as_json or format:
        _put(out, json.dumps(found.as_json(today(settings)), indent=2, ensure_ascii=False))
    else:
        words = Catalog.load(settings.locales).table(settings.language, "unsur")
        print_report(name, found, words, today(settings))


Found = tuple[Settings, str, Report | InstansiReport]


def _figures(
    unit: str, period: Period, form: str
) -> Callable[[Settings, Database], Awaitable[Found]]:
    """Reads the figures of a unit or of the whole instansi, with its name."""

    async def read(settings: Settings, db: Database) -> Found:
        begun(period, settings)
        if unit.casefold() in EVERYBODY:
            pooled = await db.read(lambda conn: reports.unmarked_instansi(conn, period))
            await record(db, AuditEvent.REPORT, f"skm report {EVERYTHING} {period} {form}")
            return settings, settings.instansi, pooled
        upp = await find_unit(db, unit)
        found = await db.read(lambda conn: reports.of(conn, upp, period))
        await record(db, AuditEvent.REPORT, f"skm report {upp.code} {period} {form}")
        return settings, f"{upp.name} ({upp.code})", found

    return read


def _write_document(
    unit: str, period: Period, format: ReportFormat, out: Path | None, language: str
) -> None:
    if out:
        suffix_of(out, "txt" if format is ReportFormat.TEXT else format)
    if out is None and format is not ReportFormat.TEXT:
        raise typer.BadParameter(f"--format {format} needs --out FILE.")

    async def run(db: Database, topic: Topic) -> bytes:
        settings = read_settings()
        rules = FlagRules(instrument_of(settings), settings.zone, settings.thresholds)
        documents = Documents(rules)
        return (await documents.file(db, topic, form=format)).content

    content = _requested(f"report {format}", unit, period, language, run)
    _put(out, content.decode() if out is None else content)


def _requested(
    what: str,
    unit: str,
    period: Period,
    language: str,
    work: Callable[[Database, Topic], Awaitable[T]],
) -> T:
    """Runs `work` for a unit (or the whole instansi) and a period; `what`: for the audit log."""

    async def run(settings: Settings, db: Database) -> T:
        begun(period, settings)
        catalog = Catalog.load(settings.locales)
        code = known_language(catalog, language or settings.language)
        upp = None if unit.casefold() in EVERYBODY else await find_unit(db, unit)
        instansi = Instansi(settings.instansi, catalog, settings.zone, now)
        made = await work(db, Topic(instansi, code, Subject(upp, (), period)))
        about = f"skm {what} {upp.code if upp else EVERYTHING} {period}"
        await record(db, AuditEvent.EXPORT, about)
        return made

    return on_database(run)


def _put(out: Path | None, content: str | bytes) -> None:
    """Writes the file, or prints the text if there is none."""
    if out is None:
        say(content if isinstance(content, str) else content.decode())
        return
    write_file(out, content.encode() if isinstance(content, str) else content)
    say(f"Written to {out}.")


# --- skm poster ----------------------------------------------------------------------------------


@app.command()
def poster(
    unit: Annotated[str, typer.Argument(metavar="UPP", help="A unit's code or name.")],
    period: Annotated[str, typer.Argument(metavar="PERIOD", help="2026-S2, 2026-Q4 or 2026-11.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write it.")],
    language: Language = "",
) -> None:
    """Draw the poster that publishes a unit's index (PNG or PDF)."""
    suffix = suffix_of(out, "png", "pdf")

    async def run(db: Database, topic: Topic) -> bytes:
        upp, period = topic.subject.upp, topic.subject.period
        if upp is None:
            raise SkmError("A poster is about one unit: name it.")
        found = await db.read(lambda conn: dossiers.of(conn, upp, period))
        named = replace(topic, subject=replace(topic.subject, upp=found.upp))
        made = PosterWords(named, found).made()
        return poster_png(made) if suffix == "png" else poster_pdf(made)

    _put(out, _requested("poster", unit, find_period(period), language, run))


# --- skm verify ----------------------------------------------------------------------------------


@app.command()
def verify(
    code: Annotated[
        str, typer.Argument(metavar="PERIOD", help="A closed period, such as 2026-Q3.")
    ],
) -> None:
    """Recompute a closed period and compare it with what it froze.

    Exits with 1 if something differs.
    """
    period = find_period(code)

    async def run(settings: Settings, db: Database) -> Verification:
        return await db.read(lambda conn: closings.verify(conn, period))

    found = on_database(run)
    say(
        f"{period}: {found.counted} responses were counted; {found.withdrawn} were withdrawn since,"
        f" {found.late} came late. SHA-256 {found.head.sha256}"
    )
    for difference in found.differences:
        say(f"differs: {difference}")
    if found.differences:
        raise typer.Exit(1)
    say("Nothing differs.")
