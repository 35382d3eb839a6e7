"""Alerts; each is raised once."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.notices.alert import Alert, AlertKind, Raised
from skm.store.database.upsert import insert_missing
from skm.store.schema.counts import tally
from skm.store.schema.officials import alert as table
from skm.store.schema.survey import collector, upp
from skm.store.survey import upps
from skm.store.survey.upps import within


async def put(conn: AsyncConnection, alerts: Iterable[Alert], now: datetime) -> None:
    """Stores alerts; those that were raised before are skipped."""
    given = list(alerts)
    if not given:
        return
    ids = await upps.ids_of(conn, {alert.upp for alert in given})
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
    await conn.execute(insert_missing(conn, table), rows)


async def due(conn: AsyncConnection, now: datetime) -> list[Raised]:
    """Returns unacknowledged alerts of which a reminder is due."""
    return await _list(conn, table.c.acknowledged_at.is_(None), table.c.remind_at <= now)


async def open_below(conn: AsyncConnection, upp_code: str | None) -> list[Raised]:
    """Returns the unacknowledged alerts of a subtree (None: of all units), the newest first."""
    return await _list(conn, table.c.acknowledged_at.is_(None), within(table.c.upp_id, upp_code))


async def by_id(conn: AsyncConnection, alert: int) -> Raised | None:
    found = await _list(conn, table.c.id == alert)
    return found[0] if found else None


async def postpone(conn: AsyncConnection, alert: int, at: datetime) -> None:
    """Sets when the next reminder is due."""
    await conn.execute(update(table).where(table.c.id == alert).values(remind_at=at))


async def assign(conn: AsyncConnection, alert: int, official: int, at: datetime) -> None:
    """Hands an alert to an official, who is reminded at `at`."""
    await conn.execute(
        update(table).where(table.c.id == alert).values(official_id=official, remind_at=at)
    )


async def acknowledge(conn: AsyncConnection, alert: int, official: int, now: datetime) -> bool:
    """Returns False if it was acknowledged before."""
    done = await conn.execute(
        update(table)
        .where(table.c.id == alert, table.c.acknowledged_at.is_(None))
        .values(official_id=official, acknowledged_at=now)
    )
    return done.rowcount == 1


async def taken_below(conn: AsyncConnection, upp_code: str | None, since: datetime) -> list[Raised]:
    """Returns the alerts of a subtree acknowledged since a timestamp, the newest first."""
    return await _list(conn, table.c.acknowledged_at >= since, within(table.c.upp_id, upp_code))


async def reopen(conn: AsyncConnection, alert: int, now: datetime) -> bool:
    """Makes an acknowledged alert due again for everybody concerned; False if it is open."""
    done = await conn.execute(
        update(table)
        .where(table.c.id == alert, table.c.acknowledged_at.is_not(None))
        .values(official_id=None, acknowledged_at=None, remind_at=now)
    )
    return done.rowcount == 1


async def last_answers(conn: AsyncConnection) -> dict[str, date | None]:
    """Returns unit code → the last day with a response, for each unit with a collector."""
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
