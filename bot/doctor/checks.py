"""The checks of `skm doctor`. Each result is one sentence, which says what to do about a problem.

Checks are independent, so that all are run even if one of them fails.
"""

import os
import sqlite3
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from shutil import disk_usage
from urllib.parse import urlsplit

import aiohttp

from bot.messaging.catalog import Catalog
from bot.running.proxy import proxy_for
from bot.running.settings import HERE, Settings
from skm.errors import SkmError
from skm.store.upkeep.sqlite_backup import file_of
from skm.survey.instrument import Instrument

OTHERS = 0o007  # permissions of everybody else
SKEW = timedelta(seconds=30)
TOO_LITTLE, LITTLE = 200 << 20, 2 << 30  # bytes of free disk space
PATIENCE = aiohttp.ClientTimeout(total=10)


class Verdict(StrEnum):
    """`advice`: it works but could be better. `mend`: it must be repaired."""

    OK = "ok"
    ADVICE = "advice"
    MEND = "mend"


@dataclass(frozen=True)
class CheckResult:
    """`about`: the part that was checked, in a word. `said`: the result as a sentence."""

    about: str
    verdict: Verdict
    said: str


CheckResults = AsyncIterator[CheckResult]


def ok(about: str, said: str) -> CheckResult:
    return CheckResult(about, Verdict.OK, said)


def advice(about: str, said: str) -> CheckResult:
    return CheckResult(about, Verdict.ADVICE, said)


def mend(about: str, said: str) -> CheckResult:
    return CheckResult(about, Verdict.MEND, said)


async def guarded(about: str, check: CheckResults) -> CheckResults:
    """The results of a check; an error that ends it is a result as well."""
    try:
        async for finding in check:
            yield finding
    except SkmError as error:
        yield mend(about, str(error))
    except OSError as error:
        yield mend(about, f"{error.strerror or type(error).__name__}: {error.filename or about}.")


# --- this machine --------------------------------------------------------------------------------


async def versions() -> CheckResults:
    python = sys.version.split()[0]
    skm, sqlite = version("skm-bot"), sqlite3.sqlite_version
    yield ok("versions", f"skm-bot {skm}, Python {python}, SQLite {sqlite}.")


async def private_files(settings: Settings | None) -> CheckResults:
    """Whether other users of this machine may read `.env` or the database."""
    database = file_of(settings.database_url) if settings else None
    for file in filter(None, (Path(".env"), database)):
        if file.exists() and file.stat().st_mode & OTHERS:
            yield mend("files", f"Everybody on this machine may read {file}: `chmod o= {file}`.")
        elif file.exists():
            yield ok("files", f"{file} is not for others to read.")


async def disk(settings: Settings) -> CheckResults:
    """Whether the database can be written, and has enough free space."""
    database = file_of(settings.database_url)
    if database is None:
        return
    folder = database.absolute().parent
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        yield mend("disk", f"Nothing can be written in {folder} ({error.strerror}): see who may.")
        return
    free = disk_usage(folder).free
    said = f"{free / (1 << 30):.1f} GB are free in {folder}"
    if free < TOO_LITTLE:
        yield mend("disk", f"{said}: make room before answers cannot be stored.")
    elif free < LITTLE:
        yield advice("disk", f"{said}: make room soon.")
    else:
        yield ok("disk", f"{said}.")
    if not os.access(database, os.W_OK) and database.exists():
        yield mend("disk", f"{database} cannot be written to: give it to the user of `skm serve`.")


async def clock(origin: str, now: Callable[[], datetime]) -> CheckResults:
    """Compares this machine's clock with the Date header of `origin`, whose clock is right."""
    said = ""
    with suppress(aiohttp.ClientError, TimeoutError):
        async with (
            aiohttp.ClientSession(timeout=PATIENCE, proxy=proxy_for(origin)) as session,
            session.get(origin, allow_redirects=False) as response,
        ):
            said = response.headers.get("Date", "")
    if not said:
        yield advice("clock", f"{urlsplit(origin).hostname} sends no Date header to compare with.")
        return
    behind = parsedate_to_datetime(said) - now()
    seconds = abs(round(behind.total_seconds()))
    if abs(behind) > SKEW:
        way = "behind" if behind > timedelta() else "ahead"
        yield mend("clock", f"It is {seconds} s {way}: `timedatectl set-ntp true` keeps it right.")
    else:
        yield ok("clock", f"Right within {max(seconds, 1)} s.")


# --- the settings --------------------------------------------------------------------------------


async def time_zone(settings: Settings, now: datetime) -> CheckResults:
    there = now.astimezone(settings.zone)
    yield ok("time zone", f"{settings.timezone}: it is {there:%H:%M on %Y-%m-%d} there.")


async def words(settings: Settings) -> CheckResults:
    """Whether the locales have every text that the instrument needs."""
    catalog = Catalog.load(settings.locales)
    catalog.check(Instrument.parse(settings.instrument.read_text(encoding="utf-8")))
    yield ok("texts", f"Complete in {', '.join(sorted(catalog.languages))}.")


async def public_url(settings: Settings) -> CheckResults:
    url = urlsplit(settings.public_url)
    if not settings.public_url:
        yield advice("public URL", "SKM_PUBLIC_URL is not set: QR codes lead to this machine only.")
    elif url.scheme != "https" and url.hostname not in HERE:
        yield mend("public URL", "SKM_PUBLIC_URL is not https: answers could be read on the way.")
    else:
        yield ok("public URL", f"{settings.public_url}.")


async def notice(settings: Settings) -> CheckResults:
    """Whether the notice says whom to ask about one's data."""
    if settings.contact:
        yield ok("notice", f"The notice names {settings.contact} for questions about data.")
    else:
        yield advice("notice", "SKM_CONTACT is not set: say who answers questions about data.")


async def served(settings: Settings) -> CheckResults:
    """Whether a server at our address answers /readyz with "ok"."""
    url = f"http://{settings.http_host}:{settings.http_port}/readyz"
    try:
        async with aiohttp.ClientSession(timeout=PATIENCE) as session, session.get(url) as response:
            status, said = response.status, (await response.text())[:200]
    except (aiohttp.ClientError, TimeoutError):
        yield advice(
            "server", f"No server answers at port {settings.http_port}: start `skm serve`."
        )
        return
    if status == 200 and said != "ok":
        yield mend("server", f"It serves, {said.removeprefix('ok, ')}: its log says why.")
    elif status == 200:
        yield ok("server", f"It serves at port {settings.http_port}.")
    else:
        yield mend("server", f"It serves, but is not ready ({said}).")


def as_text(findings: list[CheckResult]) -> Iterator[str]:
    """One line per result, in columns."""
    wide = max(len(finding.about) for finding in findings)
    for finding in findings:
        yield f"{finding.verdict:<8}{finding.about:<{wide + 2}}{finding.said}"
