"""Sign-in links and sessions of the officials' pages. Only hashes of their secrets are stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.store.schema.officials import sign_in, web_session

LINK_VALID = timedelta(minutes=5)
IDLE = timedelta(days=7)  # a session ends when it was not used for this long
LONGEST = timedelta(days=30)
SEEN_EVERY = timedelta(minutes=5)  # how exactly the last use is stored
BYTES = 24  # of chance in a secret


@dataclass(frozen=True)
class WebSession:
    """A signed-in browser. `number`: how lists name it."""

    number: int
    official: int
    began_at: datetime
    seen_at: datetime


async def offer(conn: AsyncConnection, official: int, now: datetime) -> str:
    """Returns the secret of a new sign-in link, which is stored nowhere."""
    token = token_urlsafe(BYTES)
    await conn.execute(
        insert(sign_in).values(
            token_hash=_hash(token), official_id=official, expires_at=now + LINK_VALID
        )
    )
    return token


async def is_open(conn: AsyncConnection, token: str, now: datetime) -> bool:
    """Whether a sign-in link can still be used."""
    query = select(sign_in.c.official_id).where(
        sign_in.c.token_hash == _hash(token), sign_in.c.expires_at > now
    )
    return await conn.scalar(query) is not None


async def begin(conn: AsyncConnection, token: str, now: datetime) -> tuple[int, str] | None:
    """Uses up a sign-in link; returns (id of the official, key of the new session), None for a link
    that is unknown, used or expired.
    """
    query = select(sign_in).where(sign_in.c.token_hash == _hash(token)).with_for_update()
    found = (await conn.execute(query)).first()
    if found is None:
        return None
    await conn.execute(delete(sign_in).where(sign_in.c.token_hash == _hash(token)))
    if found.expires_at <= now:
        return None
    key = token_urlsafe(BYTES)
    await conn.execute(
        insert(web_session).values(
            key_hash=_hash(key), official_id=found.official_id, began_at=now, seen_at=now
        )
    )
    return found.official_id, key


async def by_key(conn: AsyncConnection, key: str, now: datetime) -> WebSession | None:
    """The session of a key, None if it is unknown, ended or expired."""
    query = select(web_session).where(
        web_session.c.key_hash == _hash(key),
        web_session.c.seen_at > now - IDLE,
        web_session.c.began_at > now - LONGEST,
    )
    row = (await conn.execute(query)).first()
    return WebSession(row.id, row.official_id, row.began_at, row.seen_at) if row else None


async def touch(conn: AsyncConnection, number: int, now: datetime) -> None:
    """Records that a session was used."""
    await conn.execute(update(web_session).where(web_session.c.id == number).values(seen_at=now))


async def of(conn: AsyncConnection, official: int, now: datetime) -> list[WebSession]:
    """The open sessions of an official, the newest first."""
    query = select(web_session).where(
        web_session.c.official_id == official,
        web_session.c.seen_at > now - IDLE,
        web_session.c.began_at > now - LONGEST,
    )
    return [
        WebSession(row.id, row.official_id, row.began_at, row.seen_at)
        for row in await conn.execute(query.order_by(web_session.c.id.desc()))
    ]


async def end(conn: AsyncConnection, official: int, number: int) -> bool:
    """Ends one of an official's sessions; returns False if there is none of this number."""
    here = (web_session.c.official_id == official, web_session.c.id == number)
    return (await conn.execute(delete(web_session).where(*here))).rowcount == 1


async def end_all(conn: AsyncConnection, official: int) -> None:
    """Ends every session and link of an official."""
    await conn.execute(delete(web_session).where(web_session.c.official_id == official))
    await conn.execute(delete(sign_in).where(sign_in.c.official_id == official))


async def purge(conn: AsyncConnection, now: datetime) -> int:
    """Deletes expired links and sessions; returns how many."""
    links = await conn.execute(delete(sign_in).where(sign_in.c.expires_at <= now))
    old = (web_session.c.seen_at <= now - IDLE) | (web_session.c.began_at <= now - LONGEST)
    return links.rowcount + (await conn.execute(delete(web_session).where(old))).rowcount


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
