"""Which digests each official gets, and when."""

from datetime import datetime, time
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.notices.subscription import Frequency, Subscription
from skm.store.database.upsert import insert_or_replace
from skm.store.schema.officials import official
from skm.store.schema.officials import subscription as table


async def put(conn: AsyncConnection, wanted: Subscription, now: datetime) -> None:
    """Stores a subscription, valid from now on: nothing that was due earlier is sent."""
    row = {
        "official_id": wanted.official,
        "frequency": wanted.frequency,
        "weekday": wanted.weekday,
        "at": wanted.at.strftime("%H:%M"),
        "since": now,
    }
    await conn.execute(insert_or_replace(conn, table), row)


async def remove(conn: AsyncConnection, official_id: int, frequency: Frequency) -> bool:
    """Returns whether there was such a subscription."""
    done = await conn.execute(
        delete(table).where(table.c.official_id == official_id, table.c.frequency == frequency)
    )
    return done.rowcount == 1


async def of(conn: AsyncConnection, official_id: int) -> list[Subscription]:
    """Returns an official's subscriptions."""
    query = select(table).where(table.c.official_id == official_id).order_by(table.c.frequency)
    return [_subscription(row) for row in await conn.execute(query)]


async def listed(conn: AsyncConnection) -> list[tuple[Subscription, datetime]]:
    """Returns the subscriptions of all present officials, each with when it began."""
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
    )
