"""Closing a period, killed at every point: it is closed completely or not at all, and in the end it
is closed.

Periods are closed in a chat, so there is no test by web page.
"""

from datetime import UTC, date, datetime
from functools import partial

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.instansi.official import AuditEvent, Invitation, Role
from skm.instansi.period import Period
from skm.privacy.pseudonym import pseudonym
from skm.store.database.database import Database
from skm.store.officials import audit_log, confirmations, officials
from skm.store.periods import closings
from skm.store.survey import responses, upps
from tests.crash.children import ForkServer
from tests.crash.clients import CLIENTS, Action
from tests.crash.conftest import Matrix
from tests.crash.conversation import Conversation
from tests.crash.databases import CrashDatabases, read_from
from tests.skm.survey.test_instrument import SKM9
from tests.tools.serving import KEY
from tests.tools.store_city import TREE, call, given_by

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOW = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
QUARTER = Period.parse("2026-Q3")
ADMIN = 7_000_000_002


async def prepare(databases: CrashDatabases, channel: str) -> Action:
    """Answers in a past quarter, and an admin on this channel, who was asked whether to close it.

    Returns the press of the button that says yes.
    """
    rows = [(given_by(f"r{number}", 3), date(2026, 8, 3)) for number in range(6)]
    who = pseudonym(KEY.encode(), channel, str(ADMIN))
    async with Database.open(databases.template) as db:
        await db.write(call(upps.put, TREE))
        await db.write(call(responses.insert_many, rows, SKM9))
        invited = Invitation(Role.ADMIN, None, "Sri")
        await db.write(call(officials.add, invited, who, channel, str(ADMIN), "id", NOW))
        yes: str = await db.write(call(confirmations.ask, who, f"/tutup {QUARTER}", NOW))
    return Action(press=yes)


async def closed(conn: AsyncConnection) -> bool:
    """Whether the quarter is closed; if so it must be complete, with one entry in the audit log."""
    logged = [entry.event for entry in await audit_log.newest(conn, 100)].count(AuditEvent.CLOSED)
    if not await closings.of(conn, QUARTER):
        assert logged == 0, "the log records a closing that did not happen"
        assert not await closings.units(conn, QUARTER), "a part of a closing is stored"
        return False
    verified = await closings.verify(conn, QUARTER)
    assert not verified.differences
    assert logged == 1, "the log records the closing not exactly once"
    return True


@pytest.mark.parametrize("client", ["polling", "webhook", "whatsapp"])
async def test_a_period_is_closed_completely_or_not_at_all_wherever_the_server_is_killed(
    fork_server: ForkServer, databases: CrashDatabases, matrix: Matrix, client: str
) -> None:
    conversation = Conversation(fork_server, databases, ADMIN, NOW, CLIENTS[client])
    async with conversation.client(ADMIN) as opened:
        actions = [await prepare(databases, opened.channel)]

    async def check(url: str, done: int) -> None:
        assert await read_from(url, closed) or not done, "the acknowledged closing is not stored"

    places = await matrix.tries(partial(conversation.killed, actions, check))
    if matrix.is_whole:
        written = {"INSERT INTO closing", "INSERT INTO seal", "INSERT INTO closed_unit"}
        assert written <= {place.replace("(", " ").split("  ")[0] for place in places}
