"""Digests, killed at every point: each arrives once and is marked as sent, or listed as unknown."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from skm.notices.delivery import LEASE, Delivery, DeliveryState
from tests.crash.children import Child, ForkServer
from tests.crash.conftest import Matrix
from tests.crash.databases import CrashDatabases, read_from
from tests.crash.digests import MONDAY, PEOPLE, DeliveryRun, all_deliveries, prepare, run_to_end
from tests.crash.points import Kind
from tests.crash.recipients import DELIVERY_CHANNELS, Recipients
from tests.crash.scenes import ChildTask

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass
class Opening(DeliveryRun):
    """Officials who were invited press the button in turn, and get the waiting digest."""

    now: datetime = MONDAY + timedelta(hours=1)
    scene: str = "serve"

    async def _first_server(self, task: ChildTask, child: Child, recipients: Recipients) -> None:
        for official, chat in PEOPLE.items():
            if await recipients.opens(chat, child):
                await self._until_marked(task.url, official, child)
        await child.kill()

    async def _until_marked(self, url: str, official: int, child: Child) -> None:
        async with asyncio.timeout(60):
            while not child.over.is_set():
                found = await read_from(url, all_deliveries)
                if DeliveryState.SENT in {d.state for d in found if d.plan.official == official}:
                    return
                await asyncio.sleep(0.01)

    async def _later_servers(self, task: ChildTask, recipients: Recipients) -> None:
        """The presses are delivered again, as Meta does without an acknowledgement."""
        child = await self.fork_server.fork(task)
        for chat in PEOPLE.values():
            await recipients.opens(chat, child)
        await child.kill()
        await self._run(task, recipients, self.now + LEASE)

    def _check_uninterrupted(self, found: Sequence[Delivery], recipients: Recipients) -> None:
        assert {delivery.state for delivery in found} == {DeliveryState.SENT}


@dataclass
class Reporting:
    """Digests were accepted; now it is reported that they failed, and they are sent once more.

    `messages`: the ids under which they were accepted.
    """

    fork_server: ForkServer
    databases: CrashDatabases
    messages: Sequence[str]

    async def killed(self, kind: Kind, deadly: int) -> str:
        """Where the server died; "" if it finished before."""
        async with DELIVERY_CHANNELS["whatsapp"].open(PEOPLE.values()) as recipients:
            url = await self.databases.copy()
            now = (MONDAY + timedelta(minutes=1)).isoformat()
            task = ChildTask("serve", url, now, recipients.settings, kind)
            first = await self.fork_server.fork(replace(task, deadly=deadly))
            await self._report_to(first, recipients)
            await self._report_to(await self.fork_server.fork(task), recipients)  # once more
            later = replace(task, scene="deliver", now=(MONDAY + LEASE).isoformat())
            for _ in range(2):
                await run_to_end(self.fork_server, later)
            found = await read_from(url, all_deliveries)
            assert {delivery.state for delivery in found} == {DeliveryState.SENT}
            assert {recipients.digests(chat) for chat in PEOPLE.values()} == {1}
            await self.databases.drop(url)
        return first.died_at

    async def _report_to(self, server: Child, recipients: Recipients) -> None:
        for message in self.messages:
            await recipients.reports(message, server)
        await server.kill()


@pytest.mark.parametrize("channel", ["whatsapp"])
async def test_a_digest_that_failed_after_it_was_accepted_is_sent_once_more_wherever_it_is_killed(
    fork_server: ForkServer, databases: CrashDatabases, matrix: Matrix, channel: str
) -> None:
    await prepare(databases, DELIVERY_CHANNELS[channel])
    async with DELIVERY_CHANNELS[channel].open(PEOPLE.values()) as recipients:
        sends = ChildTask(
            "deliver", databases.template, MONDAY.isoformat(), recipients.settings, matrix.kind
        )
        await run_to_end(fork_server, sends)
        messages = recipients.accepted()
    assert len(messages) == len(PEOPLE)
    places = await matrix.tries(Reporting(fork_server, databases, messages).killed)
    if matrix.is_whole:
        assert any("sent_message" in place for place in places)


@pytest.mark.parametrize("channel", DELIVERY_CHANNELS)
async def test_a_digest_arrives_once_and_is_marked_or_listed_wherever_the_server_is_killed(
    fork_server: ForkServer, databases: CrashDatabases, matrix: Matrix, channel: str
) -> None:
    await prepare(databases, DELIVERY_CHANNELS[channel])
    run = DeliveryRun(fork_server, databases, DELIVERY_CHANNELS[channel])
    places = await matrix.tries(run.killed)
    assert DeliveryState.SENT in run.ends
    if matrix.is_whole:
        assert sum(place.startswith("UPDATE delivery") for place in places) >= 3 * len(PEOPLE)
        assert DeliveryState.UNKNOWN in run.ends, "no server was killed between sending and marking"


@pytest.mark.parametrize("channel", ["whatsapp-silent"])
async def test_a_digest_that_waits_for_an_open_chat_arrives_once_wherever_the_server_is_killed(
    fork_server: ForkServer, databases: CrashDatabases, matrix: Matrix, channel: str
) -> None:
    await prepare(databases, DELIVERY_CHANNELS[channel])
    async with DELIVERY_CHANNELS[channel].open(PEOPLE.values()) as recipients:
        invites = ChildTask(
            "deliver", databases.template, MONDAY.isoformat(), recipients.settings, matrix.kind
        )
        await run_to_end(fork_server, invites)
    opening = Opening(fork_server, databases, DELIVERY_CHANNELS[channel])
    places = await matrix.tries(opening.killed)
    assert DeliveryState.SENT in opening.ends
    if matrix.is_whole:
        assert {"UPDATE official SET", "UPDATE delivery SET"} <= set(places)
        assert DeliveryState.UNKNOWN in opening.ends, (
            "no server was killed between sending and marking"
        )
