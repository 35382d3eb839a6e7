"""The seals of the responses that a closing counted."""

import secrets
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.closing import seal
from skm.period import Period
from skm.store.schema import response, upp
from skm.store.schema_periods import seal as table
from skm.store.upps import below

CHUNK = 5000

COUNTED = (response.c.id, upp.c.code, response.c.day, response.c.layanan,
           response.c.instrument, response.c.answers)  # fmt: skip
"""What of a response is counted, and therefore sealed."""


def seal_of(salt: str, row: Sequence[Any]) -> str:
    """The seal of the values of COUNTED."""
    return seal(salt, *map(str, row))


async def put(conn: AsyncConnection, period: Period) -> list[str]:
    """Seal every response of the period; the seals."""
    query = (
        select(*COUNTED)
        .select_from(response.join(upp))
        .where(response.c.day >= period.start, response.c.day < period.end)
    )
    rows = [_row(period, found) for found in await conn.execute(query)]
    for at in range(0, len(rows), CHUNK):
        await conn.execute(insert(table), rows[at : at + CHUNK])
    return [row["digest"] for row in rows]


def _row(period: Period, found: Sequence[Any]) -> dict[str, str]:
    salt = secrets.token_hex(16)
    return {
        "period": str(period),
        "code": found[1],
        "digest": seal_of(salt, found),
        "response_id": found[0],
        "salt": salt,
    }


async def withdraw(conn: AsyncConnection, receipts: Iterable[str]) -> None:
    """Of these responses only seals are left, which nobody can match with an answer."""
    held = list(receipts)
    for at in range(0, len(held), CHUNK):
        await conn.execute(
            update(table)
            .where(table.c.response_id.in_(held[at : at + CHUNK]))
            .values(response_id=None, salt=None)
        )


def counted(period: Period) -> Select[str | None]:
    """The ids of the responses that a closing counted, for use in other queries.

    Read as one set: asked for one by one, SQLite goes through all seals of the period each time.
    """
    return select(table.c.response_id).where(
        table.c.period == str(period), table.c.response_id.is_not(None)
    )


async def late(conn: AsyncConnection, period: Period, upp_code: str | None = None) -> int:
    """How many responses of a subtree (None: of all) were not there when the period was closed."""
    query = select(func.count()).where(
        response.c.day >= period.start,
        response.c.day < period.end,
        response.c.id.not_in(counted(period)),
    )
    if upp_code:
        query = query.where(response.c.upp_id.in_(below(upp_code)))
    return await conn.scalar(query.select_from(response)) or 0
