"""Until when the reports of a period are to be handed in."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.instansi.official import AuditEvent
from skm.instansi.period import Period
from skm.store.database.upsert import insert_or_replace
from skm.store.officials import audit_log
from skm.store.schema.submissions import submission_deadline as table
from skm.submissions.deadline import usual_deadline


async def of(conn: AsyncConnection, period: Period, days: int) -> date:
    """The last day; `days` after the period unless an admin set another one."""
    found: date | None = await conn.scalar(select(table.c.day).where(table.c.period == period))
    return found or usual_deadline(period, days)


async def put(
    conn: AsyncConnection, official_id: int, period: Period, day: date, days: int, now: datetime
) -> None:
    """Sets the last day of a period, with an entry in the audit log. `days`: as in `of`."""
    change = audit_log.changed(str(await of(conn, period, days)), str(day))
    row = {"period": period, "day": day, "official_id": official_id}
    await conn.execute(insert_or_replace(conn, table), row)
    await audit_log.add(conn, official_id, AuditEvent.DEADLINE, f"{period} {change}", now)
