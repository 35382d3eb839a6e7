"""Digests to two officials, and what may have become of them: the model."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from skm.delivery import LEASE, Delivery, State
from skm.official import Invitation, Role
from skm.store import deliveries, officials, responses, subscriptions, upps, windows
from skm.store.database import Database
from skm.subscription import Subscription
from tests.crash.ground import Ground, looked
from tests.crash.points import Kind
from tests.crash.scenes import Order
from tests.crash.victim import Life, Zygote
from tests.crash.ways_out import Post, WayOut
from tests.skm.store.city import TREE, call, given_by
from tests.skm.test_instrument import SKM9

FRIDAY = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)  # 07:30 in Jakarta
PEOPLE = {1: 7_000_000_011, 2: 7_000_000_012}  # official → chat

every = call(deliveries.listed, FRIDAY - timedelta(days=9))


async def settle(ground: Ground, way: WayOut) -> None:
    """A week of answers, and two officials who want to hear of it on Monday."""
    rows = [(given_by(f"r{number}", 3), date(2026, 11, 18)) for number in range(6)]
    async with Database.open(ground.template) as db:
        await db.write(call(upps.put, TREE))
        await db.write(call(responses.insert_many, rows, SKM9))
        for official, chat in PEOPLE.items():
            invited = Invitation(Role.ADMIN, None, f"P{official}")
            where = way.channel, str(chat), "id", FRIDAY
            await db.write(call(officials.add, invited, f"p{official}", *where))
            await db.write(call(subscriptions.put, Subscription(official), FRIDAY))
    await everybody_writes(ground.template, way, MONDAY - way.silent)


async def everybody_writes(url: str, way: WayOut, now: datetime) -> None:
    """To the bot, which may answer then."""

    async def heard(conn: AsyncConnection) -> None:
        for official, chat in PEOPLE.items():
            await windows.heard(conn, way.channel, str(chat), now)
            await deliveries.hasten(conn, official, now)

    async with Database.open(url) as db:
        await db.write(heard)


def is_right(found: Sequence[Delivery], post: Post, *, at_last: bool) -> None:
    """Nobody heard twice; who was marked has heard; who has heard is marked or will be listed."""
    assert len(found) == len({delivery.plan.key for delivery in found}), "planned twice"
    arrived = {official: post.digests(chat) for official, chat in PEOPLE.items()}
    assert set(arrived.values()) <= {0, 1}, f"heard twice: {arrived}"
    assert {post.invitations(chat) for chat in PEOPLE.values()} <= {0, 1}, "invited twice"
    states = {delivery.plan.official: delivery.state for delivery in found}
    for official, times in arrived.items():
        state = states.get(official)
        assert state is not State.SENT or times == 1, f"{official} is marked and has not heard"
        may_have_left = state in (State.SENDING, State.SENT, State.UNKNOWN)
        assert may_have_left or not times, f"{official} has heard and is {state}"
        assert not at_last or state in (State.SENT, State.UNKNOWN), f"{official} waits: {state}"


@dataclass
class Tick:
    """What is due goes out while the server dies once; later ones go on. `ends`: what became of
    all deliveries."""

    zygote: Zygote
    ground: Ground
    way: WayOut
    now: datetime = MONDAY
    scene: str = "posts"
    ends: set[State] = field(default_factory=set)

    async def killed(self, kind: Kind, deadly: int) -> str:
        """Where it died; "" if all was over before."""
        async with self.way.post(PEOPLE.values()) as post:
            url = await self.ground.fresh()
            order = Order(self.scene, url, self.now.isoformat(), post.settings, kind)
            first = await self.zygote.child(replace(order, deadly=deadly))
            await self._happens(order, first, post)
            async with self.ground.left(url) as left:
                is_right(await looked(left, every), post, at_last=False)
            await self._goes_on(order, post)
            found = await looked(url, every)
            is_right(found, post, at_last=True)
            if not first.died_at:
                self._was_whole(found, post)
            self.ends.update(delivery.state for delivery in found)
            await self.ground.gone(url)
        return first.died_at

    async def _happens(self, order: Order, life: Life, post: Post) -> None:
        await life.over.wait()

    async def _goes_on(self, order: Order, post: Post) -> None:
        """A tick when claims have lapsed; if they were invited, one after they have written."""
        await self._ticks(order, post, self.now + LEASE)
        if self.way.invited:
            await everybody_writes(order.url, self.way, self.now + LEASE)
            await self._ticks(order, post, self.now + 2 * LEASE)

    async def _ticks(self, order: Order, post: Post, now: datetime) -> None:
        await ticks(self.zygote, replace(order, scene="posts", now=now.isoformat()))
        is_right(await looked(order.url, every), post, at_last=False)

    def _was_whole(self, found: Sequence[Delivery], post: Post) -> None:
        """Nobody died: then all have heard, after an invitation if it needs one."""
        states = {delivery.state for delivery in found}
        assert states == {State.SENT}, f"nobody died, and yet: {states}"
        invited = {post.invitations(chat) for chat in PEOPLE.values()}
        assert invited == {int(self.way.invited)}, f"invitations: {invited}"


async def ticks(zygote: Zygote, order: Order) -> None:
    """A whole tick, in which nobody dies."""
    life = await zygote.child(order)
    await life.over.wait()
    assert life.code == 0
