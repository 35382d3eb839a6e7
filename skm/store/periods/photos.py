"""Photos of what was done. They lie in the database, so that a backup is whole."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.follow_up.photo import MEDIA_TYPE, Photo
from skm.follow_up.tindak_lanjut import TindakLanjut
from skm.store.schema.periods import closing, follow_up
from skm.store.schema.periods import photo as table


async def put(
    conn: AsyncConnection, key: str, photo: Photo, official_id: int, now: datetime
) -> None:
    """Keep it under a new key."""
    await conn.execute(
        insert(table).values(
            key=key,
            content=photo.content,
            media_type=MEDIA_TYPE,
            width=photo.width,
            height=photo.height,
            sha256=photo.sha256,
            uploaded_at=now,
            official_id=official_id,
        )
    )


async def of(conn: AsyncConnection, key: str | None) -> Photo | None:
    """None where there is none, or not any more."""
    return (await several(conn, [key])).get(key) if key else None


async def published(conn: AsyncConnection, key: str) -> Photo | None:
    """The photo if it is public: of a follow-up of a closed period that is still reported done."""
    of_closed = follow_up.join(closing, closing.c.period == follow_up.c.period)
    query = select(follow_up.c.photo).select_from(of_closed)
    query = query.where(follow_up.c.photo == key, ~follow_up.c.reopened)
    return await of(conn, await conn.scalar(query))


async def several(conn: AsyncConnection, keys: Iterable[str]) -> Mapping[str, Photo]:
    """By key, those that there are."""
    columns = table.c.key, table.c.content, table.c.width, table.c.height
    found = await conn.execute(select(*columns).where(table.c.key.in_(list(keys))))
    return {row.key: Photo(row.content, row.width, row.height) for row in found}


async def shown_by(conn: AsyncConnection, items: Iterable[TindakLanjut]) -> Mapping[str, Photo]:
    """By key, those that follow-ups have, or had before they were reopened."""
    reports = [item.done or item.earlier for item in items]
    return await several(conn, [one.photo for one in reports if one and one.photo])


async def sizes(conn: AsyncConnection, keys: Iterable[str]) -> Mapping[str, tuple[int, int]]:
    """(width, height) by key, without loading them."""
    columns = table.c.key, table.c.width, table.c.height
    found = await conn.execute(select(*columns).where(table.c.key.in_(list(keys))))
    return {row.key: (row.width, row.height) for row in found}


async def drop(conn: AsyncConnection, key: str) -> None:
    await conn.execute(delete(table).where(table.c.key == key))
