"""What an office sets up and takes in: units, ways in with their QR and tickets, responses."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.console import group, note, problems, progress, say, table
from skm.errors import SkmError

if TYPE_CHECKING:
    from bot.settings import Settings
    from skm.store.database import Database
    from skm.store.exchange import Imported
    from skm.upp import Collector

responses = group("Responses as CSV files, in and out.")
upp = group("The service units (UPP).")
collector = group("The ways in: a code and a QR for each counter.")

FileIn = Annotated[
    Path, typer.Argument(metavar="FILE.csv", help="UTF-8; comma, semicolon or tab between.")
]
Code = Annotated[str, typer.Argument(metavar="CODE", help="The code printed under the QR.")]
OnlyUnit = Annotated[
    str | None, typer.Option("--upp", metavar="UPP", help="Only this unit and those below it.")
]


# --- responses -----------------------------------------------------------------------------------


@responses.command("import")
def import_responses(
    file: FileIn,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Store the good rows although others are bad.")
    ] = False,
) -> None:
    """Take responses from paper forms or older systems.

    Columns: upp, submitted_at, u1 to u9; and, if you have them, layanan, gender, age, education,
    occupation, disability, saran, mode. The same file twice changes nothing.
    """
    from bot import operator
    from skm.store import exchange

    async def run(settings: "Settings", db: "Database") -> "Imported":
        with progress("Reading", total=2 * operator.size(file)) as advance:
            return await exchange.import_responses(
                db,
                file,
                operator.instrument_of(settings),
                zone=settings.zone,
                now=operator.now(),
                skip_bad=skip_bad,
                advance=advance,
            )

    try:
        done = operator.on_database(run)
    except KeyboardInterrupt:
        note("Stopped. The same command goes on where it was; nothing is stored twice.")
        raise
    _tell_import(done, "Responses", skipped=skip_bad)


@responses.command("export")
def export_responses(
    out: Annotated[Path, typer.Option("--out", metavar="FILE.csv", help="Where to write them.")],
    unit: OnlyUnit = None,
    period: Annotated[
        str | None, typer.Option("--period", metavar="PERIOD", help="Only these: 2026-Q4.")
    ] = None,
) -> None:
    """Write responses to a file, with their day and without anything that tells who gave them."""
    from bot import operator
    from skm.period import Period
    from skm.store import exchange

    span = Period.parse(period) if period else None
    operator.suffix_of(out, "csv")

    async def run(settings: "Settings", db: "Database") -> int:
        with progress("Writing", total=None) as advance:
            return await exchange.export_responses(
                db,
                out,
                operator.instrument_of(settings),
                zone=settings.zone,
                upp=(await operator.unit(db, unit)).code if unit else None,
                period=span,
                advance=advance,
            )

    say(f"{operator.on_database(run):,} responses are in {out}.")


# --- units ---------------------------------------------------------------------------------------


@upp.command("import")
def import_upps(file: FileIn) -> None:
    """Add units, or change those that are there. Columns: code, name, parent, population.

    A parent is named by its code; rows may stand in any order.
    """
    from bot import operator
    from skm.store import exchange

    done = operator.on_database(lambda _, db: exchange.import_upps(db, file))
    _tell_import(done, "Units")


@upp.command("list")
def list_upps() -> None:
    """All units."""
    from bot import operator
    from skm.store import upps

    found = operator.on_database(lambda _, db: db.read(upps.listed))
    table(
        ["Code", "Name", "Parent", "Population"],
        [[unit.code, unit.name, unit.parent, unit.population] for unit in found],
    )


# --- ways in -------------------------------------------------------------------------------------


@collector.command("add")
def add_collector(
    unit: Annotated[str, typer.Argument(metavar="UPP", help="A unit's code or name.")],
    layanan: Annotated[str, typer.Option(help="The service that is asked about.")] = "",
    place: Annotated[str, typer.Option(help="Where the QR hangs, such as “Loket 2”.")] = "",
    ticketed: Annotated[
        bool, typer.Option("--ticketed", help="Only with a visit ticket: see `skm tickets`.")
    ] = False,
) -> None:
    """Open a way in; its new code is printed."""
    from bot import operator
    from bot.links import landing_url
    from skm.sheet import seen
    from skm.store import collectors
    from skm.upp import Collector
    from skm.visit import new_code

    async def run(settings: "Settings", db: "Database") -> tuple[str, str]:
        meant = await operator.unit(db, unit)
        made = Collector(new_code(6), meant.code, seen(layanan), seen(place), ticketed)
        await db.write(lambda conn: collectors.add(conn, made, operator.now()))
        return made.code, landing_url(settings.base_url, made.code)

    code, url = operator.on_database(run)
    say(code)
    note(f"It leads to {url}; `skm qr {code} --out {code}.svg` draws it.")


@collector.command("list")
def list_collectors(unit: OnlyUnit = None) -> None:
    """All ways in."""
    from bot import operator
    from skm.store import collectors, upps

    async def run(settings: "Settings", db: "Database") -> list["Collector"]:
        everything = await db.read(collectors.listed)
        if unit is None:
            return everything
        meant = await operator.unit(db, unit)
        below = {u.code for u in await db.read(lambda conn: upps.subtree(conn, meant.code))}
        return [way for way in everything if way.upp in below]

    table(
        ["Code", "UPP", "Layanan", "Place", "Tickets"],
        [
            [way.code, way.upp, way.layanan, way.place, "yes" if way.ticketed else ""]
            for way in operator.on_database(run)
        ],
    )


def tickets(
    code: Code,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="A .pdf or .csv file.")],
    count: Annotated[int, typer.Option(min=1, max=10_000, help="How many.")] = 200,
) -> None:
    """Make visit tickets: each opens one interview."""
    from bot import operator
    from bot.catalog import Catalog
    from bot.links import Links
    from bot.tickets import Batch, new_secrets
    from skm.store import tickets

    suffix = operator.suffix_of(out, "pdf", "csv")

    async def run(settings: "Settings", db: "Database") -> None:
        way, unit = await operator.way_in(db, code)
        if not way.ticketed:
            raise SkmError(f"{way.code} asks for no tickets: add a collector with --ticketed.")
        operator.warn_if_local(settings)
        batch = Batch(way, unit, new_secrets(count), Links(settings.base_url))
        catalog = Catalog.load(settings.locales)
        content = batch.csv() if suffix == "csv" else batch.pdf(catalog, settings.language)
        await db.write(lambda conn: tickets.add(conn, way.code, batch.secrets))
        operator.write(out, content)

    operator.on_database(run)
    say(f"{count:,} tickets are in {out}.")


def _tell_import(done: "Imported", what: str, *, skipped: bool = False) -> None:
    """What came of a sheet; bad rows end the command with 1 unless they were to be skipped."""
    problems(done.problems)
    bad = len(done.problems)
    if bad and not skipped:
        note(f"Nothing was stored. Rows to mend: {bad:,}.")
        raise typer.Exit(1)
    left = f", {bad:,} left out" if bad else ""
    say(f"{what}: {done.new:,} new, {done.known:,} there already{left}.")
    for period in sorted(map(str, done.closed)):
        note(f"{period} is closed: rows of it that are new count in its revision only.")
