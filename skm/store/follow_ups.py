"""Follow-ups: plans and deeds for the three priority unsur of a unit and period.

Until something is written down they follow from the period's report; then the three are kept, so
that a late response cannot change what an office is working on.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.disclosure import K
from skm.official import Deed
from skm.period import Period
from skm.photo import Photo
from skm.report import Report
from skm.store import log, photos, reports, upps
from skm.store.schema import upp
from skm.store.schema_periods import follow_up as table
from skm.tindak_lanjut import Done, Plan, TindakLanjut, proposed
from skm.unsur import Unsur
from skm.upp import Upp

Items = tuple[TindakLanjut, ...]
"""The three of one unit and period, the lowest first."""

_ALL = select(table, upp.c.code).select_from(table.join(upp)).order_by(upp.c.code, table.c.rank)


async def of(conn: AsyncConnection, unit: Upp, period: Period) -> Items:
    """None where fewer than five answered: that would say something about them."""
    kept = await _kept(conn, unit, period)
    return kept or _proposed(await reports.of(conn, unit, period))


async def of_report(conn: AsyncConnection, unit: Upp, report: Report) -> Items:
    """The same where the unit's report of the period is known."""
    return await _kept(conn, unit, report.period) or _proposed(report)


async def of_all(conn: AsyncConnection, period: Period) -> Mapping[str, Items]:
    """By unit, of all that have some."""
    below = await reports.tallies_below(conn, period)
    found = {code: _proposed(Report.of(code, period, below[code])) for code in sorted(below)}
    kept = _grouped(await _list(conn, table.c.period == str(period)))
    found |= {code: items for (code, _), items in kept.items()}
    return {code: items for code, items in found.items() if items}


async def begun(conn: AsyncConnection, period: Period, code: str | None = None) -> list[Items]:
    """Of a period those of which something is planned, of one unit (None: of each)."""
    unit = [upp.c.code == code] if code else []
    found = _grouped(await _list(conn, table.c.period == str(period), *unit))
    return [items for items in found.values() if any(item.plan for item in items)]


async def unfinished(conn: AsyncConnection) -> list[Items]:
    """Those of which something is planned and not done."""
    open_ = table.c.action.is_not(None), table.c.done_on.is_(None)
    periods = select(table.c.period).where(*open_).distinct()
    found = _grouped(await _list(conn, table.c.period.in_(periods)))
    return [items for items in found.values() if any(i.plan and not i.done for i in items)]


async def done(conn: AsyncConnection, code: str | None = None) -> Items:
    """All that a unit and those below it (None: all units) have done, the newest first."""
    where = [table.c.done_on.is_not(None)]
    if code:
        where.append(table.c.upp_id.in_(upps.below(code)))
    found = await _list(conn, *where)
    return tuple(sorted(found, key=lambda item: item.done.on if item.done else date.min)[::-1])


async def record(
    conn: AsyncConnection,
    official_id: int,
    unit: Upp,
    item: TindakLanjut,
    deed: str,
    now: datetime,
    photo: Photo | None = None,
) -> None:
    """Write one down, the photo that it names, and who did it. `deed`: the log's word for it."""
    if photo and item.done and item.done.photo:
        await photos.put(conn, item.done.photo, photo, official_id, now)
    await put(conn, unit, item)
    about = f"{unit.code} {item.period} {item.unsur} {deed}"
    await log.add(conn, official_id, Deed.FOLLOW_UP, about, now)


async def put(conn: AsyncConnection, unit: Upp, item: TindakLanjut) -> None:
    """Write one down; with the first one the others of the period are kept as well.

    A photo that it does not name any more goes.
    """
    upp_id = await conn.scalar(select(upp.c.id).where(upp.c.code == unit.code))
    if not await _kept(conn, unit, item.period):
        rows = [
            _plain(each) | {"upp_id": upp_id, "rank": rank}
            for rank, each in enumerate(await of(conn, unit, item.period), 1)
        ]
        await conn.execute(insert(table), rows)
    here = (
        table.c.upp_id == upp_id,
        table.c.period == str(item.period),
        table.c.unsur == item.unsur,
    )
    before = await conn.scalar(select(table.c.photo).where(*here))
    await conn.execute(update(table).where(*here).values(_plain(item)))
    if before and before != (item.done and item.done.photo):
        await photos.drop(conn, before)


def _proposed(report: Report) -> Items:
    """Also where a unit's figures are kept back because of another unit: the three are its duty."""
    return proposed(report) if report.responden >= K else ()


async def _kept(conn: AsyncConnection, unit: Upp, period: Period) -> Items:
    return await _list(conn, upp.c.code == unit.code, table.c.period == str(period))


async def _list(conn: AsyncConnection, *where: Any) -> Items:
    return tuple([_item(row) for row in await conn.execute(_ALL.where(*where))])


def _grouped(items: Iterable[TindakLanjut]) -> dict[tuple[str, Period], Items]:
    found: dict[tuple[str, Period], Items] = {}
    for item in items:
        key = item.upp, item.period
        found[key] = (*found.get(key, ()), item)
    return found


def _plain(item: TindakLanjut) -> dict[str, object]:
    plan, done = item.plan, item.done
    return {
        "period": str(item.period),
        "unsur": item.unsur,
        "action": plan and plan.action,
        "deadline": plan and plan.deadline,
        "person": plan and plan.person,
        "done_on": done and done.on,
        "note": done and done.note,
        "photo": done and done.photo,
    }


def _item(row: Any) -> TindakLanjut:
    return TindakLanjut(
        upp=row.code,
        period=Period.parse(row.period),
        unsur=Unsur(row.unsur),
        plan=Plan(row.action, row.deadline, row.person) if row.action is not None else None,
        done=Done(row.done_on, row.note, row.photo) if row.done_on else None,
    )
