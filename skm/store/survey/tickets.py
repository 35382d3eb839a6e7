"""Visit tickets: each opens one response at one collector."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.errors import SkmError
from skm.store.database.batches import insert_all
from skm.store.schema.survey import collector
from skm.store.schema.survey import ticket as table


class TicketState(StrEnum):
    OPEN = "open"
    SPENT = "spent"
    EXPIRED = "expired"


async def add(
    conn: AsyncConnection,
    collector_code: str,
    secrets: Sequence[str],
    expires_at: datetime | None = None,
) -> None:
    """Stores new tickets, which open no survey from `expires_at` on (None: they do not expire).
    Raises SkmError for an unknown collector.
    """
    query = select(collector.c.id).where(collector.c.code == collector_code)
    collector_id = await conn.scalar(query)
    if collector_id is None:
        raise SkmError(f"There is no collector {collector_code}: see `skm collector list`.")
    same = {"collector_id": collector_id, "expires_at": expires_at}
    rows = ({**same, "secret": secret} for secret in secrets)
    await insert_all(conn, table, rows)


async def state(
    conn: AsyncConnection, collector_code: str, secret: str, now: datetime
) -> TicketState | None:
    """Returns None for a ticket that was never printed."""
    query = select(table.c.spent_at, table.c.expires_at).select_from(table.join(collector))
    query = query.where(collector.c.code == collector_code, table.c.secret == secret)
    found = (await conn.execute(query)).first()
    if found is None:
        return None
    if found.spent_at:
        return TicketState.SPENT
    is_over = found.expires_at is not None and found.expires_at <= now
    return TicketState.EXPIRED if is_over else TicketState.OPEN


async def is_known(conn: AsyncConnection, collector_code: str, secret: str) -> bool:
    """Whether the ticket was printed, spent and expired ones included."""
    query = select(table.c.secret).select_from(table.join(collector))
    query = query.where(collector.c.code == collector_code, table.c.secret == secret)
    return await conn.scalar(query) is not None


async def spend(
    conn: AsyncConnection, collector_code: str, secret: str, visit: str, now: datetime
) -> bool:
    """Marks a ticket as spent on a visit, also one that expired after the visit began. Returns
    False if it was spent before.
    """
    collector_id = select(collector.c.id).where(collector.c.code == collector_code)
    done = await conn.execute(
        update(table)
        .where(table.c.collector_id == collector_id.scalar_subquery())
        .where(table.c.secret == secret, table.c.spent_at.is_(None))
        .values(spent_at=now, spent_by=visit)
    )
    return done.rowcount == 1
