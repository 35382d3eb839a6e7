"""Messages to officials: each is planned once, claimed by one process, frozen, sent, recorded."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Update, case, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.notices.delivery import (
    ABANDONED,
    LEASE,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Frozen,
    Next,
    PlannedDelivery,
)
from skm.store.database.upsert import insert_missing
from skm.store.schema.messages import delivery as table
from skm.store.schema.officials import official

_LISTED = select(*(column for column in table.c if column.name not in ("content", "picture")))


async def plan(conn: AsyncConnection, plans: Sequence[PlannedDelivery]) -> None:
    """Stores planned deliveries; those that are stored already stay as they are.

    Every tick plans the same again, so existing keys are read first, which is cheaper than INSERT.
    """
    if not plans:
        return
    oldest = min(plan.due_at for plan in plans)
    known = set(await conn.scalars(select(table.c.key).where(table.c.due_at >= oldest)))
    rows = [
        {
            "key": plan.key,
            "kind": plan.kind,
            "official_id": plan.official,
            "about": plan.about,
            "due_at": plan.due_at,
            "state": DeliveryState.DUE,
            "next_at": plan.due_at,
            "attempts": 0,
        }
        for plan in plans
        if plan.key not in known
    ]
    if rows:
        await conn.execute(insert_missing(conn, table), rows)


async def claim(
    conn: AsyncConnection,
    now: datetime,
    limit: int,
    kinds: Collection[DeliveryKind] = tuple(DeliveryKind),
    channels: Collection[str] | None = None,
) -> list[Delivery]:
    """Claims up to `limit` due deliveries of these kinds to officials on these channels (None: on
    any), the most urgent first; no other process gets the same ones.
    """
    urgency = case({kind: at for at, kind in enumerate(DeliveryKind)}, value=table.c.kind)
    on_these = true() if channels is None else official.c.channel.in_(channels)
    due = (
        select(table.c.id)
        .join(official, table.c.official_id == official.c.id)
        .where(table.c.state == DeliveryState.DUE, table.c.next_at <= now)
        .where(table.c.kind.in_(kinds), on_these)
        .order_by(urgency, table.c.next_at, table.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=table)
        .cte("due")  # PostgreSQL could evaluate a subquery several times, beyond the limit
    )
    claimed = await conn.execute(
        update(table)
        .where(table.c.id.in_(select(due.c.id)), table.c.state == DeliveryState.DUE)
        .values(state=DeliveryState.CLAIMED, claimed_at=now, attempts=table.c.attempts + 1)
        .returning(table)
    )
    order = list(DeliveryKind)
    return [
        _delivery(row, None if row.content is None else Frozen(row.content, row.picture))
        for row in sorted(claimed, key=lambda row: (order.index(row.kind), -row.id))
    ]


async def freeze(conn: AsyncConnection, delivery: int, frozen: Frozen) -> None:
    """Stores the content to send; content that is stored already is never replaced."""
    await conn.execute(
        update(table)
        .where(table.c.id == delivery, table.c.sha256.is_(None))
        .values(content=frozen.content, picture=frozen.picture, sha256=frozen.sha256)
    )


async def begin_sending(conn: AsyncConnection, delivery: Delivery) -> bool:
    """Records that the message may leave now; False if another process has taken it over."""
    done = await conn.execute(_claimed(delivery).values(state=DeliveryState.SENDING))
    return done.rowcount == 1


async def postpone(conn: AsyncConnection, delivery: Delivery, at: datetime, why: str) -> None:
    """Makes a claimed delivery due again at `at`; since nothing was sent, this was no attempt."""
    again = {"state": DeliveryState.DUE, "next_at": at, "error": why}
    await conn.execute(_claimed(delivery).values(attempts=table.c.attempts - 1, **again))


def _claimed(delivery: Delivery) -> Update:
    """The row as this process claimed it: each claim has another number of attempts."""
    return update(table).where(
        table.c.id == delivery.id,
        table.c.state == DeliveryState.CLAIMED,
        table.c.attempts == delivery.attempts,
    )


async def record(
    conn: AsyncConnection,
    delivery: int,
    then: Next,
    now: datetime,
    error: str | None = None,
    accepted: int = 0,
) -> None:
    """Records the outcome of an attempt. `accepted`: how many of its messages were accepted so far,
    if not all.
    """
    values: dict[str, Any] = {"state": then.state, "error": error, "accepted": accepted}
    if then.at:
        values["next_at"] = then.at
    if then.state is DeliveryState.SENT:
        values["sent_at"] = now
    if then.state in (DeliveryState.SENT, DeliveryState.CANCELLED):  # only the hash is kept
        values |= {"content": None, "picture": None}
    await conn.execute(update(table).where(table.c.id == delivery).values(values))


async def release_stale(conn: AsyncConnection, now: datetime) -> int:
    """Releases the claims of processes that died (see ABANDONED); returns how many.

    A claim from the future belongs to a process that died before the clock was set back.
    """
    stale = or_(table.c.claimed_at <= now - LEASE, table.c.claimed_at > now + LEASE)
    released = 0
    for held, then in ABANDONED.items():
        done = await conn.execute(
            update(table)
            .where(table.c.state == held, stale)
            .values(state=then, error="the sending process stopped")
        )
        released += done.rowcount
    return released


async def fail_on_others(conn: AsyncConnection, now: datetime, channels: Collection[str]) -> None:
    """Gives up what is due to officials on other channels than these, which are not open."""
    others = select(official.c.id).where(official.c.channel.not_in(channels))
    await conn.execute(
        update(table)
        .where(table.c.state == DeliveryState.DUE, table.c.next_at <= now)
        .where(table.c.official_id.in_(others))
        .values(state=DeliveryState.FAILED, error="the channel is not open")
    )


async def by_id(conn: AsyncConnection, delivery: int) -> Delivery | None:
    """Returns a delivery without its content."""
    row = (await conn.execute(_LISTED.where(table.c.id == delivery))).first()
    return _delivery(row, None) if row else None


async def reopen(
    conn: AsyncConnection,
    delivery: int,
    then: Next,
    now: datetime,
    error: str | None,
    *,
    plain: bool = False,
) -> None:
    """Records that a delivery that was marked as sent did not arrive. Its content is gone and is
    composed anew; if it is `plain`, without a picture.
    """
    await record(conn, delivery, then, now, error)
    values: dict[str, Any] = {"sha256": None, "sent_at": None} | ({"plain": True} if plain else {})
    await conn.execute(update(table).where(table.c.id == delivery).values(values))


async def send_all(conn: AsyncConnection, delivery: int) -> None:
    """Records that one of the accepted messages of a delivery did not arrive."""
    await conn.execute(update(table).where(table.c.id == delivery).values(accepted=0))


async def resend(conn: AsyncConnection, ids: Sequence[int], now: datetime) -> int:
    """Makes failed deliveries due again, with the content they have; returns how many."""
    over = (DeliveryState.FAILED, DeliveryState.BLOCKED, DeliveryState.UNKNOWN)
    done = await conn.execute(
        update(table)
        .where(table.c.id.in_(ids), table.c.state.in_(over))
        .values(state=DeliveryState.DUE, next_at=now, attempts=0)
    )
    return done.rowcount


async def unfreeze(conn: AsyncConnection, kind: DeliveryKind) -> None:
    """Drops the content of what has not arrived, so that it is composed again before it is sent."""
    await conn.execute(
        update(table)
        .where(table.c.kind == kind, table.c.content.is_not(None))
        .values(content=None, picture=None, sha256=None, accepted=0)
    )


async def make_due(conn: AsyncConnection, official: int, now: datetime) -> int:
    """Makes an official's postponed deliveries due now; returns how many."""
    done = await conn.execute(
        update(table)
        .where(
            table.c.official_id == official,
            table.c.state == DeliveryState.DUE,
            table.c.next_at > now,
        )
        .where(table.c.due_at <= now)
        .values(next_at=now)
    )
    return done.rowcount


async def listed(
    conn: AsyncConnection, since: datetime, states: Sequence[DeliveryState] = tuple(DeliveryState)
) -> list[Delivery]:
    """Returns the deliveries due since a timestamp, the newest first, without their content."""
    query = _LISTED.where(table.c.due_at >= since, table.c.state.in_(states))
    return [
        _delivery(row, None)
        for row in await conn.execute(query.order_by(table.c.due_at.desc(), table.c.id.desc()))
    ]


def _delivery(row: Any, frozen: Frozen | None) -> Delivery:
    return Delivery(
        id=row.id,
        plan=PlannedDelivery(
            row.key, DeliveryKind(row.kind), row.official_id, row.about, row.due_at
        ),
        state=DeliveryState(row.state),
        attempts=row.attempts,
        next_at=row.next_at,
        frozen=frozen,
        sent_at=row.sent_at,
        error=row.error,
        accepted=row.accepted,
        plain=row.plain,
    )
