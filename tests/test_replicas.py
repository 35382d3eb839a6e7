"""Several servers on one PostgreSQL, behind something that spreads Telegram's webhooks over them.

Whichever of them is told, no answer is lost or doubled, and each digest leaves once.
"""

import asyncio
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from bot.delivery import Postman
from bot.message import Outbound
from bot.telegram.channel import TelegramChannel
from skm.delivery import LEASE, Delivery, Kind, Plan, State
from skm.official import Invitation, Official, Role
from skm.store import deliveries, officials, rollup
from skm.store.database import Database
from tests.databases import Postgres
from tests.serving import HOOK, SECRET, Server
from tests.skm.store.city import call
from tests.stand.telegram import BotApi
from tests.test_end_to_end import ITEMS, same_as_tapped, some, stored

pytestmark = pytest.mark.postgres

WEEK = "2026-W47"


class Spread(BotApi):
    """Telegram behind a load balancer: an update goes to any of the servers, some go to all."""

    def __init__(self) -> None:
        super().__init__()
        self.servers: list[Server] = []
        self.chance = random.Random(4)

    async def _post_until_taken(self, number: int) -> None:
        while number in self.updates:
            many = len(self.servers) if self.chance.random() < 0.3 else 1
            told = self.chance.sample(self.servers, many)
            if any(await asyncio.gather(*(self._takes(server, number) for server in told))):
                self.updates.pop(number, None)
            else:
                await asyncio.sleep(0.05)

    async def _takes(self, server: Server, number: int) -> bool:
        self.deliveries[number] += 1
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        try:
            async with self._client.post(
                server.url + HOOK, json=self.updates[number], headers=headers
            ) as response:
                return response.ok
        except aiohttp.ClientError:
            return False


@pytest.fixture
def url(postgres_server: Postgres) -> Iterator[str]:
    with postgres_server.database() as url:
        yield url


@asynccontextmanager
async def replicas(folder: Path, url: str, count: int = 2) -> AsyncIterator[list[Server]]:
    """Servers of one office, each a process of its own."""
    async with Spread() as api:
        for number in range(count):
            (folder / str(number)).mkdir()
            api.servers.append(Server(folder / str(number), api, webhook=True, database=url))
        await api.servers[0].set_up()
        await asyncio.gather(*(server.start() for server in api.servers))
        try:
            yield api.servers
        finally:
            await asyncio.gather(*(server.stop(signal.SIGKILL) for server in api.servers))


async def differs(url: str) -> int:
    """Rows of the rollup that are not what the responses add up to."""
    async with Database.open(url) as db:
        return await db.read(rollup.check)


async def test_whichever_replica_is_told_every_answer_counts_once(tmp_path: Path, url: str) -> None:
    chance = random.Random(21)
    async with replicas(tmp_path, url) as servers:
        visitors = some(servers[0], 25, chance)
        await asyncio.gather(*(visitor.visits() for visitor in visitors))
        assert max(servers[0].api.deliveries.values()) == 2
        await asyncio.gather(*(server.stop() for server in servers))
        found, tally = await stored(servers[0])
        logs = "".join(server.log for server in servers)
    same_as_tapped(visitors, found, tally)
    for visitor in visitors:
        assert list(dict.fromkeys(visitor.asked)) == ITEMS
    assert await differs(url) == 0
    assert "Traceback" not in logs


async def test_what_a_replica_was_told_when_it_died_the_other_one_takes(
    tmp_path: Path, url: str
) -> None:
    chance = random.Random(22)
    async with replicas(tmp_path, url) as servers:
        servers[0].api.latency = 0.01
        visitors = some(servers[0], 20, chance, patience=5)
        for visitor in visitors:
            visitor.insists = True
        everybody = asyncio.gather(*(visitor.visits() for visitor in visitors))
        await asyncio.sleep(chance.uniform(0.5, 1.5))
        await servers[0].stop(signal.SIGKILL)
        await everybody
        await servers[1].stop()
        found, tally = await stored(servers[1])
    same_as_tapped(visitors, found, tally)
    assert await differs(url) == 0


# --- two clocks ----------------------------------------------------------------------------------


async def owes_digests(url: str, api: BotApi, many: int) -> None:
    """That many officials, each with a digest that is due."""
    now = datetime.now(UTC)
    async with Database.open(url) as db:
        for number in range(1, many + 1):
            invited, chat = Invitation(Role.ADMIN, None, f"P{number}"), api.citizen(1000 + number)
            where = "telegram", str(chat.chat.id), "id", now
            await db.write(call(officials.add, invited, invited.name, *where))
            plan = Plan(f"digest:{number}:{WEEK}", Kind.DIGEST, number, WEEK, now)
            await db.write(call(deliveries.plan, [plan]))


def arrived(api: BotApi) -> "Counter[int]":
    """How often each chat got a digest."""
    got = api.made("sendMessage", "sendPhoto")
    return Counter(call.chat for call in got if call.chat and "SKM" in str(call.params))


@pytest.mark.parametrize("dies", [False, True], ids=["both live", "one is killed"])
async def test_with_two_clocks_each_digest_leaves_once(
    tmp_path: Path, url: str, dies: bool, request: pytest.FixtureRequest
) -> None:
    if not request.config.getoption("--database"):
        pytest.skip("a clock ticks every 30 s: make test DATABASE=postgres")
    many = 40
    async with replicas(tmp_path, url) as servers:
        api = servers[0].api
        await owes_digests(url, api, many)
        api.latency = 0.05
        await until(lambda: has_arrived(api, many // 4))
        if dies:
            await servers[0].stop(signal.SIGKILL)
        await until(lambda: nothing_is_due(url))
        await asyncio.sleep(5)  # what is under way arrives
        await asyncio.gather(*(server.stop() for server in servers))
        await another_clock_later(url, api)
        found = await listed(url)
    assert len(found) == many
    got = arrived(api)
    for one in found:
        times = got[1000 + one.plan.official]
        assert times == 1 if one.state is State.SENT else times <= 1, one
    unknown = [one for one in found if one.state is not State.SENT]
    assert all(one.state is State.UNKNOWN for one in unknown)
    assert len(unknown) <= (8 if dies else 0)


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(150):
        while True:
            if await holds():
                return
            await asyncio.sleep(0.05)


async def has_arrived(api: BotApi, many: int) -> bool:
    return len(arrived(api)) >= many


async def nothing_is_due(url: str) -> bool:
    return all(one.state is not State.DUE for one in await listed(url))


async def listed(url: str) -> list[Delivery]:
    async with Database.open(url) as db:
        found = await db.read(call(deliveries.listed, datetime(2020, 1, 1, tzinfo=UTC)))
        return [one for one in found if one.plan.kind is Kind.DIGEST]


async def another_clock_later(url: str, api: BotApi) -> None:
    """A third one, once the claims of whoever died are over."""

    def later() -> datetime:
        return datetime.now(UTC) + LEASE

    async def compose(due: Delivery, official: Official) -> Outbound:
        return Outbound(f"SKM {official.name}: {due.plan.about}")

    async with Database.open(url) as db, TelegramChannel(api.token, api_url=api.url) as telegram:
        await Postman(db, {"telegram": telegram}, compose, later).deliver()
