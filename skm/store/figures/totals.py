"""Totals of the whole deployment for /metrics and `skm doctor`; cheap enough to read often."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.instansi.official import AuditEvent
from skm.instansi.period import PeriodKind
from skm.store.schema.counts import tally
from skm.store.schema.messages import delivery
from skm.store.schema.officials import log
from skm.store.schema.survey import visit


@dataclass(frozen=True)
class Totals:
    """`responses`: stored now. `deliveries`: by state. `size`: bytes. `backed_up`: when last."""

    responses: int
    open_interviews: int
    deliveries: dict[str, int]
    size: int
    backed_up: datetime | None


async def of(conn: AsyncConnection) -> Totals:
    """A few counts along indexes and the months of the rollup."""
    answered = select(func.sum(tally.c.n)).where(tally.c.kind == PeriodKind.MONTH)
    still_open = select(func.count()).where(visit.c.closed_at.is_(None))
    by_state = select(delivery.c.state, func.count()).group_by(delivery.c.state)
    return Totals(
        responses=int(await conn.scalar(answered) or 0),
        open_interviews=int(await conn.scalar(still_open) or 0),
        deliveries={str(state): int(count) for state, count in await conn.execute(by_state)},
        size=await size(conn),
        backed_up=await last_backup(conn),
    )


async def last_backup(conn: AsyncConnection) -> datetime | None:
    """When a backup was last taken with `skm backup`, as the log says."""
    found: datetime | None = await conn.scalar(
        select(func.max(log.c.at)).where(log.c.event == AuditEvent.BACKED_UP)
    )
    return found


async def size(conn: AsyncConnection) -> int:
    """Bytes on disk; on SQLite with what is not yet merged into the file."""
    if conn.dialect.name == "postgresql":
        return int(await conn.scalar(text("SELECT pg_database_size(current_database())")) or 0)
    file = Path(conn.engine.url.database or "")
    parts = (file, file.with_name(f"{file.name}-wal"))
    return sum(part.stat().st_size for part in parts if part.is_file())
