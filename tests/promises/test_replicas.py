"""Several servers on one PostgreSQL behind a load balancer that spreads Telegram's webhooks.

Whichever server gets an update, no answer is lost or doubled, and each digest is sent once.
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

from bot.messaging.message import Outbound
from bot.scheduled.sender import Sender
from bot.telegram.channel import TelegramChannel
from skm.instansi.official import Invitation, Official, Role
from skm.notices.delivery import LEASE, Delivery, DeliveryKind, DeliveryState, PlannedDelivery
from skm.notices.subscription import Subscription
from skm.store.database.database import Database
from skm.store.officials import deliveries, officials, subscriptions
from skm.store.survey import rollup
from tests.stand.telegram import BotApi
from tests.tools.databases import Postgres
from tests.tools.serving import HOOK, SECRET, Server
from tests.tools.store_city import call
from tests.tools.visitors import (
    ITEMS,
    assert_stored_as_planned,
    plans_of,
    stored,
    visitors_of,
)

pytestmark = pytest.mark.postgres

WEEK = "2026-W47"


class BalancedBotApi(BotApi):
    """Telegram behind a load balancer: an update goes to a random server, 30 % go to all."""

    def __init__(self) -> None:
        super().__init__()
        self.servers: list[Server] = []
        self.rng = random.Random(4)

    async def _post_until_taken(self, number: int) -> None:
        while number in self.updates:
            many = len(self.servers) if self.rng.random() < 0.3 else 1
            chosen = self.rng.sample(self.servers, many)
            if any(await asyncio.gather(*(self._takes(server, number) for server in chosen))):
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
    """Server processes of one deployment."""
    async with BalancedBotApi() as api:
        for number in range(count):
            (folder / str(number)).mkdir()
            api.servers.append(Server(folder / str(number), api, webhook=True, database=url))
        await api.servers[0].set_up()
        await asyncio.gather(*(server.start() for server in api.servers))
        try:
            yield api.servers
        finally:
            await asyncio.gather(*(server.stop(signal.SIGKILL) for server in api.servers))


async def wrong_rollup_rows(url: str) -> int:
    """How many rows of the rollup differ from the sum of the responses."""
    async with Database.open(url) as db:
        return await db.read(rollup.count_differences)


async def test_every_answer_counts_once_whichever_replica_gets_the_update(
    tmp_path: Path, url: str
) -> None:
    rng = random.Random(21)
    async with replicas(tmp_path, url) as servers:
        visitors = visitors_of(servers[0], 25, rng)
        await asyncio.gather(*(visitor.visits() for visitor in visitors))
        assert max(servers[0].api.deliveries.values()) == 2
        await asyncio.gather(*(server.stop() for server in servers))
        found, tally = await stored(servers[0].database_url)
        logs = "".join(server.log for server in servers)
    assert_stored_as_planned(plans_of(visitors), found, tally)
    for visitor in visitors:
        assert list(dict.fromkeys(visitor.asked)) == ITEMS
    assert await wrong_rollup_rows(url) == 0
    assert "Traceback" not in logs


async def test_updates_of_a_killed_replica_are_taken_by_the_other(tmp_path: Path, url: str) -> None:
    rng = random.Random(22)
    async with replicas(tmp_path, url) as servers:
        servers[0].api.latency = 0.01
        visitors = visitors_of(servers[0], 20, rng, patience=5)
        for visitor in visitors:
            visitor.insists = True
        surveys = asyncio.gather(*(visitor.visits() for visitor in visitors))
        await asyncio.sleep(rng.uniform(0.5, 1.5))
        await servers[0].stop(signal.SIGKILL)
        await surveys
        await servers[1].stop()
        found, tally = await stored(servers[1].database_url)
    assert_stored_as_planned(plans_of(visitors), found, tally)
    assert await wrong_rollup_rows(url) == 0


# --- two schedulers ------------------------------------------------------------------------------


async def add_due_digests(url: str, api: BotApi, many: int) -> None:
    """Add `many` officials, each with a digest that is due."""
    now = datetime.now(UTC)
    async with Database.open(url) as db:
        for number in range(1, many + 1):
            invited, chat = Invitation(Role.ADMIN, None, f"P{number}"), api.citizen(1000 + number)
            where = "telegram", str(chat.chat.id), "id", now
            await db.write(call(officials.add, invited, invited.name, *where))
            await db.write(call(subscriptions.put, Subscription(number), now))
            plan = PlannedDelivery(
                f"digest:{number}:{WEEK}", DeliveryKind.DIGEST, number, WEEK, now
            )
            await db.write(call(deliveries.plan, [plan]))


def digests_by_chat(api: BotApi) -> "Counter[int]":
    got = api.made("sendMessage", "sendPhoto")
    return Counter(call.chat for call in got if call.chat and "SKM" in str(call.params))


@pytest.mark.parametrize("dies", [False, True], ids=["both run", "one is killed"])
async def test_with_two_schedulers_each_digest_is_sent_once(
    tmp_path: Path, url: str, dies: bool, request: pytest.FixtureRequest
) -> None:
    if not request.config.getoption("--database"):
        pytest.skip("jobs run every 30 s, which takes long: make test-all DATABASE=postgres")
    many = 40
    async with replicas(tmp_path, url) as servers:
        api = servers[0].api
        await add_due_digests(url, api, many)
        api.latency = 0.05
        await until(lambda: has_arrived(api, many // 4))
        if dies:
            await servers[0].stop(signal.SIGKILL)
        await until(lambda: nothing_is_due(url))
        await asyncio.sleep(5)  # until what is being sent has arrived
        await asyncio.gather(*(server.stop() for server in servers))
        await deliver_after_the_lease(url, api)
        found = await listed(url)
    assert len(found) == many
    got = digests_by_chat(api)
    for one in found:
        times = got[1000 + one.plan.official]
        assert times == 1 if one.state is DeliveryState.SENT else times <= 1, one
    unknown = [one for one in found if one.state is not DeliveryState.SENT]
    assert all(one.state is DeliveryState.UNKNOWN for one in unknown)
    assert len(unknown) <= (8 if dies else 0)


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(150):
        while True:
            if await holds():
                return
            await asyncio.sleep(0.05)


async def has_arrived(api: BotApi, many: int) -> bool:
    return len(digests_by_chat(api)) >= many


async def nothing_is_due(url: str) -> bool:
    return all(one.state is not DeliveryState.DUE for one in await listed(url))


async def listed(url: str) -> list[Delivery]:
    async with Database.open(url) as db:
        found = await db.read(call(deliveries.listed, datetime(2020, 1, 1, tzinfo=UTC)))
        return [one for one in found if one.plan.kind is DeliveryKind.DIGEST]


async def deliver_after_the_lease(url: str, api: BotApi) -> None:
    """One more delivery run, at a time when the claims of a killed server have expired."""

    def later() -> datetime:
        return datetime.now(UTC) + LEASE

    async def compose(due: Delivery, official: Official) -> Outbound:
        return Outbound(f"SKM {official.name}: {due.plan.about}")

    async with Database.open(url) as db, TelegramChannel(api.token, api_url=api.url) as telegram:
        await Sender(db, {"telegram": telegram}, compose, later).deliver()
