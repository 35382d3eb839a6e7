"""Each message to officials goes out once: whatever fails, whoever dies, however often it ticks."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ask import Desk as OfficialsDesk
from bot.channel import Limits, SendError
from bot.clock import Clock, Duty
from bot.delivery import AT_ONCE, Postman, frozen, thawed
from bot.digests import Digests
from bot.drain import Drain
from bot.links import Links
from bot.message import Address, Attachment, Choice, Outbound
from skm.delivery import BACK_OFF, LEASE, Delivery, Kind, Outcome, Plan, State, after
from skm.official import Invitation, Official, Role
from skm.store import deliveries, officials, subscriptions
from skm.store.database import StoreError
from skm.subscription import Subscription
from tests.chat import LIMITS, Desk, a_desk
from tests.skm.store.city import call


@dataclass
class Mailbox:
    """A channel that keeps what it is given and fails as it is told."""

    name: str = "telegram"
    limits: Limits = LIMITS
    script: list[SendError | None] = field(default_factory=list)
    arrived: list[tuple[str, Outbound]] = field(default_factory=list)
    at_the_first: Callable[[], None] = lambda: None

    async def send(self, address: Address, outbound: Outbound, *, bulk: bool = False) -> None:
        assert bulk, "digests wait for the citizens' messages"
        await asyncio.sleep(0)
        error = self.script.pop(0) if self.script else None
        if error is None or error.unknown:
            self.arrived.append((address.chat, outbound))
            if len(self.arrived) == 1:
                self.at_the_first()
        if error:
            raise error


@dataclass
class Office:
    """A desk with officials, a mailbox and any number of postmen."""

    desk: Desk
    mailbox: Mailbox
    composed: int = 0

    async def hires(self, name: str) -> Official:
        invited = Invitation(Role.OFFICER, "PAJANG", name)
        return await self.desk.db.write(
            lambda conn: officials.add(
                conn, invited, name, "telegram", f"chat-{name}", "id", self.desk.time()
            )
        )

    async def plans(self, official: Official, about: str = "2026-W47") -> None:
        plan = Plan(f"digest:{official.id}:{about}", Kind.DIGEST, official.id, about,
                    self.desk.time())  # fmt: skip
        await self.desk.db.write(lambda conn: deliveries.plan(conn, [plan]))

    def postman(self) -> Postman:
        channels = {"telegram": self.mailbox}
        return Postman(self.desk.db, channels, self._compose, self.desk.time)

    async def _compose(self, delivery: Delivery, official: Official) -> Outbound:
        self.composed += 1
        return Outbound(f"{official.name}: {delivery.plan.about}, naskah {self.composed}")

    async def states(self) -> list[State]:
        since = datetime(2020, 1, 1, tzinfo=UTC)
        found = await self.desk.db.read(lambda conn: deliveries.listed(conn, since))
        return [delivery.state for delivery in found]


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    async with a_desk(database_url) as desk:
        yield Office(desk, Mailbox())


async def test_what_is_planned_twice_is_sent_once(office: Office) -> None:
    sri = await office.hires("Sri")
    await office.plans(sri)
    await office.plans(sri)
    await office.postman().deliver()
    await office.postman().deliver()
    assert [chat for chat, _ in office.mailbox.arrived] == ["chat-Sri"]
    assert await office.states() == [State.SENT]


async def test_postmen_who_tick_together_send_each_message_once(office: Office) -> None:
    people = [await office.hires(f"P{number}") for number in range(20)]
    for official in people:
        await office.plans(official)
    await asyncio.gather(*(office.postman().deliver() for _ in range(4)))
    assert sorted(chat for chat, _ in office.mailbox.arrived) == sorted(
        official.address for official in people
    )


async def test_a_failure_that_may_pass_is_tried_again_with_the_same_bytes(office: Office) -> None:
    await office.plans(await office.hires("Sri"))
    office.mailbox.script = [SendError("502", retryable=True)]
    await office.postman().deliver()
    assert await office.states() == [State.DUE]
    await office.postman().deliver()
    assert office.mailbox.arrived == []
    office.desk.time.passes(minutes=1)
    await office.postman().deliver()
    [(_, said)] = office.mailbox.arrived
    assert said.text.endswith("naskah 1")
    assert office.composed == 1


async def test_the_wish_of_when_to_come_back_is_obeyed(office: Office) -> None:
    await office.plans(await office.hires("Sri"))
    later = office.desk.time() + timedelta(minutes=30)
    office.mailbox.script = [SendError("429", retryable=True, retry_at=later)]
    await office.postman().deliver()
    office.desk.time.passes(minutes=29)
    await office.postman().deliver()
    assert office.mailbox.arrived == []
    office.desk.time.passes(minutes=1)
    await office.postman().deliver()
    assert len(office.mailbox.arrived) == 1


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (SendError("blocked", blocked=True), State.BLOCKED),
        (SendError("bad request"), State.FAILED),
        (SendError("no answer", unknown=True), State.UNKNOWN),
    ],
)
async def test_what_will_not_pass_is_recorded_and_not_repeated(
    office: Office, error: SendError, state: State
) -> None:
    await office.plans(await office.hires("Sri"))
    office.mailbox.script = [error]
    await office.postman().deliver()
    office.desk.time.passes(days=3)
    await office.postman().deliver()
    assert await office.states() == [state]
    assert len(office.mailbox.arrived) <= 1


async def test_a_chat_that_moved_is_followed(office: Office) -> None:
    await office.plans(await office.hires("Sri"))
    office.mailbox.script = [SendError("moved", moved="-100200")]
    await office.postman().deliver()
    office.desk.time.passes(minutes=1)
    await office.postman().deliver()
    assert [chat for chat, _ in office.mailbox.arrived] == ["-100200"]


async def test_a_postman_who_died_before_sending_is_replaced(office: Office) -> None:
    await office.plans(await office.hires("Sri"))
    await office.desk.db.write(lambda conn: deliveries.claim(conn, office.desk.time(), 1))
    await office.postman().deliver()
    assert office.mailbox.arrived == []
    office.desk.time.passes(seconds=LEASE.total_seconds())
    await office.postman().deliver()
    assert len(office.mailbox.arrived) == 1


async def test_a_postman_who_died_while_sending_leaves_it_to_a_person(office: Office) -> None:
    await office.plans(await office.hires("Sri"))
    [taken] = await office.desk.db.write(lambda conn: deliveries.claim(conn, office.desk.time(), 1))
    await office.desk.db.write(lambda conn: deliveries.leaves(conn, taken.id))
    office.desk.time.passes(seconds=LEASE.total_seconds())
    await office.postman().deliver()
    assert (office.mailbox.arrived, await office.states()) == ([], [State.UNKNOWN])


async def test_resending_a_failed_one_sends_what_was_frozen(office: Office) -> None:
    await office.plans(await office.hires("Sri"))
    office.mailbox.script = [SendError("bad request")]
    await office.postman().deliver()
    await office.desk.db.write(lambda conn: deliveries.again(conn, [1], office.desk.time()))
    await office.postman().deliver()
    [(_, said)] = office.mailbox.arrived
    assert said.text.endswith("naskah 1")


async def test_whoever_was_removed_gets_nothing(office: Office) -> None:
    sri = await office.hires("Sri")
    await office.plans(sri)
    await office.desk.db.write(lambda conn: officials.remove(conn, sri.id, office.desk.time()))
    await office.postman().deliver()
    assert (office.mailbox.arrived, await office.states()) == ([], [State.FAILED])


def test_the_last_back_off_is_followed_by_giving_up() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    waits = [after(Outcome.RETRYABLE, n, now).at for n in range(1, len(BACK_OFF) + 1)]
    assert waits == [now + pause for pause in BACK_OFF]
    assert after(Outcome.RETRYABLE, len(BACK_OFF) + 1, now).state is State.FAILED


LABELS = st.text(max_size=20)


@given(
    text=st.text(max_size=200),
    labels=st.lists(LABELS, max_size=4),
    picture=st.none() | st.binary(min_size=1, max_size=50),
)
def test_a_frozen_message_thaws_to_the_same(
    text: str, labels: list[str], picture: bytes | None
) -> None:
    attachment = Attachment("a.png", "image/png", picture, "alt") if picture else None
    rows = tuple((Choice(label, "/report"),) for label in labels)
    said = Outbound(text, rows, attachment=attachment, language="id")
    assert thawed(frozen(said)) == said
    assert frozen(said).sha256 == frozen(thawed(frozen(said))).sha256


async def test_two_schedulers_under_clocks_that_jump_send_one_digest_each_week(
    office: Office,
) -> None:
    """Both tick at every step, the hours jump ahead, stand still and go back."""
    people = [await office.hires(f"P{number}") for number in range(3)]
    desk = OfficialsDesk(
        office.desk.db, office.desk.inbox.phrase.catalog, ZoneInfo("Asia/Jakarta"),
        office.desk.time, "Kota", Links("http://127.0.0.1"),
    )  # fmt: skip
    for official in people:
        wanted = Subscription(official.id)
        await office.desk.db.write(call(subscriptions.put, wanted, office.desk.time()))
    digests = Digests(desk, office.desk.inbox.instrument)
    for hours in (1, 100, 68, -3, 3, 0, 168, 1, -24, 24, 167):
        office.desk.time.passes(hours=hours)
        for _ in range(2):
            await asyncio.gather(*(office.desk.db.write(digests.plan) for _ in range(2)))
            await asyncio.gather(*(office.postman().deliver() for _ in range(2)))
    got = Counter((chat, said.text) for chat, said in office.mailbox.arrived)
    weeks = {text.partition(": ")[2].partition(",")[0] for _, text in got}
    assert set(got.values()) == {1}
    assert Counter(chat for chat, _ in got) == {o.address: len(weeks) for o in people}
    assert len(weeks) == 3


@dataclass
class Jam(Mailbox):
    """Whatever arrives, nobody can write to the database (`file`) afterwards."""

    file: Path = Path()
    holding: sqlite3.Connection | None = None

    async def send(self, address: Address, outbound: Outbound, *, bulk: bool = False) -> None:
        await super().send(address, outbound, bulk=bulk)
        if self.holding is None:
            self.holding = sqlite3.connect(self.file, isolation_level=None)
            self.holding.execute("BEGIN IMMEDIATE")

    def ends(self) -> None:
        assert self.holding
        self.holding.execute("ROLLBACK")
        self.holding.close()


async def test_what_arrived_while_the_store_failed_is_marked_as_soon_as_it_works(
    tmp_path: Path,
) -> None:
    async with a_desk(tmp_path) as desk:
        jam = Jam(file=tmp_path / "skm.db")
        office = Office(desk, jam)
        await office.plans(await office.hires("Sri"))
        await desk.db.write(lambda conn: conn.exec_driver_sql("PRAGMA busy_timeout=10"))
        postman = office.postman()
        for _ in range(2):
            with pytest.raises(StoreError, match="Another process"):
                await postman.deliver()
        jam.ends()
        await postman.deliver()
        assert len(jam.arrived) == 1
        assert await office.states() == [State.SENT]


# --- told to stop --------------------------------------------------------------------------------


async def test_told_to_stop_it_finishes_what_it_claimed_and_leaves_the_rest_due(
    office: Office,
) -> None:
    for number in range(AT_ONCE + 3):
        await office.plans(await office.hires(f"P{number}"))
    drain = Drain()
    office.mailbox.at_the_first = drain.ask
    assert await replace(office.postman(), drain=drain).deliver() == AT_ONCE
    assert Counter(await office.states()) == {State.SENT: AT_ONCE, State.DUE: 3}
    await office.postman().deliver()
    assert set(await office.states()) == {State.SENT}


async def test_told_to_stop_the_clock_finishes_its_duty_and_begins_no_other() -> None:
    drain, done = Drain(), list[str]()
    begun, going = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        begun.set()
        await going.wait()
        done.append("first")

    async def second() -> None:
        done.append("second")

    clock = Clock(
        [Duty("first", first), Duty("second", second)],
        lambda: datetime(2026, 11, 25, tzinfo=UTC),
        drain,
    )
    tick = asyncio.create_task(clock._watched_tick())
    await begun.wait()
    drain.ask()
    stopping = asyncio.create_task(drain.finished(60))
    await asyncio.sleep(0)
    going.set()
    await stopping
    await tick
    assert done == ["first"]
