"""Every message that is due to an official: planned once, claimed by one, frozen, recorded."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.delivery import ABANDONED, LEASE, Delivery, Frozen, Kind, Next, Plan, State
from skm.store.schema_messages import delivery as table

_PLAN = {
    "sqlite": insert_sqlite(table).on_conflict_do_nothing(index_elements=["key"]),
    "postgresql": insert_postgresql(table).on_conflict_do_nothing(index_elements=["key"]),
}

_LISTED = select(*(column for column in table.c if column.name not in ("content", "picture")))
_NEWEST = table.c.due_at.desc(), table.c.id.desc()


async def plan(conn: AsyncConnection, plans: Sequence[Plan]) -> None:
    """Remember what is due; what was planned before stays as it is.

    Each tick plans the same again, so what is there is read first: that costs less than to insert.
    """
    if not plans:
        return
    oldest = min(plan.due_at for plan in plans)
    there = set(await conn.scalars(select(table.c.key).where(table.c.due_at >= oldest)))
    rows = [
        {
            "key": plan.key,
            "kind": plan.kind,
            "official_id": plan.official,
            "about": plan.about,
            "due_at": plan.due_at,
            "state": State.DUE,
            "next_at": plan.due_at,
            "attempts": 0,
        }
        for plan in plans
        if plan.key not in there
    ]
    if rows:
        await conn.execute(_PLAN[conn.dialect.name], rows)


async def claim(conn: AsyncConnection, now: datetime, limit: int) -> list[Delivery]:
    """Take up to `limit` that are due; whoever else ticks at the same time takes others."""
    due = (
        select(table.c.id)
        .where(table.c.state == State.DUE, table.c.next_at <= now)
        .order_by(table.c.next_at, table.c.id)
        .limit(limit)
    )
    taken = []
    for key in (await conn.execute(due)).scalars().all():
        done = await conn.execute(
            update(table)
            .where(table.c.id == key, table.c.state == State.DUE)
            .values(state=State.CLAIMED, claimed_at=now, attempts=table.c.attempts + 1)
        )
        if done.rowcount == 1:
            taken.append(key)
    return await _whole(conn, table.c.id.in_(taken)) if taken else []


async def freeze(conn: AsyncConnection, delivery: int, frozen: Frozen) -> None:
    """Fix what will be sent; what is frozen already is never replaced."""
    await conn.execute(
        update(table)
        .where(table.c.id == delivery, table.c.sha256.is_(None))
        .values(content=frozen.content, picture=frozen.picture, sha256=frozen.sha256)
    )


async def leaves(conn: AsyncConnection, delivery: int) -> bool:
    """From here on it may have arrived; False if it is not ours to send any more."""
    done = await conn.execute(
        update(table)
        .where(table.c.id == delivery, table.c.state == State.CLAIMED)
        .values(state=State.SENDING)
    )
    return done.rowcount == 1


async def record(
    conn: AsyncConnection, delivery: int, then: Next, now: datetime, error: str | None = None
) -> None:
    """What became of an attempt."""
    values: dict[str, Any] = {"state": then.state, "error": error}
    if then.at:
        values["next_at"] = then.at
    if then.state is State.SENT:  # what it said is with the recipient; its hash stays
        values |= {"sent_at": now, "content": None, "picture": None}
    await conn.execute(update(table).where(table.c.id == delivery).values(values))


async def abandon(conn: AsyncConnection, now: datetime) -> int:
    """Look after what a process that died left behind; how many were found."""
    found = 0
    for held, then in ABANDONED.items():
        done = await conn.execute(
            update(table)
            .where(table.c.state == held, table.c.claimed_at <= now - LEASE)
            .values(state=then, error="the sender stopped meanwhile")
        )
        found += done.rowcount
    return found


async def again(conn: AsyncConnection, ids: Sequence[int], now: datetime) -> int:
    """Make failed ones due once more, with the content they have; how many."""
    over = (State.FAILED, State.BLOCKED, State.UNKNOWN)
    done = await conn.execute(
        update(table)
        .where(table.c.id.in_(ids), table.c.state.in_(over))
        .values(state=State.DUE, next_at=now, attempts=0)
    )
    return done.rowcount


async def thaw(conn: AsyncConnection, kind: Kind) -> None:
    """What has not arrived is worded anew before it is sent: something in it was taken back."""
    await conn.execute(
        update(table)
        .where(table.c.kind == kind, table.c.content.is_not(None))
        .values(content=None, picture=None, sha256=None)
    )


async def hasten(conn: AsyncConnection, official: int, now: datetime) -> int:
    """What waits for a moment when the official can be reached is due now; how many."""
    done = await conn.execute(
        update(table)
        .where(table.c.official_id == official, table.c.state == State.DUE, table.c.next_at > now)
        .where(table.c.due_at <= now)
        .values(next_at=now)
    )
    return done.rowcount


async def listed(
    conn: AsyncConnection, since: datetime, states: Sequence[State] = tuple(State)
) -> list[Delivery]:
    """Those due since a moment, newest first, without what they say."""
    query = _LISTED.where(table.c.due_at >= since, table.c.state.in_(states))
    return [_delivery(row, None) for row in await conn.execute(query.order_by(*_NEWEST))]


async def _whole(conn: AsyncConnection, *where: Any) -> list[Delivery]:
    rows = await conn.execute(select(table).where(*where).order_by(*_NEWEST))
    return [
        _delivery(row, None if row.content is None else Frozen(row.content, row.picture))
        for row in rows
    ]


def _delivery(row: Any, frozen: Frozen | None) -> Delivery:
    return Delivery(
        id=row.id,
        plan=Plan(row.key, Kind(row.kind), row.official_id, row.about, row.due_at),
        state=State(row.state),
        attempts=row.attempts,
        next_at=row.next_at,
        frozen=frozen,
        sent_at=row.sent_at,
        error=row.error,
    )
