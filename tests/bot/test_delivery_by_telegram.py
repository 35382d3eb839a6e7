"""kill -9 at each step of a delivery, against Telegram's stand, over sockets.

The sender is a process that kills itself at the n-th thing it does. A second one comes after the
lease is over. Then everybody has got their digest exactly once, or it is listed as unknown.
"""

import asyncio
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from skm.delivery import LEASE, Delivery, Kind, Plan, State
from skm.official import Invitation, Role
from skm.store import deliveries, officials
from skm.store.database import Database
from skm.store.migrate import migrate
from tests.stand.telegram import BotApi
from tests.stand.trouble import Answer, blocked, refusal, too_many

ROOT = Path(__file__).parent.parent.parent
NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
PEOPLE = 3
STEPS = 30  # more than a run has: the last ones kill nobody

SENDER = """
import asyncio, os, signal, sys
from datetime import datetime
from bot.delivery import Postman
from bot.message import Outbound
from bot.telegram.channel import TelegramChannel
from skm.store.database import Database

url, api, token, now, deadly = sys.argv[1:]
left = int(deadly)

def step():
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

def stepped(function):
    async def run(*args, **kwargs):
        step()
        try:
            return await function(*args, **kwargs)
        finally:
            step()
    return run

async def compose(delivery, official):
    step()
    return Outbound(f"{official.name}: {delivery.plan.about}")

async def main():
    clock = lambda: datetime.fromisoformat(now)
    async with Database.open(url) as db, TelegramChannel(token, api_url=api, now=clock) as telegram:
        db.write = stepped(db.write)
        telegram.send = stepped(telegram.send)
        await Postman(db, {"telegram": telegram}, compose, clock).deliver()

asyncio.run(main())
"""


@dataclass
class Office:
    """A database with three officials and a digest due to each of them."""

    url: str
    api: BotApi

    async def opens(self) -> None:
        migrate(self.url)
        async with Database.open(self.url) as db:
            for number in range(1, PEOPLE + 1):
                chat = self.api.citizen(1000 + number).chat
                invited = Invitation(Role.ADMIN, None, f"P{number}")
                plan = Plan(f"digest:{number}:2026-W47", Kind.DIGEST, number, "2026-W47", NOW)
                await db.write(
                    lambda conn, i=invited, c=chat: officials.add(  # type: ignore[misc]
                        conn, i, i.name, "telegram", str(c.id), "id", NOW
                    )
                )
                await db.write(lambda conn, p=plan: deliveries.plan(conn, [p]))  # type: ignore[misc]

    async def sends(self, at: datetime, deadly_step: int = 0) -> int:
        """A process that sends what is due; its exit code."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", SENDER, self.url, self.api.url, self.api.token,
            at.isoformat(), str(deadly_step), cwd=ROOT,
        )  # fmt: skip
        return await process.wait()

    async def ends(self) -> list[Delivery]:
        async with Database.open(self.url) as db:
            return await db.read(lambda conn: deliveries.listed(conn, NOW))

    def received(self, number: int) -> int:
        """How often somebody got their digest."""
        calls = self.api.made("sendMessage", chat=1000 + number)
        return sum("2026-W47" in call.params["text"] for call in calls)


@pytest.mark.parametrize("deadly_step", range(1, STEPS, 2))
async def test_whoever_dies_at_any_step_each_digest_arrives_once_or_is_listed(
    tmp_path: Path, deadly_step: int
) -> None:
    async with BotApi() as api:
        office = Office(f"sqlite+aiosqlite:///{tmp_path / 'skm.db'}", api)
        await office.opens()
        await office.sends(NOW, deadly_step)
        assert await office.sends(NOW + LEASE) == 0
        for delivery in await office.ends():
            arrived = office.received(delivery.plan.official)
            if delivery.state is State.SENT:
                assert arrived == 1
            else:
                assert delivery.state is State.UNKNOWN
                assert arrived <= 1


BROKEN = refusal(500, "Internal Server Error")


@pytest.mark.parametrize(
    ("answer", "state"),
    [(too_many(1), State.SENT), (BROKEN, State.SENT), (blocked(), State.BLOCKED)],
)
async def test_what_telegram_answers_decides_what_becomes_of_a_digest(
    tmp_path: Path, answer: Answer, state: State
) -> None:
    async with BotApi() as api:
        office = Office(f"sqlite+aiosqlite:///{tmp_path / 'skm.db'}", api)
        await office.opens()
        api.goes_wrong("sendMessage", answer, chat=1001, times=1)
        for hours in range(3):
            await office.sends(NOW + timedelta(hours=hours))
        states = {
            d.plan.official: d.state for d in await office.ends() if d.plan.kind is Kind.DIGEST
        }
    assert states == {1: state, 2: State.SENT, 3: State.SENT}
    assert office.received(2) == office.received(3) == 1
