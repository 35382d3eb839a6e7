"""Digests, killed everywhere: each arrives once and is marked, or is listed as unknown."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from skm.delivery import LEASE, Delivery, State
from skm.official import Invitation, Role
from skm.store import deliveries, officials, responses, subscriptions, upps
from skm.store.database import Database
from skm.subscription import Subscription
from tests.crash.conftest import Matrix
from tests.crash.ground import Ground, looked
from tests.crash.points import Kind
from tests.crash.scenes import Order
from tests.crash.victim import Zygote
from tests.crash.ways import telegram_settings
from tests.skm.store.city import TREE, call, given_by
from tests.skm.test_instrument import SKM9
from tests.stand.telegram import BotApi

pytestmark = pytest.mark.asyncio(loop_scope="module")

FRIDAY = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)  # 07:30 in Jakarta
PEOPLE = {1: 7_000_000_011, 2: 7_000_000_012}  # official → chat


async def settle(ground: Ground) -> None:
    """A week of answers, and two officials who want to hear of it on Monday."""
    rows = [(given_by(f"r{number}", 3), date(2026, 11, 18)) for number in range(6)]
    async with Database.open(ground.template) as db:
        await db.write(call(upps.put, TREE))
        await db.write(call(responses.insert_many, rows, SKM9))
        for official, chat in PEOPLE.items():
            invited = Invitation(Role.ADMIN, None, f"P{official}")
            add = call(officials.add, invited, f"p{official}", "telegram", str(chat), "id", FRIDAY)
            await db.write(add)
            await db.write(call(subscriptions.put, Subscription(official), FRIDAY))


def is_right(found: Sequence[Delivery], api: BotApi, *, at_last: bool) -> None:
    """Nobody heard twice; who was marked has heard; who has heard is marked or will be listed."""
    assert len(found) == len({delivery.plan.key for delivery in found})
    arrived = {official: len(api.made("sendPhoto", chat=chat)) for official, chat in PEOPLE.items()}
    assert set(arrived.values()) <= {0, 1}, f"heard twice: {arrived}"
    states = {delivery.plan.official: delivery.state for delivery in found}
    for official, times in arrived.items():
        state = states.get(official)
        assert state is not State.SENT or times == 1, f"{official} is marked and has not heard"
        assert not times or state in (State.SENDING, State.SENT, State.UNKNOWN)
        assert not at_last or state in (State.SENT, State.UNKNOWN), f"{official} waits: {state}"


async def test_a_digest_arrives_once_and_is_marked_or_listed_whenever_we_are_killed(
    zygote: Zygote, ground: Ground, matrix: Matrix
) -> None:
    await settle(ground)
    ends = set[State]()

    async def killed(kind: Kind, deadly: int) -> str:
        async with BotApi() as api:
            for chat in PEOPLE.values():
                api.citizen(chat)
            url = await ground.fresh()
            order = Order("posts", url, MONDAY.isoformat(), telegram_settings(api), kind, deadly)
            first = await zygote.child(order)
            await first.over.wait()
            async with ground.left(url) as left:
                is_right(await looked(left, every), api, at_last=False)
            later = (MONDAY + LEASE).isoformat()
            second = await zygote.child(replace(order, deadly=0, now=later))
            await second.over.wait()
            assert second.code == 0
            found = await looked(url, every)
            is_right(found, api, at_last=True)
            ends.update(delivery.state for delivery in found)
            assert first.died_at or {delivery.state for delivery in found} == {State.SENT}
            await ground.gone(url)
        return first.died_at

    places = await matrix.tries(killed)
    assert State.SENT in ends
    if matrix.is_whole:
        assert sum(place.startswith("UPDATE delivery") for place in places) >= 3 * len(PEOPLE)
        assert State.UNKNOWN in ends, "nobody was killed between sending and marking"


every = call(deliveries.listed, FRIDAY - timedelta(days=9))
