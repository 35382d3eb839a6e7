"""The checks of `skm doctor` that read the database: schema, figures, messages, backups."""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.doctor.checks import CheckResult, CheckResults, advice, mend, ok
from bot.running.settings import Settings
from skm.notices.delivery import DeliveryState
from skm.store.database.database import Database
from skm.store.figures import totals
from skm.store.officials import deliveries, unreadable
from skm.store.schema.survey import response
from skm.store.survey import rollup
from skm.store.upkeep.sqlite_backup import file_of

LOOK_BACK = timedelta(days=7)
OVERDUE = timedelta(hours=1)
OLD = timedelta(days=2)
LOST = (DeliveryState.FAILED, DeliveryState.UNKNOWN, DeliveryState.BLOCKED)


async def database(settings: Settings, now: datetime) -> CheckResults:
    """Opens the database and checks its content; raises SkmError if it cannot be opened."""
    file = file_of(settings.database_url)
    if file and not file.exists():
        yield mend("database", f"There is no {file} yet: run `skm migrate`.")
        return
    async with Database.open(settings.database_url) as db:
        yield ok("database", "It answers, and its schema is this version's.")
        yield await db.read(_figures)
        yield await db.read(lambda conn: _messages(conn, now))
        yield await db.read(lambda conn: _unreadable(conn, now))
        yield await db.read(lambda conn: _backups(conn, now))


async def _figures(conn: AsyncConnection) -> CheckResult:
    """Compares only counts, which is quick: responses a day with the rollup, days with months."""
    if uneven := await rollup.count_unbalanced_units(conn):
        said = f"The rollup counts other responses than are stored in {uneven} of the units"
        return mend("figures", f"{said}: `skm recount` corrects it.")
    stored = int(await conn.scalar(select(func.count()).select_from(response)) or 0)
    return ok(
        "figures",
        f"The rollup counts all {stored:,} responses; `skm recount` reads every answer as well.",
    )


async def _messages(conn: AsyncConnection, now: datetime) -> CheckResult:
    found = await deliveries.listed(conn, now - LOOK_BACK)
    states = Counter(delivery.state for delivery in found)
    lost = sum(states[state] for state in LOST)
    late = [one for one in found if one.state is DeliveryState.DUE and one.next_at < now - OVERDUE]
    sent = max((one.sent_at for one in found if one.sent_at), default=None)
    if late:
        return mend("messages", f"{len(late)} to officials are overdue: is `skm serve` running?")
    if lost:
        return advice("messages", f"{lost} did not arrive this week: `skm deliveries` says why.")
    if waiting := [one.error for one in found if one.state is DeliveryState.DUE and one.error]:
        return advice("messages", f"{len(waiting)} to officials wait: {waiting[0]}.")
    last = f"the last one at {sent:%Y-%m-%d %H:%M} UTC" if sent else "none this week"
    return ok("messages", f"Nothing to officials is stuck; {last}.")


async def _unreadable(conn: AsyncConnection, now: datetime) -> CheckResult:
    if many := len(await unreadable.listed(conn, now - LOOK_BACK)):
        return advice("unreadable", f"{many} failed this week: `skm unreadable` shows why.")
    return ok("unreadable", "This week every message could be read.")


async def _backups(conn: AsyncConnection, now: datetime) -> CheckResult:
    last = await totals.last_backup(conn)
    if last is None:
        return advice("backup", "None is known: take one every day with `skm backup FILE`.")
    said = f"The last one is {(now - last) // timedelta(hours=1)} hours old"
    if now - last > OLD:
        return advice("backup", f"{said}: take one every day with `skm backup FILE`.")
    return ok("backup", f"{said}.")
