"""From which network the responses of today came, by a code that is deleted with the day."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.privacy.pseudonym import network_code, new_salt
from skm.quality.network import NetworkShare, from_one_network
from skm.store.database.batches import batches
from skm.store.database.upsert import insert_missing
from skm.store.schema.survey import collector, network_salt, response
from skm.store.schema.survey import network as table
from skm.store.schema.survey import network_share as share

HISTORY: Final = timedelta(days=60)


async def note(
    conn: AsyncConnection, key: bytes, response_id: str, code: str, day: date, network: str
) -> None:
    """Notes the network of a response at the collector with this code; never the network itself."""
    await conn.execute(insert_missing(conn, network_salt).values(day=day, salt=new_salt()))
    salt = await conn.scalar(select(network_salt.c.salt).where(network_salt.c.day == day))
    at = select(collector.c.id).where(collector.c.code == code).scalar_subquery()
    values = {"response_id": response_id, "day": day, "collector_id": at}
    known = network_code(key, salt or "", network)
    await conn.execute(insert_missing(conn, table).values(**values, code=known))


async def forget(conn: AsyncConnection, receipts: Sequence[str]) -> None:
    await conn.execute(delete(table).where(table.c.response_id.in_(receipts)))


async def end_days(conn: AsyncConnection, today: date) -> int:
    """Marks the responses of earlier days of which too many came from one network, and deletes the
    codes and salts of these days; returns how many were marked.
    """
    days = defaultdict[tuple[int, date], dict[str, str]](dict)
    query = select(table).where(table.c.day < today).order_by(table.c.day, table.c.response_id)
    for row in await conn.execute(query):
        days[row.collector_id, row.day][row.response_id] = row.code
    marked = 0
    for (collector_id, day), codes in days.items():
        found = from_one_network(codes, await _before(conn, collector_id, day))
        marked += len(found)
        for batch in batches(sorted(found)):
            changed = update(response).where(response.c.id.in_(batch)).values(one_network=True)
            await conn.execute(changed)
        await _remember(conn, collector_id, day, NetworkShare.of(list(codes.values())))
    await conn.execute(delete(table).where(table.c.day < today))
    await conn.execute(delete(network_salt).where(network_salt.c.day < today))
    await conn.execute(delete(share).where(share.c.day < today - HISTORY))
    return marked


async def _before(conn: AsyncConnection, collector_id: int, day: date) -> list[NetworkShare]:
    query = select(share.c.n, share.c.most).where(share.c.collector_id == collector_id)
    rows = await conn.execute(query.where(share.c.day < day, share.c.day >= day - HISTORY))
    return [NetworkShare(n, most) for n, most in rows]


async def _remember(
    conn: AsyncConnection, collector_id: int, day: date, found: NetworkShare
) -> None:
    values = {"collector_id": collector_id, "day": day, "n": found.n, "most": found.most}
    await conn.execute(insert_missing(conn, share).values(**values))
