"""What each official wants to hear, and when."""

from datetime import datetime, time
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.store.schema_officials import official
from skm.store.schema_officials import subscription as table
from skm.subscription import Frequency, Subscription


async def put(conn: AsyncConnection, wanted: Subscription, now: datetime) -> None:
    """Set one; changing the hour does not bring what was due before."""
    held = (table.c.official_id == wanted.official, table.c.frequency == wanted.frequency)
    values = {
        "weekday": wanted.weekday,
        "at": wanted.at.strftime("%H:%M"),
        "alerts": wanted.alerts,
        "since": now,
    }
    done = await conn.execute(update(table).where(*held).values(values))
    if done.rowcount == 0:
        keys = {"official_id": wanted.official, "frequency": wanted.frequency}
        await conn.execute(insert(table), {**keys, **values})


async def remove(conn: AsyncConnection, official_id: int, frequency: Frequency) -> bool:
    done = await conn.execute(
        delete(table).where(table.c.official_id == official_id, table.c.frequency == frequency)
    )
    return done.rowcount == 1


async def of(conn: AsyncConnection, official_id: int) -> list[Subscription]:
    """An official's own."""
    query = select(table).where(table.c.official_id == official_id).order_by(table.c.frequency)
    return [_subscription(row) for row in await conn.execute(query)]


async def listed(conn: AsyncConnection) -> list[tuple[Subscription, datetime]]:
    """Those of everybody who is still an official, each with the moment since when it holds."""
    query = (
        select(table)
        .join(official, table.c.official_id == official.c.id)
        .where(official.c.removed_at.is_(None))
        .order_by(table.c.official_id, table.c.frequency)
    )
    return [(_subscription(row), row.since) for row in await conn.execute(query)]


def _subscription(row: Any) -> Subscription:
    return Subscription(
        official=row.official_id,
        frequency=Frequency(row.frequency),
        weekday=row.weekday,
        at=time.fromisoformat(row.at),
        alerts=row.alerts,
    )
