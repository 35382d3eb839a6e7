"""Invitations: a token opens one enrolment, once, until it expires. Only its hash is stored."""

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.official import Invitation, Role
from skm.store.officials import unit_id
from skm.store.schema import upp
from skm.store.schema_officials import invitation as table
from skm.visit import new_code

TOKEN_LENGTH = 20  # of 32 letters: 100 bits
VALID = timedelta(days=7)


async def create(
    conn: AsyncConnection, invited: Invitation, now: datetime, valid: timedelta = VALID
) -> str:
    """The token to hand out; it cannot be had again. Raises SkmError for an unknown unit."""
    token = new_code(TOKEN_LENGTH)
    await conn.execute(
        insert(table).values(
            token_hash=_hash(token),
            role=invited.role,
            upp_id=await unit_id(conn, invited.upp),
            name=invited.name,
            expires_at=now + valid,
        )
    )
    return token


async def spend(conn: AsyncConnection, token: str, now: datetime) -> Invitation | None:
    """What a token invites to, which is then used up; None if it is unknown, used or expired."""
    done = await conn.execute(
        update(table)
        .where(
            table.c.token_hash == _hash(token),
            table.c.used_at.is_(None),
            table.c.expires_at > now,
        )
        .values(used_at=now)
    )
    if done.rowcount != 1:
        return None
    query = select(table.c.role, upp.c.code, table.c.name).select_from(table.outerjoin(upp))
    row = (await conn.execute(query.where(table.c.token_hash == _hash(token)))).one()
    return Invitation(Role(row.role), row.code, row.name)


def _hash(token: str) -> str:
    return sha256(token.upper().encode()).hexdigest()
