"""What requests share is killed under a running server: it is replaced without a restart."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import opened
from bot.duties import duties
from bot.running.settings import Settings
from bot.scheduled import clock
from skm.instansi.official import Invitation, Role
from skm.notices.subscription import Subscription
from skm.privacy.pseudonym import pseudonym
from skm.store.database.database import Database
from skm.store.officials import officials, subscriptions
from skm.store.survey import responses, upps
from tests.bot.scheduled.test_sender import Mailbox
from tests.bot.telegram.conftest import until
from tests.skm.survey.test_instrument import SKM9
from tests.stand.citizen import Citizen
from tests.tools.chat import DRAWING, Time
from tests.tools.killing import drawing_killed, end_connections, kill_drawing
from tests.tools.serving import KEY, Server, telegram_server
from tests.tools.store_city import TREE, call, given_by
from tests.tools.visitors import ITEMS, Visitor

pytestmark = pytest.mark.takes_long

SORRY = "Maaf, sistem kami sedang terganggu"
ADMIN = Invitation(Role.ADMIN, None, "Sri")


async def respond(db: Database, day: date) -> None:
    """Store six responses of a day."""
    for number in range(6):
        await db.write(call(responses.put, given_by(f"r{number}", 3), SKM9, day))


@asynccontextmanager
async def server_with_report(folder: Path, url: str) -> AsyncIterator[tuple[Server, Citizen]]:
    """A running server with figures to report, and an admin with Telegram."""
    async with telegram_server(folder, url) as server:
        admin = server.api.citizen()
        async with Database.open(url) as db:
            who, chat = pseudonym(KEY.encode(), "telegram", str(admin.id)), str(admin.id)
            await db.write(call(officials.add, ADMIN, who, "telegram", chat, "id", Time()()))
            await respond(db, datetime.now(UTC).date())
        yield server, admin


async def reads_report(admin: Citizen) -> bool:
    """Returns whether the report has its picture; fails if the report itself is missing."""
    await admin.types("/report pajang")
    assert "IKM 75,00" in admin.sees
    return admin.screen.file.endswith(".png")


async def works(server: Server, admin: Citizen) -> None:
    """A report comes with its picture, and a citizen is asked all questions, each once."""
    assert await reads_report(admin)
    visitor = Visitor(server.api.citizen(), dict.fromkeys(ITEMS, 3))
    await visitor.visits()
    assert visitor.asked == ITEMS
    sent = visitor.citizen.chat.messages.values()
    assert not any(message.text.startswith(SORRY) for message in sent)


async def test_each_shared_resource_that_is_killed_is_replaced(
    tmp_path: Path, database_url: str
) -> None:
    async with server_with_report(tmp_path, database_url) as (server, admin):
        assert server.process
        await works(server, admin)
        assert kill_drawing(server.process.pid)
        await works(server, admin)
        if "postgresql" in database_url:
            assert await end_connections(database_url)
            await works(server, admin)
        assert server.api.close_connections()
        await works(server, admin)


async def test_a_report_comes_without_its_picture_while_none_can_be_drawn(
    tmp_path: Path, database_url: str
) -> None:
    async with server_with_report(tmp_path, database_url) as (server, admin):
        assert server.process
        async with drawing_killed(server.process.pid):
            assert not await reads_report(admin)
            await admin.types("/grafik pajang")
            assert admin.sees.startswith("Sebagian grafik tidak dapat digambar")
        assert await reads_report(admin)


async def test_a_digest_comes_without_its_picture_while_none_can_be_drawn(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "TICK", timedelta(seconds=0.05))
    DRAWING.close()  # the processes of other tests
    time, mailbox = Time(datetime(2026, 11, 23, 0, 31, tzinfo=UTC)), Mailbox()  # Monday, 07:31
    settings = Settings(_env_file=None, database_url=database_url, secret_key=KEY)
    async with opened(settings, time) as app:
        app.channels["telegram"] = mailbox
        before = time() - timedelta(days=7)
        await app.db.write(call(upps.put, TREE))
        official = await app.db.write(
            call(officials.add, ADMIN, "p", "telegram", "7", "id", before)
        )
        await app.db.write(call(subscriptions.put, Subscription(official.id), before))
        await respond(app.db, date(2026, 11, 20))
        with clock.Clock(duties(app), shutdown=app.shutdown).running():
            async with drawing_killed(os.getpid()):
                await until(lambda: mailbox.arrived)
            time.passes(days=7)
            await until(lambda: len(mailbox.arrived) == 2)
            await app.shutdown.finished(5)
        [(_, first), (_, second)] = mailbox.arrived
        assert "Persyaratan 75,00" in first.text
        assert first.attachment is None
        assert second.attachment
