"""The ids of sent messages, by which a messenger reports later what became of them.

A report may come twice, in any order, and before the id is stored. Only a digest of an id is kept,
since WhatsApp's ids contain the recipient's phone number.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.notices.delivery import Outcome, SentMessage, StatusReport
from skm.store.database.upsert import insert_missing
from skm.store.schema.messages import sent_message as table
from skm.store.survey.received import digest


async def put(
    conn: AsyncConnection, channel: str, ids: Sequence[str], sent: SentMessage, now: datetime
) -> list[StatusReport]:
    """Stores the ids of a delivery's messages; returns the reports that came before."""
    early = []
    for id in ids:
        row = {"message_id": digest(channel, id), "at": now, **_columns(sent)}
        if not (await conn.execute(insert_missing(conn, table), row)).rowcount:
            where = table.c.message_id == row["message_id"]
            await conn.execute(update(table).where(where).values(row))
            early += [_report(one) for one in await conn.execute(select(table).where(where))]
    return early


async def report(
    conn: AsyncConnection, channel: str, id: str, found: StatusReport, now: datetime
) -> SentMessage | None:
    """Stores a report; returns the message if it is known and this says something new of it.

    That a message arrived is final; of one that is not known only a failure is stored.
    """
    key = digest(channel, id)
    row = (await conn.execute(select(table).where(table.c.message_id == key))).first()
    values = {"outcome": found.outcome, "error": found.error, "retry_at": found.retry_at}
    arrived = found.outcome is Outcome.ARRIVED
    if row is None:
        if not arrived:
            unknown = {"message_id": key, "invitation": False, "at": now, **values}
            await conn.execute(insert_missing(conn, table), unknown)
        return None
    if row.outcome == Outcome.ARRIVED or (row.outcome and not arrived):
        return None
    await conn.execute(update(table).where(table.c.message_id == key).values(values))
    return None if row.delivery_id is None else SentMessage(row.delivery_id, row.invitation)


async def is_known(conn: AsyncConnection, channel: str, id: str) -> bool:
    """Whether anything is stored of a message; nothing is of replies to citizens that arrived."""
    key = digest(channel, id)
    return bool(await conn.scalar(select(table.c.at).where(table.c.message_id == key)))


async def forget_unreported(conn: AsyncConnection, delivery: int) -> None:
    """Forgets which messages of a delivery nothing was reported of: it is sent anew, and a later
    report of the old ones says nothing about that.
    """
    unreported = (table.c.delivery_id == delivery) & table.c.outcome.is_(None)
    await conn.execute(update(table).where(unreported).values(delivery_id=None))


async def purge(conn: AsyncConnection, before: datetime) -> int:
    """Deletes the ids of messages sent before a timestamp; returns how many."""
    return (await conn.execute(delete(table).where(table.c.at < before))).rowcount


def _columns(sent: SentMessage) -> dict[str, Any]:
    return {"delivery_id": sent.delivery, "invitation": sent.invitation}


def _report(row: Any) -> StatusReport:
    return StatusReport(Outcome(row.outcome), row.error, row.retry_at)
