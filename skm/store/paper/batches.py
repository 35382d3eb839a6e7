"""Batches of paper forms: those that were photographed together. They are imports like others, and
are taken back by skm/store/intake.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.errors import SkmError
from skm.intake.batch import BatchKind, BatchSource
from skm.intake.choices import Choices
from skm.store.intake import batches
from skm.store.schema.intake import batch as table
from skm.store.schema.paper import paper_form as sheet

NAME = "foto"  # of a batch, instead of a file's


@dataclass(frozen=True)
class PaperBatch:
    """`official`: None on the command line. `day`: that its answers count for. `forms`, `stored`:
    how many it has, and how many of them are responses.
    """

    id: int
    official: int | None
    day: date
    at: datetime
    saved_at: datetime | None
    forms: int
    stored: int


_ALL = (
    select(
        table.c.id, table.c.official_id, table.c.choices, table.c.at, table.c.finished_at,
        func.count(sheet.c.id), func.count(sheet.c.response_id),
    )
    .select_from(table.outerjoin(sheet))
    .where(table.c.kind == BatchKind.PAPER, table.c.undone_at.is_(None))
    .group_by(*table.c)
    .order_by(table.c.id.desc())
)  # fmt: skip
_WAITING = _ALL.having(func.count(sheet.c.id) > func.count(sheet.c.response_id))


async def begin(conn: AsyncConnection, official: int | None, day: date, now: datetime) -> int:
    """Starts a batch; returns its number."""
    source = BatchSource(
        BatchKind.PAPER, NAME, sha256="", choices=Choices(day=day), official=official
    )
    return await batches.begin(conn, source, 0, now)


async def open_of(conn: AsyncConnection, official: int) -> PaperBatch | None:
    """The official's batch that still takes forms; None: the next form begins one."""
    open_ = _ALL.where(table.c.official_id == official, table.c.finished_at.is_(None))
    return next(iter(await _read(conn, open_.limit(1))), None)


async def waiting(conn: AsyncConnection, official: int | None = None) -> Sequence[PaperBatch]:
    """The batches with forms that are not stored, the newest first: of an official, or all."""
    own = [table.c.official_id == official] if official is not None else []
    return await _read(conn, _WAITING.where(*own))


async def get(conn: AsyncConnection, number: int) -> PaperBatch:
    """Raises SkmError for an unknown number, and for a batch that was taken back."""
    found = await _read(conn, _ALL.where(table.c.id == number))
    if not found:
        raise SkmError(f"There is no batch {number} of paper forms: see `skm batches`.")
    return found[0]


async def set_day(conn: AsyncConnection, number: int, day: date) -> None:
    """Sets the day that the answers of a batch count for, while nothing of it is stored."""
    open_ = (table.c.id == number) & table.c.finished_at.is_(None)
    choices = Choices(day=day).to_json()
    await conn.execute(update(table).where(open_).values(choices=choices))


async def drop_empty(conn: AsyncConnection, number: int) -> bool:
    """Removes a batch without forms, of which nothing has to be kept; whether it was one."""
    forms = exists().where(sheet.c.batch_id == number)
    return bool((await conn.execute(delete(table).where(table.c.id == number, ~forms))).rowcount)


async def saved(conn: AsyncConnection, batch: PaperBatch, stored: int, now: datetime) -> None:
    """Records in the batch and in the audit log that some of its forms were stored."""
    await conn.execute(update(table).where(table.c.id == batch.id).values(row_count=batch.forms))
    await batches.add_stored(conn, batch.id, stored)
    await batches.finish(conn, batch.id, now)


async def _read(conn: AsyncConnection, query: Select[Any]) -> list[PaperBatch]:
    return [_batch(row) for row in await conn.execute(query)]


def _batch(row: Any) -> PaperBatch:
    number, official, choices, at, saved_at, forms, stored = row
    day = Choices.from_json(choices).day
    assert day, "a batch of paper forms is begun with its day"
    return PaperBatch(number, official, day, at, saved_at, forms, stored)
