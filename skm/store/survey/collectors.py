"""The collectors: where a survey can be opened, each with its printed code."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.errors import SkmError
from skm.instansi.collector import Collector
from skm.instansi.upp import Upp
from skm.store.schema.survey import collector as table
from skm.store.schema.survey import upp
from skm.store.survey import upps

_ALL = select(
    table.c.code, upp.c.code, table.c.layanan, table.c.place, table.c.ticketed, upp.c.name,
    upp.c.population,
).select_from(table.join(upp))  # fmt: skip


async def by_code(conn: AsyncConnection, code: str) -> tuple[Collector, Upp] | None:
    """Returns the collector of a code, in any case, and its unit (without its parent)."""
    row = (await conn.execute(_ALL.where(table.c.code == code.upper()))).first()
    return (Collector(*row[:5]), Upp(row[1], row[5], None, row[6])) if row else None


async def add(conn: AsyncConnection, collector: Collector, now: datetime) -> None:
    """Raises SkmError for an unknown unit or a code that is taken."""
    if await by_code(conn, collector.code):
        raise SkmError(f"The code {collector.code.upper()} is taken: choose another.")
    await conn.execute(
        insert(table).values(
            code=collector.code.upper(),
            upp_id=await upps.id_of(conn, collector.upp),
            layanan=collector.layanan,
            place=collector.place,
            ticketed=collector.ticketed,
            created_at=now,
        )
    )


async def listed(conn: AsyncConnection, upp_code: str | None = None) -> list[Collector]:
    """Returns all collectors, or those of one unit, by unit and code."""
    query = _ALL.order_by(upp.c.code, table.c.code)
    if upp_code:
        query = query.where(upp.c.code == upp_code)
    return [Collector(*row[:5]) for row in await conn.execute(query)]
