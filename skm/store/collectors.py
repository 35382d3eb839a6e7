"""The ways in, by their printed code."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.errors import SkmError
from skm.store.schema import collector as table
from skm.store.schema import upp
from skm.upp import Collector, Upp

_ALL = select(
    table.c.code, upp.c.code, table.c.layanan, table.c.place, table.c.ticketed, upp.c.name,
    upp.c.population,
).select_from(table.join(upp))  # fmt: skip


async def by_code(conn: AsyncConnection, code: str) -> tuple[Collector, Upp] | None:
    """The collector of a code, in any case, with its unit (whose parent is left out)."""
    row = (await conn.execute(_ALL.where(table.c.code == code.upper()))).first()
    return (Collector(*row[:5]), Upp(row[1], row[5], None, row[6])) if row else None


async def add(conn: AsyncConnection, collector: Collector, now: datetime) -> None:
    """Raises SkmError for an unknown unit or a code that is taken."""
    if await by_code(conn, collector.code):
        raise SkmError(f"The code {collector.code.upper()} is taken: choose another.")
    unit = await conn.scalar(select(upp.c.id).where(upp.c.code == collector.upp))
    if unit is None:
        raise SkmError(f"There is no unit {collector.upp}: see `skm upp list`.")
    await conn.execute(
        insert(table).values(
            code=collector.code.upper(),
            upp_id=unit,
            layanan=collector.layanan,
            place=collector.place,
            ticketed=collector.ticketed,
            created_at=now,
        )
    )


async def listed(conn: AsyncConnection, upp_code: str | None = None) -> list[Collector]:
    """All collectors, or those of one unit, by unit and code."""
    query = _ALL.order_by(upp.c.code, table.c.code)
    if upp_code:
        query = query.where(upp.c.code == upp_code)
    return [Collector(*row[:5]) for row in await conn.execute(query)]
