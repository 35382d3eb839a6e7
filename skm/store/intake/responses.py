"""Imported responses: stored a chunk at a time, so that citizens who answer meanwhile wait for no
more than one. An import that was interrupted goes on where it was when it is repeated.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import islice

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.intake.batch import BatchError, BatchRefusal, BatchSource, ImportBatch, row_id
from skm.intake.preview import Prepared
from skm.intake.responses import Context, ResponseRows, TakenRow
from skm.progress import Advance
from skm.store.database.database import Database, StoreError
from skm.store.intake import batches
from skm.store.schema.periods import seal
from skm.store.schema.survey import response
from skm.store.survey import responses
from skm.store.survey.responses import DatedResponse

CHUNK = 1000


async def store(
    db: Database,
    prepared: Prepared,
    context: Context,
    source: BatchSource,
    rows: int,
    *,
    left_out: Collection[int] = (),
    resumes: ImportBatch | None = None,
    advance: Advance = lambda rows: None,
) -> ImportBatch:
    """Stores every row that can be, but not the lines `left_out`. `rows`: of the file. `resumes`:
    the batch of the same file that was interrupted.
    """
    now = context.now
    number = resumes.id if resumes else await db.write(
        partial(batches.begin, source=source, rows=rows, now=now)
    )  # fmt: skip
    taken = _identified(prepared, context, number, left_out)
    done = 0
    while chunk := list(islice(taken, CHUNK)):
        try:
            done += await db.write(partial(_put, number=number, rows=chunk, context=context))
        except StoreError as error:
            raise StoreError(
                f"{error} {done:,} rows were stored before: repeat the import to go on."
            ) from error
        advance(len(chunk))
    return await db.write(partial(batches.finish, number=number, now=now))


def _identified(
    prepared: Prepared, context: Context, number: int, left_out: Collection[int]
) -> Iterator[DatedResponse]:
    for row in ResponseRows(prepared.layout, context, prepared.choices).read():
        if isinstance(row, TakenRow) and row.line not in left_out:
            own = row_id(number, prepared.sha256, row.line)
            yield replace(row.response, id=own), row.day


async def _put(
    conn: AsyncConnection, number: int, rows: list[DatedResponse], context: Context
) -> int:
    new = await responses.insert_many(conn, rows, context.instrument, number)
    await batches.add_stored(conn, number, new)
    return new


# --- back ----------------------------------------------------------------------------------------


async def undo(db: Database, number: int, official: int | None, now: datetime) -> ImportBatch:
    """Takes all responses of a batch back. Raises BatchError if a closed period counted one of
    them, or if profiles were purged, which are counted apart by then.
    """
    await db.read(partial(check_undo, number=number))
    while await db.write(partial(_take_back, number=number)):
        pass
    await db.write(partial(batches.mark_undone, number=number, official=official, now=now))
    return await db.read(partial(batches.get, number=number))


async def _take_back(conn: AsyncConnection, number: int) -> int:
    await check_undo(conn, number)
    return await responses.take_back(conn, number, CHUNK)


async def check_undo(conn: AsyncConnection, number: int) -> ImportBatch:
    """The batch; raises BatchError if it cannot be taken back."""
    found = await batches.get(conn, number)
    if found.undone_at:
        raise BatchError(number, BatchRefusal.UNDONE)
    own = response.c.batch_id == number
    counted = select(seal.c.period).where(seal.c.response_id.in_(select(response.c.id).where(own)))
    if period := await conn.scalar(counted.limit(1)):
        raise BatchError(number, BatchRefusal.CLOSED, str(period))
    purged = select(func.count()).where(own, response.c.language == "")
    if await conn.scalar(purged):
        raise BatchError(number, BatchRefusal.PURGED)
    return found
