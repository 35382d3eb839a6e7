"""Visit tickets: each opens one response at one collector."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.errors import SkmError
from skm.store.schema import collector
from skm.store.schema import ticket as table


async def add(conn: AsyncConnection, collector_code: str, secrets: Sequence[str]) -> None:
    """Raises SkmError for an unknown collector."""
    at = await conn.scalar(select(collector.c.id).where(collector.c.code == collector_code))
    if at is None:
        raise SkmError(f"There is no collector {collector_code}: see `skm collector list`.")
    if rows := [{"collector_id": at, "secret": secret} for secret in secrets]:
        await conn.execute(insert(table), rows)


async def state(conn: AsyncConnection, collector_code: str, secret: str) -> str | None:
    """ "open", "spent", or None for a ticket that was never printed."""
    query = select(table.c.spent_at).select_from(table.join(collector))
    query = query.where(collector.c.code == collector_code, table.c.secret == secret)
    found = (await conn.execute(query)).first()
    return None if found is None else "spent" if found[0] else "open"


async def spend(
    conn: AsyncConnection, collector_code: str, secret: str, visit: str, now: datetime
) -> bool:
    """Spend it, unless somebody did; whether it was us."""
    at = select(collector.c.id).where(collector.c.code == collector_code).scalar_subquery()
    done = await conn.execute(
        update(table)
        .where(table.c.collector_id == at, table.c.secret == secret, table.c.spent_at.is_(None))
        .values(spent_at=now, spent_by=visit)
    )
    return done.rowcount == 1
