"""Batches: one row for each file that was imported."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.instansi.official import AuditEvent
from skm.intake.batch import BatchError, BatchKind, BatchRefusal, BatchSource, ImportBatch
from skm.intake.choices import Choices
from skm.store.officials import audit_log
from skm.store.schema.intake import batch as table


async def begin(conn: AsyncConnection, source: BatchSource, rows: int, now: datetime) -> int:
    """Starts a batch of so many rows; returns its number."""
    values = {
        "kind": source.kind,
        "name": source.name,
        "sha256": source.sha256,
        "fingerprint": source.fingerprint,
        "office": source.office,
        "mapping": source.mapping,
        "choices": source.choices.to_json(),
        "official_id": source.official,
        "at": now,
        "row_count": rows,
        "stored": 0,
    }
    return int(await conn.scalar(insert(table).values(values).returning(table.c.id)) or 0)


async def add_stored(conn: AsyncConnection, number: int, rows: int) -> None:
    """Counts rows that were stored in the same transaction."""
    values = {"stored": table.c.stored + rows}
    await conn.execute(update(table).where(table.c.id == number).values(values))


async def finish(conn: AsyncConnection, number: int, now: datetime) -> ImportBatch:
    """Marks a batch as complete and records it in the audit log."""
    await conn.execute(update(table).where(table.c.id == number).values(finished_at=now))
    done = await get(conn, number)
    about = f"{done.source.kind} {number} {done.source.name}"
    await audit_log.add(conn, done.source.official, AuditEvent.IMPORTED, about, now)
    return done


async def mark_undone(
    conn: AsyncConnection, number: int, official: int | None, now: datetime
) -> None:
    """Records in the batch and in the audit log that its rows are gone."""
    await conn.execute(update(table).where(table.c.id == number).values(undone_at=now))
    done = await get(conn, number)
    about = f"{done.source.kind} {number} {done.source.name}"
    await audit_log.add(conn, official, AuditEvent.UNDONE, about, now)


async def get(conn: AsyncConnection, number: int) -> ImportBatch:
    """Raises BatchError for an unknown number."""
    found = await _read(conn, select(table).where(table.c.id == number))
    if not found:
        raise BatchError(number, BatchRefusal.UNKNOWN)
    return found[0]


async def newest(conn: AsyncConnection, limit: int) -> Sequence[ImportBatch]:
    """The last batches, the newest first."""
    return await _read(conn, select(table).order_by(table.c.id.desc()).limit(limit))


async def same_file(conn: AsyncConnection, kind: BatchKind, sha256: str) -> ImportBatch | None:
    """The newest batch with the same cells that was not taken back."""
    query = select(table).where(
        table.c.kind == kind, table.c.sha256 == sha256, table.c.undone_at.is_(None)
    )
    found = await _read(conn, query.order_by(table.c.id.desc()).limit(1))
    return found[0] if found else None


async def remembered(
    conn: AsyncConnection,
    fingerprint: str,
    office: str,
    mapping: str,
    kind: BatchKind = BatchKind.RESPONSES,
) -> ImportBatch | None:
    """The newest batch of a kind whose choices are worth remembering: with that name, or (without a
    name) with the same headings and office.
    """
    query = select(table).where(table.c.finished_at.is_not(None), table.c.undone_at.is_(None))
    query = query.where(table.c.kind == kind)
    if mapping:
        query = query.where(table.c.mapping == mapping)
    else:
        query = query.where(table.c.fingerprint == fingerprint, table.c.office == office)
    for found in await _read(conn, query.order_by(table.c.id.desc()).limit(20)):
        if found.source.choices.is_worth_remembering:
            return found
    return None


async def _read(conn: AsyncConnection, query: Select[Any]) -> list[ImportBatch]:
    return [_batch(row) for row in await conn.execute(query)]


def _batch(row: Any) -> ImportBatch:
    source = BatchSource(
        BatchKind(row.kind), row.name, row.sha256, row.fingerprint, row.office, row.mapping,
        Choices.from_json(row.choices), row.official_id,
    )  # fmt: skip
    return ImportBatch(
        row.id, source, row.at, row.row_count, row.stored, row.finished_at, row.undone_at
    )
