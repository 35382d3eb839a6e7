"""`skm paper form`: paper forms to print."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.environment import (
    find_unit,
    instrument_of,
    known_language,
    on_database,
    suffix_of,
    write_file,
)
from bot.cli.terminal_output import say
from bot.documents.paper_forms import PaperForms
from bot.messaging.catalog import Catalog
from bot.running.settings import Settings
from skm.errors import SkmError
from skm.instansi.collector import Collector
from skm.instansi.upp import Upp
from skm.paper.form_code import SERIAL_LENGTH
from skm.privacy.pseudonym import new_codes
from skm.store.database.database import Database
from skm.store.survey import collectors


def print_forms(
    where: Annotated[
        str, typer.Argument(metavar="UPP|CODE", help="A collector's code, or a unit with one.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE.pdf", help="Where to write them.")],
    count: Annotated[int, typer.Option(min=1, max=2_000, help="How many.")] = 100,
    language: Annotated[
        str, typer.Option("--language", help="Of the form; default: SKM_LANGUAGE.")
    ] = "",
) -> None:
    """Write paper forms to print: A5, two on a sheet of A4, each with its own serial."""
    suffix_of(out, "pdf")

    async def run(settings: Settings, db: Database) -> bytes:
        collector, unit = await _collector_of(db, where)
        catalog = Catalog.load(settings.locales)
        spoken = known_language(catalog, language or settings.language)
        forms = PaperForms(catalog, instrument_of(settings), spoken)
        return forms.pdf(collector, unit, new_codes(count, SERIAL_LENGTH))

    write_file(out, on_database(run))
    say(f"{count:,} forms are in {out}.")


async def _collector_of(db: Database, text: str) -> tuple[Collector, Upp]:
    """The collector with this code, or the only one of this unit."""
    found = await db.read(lambda conn: collectors.by_code(conn, text))
    if found is not None:
        return found
    unit = await find_unit(db, text)
    ways = await db.read(lambda conn: collectors.listed(conn, unit.code))
    own = [way for way in ways if way.upp == unit.code]
    if len(own) != 1:
        codes = ", ".join(way.code for way in own) or "none"
        raise SkmError(f"Name the collector of {unit.name}: its codes are {codes}.")
    return own[0], unit
