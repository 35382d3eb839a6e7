"""Sheets into and out of the store. All rows are checked before the first one is stored.

Responses are stored a chunk at a time, so that citizens who answer meanwhile wait for no more than
one; a row keeps its id, so an import that was interrupted goes on where it was when repeated.
"""

import csv
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TextIO

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm import form, roster
from skm.form import Forms
from skm.instrument import Instrument
from skm.period import Period
from skm.response import Response
from skm.sheet import Problem, SheetError
from skm.store import closings, responses, upps
from skm.store.database import Database, StoreError
from skm.store.schema import response as table
from skm.upp import Upp

CHUNK = 1000

Advance = Callable[[int], None]


@dataclass
class Imported:
    """What came of a sheet: how many rows are new, how many were there, what is wrong.

    `closed`: periods that some of them came too late for.
    """

    new: int = 0
    known: int = 0
    problems: list[Problem] = field(default_factory=list)
    closed: set[Period] = field(default_factory=set)


# --- responses -----------------------------------------------------------------------------------


async def import_responses(
    db: Database,
    path: Path,
    instrument: Instrument,
    *,
    zone: tzinfo,
    now: datetime,
    skip_bad: bool = False,
    advance: Advance = lambda characters: None,
) -> Imported:
    """With a problem nothing is stored, unless bad rows may be skipped. Raises SheetError.

    `advance` is told the characters that were read; each is read twice.
    """
    units = await db.read(upps.listed)
    forms = partial(Forms, instrument, units, zone, now)
    found = forms().read(lines(path, advance))
    done = Imported(problems=[problem for problem in found if isinstance(problem, Problem)])
    if done.problems and not skip_bad:
        return done
    closed = [head.period for head in await db.read(closings.listed)]
    reading = forms()
    good = (
        (said, reading.day(said.submitted_at))
        for said in reading.read(lines(path, advance))
        if isinstance(said, Response)
    )
    while chunk := list(islice(good, CHUNK)):
        try:
            new = await db.write(partial(responses.insert_many, rows=chunk, instrument=instrument))
        except StoreError as error:
            raise StoreError(
                f"{error} {done.new:,} rows were stored before: repeat the import to go on."
            ) from error
        if new:
            done.closed |= {one for one in closed if any(one.contains(day) for _, day in chunk)}
        done.new += new
        done.known += len(chunk) - new
    return done


async def export_responses(
    db: Database,
    path: Path,
    instrument: Instrument,
    *,
    zone: tzinfo,
    upp: str | None = None,
    period: Period | None = None,
    advance: Advance = lambda rows: None,
) -> int:
    """Write the responses of a subtree and a period; how many. The file is there whole or not."""
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
                sheet.writerow(form.cells(said, day, columns))
                count += 1
                advance(1)

    await db.read(write)
    return count


async def _columns(conn: AsyncConnection, instrument: Instrument) -> list[str]:
    """This instrument's columns, then what only older versions asked.

    One response a version shows its items: a response has all of them.
    """
    columns = form.required(instrument) + form.optional(instrument)
    one_each = select(func.min(table.c.id)).group_by(table.c.instrument)
    for receipt in (await conn.scalars(one_each)).all():
        said = await responses.by_id(conn, receipt)
        columns += [item.casefold() for item in said.answers] if said else []
    return list(dict.fromkeys(columns))


# --- units ---------------------------------------------------------------------------------------


async def import_upps(db: Database, path: Path) -> Imported:
    """With a problem nothing is stored. Raises SheetError, or SkmError for a tree that is none."""

    async def put(conn: AsyncConnection) -> Imported:
        known = {unit.code: unit for unit in await upps.listed(conn)}
        read = roster.read(lines(path), known)
        units = [unit for unit in read if isinstance(unit, Upp)]
        if len(units) < len(read):
            return Imported(problems=[problem for problem in read if isinstance(problem, Problem)])
        changed = [unit for unit in units if known.get(unit.code) != unit]
        await upps.put(conn, changed)
        new = sum(unit.code not in known for unit in units)
        return Imported(new=new, known=len(units) - new)

    return await db.write(put)


# --- files ---------------------------------------------------------------------------------------


def lines(path: Path, advance: Advance = lambda characters: None) -> Iterator[str]:
    """The lines of a text file with their ends; raises SheetError."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            yield from _told(file, advance)
    except UnicodeDecodeError:
        raise SheetError(f"{path} is not UTF-8: save it as “CSV UTF-8”.") from None
    except OSError as error:
        raise SheetError(f"{path} cannot be read: {error.strerror}.") from None


def _told(source: Iterable[str], advance: Advance) -> Iterator[str]:
    for line in source:
        advance(len(line))
        yield line


@contextmanager
def whole(path: Path) -> Iterator[TextIO]:
    """A file to write that appears when it is complete; raises SheetError."""
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            yield file
        part.replace(path)
    except OSError as error:
        raise SheetError(f"{path} cannot be written: {error.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)
