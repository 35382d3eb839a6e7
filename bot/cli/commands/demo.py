"""The demo: a folder with a key and a database of a made-up city, and the links to open.

The folder may be deleted. Its `env` file lets other commands work on the same data.
"""

import asyncio
import secrets
import shutil
import sys
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from dotenv import dotenv_values
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import app as deployment
from bot.cli.commands.serve import prepare_process
from bot.cli.environment import instrument_of, now, record
from bot.cli.lazy_group import command_group
from bot.cli.rich_output import progress
from bot.cli.terminal_output import note, say
from bot.messaging.catalog import Catalog
from bot.running.settings import Settings, read_settings
from skm.closing.frozen import ClosingError
from skm.demo.city import FIRST_CODE, city
from skm.demo.follow_ups import follow_up
from skm.demo.seed import seed as seed_city
from skm.demo.submissions import hand_in
from skm.instansi.official import AuditEvent, Invitation, Official, Role
from skm.instansi.period import Period, PeriodKind
from skm.store.database.database import Database
from skm.store.database.migrate import migrate
from skm.store.officials import officials, sessions
from skm.store.periods import closings
from skm.store.periods.archives import Questionnaires
from skm.survey.instrument import Instrument

FOLDER = Path(".demo")
MAX_AGE = timedelta(days=7)  # of the city's last day, before a newer city is suggested
UNIT = "PKMPAJANG"
ADMIN = "Admin contoh"  # the name, and in place of a pseudonym
QUARTERS = 3  # that have ended in a year of responses up to now

app = command_group()


@app.command()
def demo(
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Default: 8080.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Delete the previous demo first.")] = False,
) -> None:
    """Serve a demo city: no account, no token, no network needed."""
    settings = demo_settings(port, fresh=fresh)
    prepare_process(settings)
    prepare(settings, instrument_of(settings), now())
    note(links_to_open(settings, now(), asyncio.run(sign_in_link(settings, now()))))
    asyncio.run(deployment.serve(settings))


@app.command()
def seed() -> None:
    """Put the demo city into an empty database."""
    settings = read_settings()
    asyncio.run(fill(settings, instrument_of(settings), now()))
    say("The demo city is stored: see `skm upp list`.")


# --- the demo's settings -------------------------------------------------------------------------


def demo_settings(port: int | None, *, fresh: bool) -> Settings:
    """The settings in the demo's folder, which is created if needed; `fresh` deletes it first."""
    if fresh:
        shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(exist_ok=True)
    env = FOLDER / "env"
    if not env.exists():
        _write_env(env)
    _set_port(env, port)
    given = {key.removeprefix("SKM_").lower(): value for key, value in dotenv_values(env).items()}
    return read_settings(**given)


def _write_env(env: Path) -> None:
    env.touch(mode=0o600)  # it holds the key
    env.write_text(
        f"SKM_DATABASE_URL='sqlite+aiosqlite:///{FOLDER.resolve() / 'skm.db'}'\n"
        f"SKM_SECRET_KEY='{secrets.token_hex(32)}'\n"
        "SKM_INSTANSI='Kota Surakarta (data contoh)'\n",
        encoding="utf-8",
    )


def _set_port(env: Path, port: int | None) -> None:
    """Writes the port into the file, so that links printed by other commands lead to the demo."""
    lines = env.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("SKM_HTTP_PORT=")]
    kept += [] if port is None else [f"SKM_HTTP_PORT={port}"]
    env.write_text("\n".join([*kept, ""]), encoding="utf-8")


# --- its city ------------------------------------------------------------------------------------


def prepare(settings: Settings, instrument: Instrument, now: datetime) -> None:
    """Makes the city if there is none, or if making it was interrupted."""
    done = FOLDER / "seeded"
    if not done.exists():
        for old in FOLDER.glob("skm.db*"):
            old.unlink()
    migrate(settings.database_url)
    if not done.exists():
        asyncio.run(fill(settings, instrument, now))
        done.write_text(now.date().isoformat(), encoding="utf-8")
    made = date.fromisoformat(done.read_text(encoding="utf-8"))
    if now.date() - made > MAX_AGE:
        note(f"This city's last day is {made}: `skm demo --fresh` makes a new one, up to today.")


async def fill(settings: Settings, instrument: Instrument, now: datetime) -> None:
    """Puts the demo city into the database of these settings, which must have no other units."""
    async with Database.open(settings.database_url) as db:
        with progress("Making a city", total=len(city().upps)) as advance:
            await seed_city(db, instrument, zone=settings.zone, now=now, advance=advance)
        asked = {instrument.version: Catalog.load(settings.locales).questionnaire(instrument)}
        await db.write(partial(follow_up, zone=settings.zone, now=now))
        await db.write(partial(hand_in, zone=settings.zone, now=now))
        await _close_quarters(db, settings, now, asked)
        await db.write(lambda conn: _admin(conn, now))
        await record(db, AuditEvent.SEEDED, settings.instansi)


async def _admin(conn: AsyncConnection, now: datetime) -> Official:
    """An admin of the city, who opens the work pages and is sent nothing."""
    admin = await officials.add(
        conn, Invitation(Role.ADMIN, None, ADMIN), ADMIN, "web", "", "id", now
    )
    await officials.set_alerts(conn, admin.id, wanted=False)
    return admin


async def sign_in_link(settings: Settings, now: datetime) -> str:
    """A link that signs the city's admin in to the work pages."""
    async with Database.open(settings.database_url) as db:
        admin = await db.read(lambda conn: officials.by_person(conn, ADMIN))
        if admin is None:  # a city of an earlier version
            admin = await db.write(lambda conn: _admin(conn, now))
        who = admin.id
        token = await db.write(lambda conn: sessions.offer(conn, who, now))
    return f"{settings.base_url}/kerja/masuk/{token}"


async def _close_quarters(
    db: Database, settings: Settings, now: datetime, asked: Questionnaires
) -> None:
    """Closes the quarters of the made-up year that have ended, so that there are results. The last
    one stays open: its reports are still being handed in.
    """
    today = now.astimezone(settings.zone).date()
    for quarter in Period.of(PeriodKind.QUARTER, today).previous().last(QUARTERS)[:-1]:
        await db.write(partial(_close, quarter=quarter, today=today, now=now, asked=asked))


async def _close(
    conn: AsyncConnection, quarter: Period, today: date, now: datetime, asked: Questionnaires
) -> None:
    if await closings.of(conn, quarter) is None:
        with suppress(ClosingError):  # a quarter before the first response
            await closings.close(conn, quarter, today, now, None, asked)


# --- what it prints ------------------------------------------------------------------------------


def links_to_open(settings: Settings, now: datetime, sign_in: str) -> str:
    """The text that is printed before the demo is served. `sign_in`: the admin's link."""
    base, program = settings.base_url, _program()
    quarter = Period.of(PeriodKind.QUARTER, now.astimezone(settings.zone).date())
    links = {
        "The landing page of a QR": f"{base}/s/{FIRST_CODE}",
        "On an officer's device": f"{base}/s/{FIRST_CODE}?mode=bantuan",
        "The published results": f"{base}/hasil",
        "The results of a unit": f"{base}/hasil/{UNIT}",
        "The work pages, for 5 min": sign_in,
    }
    telegram = (
        "Telegram is on, with SKM_TELEGRAM_TOKEN."
        if settings.telegram_token.get_secret_value()
        else f"Telegram is off. With a token: SKM_TELEGRAM_TOKEN=… {program} demo"
    )
    return "\n".join(
        [
            "",
            "A demo city with a year of made-up answers. Open in a browser:",
            *(f"  {what:<26}{url}" for what, url in links.items()),
            "",
            telegram,
            "",
            "Other commands work on the same data, in another terminal:",
            f"  set -a; . {FOLDER / 'env'}; set +a",
            f"  {program} report {UNIT} {quarter}",
            f"  {program} chat {FIRST_CODE}",
            f"  {program} login",
            "",
            "Ctrl-C stops it.",
        ]
    )


def _program() -> str:
    """The name or path under which this program was started."""
    started = Path(sys.argv[0])
    return str(started) if started.name == "skm" else "skm"
