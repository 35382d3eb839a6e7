"""The database as a whole: its tables, its move to another server, its rollup, its old data."""

import asyncio
import sys
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Annotated

import typer
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cli.environment import exposed, now, on_database, record
from bot.cli.lazy_group import command_group
from bot.cli.rich_output import progress, table
from bot.cli.terminal_output import note, say
from bot.running.settings import Settings, read_settings
from skm.instansi.official import AuditEvent
from skm.privacy.retention import keeps_from
from skm.store.database import migrate as migrations
from skm.store.database.database import Database
from skm.store.officials import audit_log
from skm.store.survey import responses, rollup
from skm.store.upkeep import move as moving
from skm.store.upkeep import partition
from skm.store.upkeep.purge import Purge

app = command_group()


@app.command()
def migrate(
    by_year: Annotated[
        bool,
        typer.Option(
            "--partition-responses", help="Store responses by year (PostgreSQL, many millions)."
        ),
    ] = False,
) -> None:
    """Create the database tables, or upgrade them to this version."""
    url = read_settings().database_url
    before = migrations.version_of(url)
    migrations.migrate(url)
    after = migrations.version_of(url)
    if before and before != after:
        about = audit_log.changed(before, after or "")
        on_database(lambda _, db: record(db, AuditEvent.MIGRATED, about))
    say("The database is up to date.")
    if by_year:
        rows = on_database(_partition)
        say(f"Responses are stored by year ({rows:,} rows were moved).")


async def _partition(settings: Settings, db: Database) -> int:
    today = now().astimezone(settings.zone).date()
    with progress("Partitioning", total=await db.read(responses.count)) as advance:
        rows = await db.write(lambda conn: partition.by_year(conn, today, advance))
    await record(db, AuditEvent.MIGRATED, f"responses by year: {rows}")
    return rows


@app.command()
def move(
    target: Annotated[
        str, typer.Option("--to", metavar="URL", help="An empty database; - reads it from stdin.")
    ],
    source: Annotated[
        str,
        typer.Option("--from", metavar="URL", help="The database now; default: SKM_DATABASE_URL."),
    ] = "",
) -> None:
    """Copy everything into another database and compare the two.

    Stop `skm serve` first.

    From SQLite to PostgreSQL or back. URLs are written as in SKM_DATABASE_URL; one with a password
    is read from the standard input (--to -), because everybody on this machine can read the
    arguments of a command. Every row and every report is compared.
    """
    refuse_passwords(
        (source, target),
        "leave out --from (SKM_DATABASE_URL is used) and give the target by `--to -` and standard"
        " input",
    )
    source = source or read_settings().database_url
    target = sys.stdin.readline().strip() if target == "-" else target
    try:
        done = asyncio.run(moving.move(source, target, progress))
    except KeyboardInterrupt:
        note("Stopped. Nothing was moved; run the same command again to start over.")
        raise
    proof = done.proof
    asyncio.run(_record_move(source, target))
    say(f"Moved {done.rows:,} rows in {done.tables} tables.")
    say(
        f"Both databases agree: every row, {proof.reports:,} reports in {proof.periods:,} periods,"
        f" {proof.closings:,} closed periods; the rollup equals the sum of the responses."
    )
    note("Now set SKM_DATABASE_URL to the new database; SKM_SECRET_KEY stays as it is.")


def refuse_passwords(urls: Iterable[str], advice: str) -> None:
    """Raises SkmError for an argument that holds a password. `advice`: where it goes instead."""
    for url in urls:
        try:
            parsed = make_url(url)
        except ArgumentError:  # no URL: opening it raises the better error
            continue
        if parsed.password or "password" in parsed.query:
            raise exposed(advice)


async def _record_move(source: str, target: str) -> None:
    """Both databases say that one was copied into the other."""
    kinds = (make_url(url).get_backend_name() for url in (source, target))
    about = audit_log.changed(*kinds)
    for url in (source, target):
        async with Database.open(url) as db:
            await record(db, AuditEvent.MOVED, about)


@app.command()
def recount() -> None:
    """Recompute the rollup from the responses and fix differences.

    `skm serve` may keep running. Reports of open periods follow; a closed period keeps the figures
    that it froze.
    """
    try:
        on_database(_recount)
    except KeyboardInterrupt:
        note("Stopped. What was fixed stays; run the same command again for the rest.")
        raise


async def _recount(settings: Settings, db: Database) -> None:
    fixed: dict[str, int] = {}
    units = await db.read(rollup.units)
    with progress("Counting", total=len(units)) as advance:
        for unit, code in units:
            if await db.read(partial(rollup.count_differences_of, unit=unit)):
                fixed[code] = await db.write(partial(_fix, unit=unit, code=code, now=now()))
            advance(1)
    for code, rows in fixed.items():
        say(f"{code}: {rows:,} rows were fixed.")
    if not fixed:
        say(f"The rollup of all {len(units)} units equals the sum of their responses.")


async def _fix(conn: AsyncConnection, unit: int, code: str, now: datetime) -> int:
    """Fixes a unit's rollup and records it in the audit log; returns the number of rows."""
    rows = await rollup.repair(conn, unit)
    if rows:
        await audit_log.add(conn, None, AuditEvent.RECOUNTED, code, now)
    return rows


@app.command()
def purge(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only count what would be deleted.")
    ] = False,
) -> None:
    """Delete expired data that could identify respondents.

    It expires after SKM_RETENTION_MONTHS; figures stay as they are. `skm serve` does this once a
    day.
    """
    try:
        on_database(partial(_purge, dry_run=dry_run))
    except KeyboardInterrupt:
        note("Stopped. What was deleted stays deleted; run the same command again for the rest.")
        raise


async def _purge(settings: Settings, db: Database, *, dry_run: bool) -> None:
    before = keeps_from(now().astimezone(settings.zone).date(), settings.retention_months)
    if before is None:
        say("Everything is kept: SKM_RETENTION_MONTHS is 0.")
        return
    work = Purge(db, before, settings.zone)
    found = await work.count()
    if dry_run:
        table(["What", f"Before {before}"], [[name, n] for name, n in found.items()])
        return
    with progress("Deleting", total=sum(found.values())) as advance:
        done = await work.run(advance)
    if done:
        await record(db, AuditEvent.PURGED, f"before {before}: {done} rows")
    say(f"{done:,} rows from before {before} no longer identify anyone.")
