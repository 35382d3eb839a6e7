"""Lists of units: one look before anything is stored, storing, and taking back."""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.instansi.upp import Upp
from skm.intake.batch import BatchError, BatchKind, BatchRefusal, BatchSource, ImportBatch
from skm.intake.choices import Choices
from skm.intake.remark import Remark, RemarkKind
from skm.intake.table.grid import SourceFile
from skm.intake.units import roster as rosters
from skm.intake.units.roster import Roster
from skm.store.database.database import Database
from skm.store.intake import batches
from skm.store.schema.intake import batch_upp
from skm.store.schema.survey import metadata, upp
from skm.store.survey import upps


@dataclass(frozen=True)
class LookedUnits:
    """A list of units with what it would change."""

    source: BatchSource
    roster: Roster


async def look(
    db: Database,
    file: SourceFile,
    choices: Choices,
    *,
    official: int | None = None,
    mapping: str = "",
    are_new: bool = False,
) -> LookedUnits:
    """Reads a file and compares it with what is stored. `are_new`: names that are nearly those of
    stored units are new ones. `mapping`: the name of the choices, "" for those of the same
    headings. Raises IntakeError.
    """
    return await db.read(
        partial(
            _look, file=file, choices=choices, official=official, mapping=mapping, are_new=are_new
        )
    )


async def _look(
    conn: AsyncConnection,
    file: SourceFile,
    choices: Choices,
    official: int | None,
    mapping: str,
    are_new: bool,
) -> LookedUnits:
    stored = await upps.listed(conn)
    read = partial(rosters.read, file, stored, are_new=are_new)
    remembered = partial(batches.remembered, conn, office="", mapping=mapping, kind=BatchKind.UNITS)
    earlier = await remembered(fingerprint="") if mapping else None
    roster = read(choices.over(earlier.source.choices) if earlier else choices)
    if not mapping:
        earlier = await remembered(fingerprint=roster.fingerprint)
    if earlier:
        choices = choices.over(earlier.source.choices)
        roster = read(choices)
        roster.remarks.append(Remark(RemarkKind.REMEMBERED, value=str(earlier.id)))
    same = await batches.same_file(conn, BatchKind.UNITS, roster.sha256)
    if same and not roster.units and not roster.is_open:
        roster.remarks.append(Remark(RemarkKind.SAME_FILE, value=str(same.id)))
    source = BatchSource(
        BatchKind.UNITS,
        file.name,
        roster.sha256,
        roster.fingerprint,
        "",
        mapping,
        choices,
        official,
    )
    return LookedUnits(source, roster)


async def store(db: Database, looked: LookedUnits, now: datetime) -> ImportBatch:
    """Adds and changes the units, all or none."""
    assert not looked.roster.is_open
    return await db.write(partial(_store, looked=looked, now=now))


async def _store(conn: AsyncConnection, looked: LookedUnits, now: datetime) -> ImportBatch:
    given = looked.roster.units
    before = {unit.code: unit for unit in await upps.listed(conn)}
    rows = len(given) + looked.roster.known
    number = await batches.begin(conn, looked.source, rows, now)
    await upps.put(conn, given)
    ids = await upps.ids_of(conn, [unit.code for unit in given])
    values = [
        {"batch_id": number, "upp_id": ids[unit.code], "before": _json(before.get(unit.code))}
        for unit in given
    ]
    await conn.execute(insert(batch_upp), values)
    await batches.add_stored(conn, number, len(given))
    return await batches.finish(conn, number, now)


def _json(unit: Upp | None) -> str | None:
    return json.dumps(asdict(unit), ensure_ascii=False) if unit else None


# --- back ----------------------------------------------------------------------------------------


async def undo(
    conn: AsyncConnection, number: int, official: int | None, now: datetime
) -> ImportBatch:
    """Removes the units that a batch added and restores those that it changed. Raises BatchError if
    something hangs on one of them, or a later batch changed it.
    """
    if (await batches.get(conn, number)).undone_at:
        raise BatchError(number, BatchRefusal.UNDONE)
    query = select(batch_upp.c.upp_id, batch_upp.c.before).where(batch_upp.c.batch_id == number)
    rows = (await conn.execute(query)).all()
    added = [row.upp_id for row in rows if row.before is None]
    await _restore(conn, number, [Upp(**json.loads(row.before)) for row in rows if row.before])
    touched = [row.upp_id for row in rows]
    await conn.execute(delete(batch_upp).where(batch_upp.c.batch_id == number))
    if names := await _in_use(conn, added, touched, number):
        raise BatchError(number, BatchRefusal.IN_USE, ", ".join(names))
    await conn.execute(update(upp).where(upp.c.id.in_(added)).values(parent_id=None))
    await conn.execute(delete(upp).where(upp.c.id.in_(added)))
    await batches.mark_undone(conn, number, official, now)
    return await batches.get(conn, number)


async def _restore(conn: AsyncConnection, number: int, before: list[Upp]) -> None:
    known = {unit.code for unit in await upps.listed(conn)}
    for unit in before:
        if unit.parent and unit.parent not in known:
            raise BatchError(number, BatchRefusal.IN_USE, unit.code)
    await upps.put(conn, before)


async def _in_use(
    conn: AsyncConnection, added: Collection[int], touched: Collection[int], number: int
) -> list[str]:
    """The codes of units that cannot go: rows of other tables name them, units that stay are below
    them, or a later batch changed them.
    """
    later = select(batch_upp.c.upp_id).where(
        batch_upp.c.upp_id.in_(touched), batch_upp.c.batch_id > number
    )
    found = set(await conn.scalars(later))
    for table in metadata.sorted_tables:
        columns = [column for column in table.c if column.references(upp.c.id)]
        for column in columns if table is not batch_upp else ():
            query = select(column).where(column.in_(added))
            query = query.where(upp.c.id.not_in(added)) if table is upp else query
            found |= set(await conn.scalars(query.distinct()))
    codes = select(upp.c.code).where(upp.c.id.in_(found)).order_by(upp.c.code)
    return list(await conn.scalars(codes))
