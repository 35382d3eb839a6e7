"""The model of digests to two officials, and which states of their deliveries are correct."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from skm.instansi.official import Invitation, Role
from skm.notices.delivery import LEASE, Delivery, DeliveryState
from skm.notices.subscription import Subscription
from skm.store.database.database import Database
from skm.store.officials import deliveries, officials, subscriptions, windows
from skm.store.survey import responses, upps
from tests.crash.children import Child, ForkServer
from tests.crash.databases import CrashDatabases, read_from
from tests.crash.points import Kind
from tests.crash.recipients import DeliveryChannel, Recipients
from tests.crash.scenes import ChildTask
from tests.skm.survey.test_instrument import SKM9
from tests.tools.store_city import TREE, call, given_by

FRIDAY = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)  # 07:30 in Jakarta
PEOPLE = {1: 7_000_000_011, 2: 7_000_000_012}  # official → chat

all_deliveries = call(deliveries.listed, FRIDAY - timedelta(days=9))


async def prepare(databases: CrashDatabases, channel: DeliveryChannel) -> None:
    """A week of answers, and two officials with a digest on Monday."""
    rows = [(given_by(f"r{number}", 3), date(2026, 11, 18)) for number in range(6)]
    async with Database.open(databases.template) as db:
        await db.write(call(upps.put, TREE))
        await db.write(call(responses.insert_many, rows, SKM9))
        for official, chat in PEOPLE.items():
            invited = Invitation(Role.ADMIN, None, f"P{official}")
            where = channel.channel, str(chat), "id", FRIDAY
            await db.write(call(officials.add, invited, f"p{official}", *where))
            await db.write(call(subscriptions.put, Subscription(official), FRIDAY))
    await officials_write(databases.template, channel, MONDAY - channel.silent)


async def officials_write(url: str, channel: DeliveryChannel, now: datetime) -> None:
    """The officials write to the bot, which may send them messages for a day then."""

    async def heard(conn: AsyncConnection) -> None:
        for official, chat in PEOPLE.items():
            await windows.record_message(conn, channel.channel, str(chat), now)
            await deliveries.make_due(conn, official, now)

    async with Database.open(url) as db:
        await db.write(heard)


def check_deliveries(found: Sequence[Delivery], recipients: Recipients, *, at_last: bool) -> None:
    """No digest arrived twice, what is marked as sent arrived, and what arrived is marked as sent,
    being sent or unknown. `at_last`: none is still due."""
    assert len(found) == len({delivery.plan.key for delivery in found}), (
        "a digest was planned twice"
    )
    arrived = {official: recipients.digests(chat) for official, chat in PEOPLE.items()}
    assert set(arrived.values()) <= {0, 1}, f"a digest arrived twice: {arrived}"
    assert {recipients.invitations(chat) for chat in PEOPLE.values()} <= {0, 1}, (
        "an invitation arrived twice"
    )
    states = {delivery.plan.official: delivery.state for delivery in found}
    for official, times in arrived.items():
        state = states.get(official)
        assert state is not DeliveryState.SENT or times == 1, (
            f"the digest of {official} is marked as sent and did not arrive"
        )
        may_have_left = state in (DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.UNKNOWN)
        assert may_have_left or not times, f"the digest of {official} arrived and is {state}"
        assert not at_last or state in (DeliveryState.SENT, DeliveryState.UNKNOWN), (
            f"the digest of {official} is still {state}"
        )


@dataclass
class DeliveryRun:
    """Due digests are sent while the server dies once, and by later servers.

    `ends`: the states in which deliveries ended.
    """

    fork_server: ForkServer
    databases: CrashDatabases
    channel: DeliveryChannel
    now: datetime = MONDAY
    scene: str = "deliver"
    ends: set[DeliveryState] = field(default_factory=set)

    async def killed(self, kind: Kind, deadly: int) -> str:
        """Where the server died; "" if it finished before."""
        async with self.channel.open(PEOPLE.values()) as recipients:
            url = await self.databases.copy()
            task = ChildTask(self.scene, url, self.now.isoformat(), recipients.settings, kind)
            first = await self.fork_server.fork(replace(task, deadly=deadly))
            await self._first_server(task, first, recipients)
            async with self.databases.snapshot(url) as left:
                check_deliveries(await read_from(left, all_deliveries), recipients, at_last=False)
            await self._later_servers(task, recipients)
            found = await read_from(url, all_deliveries)
            check_deliveries(found, recipients, at_last=True)
            if not first.died_at:
                self._check_uninterrupted(found, recipients)
            self.ends.update(delivery.state for delivery in found)
            await self.databases.drop(url)
        return first.died_at

    async def _first_server(self, task: ChildTask, child: Child, recipients: Recipients) -> None:
        await child.over.wait()

    async def _later_servers(self, task: ChildTask, recipients: Recipients) -> None:
        """A run after the claims have expired; after an invitation, another once they wrote."""
        await self._run(task, recipients, self.now + LEASE)
        if self.channel.invited:
            await officials_write(task.url, self.channel, self.now + LEASE)
            await self._run(task, recipients, self.now + 2 * LEASE)

    async def _run(self, task: ChildTask, recipients: Recipients, now: datetime) -> None:
        await run_to_end(self.fork_server, replace(task, scene="deliver", now=now.isoformat()))
        check_deliveries(await read_from(task.url, all_deliveries), recipients, at_last=False)

    def _check_uninterrupted(self, found: Sequence[Delivery], recipients: Recipients) -> None:
        """Without a crash every digest arrived, after an invitation where one is needed."""
        states = {delivery.state for delivery in found}
        assert states == {DeliveryState.SENT}, f"without a crash the states are {states}"
        invited = {recipients.invitations(chat) for chat in PEOPLE.values()}
        assert invited == {int(self.channel.invited)}, f"invitations: {invited}"


async def run_to_end(fork_server: ForkServer, task: ChildTask) -> None:
    """Run the scene without a crash."""
    child = await fork_server.fork(task)
    await child.over.wait()
    assert child.code == 0
