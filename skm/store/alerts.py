"""The alerts that were raised, each once."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.alert import Alert, AlertKind, Raised
from skm.store.schema import collector, upp
from skm.store.schema_counts import tally
from skm.store.schema_officials import alert as table
from skm.store.upps import below

_RAISE = {
    "sqlite": insert_sqlite(table).on_conflict_do_nothing(index_elements=["key"]),
    "postgresql": insert_postgresql(table).on_conflict_do_nothing(index_elements=["key"]),
}


async def put(conn: AsyncConnection, alerts: Iterable[Alert], now: datetime) -> None:
    """Raise what was not raised before."""
    given = list(alerts)
    if not given:
        return
    codes = {alert.upp for alert in given}
    query = select(upp.c.code, upp.c.id).where(upp.c.code.in_(codes))
    ids = {row.code: row.id for row in await conn.execute(query)}
    rows = [
        {
            "key": alert.key,
            "kind": alert.kind,
            "upp_id": ids[alert.upp],
            "about": json.dumps(dict(alert.about)),
            "raised_at": now,
            "remind_at": now,
        }
        for alert in given
    ]
    await conn.execute(_RAISE[conn.dialect.name], rows)


async def due(conn: AsyncConnection, now: datetime) -> list[Raised]:
    """Those that nobody acknowledged and that somebody must hear of now."""
    return await _list(conn, table.c.acknowledged_at.is_(None), table.c.remind_at <= now)


async def open_below(conn: AsyncConnection, upp_code: str | None) -> list[Raised]:
    """The unacknowledged ones of a subtree (None: of all units), newest first."""
    where = [table.c.acknowledged_at.is_(None)]
    if upp_code:
        where.append(table.c.upp_id.in_(below(upp_code)))
    return await _list(conn, *where)


async def by_id(conn: AsyncConnection, alert: int) -> Raised | None:
    found = await _list(conn, table.c.id == alert)
    return found[0] if found else None


async def remind(conn: AsyncConnection, alert: int, at: datetime) -> None:
    """Not before `at`."""
    await conn.execute(update(table).where(table.c.id == alert).values(remind_at=at))


async def hand(conn: AsyncConnection, alert: int, official: int, at: datetime) -> None:
    """It is theirs now; they hear of it at `at`."""
    await conn.execute(
        update(table).where(table.c.id == alert).values(official_id=official, remind_at=at)
    )


async def acknowledge(conn: AsyncConnection, alert: int, official: int, now: datetime) -> bool:
    """Whether it was still open."""
    done = await conn.execute(
        update(table)
        .where(table.c.id == alert, table.c.acknowledged_at.is_(None))
        .values(official_id=official, acknowledged_at=now)
    )
    return done.rowcount == 1


async def last_days(conn: AsyncConnection) -> dict[str, date | None]:
    """Of each unit that has a collector, the last day with an answer."""
    query = (
        select(upp.c.code, func.max(tally.c.last))
        .select_from(
            upp.join(collector, collector.c.upp_id == upp.c.id).outerjoin(
                tally, (tally.c.upp_id == upp.c.id) & (tally.c.n > 0)
            )
        )
        .group_by(upp.c.code)
    )
    return {row[0]: row[1] for row in await conn.execute(query)}


async def _list(conn: AsyncConnection, *where: Any) -> list[Raised]:
    query = select(table, upp.c.code).join(upp, table.c.upp_id == upp.c.id).where(*where)
    return [_raised(row) for row in await conn.execute(query.order_by(table.c.id.desc()))]


def _raised(row: Any) -> Raised:
    alert = Alert(AlertKind(row.kind), row.code, row.key, json.loads(row.about))
    return Raised(row.id, alert, row.raised_at, row.remind_at, row.official_id, row.acknowledged_at)
