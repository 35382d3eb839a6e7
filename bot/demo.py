"""The demo: a folder of its own with a key, a database and a city, and where to click.

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

from dotenv import dotenv_values
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.catalog import Catalog
from bot.console import note, progress
from bot.settings import Settings, read_settings
from skm.closing import ClosingError
from skm.instrument import Instrument
from skm.period import Kind, Period
from skm.store import closings
from skm.store.archives import Asked
from skm.store.database import Database
from skm.store.demo.city import FIRST_CODE, city
from skm.store.demo.follow_ups import follow_up
from skm.store.demo.seed import seed
from skm.store.migrate import migrate

FOLDER = Path(".demo")
STALE = timedelta(days=7)
UNIT = "PKMPAJANG"
QUARTERS = 3  # the whole ones of a year that ends now


def demo_settings(port: int | None, *, fresh: bool) -> Settings:
    """The settings, from a folder that is made where there is none; `fresh` deletes the old one."""
    if fresh:
        shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(exist_ok=True)
    env = FOLDER / "env"
    if not env.exists():
        _write(env)
    _keep_port(env, port)
    given = {key.removeprefix("SKM_").lower(): value for key, value in dotenv_values(env).items()}
    return read_settings(**given)


def _keep_port(env: Path, port: int | None) -> None:
    """Other commands name the address of the demo that is served."""
    lines = env.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("SKM_HTTP_PORT=")]
    kept += [] if port is None else [f"SKM_HTTP_PORT={port}"]
    env.write_text("\n".join([*kept, ""]), encoding="utf-8")


def _write(env: Path) -> None:
    env.touch(mode=0o600)  # nobody else reads the key
    env.write_text(
        f"SKM_DATABASE_URL='sqlite+aiosqlite:///{FOLDER.resolve() / 'skm.db'}'\n"
        f"SKM_SECRET_KEY='{secrets.token_hex(32)}'\n"
        "SKM_INSTANSI='Kota Surakarta (data contoh)'\n",
        encoding="utf-8",
    )


def prepare(settings: Settings, instrument: Instrument, now: datetime) -> None:
    """Make the city unless it is there; one that was left half-made is made anew."""
    done = FOLDER / "seeded"
    if not done.exists():
        for old in FOLDER.glob("skm.db*"):
            old.unlink()
    migrate(settings.database_url)
    if not done.exists():
        asyncio.run(fill(settings, instrument, now))
        done.write_text(now.date().isoformat(), encoding="utf-8")
    made = date.fromisoformat(done.read_text(encoding="utf-8"))
    if now.date() - made > STALE:
        note(f"This city's last day is {made}: `skm demo --fresh` makes it anew, up to today.")


async def fill(settings: Settings, instrument: Instrument, now: datetime) -> None:
    """Put the demo city into the database of these settings, which holds no other units."""
    async with Database.open(settings.database_url) as db:
        with progress("Making a city", total=len(city().upps)) as advance:
            await seed(db, instrument, zone=settings.zone, now=now, advance=advance)
        asked = {instrument.version: Catalog.load(settings.locales).questionnaire(instrument)}
        await _publish(db, settings, now, asked)
        await db.write(partial(follow_up, zone=settings.zone, now=now))


async def _publish(db: Database, settings: Settings, now: datetime, asked: Asked) -> None:
    """Close the quarters of the made-up year that are over, so that there are results to see."""
    today = now.astimezone(settings.zone).date()
    for quarter in Period.of(Kind.QUARTER, today).previous().last(QUARTERS):
        await db.write(partial(_close, quarter=quarter, today=today, now=now, asked=asked))


async def _close(
    conn: AsyncConnection, quarter: Period, today: date, now: datetime, asked: Asked
) -> None:
    if await closings.of(conn, quarter) is None:
        with suppress(ClosingError):  # a quarter before the first answer
            await closings.close(conn, quarter, today, now, None, asked)


def _program() -> str:
    """How this was started, as somebody would type it again."""
    started = Path(sys.argv[0])
    return str(started) if started.name == "skm" else "skm"


def where_to_click(settings: Settings, now: datetime) -> str:
    """What the demo prints before it serves."""
    base, program = settings.base_url, _program()
    quarter = Period.of(Kind.QUARTER, now.astimezone(settings.zone).date())
    links = {
        "What a QR leads to": f"{base}/s/{FIRST_CODE}",
        "On an officer's device": f"{base}/s/{FIRST_CODE}?mode=bantuan",
        "The published results": f"{base}/hasil",
        "Those of a unit": f"{base}/hasil/{UNIT}",
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
            *(f"  {what:<24}{url}" for what, url in links.items()),
            "",
            telegram,
            "",
            "Other commands work on the same data, in another terminal:",
            f"  set -a; . {FOLDER / 'env'}; set +a",
            f"  {program} report {UNIT} {quarter}",
            f"  {program} chat {FIRST_CODE}",
            "",
            "Ctrl-C stops it.",
        ]
    )
