"""The file that each official has sent and not decided about yet."""

from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.intake.choices import Choices
from skm.intake.upload import LAPSES, Upload
from skm.store.schema.intake import upload as table


async def of(conn: AsyncConnection, official: int, now: datetime) -> Upload | None:
    """The upload of an official, None if there is none or it has lapsed."""
    query = select(table).where(table.c.official_id == official, table.c.touched_at > now - LAPSES)
    row = (await conn.execute(query)).first()
    if row is None:
        return None
    return Upload(row.official_id, row.key, row.name, Choices.from_json(row.choices))


async def keep(conn: AsyncConnection, upload: Upload, now: datetime) -> None:
    """Stores an upload in place of the official's earlier one."""
    await drop(conn, upload.official)
    values = {
        "official_id": upload.official,
        "key": upload.key,
        "name": upload.name,
        "choices": upload.choices.to_json(),
        "touched_at": now,
    }
    await conn.execute(insert(table).values(values))


async def drop(conn: AsyncConnection, official: int) -> None:
    await conn.execute(delete(table).where(table.c.official_id == official))


async def claim(conn: AsyncConnection, upload: Upload) -> bool:
    """Deletes an upload that is about to be stored; False if it was decided about meanwhile."""
    same = (table.c.official_id == upload.official) & (table.c.key == upload.key)
    return (await conn.execute(delete(table).where(same))).rowcount == 1
