"""Invitations: a token enrols one official, once, until it expires or is revoked. Only its hash is
stored; what lists show of it is the beginning of that hash.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.instansi.official import Invitation, Role
from skm.privacy.pseudonym import new_code
from skm.store.schema.officials import invitation as table
from skm.store.schema.survey import upp
from skm.store.survey import upps

TOKEN_LENGTH = 20  # of 32 letters: 100 bits
VALID = timedelta(days=7)
SHOWN = 8  # characters of the hash: enough to tell invitations apart

_OPEN = table.c.used_at.is_(None) & table.c.revoked_at.is_(None)


@dataclass(frozen=True)
class OpenInvitation:
    """An invitation as it is listed. `number`: how lists name it. `official`: the id of who made
    it, None for the command line or an earlier version.
    """

    number: str
    invited: Invitation
    official: int | None
    expires_at: datetime


async def create(
    conn: AsyncConnection,
    invited: Invitation,
    now: datetime,
    official: int | None = None,
    valid: timedelta = VALID,
) -> str:
    """Returns the token, which is stored nowhere. `official`: who invites, None for the command
    line. Raises SkmError for an unknown unit.
    """
    token = new_code(TOKEN_LENGTH)
    await conn.execute(
        insert(table).values(
            token_hash=_hash(token),
            role=invited.role,
            upp_id=await upps.id_of(conn, invited.upp) if invited.upp else None,
            name=invited.name,
            official_id=official,
            created_at=now,
            expires_at=now + valid,
        )
    )
    return token


async def spend(conn: AsyncConnection, token: str, now: datetime) -> OpenInvitation | None:
    """Uses up a token; returns its invitation, None if it is unknown, used, revoked or expired."""
    done = await conn.execute(
        update(table)
        .where(table.c.token_hash == _hash(token), _OPEN, table.c.expires_at > now)
        .values(used_at=now)
    )
    if done.rowcount != 1:
        return None
    return (await _list(conn, table.c.token_hash == _hash(token)))[0]


async def open_ones(conn: AsyncConnection, now: datetime) -> list[OpenInvitation]:
    """Returns those that can still be accepted, the first to expire first."""
    return await _list(conn, _OPEN, table.c.expires_at > now)


async def revoke(conn: AsyncConnection, number: str, now: datetime) -> OpenInvitation | None:
    """Ends an invitation; returns what it was, None if there is no open one of this number."""
    for one in await open_ones(conn, now):
        if one.number == number.lower():
            begins = table.c.token_hash.startswith(one.number, autoescape=True)
            await conn.execute(update(table).where(begins, _OPEN).values(revoked_at=now))
            return one
    return None


async def revoke_of(conn: AsyncConnection, official: int, now: datetime) -> None:
    """Ends the open invitations that an official made, so that no removed one can come back."""
    await conn.execute(
        update(table).where(table.c.official_id == official, _OPEN).values(revoked_at=now)
    )


async def _list(conn: AsyncConnection, *where: Any) -> list[OpenInvitation]:
    query = select(table, upp.c.code).select_from(table.outerjoin(upp)).where(*where)
    return [
        OpenInvitation(
            row.token_hash[:SHOWN],
            Invitation(Role(row.role), row.code, row.name),
            row.official_id,
            row.expires_at,
        )
        for row in await conn.execute(query.order_by(table.c.expires_at, table.c.token_hash))
    ]


def _hash(token: str) -> str:
    return sha256(token.upper().encode()).hexdigest()
