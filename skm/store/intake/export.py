"""Responses as a CSV file, which an import takes again and recognises."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import tzinfo
from pathlib import Path
from typing import TextIO

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.errors import SkmError
from skm.instansi.period import Period
from skm.intake import responses as form
from skm.progress import Advance
from skm.store.database.database import Database
from skm.store.database.private_files import only_ours
from skm.store.schema.survey import response as table
from skm.store.survey import responses
from skm.survey.instrument import Instrument


async def export_responses(
    db: Database,
    path: Path,
    instrument: Instrument,
    *,
    key: bytes,
    zone: tzinfo,
    upp: str | None = None,
    period: Period | None = None,
    advance: Advance = lambda rows: None,
) -> int:
    """Writes the responses of a subtree and a period; how many. The file is there whole or not.

    `key`: of this deployment, by which it will recognise the rows.
    """
    start, end = (period.start, period.end) if period else (None, None)
    count = 0

    async def write(conn: AsyncConnection) -> None:
        nonlocal count
        count = 0  # a connection that was lost begins it again
        columns = await _columns(conn, instrument)
        with whole(path) as file:
            sheet = csv.writer(file)
            sheet.writerow(columns)
            async for said in responses.export(conn, upp, start, end):
                day = said.submitted_at.astimezone(zone).date()
                sheet.writerow(form.cells(said, day, form.export_id(key, said.id), columns))
                count += 1
                advance(1)

    await db.read(write)
    return count


async def _columns(conn: AsyncConnection, instrument: Instrument) -> list[str]:
    """This instrument's columns, then what only older versions asked.

    One response a version shows its items: a response has all of them.
    """
    columns = form.columns(instrument)
    one_each = select(func.min(table.c.id)).group_by(table.c.instrument)
    for receipt in (await conn.scalars(one_each)).all():
        said = await responses.by_id(conn, receipt)
        columns += [item.casefold() for item in said.answers] if said else []
    return list(dict.fromkeys(columns))


@contextmanager
def whole(path: Path) -> Iterator[TextIO]:
    """A file to write that appears when it is complete; raises SkmError."""
    part = path.with_name(f"{path.name}.part")
    try:
        with open(part, "w", encoding="utf-8", newline="", opener=only_ours) as file:
            yield file
        part.replace(path)
    except OSError as error:
        raise SkmError(f"{path} cannot be written: {error.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)
