"""Seals: a salted digest of each response that a closing counted."""

import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.closing.frozen import seal
from skm.instansi.period import Period
from skm.store.database.batches import batches, insert_all
from skm.store.schema.periods import seal as table
from skm.store.schema.survey import response, upp
from skm.store.survey.upps import within

COUNTED = (response.c.id, upp.c.code, response.c.day, response.c.layanan,
           response.c.instrument, response.c.answers)  # fmt: skip
"""What of a response is counted, and therefore sealed."""


def seal_of(salt: str, row: Sequence[Any]) -> str:
    """Returns the seal of the values of COUNTED."""
    return seal(salt, *map(str, row))


async def put(conn: AsyncConnection, period: Period) -> list[str]:
    """Seals every response of the period; returns the seals."""
    query = (
        select(*COUNTED)
        .select_from(response.join(upp))
        .where(response.c.day >= period.start, response.c.day < period.end)
    )
    rows = [_row(period, found) for found in await conn.execute(query)]
    await insert_all(conn, table, rows)
    return [row["digest"] for row in rows]


def _row(period: Period, found: Sequence[Any]) -> dict[str, Any]:
    salt = secrets.token_hex(16)
    return {
        "period": period,
        "code": found[1],
        "digest": seal_of(salt, found),
        "response_id": found[0],
        "salt": salt,
    }


async def withdraw(conn: AsyncConnection, receipts: Iterable[str]) -> None:
    """Keeps only the digests of these responses: without the salt they match no answers."""
    for batch in batches(receipts):
        await conn.execute(
            update(table).where(table.c.response_id.in_(batch)).values(response_id=None, salt=None)
        )


def counted(period: Period) -> Select[str | None]:
    """A query for the ids of the responses that a closing counted.

    Use it with IN: correlated, SQLite would scan all seals of the period for each response.
    """
    return select(table.c.response_id).where(
        table.c.period == period, table.c.response_id.is_not(None)
    )


async def withdrawn(conn: AsyncConnection, period: Period) -> Counter[str]:
    """Returns unit code → how many responses that the closing counted were withdrawn."""
    query = (
        select(table.c.code, func.count().label("responses"))
        .where(table.c.period == period, table.c.response_id.is_(None))
        .group_by(table.c.code)
    )
    return Counter({row.code: row.responses for row in await conn.execute(query)})


async def counted_before(
    conn: AsyncConnection, period: Period, closed: Sequence[Period]
) -> list[tuple[str, str, list[Period], int]]:
    """Returns (unit code, instrument, which of the closed periods count them, responses) of the
    responses of a period.
    """
    source: Any = response.join(upp)
    flags = []
    for number, one in enumerate(closed):
        seals = table.alias(f"s{number}")
        own = (seals.c.response_id == response.c.id) & (seals.c.period == one)
        source = source.outerjoin(seals, own)
        flags.append(seals.c.response_id.is_not(None))
    query = (
        select(upp.c.code, response.c.instrument, func.count(), *flags)
        .select_from(source)
        .where(response.c.day >= period.start, response.c.day < period.end)
        .group_by(upp.c.code, response.c.instrument, *flags)
    )
    return [
        (code, version, [one for one, sealed in zip(closed, given, strict=True) if sealed], n)
        for code, version, n, *given in await conn.execute(query)
    ]


async def late(conn: AsyncConnection, period: Period, upp_code: str | None = None) -> int:
    """Returns how many responses of a subtree (None: of all) came after the period was closed."""
    query = select(func.count()).where(
        response.c.day >= period.start,
        response.c.day < period.end,
        response.c.id.not_in(counted(period)),
        within(response.c.upp_id, upp_code),
    )
    return await conn.scalar(query.select_from(response)) or 0
