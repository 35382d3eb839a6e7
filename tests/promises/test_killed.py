"""kill -9 at a random moment: what was acknowledged is there when the database is opened again."""

import signal
import subprocess
import sys
from functools import partial

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.store.database.database import Database
from skm.store.survey import received
from tests.tools.store_city import NOW

WRITER = """
import asyncio, sys
from datetime import datetime, UTC
from skm.store.database.database import Database
from skm.store.survey import received

async def main():
    async with Database.open(sys.argv[1]) as db:
        async def one(n):
            await db.write(lambda c: received.first_time(c, "t", str(n), datetime.now(UTC)))
            print(n, flush=True)
        for start in range(0, 100_000, 16):
            await asyncio.gather(*(one(n) for n in range(start, start + 16)))

asyncio.run(main())
"""


@pytest.mark.takes_long
@pytest.mark.parametrize("after", [5, 60, 333])
async def test_kill_9_loses_nothing_that_was_acknowledged(database_url: str, after: int) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, database_url], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    acknowledged = [process.stdout.readline().strip() for _ in range(after)]
    process.send_signal(signal.SIGKILL)
    acknowledged += [line.strip() for line in process.stdout if line.endswith("\n")]
    process.wait()
    async with Database.open(database_url) as db:
        for number in acknowledged:
            again = await db.write(partial(_taken, number))
            assert not again, f"{number} was acknowledged and is lost"


async def _taken(message: str, conn: AsyncConnection) -> bool:
    """Whether it was new."""
    return await received.first_time(conn, "t", message, NOW)
