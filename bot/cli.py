"""The command `skm`: what an operator types. A command reads settings, does one thing, says so.

Whatever is heavy is imported by the command that needs it, so that help comes at once.
"""

import asyncio
import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot import backup, console, history, moving, office, paper, recount, retention, staff
from bot.console import group, note, say
from skm.official import Role

if TYPE_CHECKING:
    from bot.settings import Settings
    from skm.report import InstansiReport, Report
    from skm.store.database import Database

app = group("Survei Kepuasan Masyarakat over Telegram, WhatsApp and the web.")


# --- running -------------------------------------------------------------------------------------


@app.command()
def demo(
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Default: 8080.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget the old demo first.")] = False,
) -> None:
    """Serve a demo city: no account, no token, no network needed."""
    from bot import logs
    from bot.app import serve
    from bot.demo import demo_settings, prepare, where_to_click
    from bot.operator import check_port, instrument_of, now

    settings = demo_settings(port, fresh=fresh)
    check_port(settings)
    logs.configure(settings.log_format, settings.log_level, settings.secrets)
    prepare(settings, instrument_of(settings), now())
    note(where_to_click(settings, now()))
    asyncio.run(serve(settings))


@app.command()
def serve() -> None:
    """Serve the web pages and every channel that is set up."""
    from bot import logs
    from bot.app import serve as run
    from bot.operator import check_port
    from bot.settings import read_settings

    settings = read_settings()
    check_port(settings)
    logs.configure(settings.log_format, settings.log_level, settings.secrets)
    logging.getLogger(__name__).info("Serving on %s; Ctrl-C stops it.", settings.base_url)
    asyncio.run(run(settings))


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="For other programs.")] = False,
) -> None:
    """Look at everything a deployment stands on; ends with 1 if something must be mended."""
    from bot import checkup
    from bot import doctor as doctors
    from bot.app import checkups
    from bot.operator import now

    found, redacted = asyncio.run(doctors.examined(checkups, now))
    text = doctors.as_json(found) if as_json else "\n".join(checkup.as_text(found))
    say(redacted(text))
    if any(finding.verdict is checkup.Verdict.MEND for finding in found):
        raise typer.Exit(1)


@app.command()
def migrate(
    by_year: Annotated[
        bool,
        typer.Option(
            "--partition-responses", help="Keep responses by year (PostgreSQL, many millions)."
        ),
    ] = False,
) -> None:
    """Create the database's tables, or bring them up to date."""
    from bot.settings import read_settings
    from skm.store.migrate import migrate as run

    run(read_settings().database_url)
    say("The database is up to date.")
    if by_year:
        moving.partition()


@app.command()
def seed() -> None:
    """Put the demo city into an empty database."""
    from bot.demo import fill
    from bot.operator import instrument_of, now
    from bot.settings import read_settings

    settings = read_settings()
    asyncio.run(fill(settings, instrument_of(settings), now()))
    say("The demo city is there: see `skm upp list`.")


@app.command()
def chat(
    code: Annotated[str, typer.Argument(metavar="CODE", help="The code printed under the QR.")],
    name: Annotated[
        str, typer.Option("--as", metavar="NAME", help="Answer as somebody else.")
    ] = "",
) -> None:
    """Answer the survey here, in the terminal."""
    import getpass

    from bot.app import opened
    from bot.settings import read_settings
    from bot.terminal.channel import converse, typed

    async def run() -> None:
        async with opened(read_settings()) as parts:
            note("A number chooses, /bantuan helps, Ctrl-D leaves.")
            await converse(parts.inbox.receive, code, name or getpass.getuser(), typed, say)

    asyncio.run(run())


# --- figures -------------------------------------------------------------------------------------


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
    as_json: Annotated[bool, typer.Option("--json", help="For other programs.")] = False,
    form: Annotated[
        paper.Form | None, typer.Option("--format", help="An official document, or text or json.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Where to write it.")
    ] = None,
    language: paper.Language = "",
) -> None:
    """The index of a unit, with everything below it, in a period; or its official report."""
    if form and form is not paper.Form.JSON:
        paper.report(unit, period, form, out, language)
        return
    from bot import operator
    from bot.catalog import Catalog
    from skm.period import Period
    from skm.store import reports

    span = Period.parse(period)

    async def read(
        settings: "Settings", db: "Database"
    ) -> tuple[str, "Report | InstansiReport", "Settings"]:
        if unit.casefold() in paper.EVERYTHING:
            pooled = await db.read(lambda conn: reports.of_instansi(conn, span))
            return settings.instansi, pooled, settings
        meant = await operator.unit(db, unit)
        found = await db.read(lambda conn: reports.of(conn, meant, span))
        return f"{meant.name} ({meant.code})", found, settings

    name, found, settings = operator.on_database(read)
    if as_json or form:
        written = json.dumps(found.as_json(), indent=2, ensure_ascii=False)
        paper.put(out, written)
    else:
        words = Catalog.load(settings.locales).table(settings.language, "unsur")
        console.figures(name, found, words)


# --- officials -----------------------------------------------------------------------------------


@app.command()
def invite(
    role: Annotated[Role, typer.Option(help="What they may do.")],
    unit: Annotated[
        str, typer.Option("--upp", metavar="UPP", help="Their unit; without it the whole instansi.")
    ] = "",
    name: Annotated[str, typer.Option(help="How admins see them; they may say it later.")] = "",
) -> None:
    """Invite an official: prints a link for one person, valid for seven days."""
    from bot import operator
    from bot.app import links_of
    from bot.enrolment import PREFIX, ways_to_accept

    async def run(settings: "Settings", db: "Database") -> tuple[str, str, list[str]]:
        token, about = await staff.invite(settings, db, role, unit, name)
        return token, about, ways_to_accept(await links_of(settings), token)

    token, about, ways = operator.on_database(run)
    for way in (*ways, PREFIX + token):
        say(way)
    note(
        f"For one person, as {role} of {about}: a link to follow, or the code to type in the chat."
    )


whatsapp = group("WhatsApp: what is published there.")


@whatsapp.command("flow")
def flow(
    out: Annotated[Path, typer.Option("--out", metavar="FILE.json", help="Where to write it.")],
    language: Annotated[str, typer.Option(help="The form's language: id, jv or en.")] = "id",
) -> None:
    """Write the Flow JSON of the questionnaire, to be published in WhatsApp Manager.

    Put the id that it gets there into SKM_WHATSAPP_FLOW_ID.
    """
    from bot import operator
    from bot.app import phrase_of
    from bot.settings import read_settings
    from bot.whatsapp.form import flow_json

    operator.suffix_of(out, "json")
    phrase = phrase_of(read_settings())
    said = operator.language_of(phrase.catalog, language)
    made = flow_json(phrase.catalog, phrase.instrument, said)
    operator.write(out, f"{json.dumps(made, indent=2, ensure_ascii=False)}\n".encode())
    note(f"Wrote {out}: publish it in WhatsApp Manager, then set SKM_WHATSAPP_FLOW_ID.")


@whatsapp.command("usage")
def usage() -> None:
    """Show how many messages this month took, and how many a finished survey."""
    from bot.app import opened
    from bot.operator import now
    from bot.settings import read_settings
    from bot.whatsapp.configured import ledger_of

    async def read() -> str:
        async with opened(read_settings(), now) as deployment:
            ledger = ledger_of(deployment.settings, deployment.desk)
            spent, finished = await ledger.usage()
        of = f" of {ledger.budget}" if ledger.budget else ""
        each = f", {spent.replies / finished:.1f} answers a survey" if finished else ""
        return (
            f"{ledger.month}: {spent.messages}{of} messages ({spent.replies} answers,"
            f" {spent.bulk} begun by us); {finished} finished surveys{each}."
        )

    say(asyncio.run(read()))


# --- what an office sets up and takes in ---------------------------------------------------------

app.add_typer(office.responses, name="responses")
app.add_typer(office.upp, name="upp")
app.add_typer(office.collector, name="collector")
app.command("qr")(paper.qr)
app.command("poster")(paper.poster)
app.command("tickets")(office.tickets)
app.add_typer(history.recap, name="recap")
history.audit.command("log")(staff.show_log)
app.command("deliveries")(staff.show_deliveries)
app.command("aside")(staff.show_aside)
app.command("verify")(staff.verify)
app.command("purge")(retention.purge)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("drill")(backup.drill)
app.command("recount")(recount.recount)
app.command("move")(moving.move)
app.add_typer(whatsapp, name="whatsapp")
app.add_typer(history.audit, name="audit")
