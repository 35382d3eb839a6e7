"""The forms of a batch, and the responses that clear ones become."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.instansi.collector import Collector
from skm.paper.form_code import FormCode
from skm.paper.measures import FormMeasures
from skm.paper.sheet import PaperSheet
from skm.privacy.retention import at_noon
from skm.store.paper import batches
from skm.store.paper.batches import PaperBatch
from skm.store.schema.intake import batch as batch_table
from skm.store.schema.paper import paper_form as table
from skm.store.schema.survey import collector
from skm.store.survey import collectors, responses
from skm.survey.instrument import Instrument


@dataclass(frozen=True)
class SheetCounts:
    """Of a batch: clear and not yet stored, with an open question, stored."""

    clear: int
    asked: int
    stored: int


_CODES = select(table, collector.c.code).select_from(table.join(collector)).order_by(table.c.id)


async def add(conn: AsyncConnection, batch: int, sheet: PaperSheet, now: datetime) -> PaperSheet:
    """Puts a form into a batch; its collector must be known. Returns it with its number."""
    own = select(collector.c.id).where(collector.c.code == sheet.code.collector)
    where = int(await conn.scalar(own) or 0)
    known = await _is_known(conn, where, sheet.code.serial)
    values = {
        "batch_id": batch,
        "collector_id": where,
        "serial": sheet.code.serial,
        "instrument": sheet.instrument.version,
        "measures": sheet.measures.to_json(),
        "given": json.dumps(dict(sheet.given)),
        "read_at": now,
    }
    number = await conn.scalar(insert(table).values(values).returning(table.c.id))
    return replace(sheet, id=int(number or 0), is_known=known)


async def _is_known(conn: AsyncConnection, collector_id: int, serial: str, before: int = 0) -> bool:
    """Whether a form with that serial was read, in a batch that was not taken back."""
    query = select(
        exists().where(
            table.c.collector_id == collector_id,
            table.c.serial == serial,
            table.c.batch_id == batch_table.c.id,
            batch_table.c.undone_at.is_(None),
            *([table.c.id < before] if before else []),
        )
    )
    return bool(await conn.scalar(query))


async def of_batch(conn: AsyncConnection, batch: int, instrument: Instrument) -> list[PaperSheet]:
    """The forms of a batch with this instrument, in the order in which they were read."""
    return await _read(conn, table.c.batch_id == batch, instrument)


async def get(conn: AsyncConnection, number: int, instrument: Instrument) -> PaperSheet | None:
    found = await _read(conn, table.c.id == number, instrument)
    return found[0] if found else None


async def batch_of(conn: AsyncConnection, number: int) -> int | None:
    """The number of the batch that a form is in."""
    found: int | None = await conn.scalar(select(table.c.batch_id).where(table.c.id == number))
    return found


async def give(conn: AsyncConnection, sheet: PaperSheet, item: str, answer: str) -> PaperSheet:
    """Stores what a person answered about a form that waits."""
    given = {**sheet.given, item: answer}
    values = {"given": json.dumps(given)}
    await conn.execute(update(table).where(table.c.id == sheet.id).values(values))
    return PaperSheet(
        sheet.code, sheet.measures, sheet.instrument, given, sheet.is_known, sheet.response,
        sheet.id,
    )  # fmt: skip


async def leave_out(conn: AsyncConnection, number: int) -> None:
    """Removes a form that was not stored."""
    await conn.execute(delete(table).where(table.c.id == number, table.c.response_id.is_(None)))


def counted(sheets: Sequence[PaperSheet]) -> SheetCounts:
    waiting = [sheet for sheet in sheets if sheet.response is None]
    clear = sum(sheet.is_clear for sheet in waiting)
    return SheetCounts(clear, len(waiting) - clear, len(sheets) - len(waiting))


async def save(
    conn: AsyncConnection, batch: PaperBatch, instrument: Instrument, zone: tzinfo, now: datetime
) -> int:
    """Stores the clear forms of a batch as responses; the others wait. Returns how many."""
    sheets = await of_batch(conn, batch.id, instrument)
    clear = [sheet for sheet in sheets if sheet.is_clear and sheet.response is None]
    if not clear:
        return 0
    ways: dict[str, Collector] = {}
    for sheet in clear:
        found = await collectors.by_code(conn, sheet.code.collector)
        assert found, "a form points to its collector"
        ways[sheet.code.collector] = found[0]
    moment = at_noon(batch.day, zone)
    rows = [
        (sheet.response_to(ways[sheet.code.collector], _receipt(sheet), moment), batch.day)
        for sheet in clear
    ]
    count = await responses.insert_many(conn, rows, instrument, batch.id)
    for sheet in clear:
        values = {"response_id": _receipt(sheet)}
        await conn.execute(update(table).where(table.c.id == sheet.id).values(values))
    await batches.saved(conn, batch, count, now)
    return count


def _receipt(sheet: PaperSheet) -> str:
    """The same for the same form, so that it is stored once."""
    return f"paper{sheet.id}"


async def _read(
    conn: AsyncConnection, which: ColumnElement[bool], instrument: Instrument
) -> list[PaperSheet]:
    query = _CODES.where(which, table.c.instrument == instrument.version)
    return [await _sheet(conn, row, instrument) for row in (await conn.execute(query)).all()]


async def _sheet(conn: AsyncConnection, row: Any, instrument: Instrument) -> PaperSheet:
    return PaperSheet(
        FormCode(row.code, row.instrument.upper(), row.serial),
        FormMeasures.from_json(row.measures),
        instrument,
        json.loads(row.given),
        await _is_known(conn, row.collector_id, row.serial, row.id),
        row.response_id,
        row.id,
    )
