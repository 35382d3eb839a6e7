"""`skm recount`: mend the rollup where it is not what the responses add up to."""

from functools import partial
from typing import TYPE_CHECKING

from bot.console import note, progress, say

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.settings import Settings
    from skm.store.database import Database


def recount() -> None:
    """Count the rollup anew from the responses, and put right what differs, while it is served.

    Reports of open periods follow; a closed period keeps what it froze.
    """
    from bot import operator

    try:
        operator.on_database(_run)
    except KeyboardInterrupt:
        note("Stopped. What was put right stays so; the same command goes on with the rest.")
        raise


async def _run(settings: "Settings", db: "Database") -> None:
    from bot import operator
    from skm.store import rollup

    mended: dict[str, int] = {}
    units = await db.read(rollup.units)
    with progress("Counting", total=len(units)) as advance:
        for unit, code in units:
            if await db.read(partial(rollup.wrong, unit=unit)):
                mend = partial(_mend, unit=unit, code=code, now=operator.now())
                mended[code] = await db.write(mend)
            advance(1)
    for code, rows in mended.items():
        say(f"{code}: {rows:,} rows were put right.")
    if not mended:
        say(f"The rollup of all {len(units)} units is what their responses add up to.")


async def _mend(conn: "AsyncConnection", unit: int, code: str, now: "datetime") -> int:
    """How many rows, and a line in the log: figures that change want a reason."""
    from skm.official import Deed
    from skm.store import log, rollup

    rows = await rollup.mend(conn, unit)
    if rows:
        await log.add(conn, None, Deed.RECOUNTED, code, now)
    return rows
