"""Follow-ups: plans and results for the three priority unsur of a unit and period.

Until a plan is stored they follow from the period's report; then the three are stored, so that a
late response cannot change what a unit is working on.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.figures.report import Report
from skm.follow_up.photo import Photo
from skm.follow_up.tindak_lanjut import Done, Plan, TindakLanjut, proposed
from skm.instansi.official import AuditEvent
from skm.instansi.period import Period
from skm.instansi.upp import Upp
from skm.store.database.upsert import insert_missing
from skm.store.figures import reports
from skm.store.officials import audit_log
from skm.store.periods import photos
from skm.store.schema.periods import follow_up as table
from skm.store.schema.survey import upp
from skm.store.survey import upps
from skm.survey.unsur import Unsur

TindakLanjutItems = tuple[TindakLanjut, ...]
"""The three of one unit and period, the lowest first."""

IS_DONE = table.c.done_on.is_not(None) & ~table.c.reopened
_ALL = select(table, upp.c.code).select_from(table.join(upp)).order_by(upp.c.code, table.c.rank)


async def of(conn: AsyncConnection, unit: Upp, period: Period) -> TindakLanjutItems:
    """None where fewer than five answered: that would say something about them."""
    kept = await _kept(conn, unit, period)
    return kept or proposed(await reports.of(conn, unit, period))


async def of_report(conn: AsyncConnection, unit: Upp, report: Report) -> TindakLanjutItems:
    """The same where the unit's report of the period is known."""
    return await _kept(conn, unit, report.period) or proposed(report)


async def of_all(conn: AsyncConnection, period: Period) -> Mapping[str, TindakLanjutItems]:
    """By unit, of all that have some."""
    each = await reports.of_each(conn, await upps.listed(conn), period)
    found = {report.upp: proposed(report) for report in sorted(each, key=lambda one: one.upp)}
    kept = _grouped(await _list(conn, table.c.period == period))
    found |= {code: items for (code, _), items in kept.items()}
    return {code: items for code, items in found.items() if items}


async def begun(
    conn: AsyncConnection, period: Period, code: str | None = None
) -> list[TindakLanjutItems]:
    """Of a period those of which something is planned, of one unit (None: of each)."""
    unit = [upp.c.code == code] if code else []
    found = _grouped(await _list(conn, table.c.period == period, *unit))
    return [items for items in found.values() if any(item.plan for item in items)]


async def unfinished(conn: AsyncConnection) -> list[TindakLanjutItems]:
    """Those of which something is planned and not done."""
    open_ = table.c.action.is_not(None), ~IS_DONE
    periods = select(table.c.period).where(*open_).distinct()
    found = _grouped(await _list(conn, table.c.period.in_(periods)))
    return [items for items in found.values() if any(i.plan and not i.done for i in items)]


async def done(conn: AsyncConnection, code: str | None = None) -> TindakLanjutItems:
    """All that a unit and those below it (None: all units) have done, the newest first."""
    where: list[Any] = [IS_DONE]
    if code:
        where.append(table.c.upp_id.in_(upps.below(code)))
    found = await _list(conn, *where)
    return tuple(sorted(found, key=lambda item: item.done.on if item.done else date.min)[::-1])


async def record(
    conn: AsyncConnection,
    official_id: int,
    unit: Upp,
    item: TindakLanjut,
    step: str,
    now: datetime,
    photo: Photo | None = None,
) -> None:
    """Store a follow-up, the photo that it names, and the audit line of who changed what.

    `step`: what was done, in the audit log's word (skm/follow_up/edit.py).
    """
    if photo and item.done and item.done.photo:
        await photos.put(conn, item.done.photo, photo, official_id, now)
    before = [one for one in await of(conn, unit, item.period) if one.unsur is item.unsur]
    await put(conn, unit, item)
    change = audit_log.changed(*("".join(map(_written, some)) for some in (before, [item])))
    about = f"{unit.code} {item.period} {item.unsur} {step}: {change}"
    await audit_log.add(conn, official_id, AuditEvent.FOLLOW_UP, about, now)


def _written(item: TindakLanjut) -> str:
    """The plan and the report on one line, as the audit log keeps them."""
    plan, done = item.plan, item.done
    parts = [f"{plan.action}, {plan.deadline}, {plan.person}"] if plan else []
    parts += [f"{done.on}: {done.note or done.photo}"] if done else []
    return " ".join("; ".join(parts).split())


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
        table.c.period == item.period,
        table.c.unsur == item.unsur,
    )
    before = await conn.scalar(select(table.c.photo).where(*here))
    await conn.execute(update(table).where(*here).values(_plain(item)))
    if before and before != _plain(item)["photo"]:
        await photos.drop(conn, before)


async def put_all(conn: AsyncConnection, by_unit: Mapping[str, TindakLanjutItems]) -> None:
    """Write down those of many units at once, by unit code, the lowest unsur first. What a unit has
    already stays.
    """
    ids = await upps.ids_of(conn, by_unit)
    rows = [
        _plain(item) | {"upp_id": ids[code], "rank": rank}
        for code, items in by_unit.items()
        for rank, item in enumerate(items, 1)
    ]
    if rows:
        await conn.execute(insert_missing(conn, table), rows)


async def _kept(conn: AsyncConnection, unit: Upp, period: Period) -> TindakLanjutItems:
    return await _list(conn, upp.c.code == unit.code, table.c.period == period)


async def _list(conn: AsyncConnection, *where: Any) -> TindakLanjutItems:
    return tuple([_item(row) for row in await conn.execute(_ALL.where(*where))])


def _grouped(items: Iterable[TindakLanjut]) -> dict[tuple[str, Period], TindakLanjutItems]:
    found: dict[tuple[str, Period], TindakLanjutItems] = {}
    for item in items:
        key = item.upp, item.period
        found[key] = (*found.get(key, ()), item)
    return found


def _plain(item: TindakLanjut) -> dict[str, object]:
    plan, done = item.plan, item.done or item.earlier
    return {
        "period": item.period,
        "unsur": item.unsur,
        "action": plan and plan.action,
        "deadline": plan and plan.deadline,
        "person": plan and plan.person,
        "done_on": done and done.on,
        "note": done and done.note,
        "photo": done and done.photo,
        "reopened": item.done is None and done is not None,
    }


def _item(row: Any) -> TindakLanjut:
    report = Done(row.done_on, row.note, row.photo) if row.done_on else None
    return TindakLanjut(
        upp=row.code,
        period=row.period,
        unsur=Unsur(row.unsur),
        plan=Plan(row.action, row.deadline, row.person) if row.action is not None else None,
        done=None if row.reopened else report,
        earlier=report if row.reopened else None,
    )
