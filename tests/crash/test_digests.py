"""Digests, killed everywhere: each arrives once and is marked, or is listed as unknown."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from skm.delivery import LEASE, Delivery, State
from tests.crash.conftest import Matrix
from tests.crash.digests import MONDAY, PEOPLE, Tick, every, settle, ticks
from tests.crash.ground import Ground, looked
from tests.crash.scenes import Order
from tests.crash.victim import Life, Zygote
from tests.crash.ways_out import WAYS_OUT, Post

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass
class Opening(Tick):
    """Those who were invited press the button, one after the other, and get what waited."""

    now: datetime = MONDAY + timedelta(hours=1)
    scene: str = "serves"

    async def _happens(self, order: Order, life: Life, post: Post) -> None:
        for official, chat in PEOPLE.items():
            if await post.opens(chat, life):
                await self._until_marked(order.url, official, life)
        await life.killed()

    async def _until_marked(self, url: str, official: int, life: Life) -> None:
        async with asyncio.timeout(60):
            while not life.over.is_set():
                found = await looked(url, every)
                if State.SENT in {d.state for d in found if d.plan.official == official}:
                    return
                await asyncio.sleep(0.01)

    async def _goes_on(self, order: Order, post: Post) -> None:
        """What was pressed is brought once more, whoever died in between."""
        life = await self.zygote.child(order)
        for chat in PEOPLE.values():
            await post.opens(chat, life)
        await life.killed()
        await self._ticks(order, post, self.now + LEASE)

    def _was_whole(self, found: Sequence[Delivery], post: Post) -> None:
        assert {delivery.state for delivery in found} == {State.SENT}


@pytest.mark.parametrize("way", WAYS_OUT)
async def test_a_digest_arrives_once_and_is_marked_or_listed_whenever_we_are_killed(
    zygote: Zygote, ground: Ground, matrix: Matrix, way: str
) -> None:
    await settle(ground, WAYS_OUT[way])
    tick = Tick(zygote, ground, WAYS_OUT[way])
    places = await matrix.tries(tick.killed)
    assert State.SENT in tick.ends
    if matrix.is_whole:
        assert sum(place.startswith("UPDATE delivery") for place in places) >= 3 * len(PEOPLE)
        assert State.UNKNOWN in tick.ends, "nobody was killed between sending and marking"


@pytest.mark.parametrize("way", ["whatsapp-silent"])
async def test_what_waited_for_a_chat_to_be_opened_arrives_once_whenever_we_are_killed(
    zygote: Zygote, ground: Ground, matrix: Matrix, way: str
) -> None:
    await settle(ground, WAYS_OUT[way])
    async with WAYS_OUT[way].post(PEOPLE.values()) as post:
        invites = Order("posts", ground.template, MONDAY.isoformat(), post.settings, matrix.kind)
        await ticks(zygote, invites)
    opening = Opening(zygote, ground, WAYS_OUT[way])
    places = await matrix.tries(opening.killed)
    assert State.SENT in opening.ends
    if matrix.is_whole:
        assert {"UPDATE official SET", "UPDATE delivery SET"} <= set(places)
        assert State.UNKNOWN in opening.ends, "nobody was killed between sending and marking"
