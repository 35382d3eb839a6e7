"""What `skm doctor` finds in the database: version, figures, what went out or in, backups."""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.checkup import Finding, Findings, advice, mend, ok
from bot.settings import Settings
from skm.delivery import State
from skm.store import asides, deliveries, rollup, totals
from skm.store.backup import file_of
from skm.store.database import Database
from skm.store.schema import response

LOOK_BACK = timedelta(days=7)
OVERDUE = timedelta(hours=1)
OLD = timedelta(days=2)
LOST = (State.FAILED, State.UNKNOWN, State.BLOCKED)


async def database(settings: Settings, now: datetime) -> Findings:
    """Opens it; raises SkmError where that cannot be, which is a finding as well."""
    file = file_of(settings.database_url)
    if file and not file.exists():
        yield mend("database", f"There is no {file} yet: run `skm migrate`.")
        return
    async with Database.open(settings.database_url) as db:
        yield ok("database", "It answers, and its schema is this version's.")
        yield await db.read(_figures)
        yield await db.read(lambda conn: _messages(conn, now))
        yield await db.read(lambda conn: _aside(conn, now))
        yield await db.read(lambda conn: _backups(conn, now))


async def _figures(conn: AsyncConnection) -> Finding:
    """Quickly: each unit's number of responses on each day, and its days against its months."""
    if uneven := await rollup.uneven(conn):
        said = f"The rollup counts other responses than are stored in {uneven} of the units"
        return mend("figures", f"{said}: `skm recount` puts it right.")
    stored = int(await conn.scalar(select(func.count()).select_from(response)) or 0)
    return ok(
        "figures",
        f"The rollup counts all {stored:,} responses; `skm recount` reads every answer as well.",
    )


async def _messages(conn: AsyncConnection, now: datetime) -> Finding:
    found = await deliveries.listed(conn, now - LOOK_BACK)
    states = Counter(delivery.state for delivery in found)
    lost = sum(states[state] for state in LOST)
    late = [one for one in found if one.state is State.DUE and one.next_at < now - OVERDUE]
    sent = max((one.sent_at for one in found if one.sent_at), default=None)
    if late:
        return mend("messages", f"{len(late)} to officials are overdue: is `skm serve` running?")
    if lost:
        return advice("messages", f"{lost} did not arrive this week: `skm deliveries` says why.")
    last = f"the last one at {sent:%Y-%m-%d %H:%M} UTC" if sent else "none this week"
    return ok("messages", f"Nothing to officials is stuck; {last}.")


async def _aside(conn: AsyncConnection, now: datetime) -> Finding:
    if many := len(await asides.listed(conn, now - LOOK_BACK)):
        return advice("aside", f"{many} could not be taken this week: `skm aside` says why.")
    return ok("aside", "This week every message could be taken.")


async def _backups(conn: AsyncConnection, now: datetime) -> Finding:
    last = await totals.last_backup(conn)
    if last is None:
        return advice("backup", "None is known: take one every day with `skm backup FILE`.")
    said = f"The last one is {(now - last) // timedelta(hours=1)} hours old"
    if now - last > OLD:
        return advice("backup", f"{said}: take one every day with `skm backup FILE`.")
    return ok("backup", f"{said}.")
