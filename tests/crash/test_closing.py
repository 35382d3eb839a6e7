"""Closing a period, killed everywhere: it is closed whole or not at all, and in the end it is.

On a web page nobody is an official, so it cannot be closed there.
"""

from datetime import UTC, date, datetime
from functools import partial

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.official import Deed, Invitation, Role
from skm.period import Period
from skm.store import closings, log, officials, responses, upps
from skm.store.database import Database
from skm.visit import pseudonym
from tests.crash.conftest import Matrix
from tests.crash.ground import Ground, looked
from tests.crash.talk import Talk
from tests.crash.victim import Zygote
from tests.crash.ways import WAYS, Act
from tests.serving import KEY
from tests.skm.store.city import TREE, call, given_by
from tests.skm.test_instrument import SKM9

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOW = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
QUARTER = Period.parse("2026-Q3")
ADMIN = 7_000_000_002


async def settle(ground: Ground, channel: str) -> None:
    """Answers to a quarter that is over, and an admin on this channel."""
    rows = [(given_by(f"r{number}", 3), date(2026, 8, 3)) for number in range(6)]
    who = pseudonym(KEY.encode(), channel, str(ADMIN))
    async with Database.open(ground.template) as db:
        await db.write(call(upps.put, TREE))
        await db.write(call(responses.insert_many, rows, SKM9))
        invited = Invitation(Role.ADMIN, None, "Sri")
        await db.write(call(officials.add, invited, who, channel, str(ADMIN), "id", NOW))


async def closed(conn: AsyncConnection) -> bool:
    """Whether the quarter is closed; if it is, all of it is there and the log says so once."""
    deeds = [entry.deed for entry in await log.newest(conn, 100)].count(Deed.CLOSED)
    if not await closings.of(conn, QUARTER):
        assert deeds == 0, "the log says what was not done"
        assert not await closings.units(conn, QUARTER), "a part of a closing"
        return False
    verified = await closings.verify(conn, QUARTER)
    assert not verified.differences
    assert deeds == 1, "the log does not say what was done, or twice"
    return True


@pytest.mark.parametrize("way", ["polling", "webhook", "whatsapp"])
async def test_a_period_is_closed_whole_or_not_at_all_whenever_we_are_killed(
    zygote: Zygote, ground: Ground, matrix: Matrix, way: str
) -> None:
    talk = Talk(zygote, ground, ADMIN, NOW, WAYS[way])
    async with talk.way(ADMIN) as opened:
        await settle(ground, opened.channel)

    async def left(url: str, done: int) -> None:
        assert await looked(url, closed) or not done, "what was acknowledged is not done"

    acts = [Act(text=f"/tutup {QUARTER} ya")]
    places = await matrix.tries(partial(talk.killed, acts, left))
    if matrix.is_whole:
        written = {"INSERT INTO closing", "INSERT INTO seal", "INSERT INTO closed_unit"}
        assert written <= {place.replace("(", " ").split("  ")[0] for place in places}
