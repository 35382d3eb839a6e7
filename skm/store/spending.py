"""How many messages were sent through a channel that costs money, by month."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.store.schema import response
from skm.store.schema_messages import spending as table

_KEY = ["channel", "month"]


def _more(row: Any) -> dict[str, Any]:
    return {name: table.c[name] + row[name] for name in ("replies", "bulk")}


_sqlite, _postgresql = insert_sqlite(table), insert_postgresql(table)
_COUNT = {
    "sqlite": _sqlite.on_conflict_do_update(_KEY, set_=_more(_sqlite.excluded)),
    "postgresql": _postgresql.on_conflict_do_update(None, _KEY, set_=_more(_postgresql.excluded)),
}


@dataclass(frozen=True)
class Spent:
    """`replies`: to whoever wrote to us; `bulk`: those that we began."""

    replies: int = 0
    bulk: int = 0

    @property
    def messages(self) -> int:
        return self.replies + self.bulk


async def count(conn: AsyncConnection, channel: str, month: str, spent: Spent) -> Spent:
    """Add these to a month ("2026-11"); what it has now."""
    row = {"channel": channel, "month": month, "replies": spent.replies, "bulk": spent.bulk}
    counted = _COUNT[conn.dialect.name].returning(table.c.replies, table.c.bulk)
    return Spent(*(await conn.execute(counted, row)).one())


async def of(conn: AsyncConnection, channel: str, month: str) -> Spent:
    """What a month took so far."""
    query = select(table.c.replies, table.c.bulk).where(
        table.c.channel == channel, table.c.month == month
    )
    found = (await conn.execute(query)).first()
    return Spent(*found) if found else Spent()


async def finished(conn: AsyncConnection, channel: str, start: date, end: date) -> int:
    """How many responses came through the channel in start ≤ day < end."""
    query = select(func.count()).where(
        response.c.channel == channel,
        response.c.day >= start,
        response.c.day < end,
    )
    return await conn.scalar(query) or 0
