"""What an operator prints: official reports, QR codes, posters for desks and for the public."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from bot.console import note, progress, say
from skm.errors import SkmError

if TYPE_CHECKING:
    from bot.ask import Ask
    from bot.settings import Settings
    from skm.output.desk import Poster as Page
    from skm.store.database import Database
    from skm.upp import Collector, Upp

T = TypeVar("T")

EVERYTHING = {"kota", "semua", "instansi", "*"}

Language = Annotated[
    str, typer.Option("--language", help="Of the document; without it that of the settings.")
]
Unit = Annotated[str, typer.Argument(metavar="UPP", help="A unit's code or name.")]
When = Annotated[str, typer.Argument(metavar="PERIOD", help="2026-S2, 2026-Q4 or 2026-11.")]
File = Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write it.")]


class Form(StrEnum):
    """The formats of a report."""

    DOCX = "docx"
    PDF = "pdf"
    XLSX = "xlsx"
    JSON = "json"
    TEXT = "text"


class Poster(StrEnum):
    """The sizes of a desk poster."""

    A4 = "a4"
    A5 = "a5"
    TENT = "tent"


# --- reports -------------------------------------------------------------------------------------


def report(unit: str, period: str, form: Form, out: Path | None, language: str) -> None:
    """Write the official report of a unit, or of the whole instansi."""
    from bot import operator
    from bot.documents import Documents
    from bot.settings import read_settings

    if out:
        operator.suffix_of(out, "txt" if form is Form.TEXT else form)
    if out is None and form is not Form.TEXT:
        raise typer.BadParameter(f"--format {form} needs --out FILE.")

    async def run(ask: "Ask") -> bytes:
        documents = Documents(operator.instrument_of(read_settings()))
        return (await documents.file(ask, form=form)).content

    content = asked(unit, period, language, run)
    if out is None:
        put(None, content.decode())
    else:
        put(out, content)


def put(out: Path | None, content: bytes | str) -> None:
    """Into the file, or on the screen."""
    from bot import operator

    if out is None:
        say(content if isinstance(content, str) else content.decode())
        return
    operator.write(out, content.encode() if isinstance(content, str) else content)
    say(f"Written to {out}.")


def asked(unit: str, period: str, language: str, work: Callable[["Ask"], Awaitable[T]]) -> T:
    """Do what the operator asked about a unit (or all) and a period."""
    from bot import operator
    from bot.ask import Desk, Subject
    from bot.catalog import Catalog
    from bot.documents import by_operator
    from bot.links import Links
    from skm.period import Period

    span = Period.parse(period)

    async def run(settings: "Settings", db: "Database") -> T:
        catalog = Catalog.load(settings.locales)
        said = operator.language_of(catalog, language or settings.language)
        every = unit.casefold() in EVERYTHING
        meant = None if every else await operator.unit(db, unit)
        links = Links(settings.base_url)
        desk = Desk(db, catalog, settings.zone, operator.now, settings.instansi, links)
        return await work(by_operator(desk, Subject(meant, (), span), said))

    return operator.on_database(run)


# --- posters -------------------------------------------------------------------------------------


def poster(unit: Unit, period: When, out: File, language: Language = "") -> None:
    """Draw the poster that publishes a unit's index, as PNG or PDF."""
    from bot import operator
    from bot.phrase_poster import PosterWords
    from skm.output.poster import poster_pdf, poster_png
    from skm.store import dossiers

    suffix = operator.suffix_of(out, "png", "pdf")

    async def run(ask: "Ask") -> bytes:
        upp, span = ask.subject.upp, ask.subject.period
        if upp is None:
            raise SkmError("A poster is about one unit: name it.")

        found = await ask.desk.db.read(lambda conn: dossiers.of(conn, upp, span))
        asked = replace(ask, subject=replace(ask.subject, upp=found.upp))
        made = PosterWords(asked, found).made()
        return poster_png(made) if suffix == "png" else poster_pdf(made)

    put(out, asked(unit, period, language, run))


def qr(
    out: File,
    code: Annotated[
        str, typer.Argument(metavar="CODE", help="The code printed under the QR.")
    ] = "",
    every: Annotated[bool, typer.Option("--all", help="A poster for each collector.")] = False,
    size: Annotated[
        Poster | None, typer.Option("--poster", help="A desk poster with short help (PDF).")
    ] = None,
    only: Annotated[
        str, typer.Option("--upp", metavar="UPP", help="With --all: only this unit's.")
    ] = "",
    language: Language = "",
) -> None:
    """Draw the QR of a collector (PNG, SVG), or its poster for the desk (PDF)."""
    from bot import operator

    if bool(code) == every:
        raise typer.BadParameter("Name one CODE, or say --all.")
    if every or size:
        operator.suffix_of(out, "pdf")
        _posters(out, code, size or Poster.A4, only, language)
        return
    _qr(out, code)


def _qr(out: Path, code: str) -> None:
    from bot import operator
    from bot.links import landing_url, qr_png, qr_svg

    suffix = operator.suffix_of(out, "png", "svg")
    settings, [(way, _)] = operator.on_database(_ways(code, ""))
    operator.warn_if_local(settings)
    url = landing_url(settings.base_url, way.code)
    operator.write(out, qr_png(url) if suffix == "png" else qr_svg(url))
    say(f"{out} leads to {url}.")


def _posters(out: Path, code: str, size: Poster, only: str, language: str) -> None:
    """A page for each collector; drawing the codes takes the time, so that is what shows."""
    from bot import operator
    from bot.catalog import Catalog
    from bot.links import Links
    from bot.phrase_poster import DeskWords
    from skm.output.desk import Size, posters_pdf

    settings, ways = operator.on_database(_ways(code, only))
    if not ways:
        raise SkmError("There is no collector yet: `skm collector add` makes one.")
    operator.warn_if_local(settings)
    catalog, instrument = Catalog.load(settings.locales), operator.instrument_of(settings)
    said = operator.language_of(catalog, language or settings.language)
    words = DeskWords(catalog, Links(settings.base_url), instrument, said)
    pages: list[Page] = []
    with progress("Drawing", total=len(ways)) as advance:
        for way, unit in ways:
            pages.append(words.poster(way, unit))
            advance(1)
    note("Setting the pages.")
    put(out, posters_pdf(pages, Size(size.value), catalog.say(words.language, "desk.title")))


Found = tuple["Settings", "list[tuple[Collector, Upp]]"]


def _ways(code: str, only: str) -> "Callable[[Settings, Database], Awaitable[Found]]":
    """The settings, and the collector of a code or else all (of one unit), with their units."""
    from bot import operator
    from skm.store import collectors, upps

    async def run(settings: "Settings", db: "Database") -> Found:
        if code:
            return settings, [await operator.way_in(db, code)]
        upp = (await operator.unit(db, only)).code if only else None
        units = {unit.code: unit for unit in await db.read(upps.listed)}
        found = await db.read(lambda conn: collectors.listed(conn, upp))
        return settings, [(way, units[way.upp]) for way in found]

    return run
