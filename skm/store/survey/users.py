"""The people whom units served, by period, as they count them themselves."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.instansi.period import Period
from skm.instansi.users import Users
from skm.store.database.batches import insert_all
from skm.store.schema.survey import upp
from skm.store.schema.survey import users as table
from skm.store.survey import upps


async def put(conn: AsyncConnection, found: Sequence[Users]) -> None:
    """Replaces what is known of each of these units and periods."""
    ids = await upps.ids_of(conn, {one.upp for one in found})
    for one in found:
        at = {"upp_id": ids[one.upp], "period": one.period}
        await conn.execute(
            delete(table).where(table.c.upp_id == at["upp_id"], table.c.period == one.period)
        )
        rows = [
            {**at, "field": field, "option": option, "n": n}
            for field, options in one.profile.items()
            for option, n in options.items()
        ]
        if one.total is not None:
            rows.append({**at, "field": "", "option": "", "n": one.total})
        await insert_all(conn, table, rows)


async def of(conn: AsyncConnection, upp_code: str, period: Period) -> Users:
    """Returns what is known of a unit in exactly this period."""
    query = select(table.c.field, table.c.option, table.c.n).select_from(table.join(upp))
    query = query.where(upp.c.code == upp_code, table.c.period == period)
    total, profile = None, dict[str, dict[str, int]]()
    for field, option, n in await conn.execute(query.order_by(table.c.field, table.c.option)):
        if field:
            profile.setdefault(field, {})[option] = n
        else:
            total = n
    return Users(upp_code, period, total, profile)
