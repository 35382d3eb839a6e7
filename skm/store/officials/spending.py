"""How many messages were sent in a month through a channel that charges for them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.store.database.upsert import insert_or_add
from skm.store.schema.messages import spending as table
from skm.store.schema.survey import response

_COUNTS = ["replies", "bulk"]


@dataclass(frozen=True)
class Spent:
    """Messages sent. `replies`: answers to a message; `bulk`: those that we began."""

    replies: int = 0
    bulk: int = 0

    @property
    def messages(self) -> int:
        return self.replies + self.bulk


async def count(conn: AsyncConnection, channel: str, month: str, spent: Spent) -> Spent:
    """Adds messages to a month ("2026-11"); returns its new total."""
    row = {"channel": channel, "month": month, "replies": spent.replies, "bulk": spent.bulk}
    counted = insert_or_add(conn, table, _COUNTS).returning(table.c.replies, table.c.bulk)
    return Spent(*(await conn.execute(counted, row)).one())


async def of(conn: AsyncConnection, channel: str, month: str) -> Spent:
    """Returns the total of a month so far."""
    query = select(table.c.replies, table.c.bulk).where(
        table.c.channel == channel, table.c.month == month
    )
    found = (await conn.execute(query)).first()
    return Spent(*found) if found else Spent()


async def finished(conn: AsyncConnection, channel: str, start: date, end: date) -> int:
    """Returns how many responses came through the channel in start ≤ day < end."""
    query = select(func.count()).where(
        response.c.channel == channel,
        response.c.day >= start,
        response.c.day < end,
    )
    return await conn.scalar(query) or 0
