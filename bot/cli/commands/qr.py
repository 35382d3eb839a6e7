"""What is printed for collectors: QR codes, posters for the counters, visit tickets."""

from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cli.environment import (
    find_collector,
    find_unit,
    instrument_of,
    known_language,
    now,
    on_database,
    suffix_of,
    warn_if_local,
    write_file,
)
from bot.cli.lazy_group import command_group
from bot.cli.rich_output import progress
from bot.cli.terminal_output import note, say
from bot.documents.posters import DeskWords
from bot.documents.tickets import SECRET_LENGTH, Batch
from bot.messaging.catalog import Catalog
from bot.messaging.links import Links, landing_url
from bot.messaging.qr import qr_png, qr_svg
from bot.running.settings import Settings
from skm.errors import SkmError
from skm.instansi.collector import Collector
from skm.instansi.official import AuditEvent
from skm.instansi.upp import Upp
from skm.output.documents.desk_poster import DeskPoster, Size, posters_pdf
from skm.privacy.pseudonym import new_codes
from skm.store.database.database import Database
from skm.store.officials import audit_log
from skm.store.survey import collectors, upps
from skm.store.survey import tickets as stored_tickets

app = command_group()


class PosterFormat(StrEnum):
    """The sizes of a poster for the counter."""

    A4 = "a4"
    A5 = "a5"
    TENT = "tent"


@app.command()
def qr(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write it.")],
    code: Annotated[
        str, typer.Argument(metavar="CODE", help="The code printed under the QR.")
    ] = "",
    every: Annotated[bool, typer.Option("--all", help="A poster for each collector.")] = False,
    size: Annotated[
        PosterFormat | None,
        typer.Option("--poster", help="A poster for the counter, with instructions (PDF)."),
    ] = None,
    only: Annotated[
        str, typer.Option("--upp", metavar="UPP", help="With --all: only this unit's.")
    ] = "",
    language: Annotated[
        str, typer.Option("--language", help="Of the poster; default: SKM_LANGUAGE.")
    ] = "",
) -> None:
    """Draw a collector's QR code (PNG, SVG) or its poster (PDF)."""
    if bool(code) == every:
        raise typer.BadParameter("Give either CODE or --all.")
    if every or size:
        suffix_of(out, "pdf")
        _draw_posters(out, code, size or PosterFormat.A4, only, language)
    else:
        _draw_qr(out, code)


def _draw_qr(out: Path, code: str) -> None:
    suffix = suffix_of(out, "png", "svg")
    settings, [(collector, _)] = on_database(_selected(code, ""))
    warn_if_local(settings)
    url = landing_url(settings.base_url, collector.code)
    write_file(out, qr_png(url) if suffix == "png" else qr_svg(url))
    say(f"{out} leads to {url}.")


def _draw_posters(out: Path, code: str, size: PosterFormat, only: str, language: str) -> None:
    """One page per collector. Most of the time goes into drawing, which has the progress bar."""
    settings, found = on_database(_selected(code, only))
    if not found:
        raise SkmError("There is no collector yet: `skm collector add` makes one.")
    warn_if_local(settings)
    catalog, instrument = Catalog.load(settings.locales), instrument_of(settings)
    language = known_language(catalog, language or settings.language)
    words = DeskWords(catalog, Links(settings.base_url), instrument, language)
    pages: list[DeskPoster] = []
    with progress("Drawing", total=len(found)) as advance:
        for collector, unit in found:
            pages.append(words.poster(collector, unit))
            advance(1)
    note("Typesetting the pages.")
    write_file(out, posters_pdf(pages, Size(size.value), catalog.say(language, "desk.title")))
    say(f"Written to {out}.")


Selected = tuple[Settings, list[tuple[Collector, Upp]]]


def _selected(code: str, only: str) -> Callable[[Settings, Database], Awaitable[Selected]]:
    """Reads the collector with this code, or all collectors (of the unit `only`)."""

    async def run(settings: Settings, db: Database) -> Selected:
        if code:
            return settings, [await find_collector(db, code)]
        upp = (await find_unit(db, only)).code if only else None
        units = {unit.code: unit for unit in await db.read(upps.listed)}
        found = await db.read(lambda conn: collectors.listed(conn, upp))
        return settings, [(collector, units[collector.upp]) for collector in found]

    return run


# --- skm tickets ---------------------------------------------------------------------------------


@app.command()
def tickets(
    code: Annotated[str, typer.Argument(metavar="CODE", help="The code printed under the QR.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="A .pdf or .csv file.")],
    count: Annotated[int, typer.Option(min=1, max=10_000, help="How many.")] = 200,
    days: Annotated[int, typer.Option("--valid", min=1, max=3650, help="For how many days.")] = 90,
) -> None:
    """Make visit tickets; each opens one interview."""
    suffix = suffix_of(out, "pdf", "csv")

    async def run(settings: Settings, db: Database) -> None:
        collector, unit = await find_collector(db, code)
        if not collector.ticketed:
            raise SkmError(f"{collector.code} needs no tickets: add a collector with --ticketed.")
        warn_if_local(settings)
        until = now().astimezone(settings.zone).date() + timedelta(days=days)
        made = new_codes(count, SECRET_LENGTH)
        batch = Batch(collector, unit, made, Links(settings.base_url), until)
        catalog = Catalog.load(settings.locales)
        content = batch.csv() if suffix == "csv" else batch.pdf(catalog, settings.language)
        midnight = datetime.combine(until + timedelta(days=1), time(), settings.zone)
        await db.write(lambda conn: _store(conn, batch, now(), midnight))
        write_file(out, content)

    on_database(run)
    say(f"{count:,} tickets are in {out}.")


async def _store(conn: AsyncConnection, batch: Batch, now: datetime, expires_at: datetime) -> None:
    """Stores new tickets with an entry in the audit log, which names none of them."""
    code = batch.collector.code
    await stored_tickets.add(conn, code, batch.secrets, expires_at)
    about = f"{code} {len(batch.secrets)}"
    await audit_log.add(conn, None, AuditEvent.TICKETS, about, now)
