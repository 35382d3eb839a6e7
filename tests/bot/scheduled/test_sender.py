"""Each message to officials goes out once: whatever fails, whoever dies, however often it ticks."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.duties import deliver
from bot.messaging.channel import Leaving, Limits, Postponed, SendError, leave
from bot.messaging.message import Address, Attachment, Choice, Outbound
from bot.messaging.rate_limit import Lane, TurnIsFar
from bot.running.shutdown import Shutdown
from bot.scheduled.clock import Clock, Duty
from bot.scheduled.digests import Digests
from bot.scheduled.frozen_message import decoded, encoded
from bot.scheduled.sender import AT_ONCE, Sender
from skm.instansi.official import Invitation, Official, Role
from skm.notices.delivery import (
    BACK_OFF,
    LEASE,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Outcome,
    PlannedDelivery,
    after,
)
from skm.notices.subscription import Subscription
from skm.store.database.database import StoreError
from skm.store.officials import deliveries, officials, subscriptions
from tests.bot.telegram.conftest import until
from tests.tools.chat import DRAWING, LIMITS, Desk, a_desk
from tests.tools.store_city import call


@dataclass
class Mailbox:
    """A channel that keeps what it is given and fails as it is told. `waiting`: what happens while
    a message waits for its turn.
    """

    name: str = "telegram"
    limits: Limits = LIMITS
    script: list[SendError | None] = field(default_factory=list)
    arrived: list[tuple[str, Outbound]] = field(default_factory=list)
    at_the_first: Callable[[], None] = lambda: None
    waiting: Leaving = leave

    async def send(
        self,
        address: Address,
        outbound: Outbound,
        lane: Lane = Lane.REPLY,
        leaving: Leaving = leave,
    ) -> Sequence[str]:
        assert lane is not Lane.REPLY, "digests wait for the citizens' messages"
        await asyncio.sleep(0)
        await self.waiting()
        error = self.script.pop(0) if self.script else None
        if isinstance(error, Postponed):
            raise error
        await leaving()
        if error is None or error.unknown:
            self.arrived.append((address.chat, outbound))
            if len(self.arrived) == 1:
                self.at_the_first()
        if error:
            raise error
        return ()

    def got(self, words: str) -> bool:
        return any(words in said.text for _, said in self.arrived)


@dataclass
class Office:
    """A desk with officials, a mailbox and any number of senders."""

    desk: Desk
    mailbox: Mailbox
    composed: int = 0

    async def hires(self, name: str, channel: str = "telegram") -> Official:
        invited = Invitation(Role.OFFICER, "PAJANG", name)
        return await self.desk.db.write(
            lambda conn: officials.add(
                conn, invited, name, channel, f"chat-{name}", "id", self.desk.time()
            )
        )

    async def plans(
        self,
        official: Official,
        about: str = "2026-W47",
        kind: DeliveryKind = DeliveryKind.DIGEST,
    ) -> None:
        key, due = f"{kind}:{official.id}:{about}", self.desk.time()
        plan = PlannedDelivery(key, kind, official.id, about, due)
        await self.desk.db.write(lambda conn: deliveries.plan(conn, [plan]))

    def sender(self) -> Sender:
        channels = {"telegram": self.mailbox}
        return Sender(self.desk.db, channels, self._compose, self.desk.time)

    async def _compose(self, delivery: Delivery, official: Official) -> Outbound:
        self.composed += 1
        return Outbound(f"{official.name}: {delivery.plan.about}, naskah {self.composed}")

    async def states(self) -> list[DeliveryState]:
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
    await office.sender().deliver()
    await office.sender().deliver()
    assert [chat for chat, _ in office.mailbox.arrived] == ["chat-Sri"]
    assert await office.states() == [DeliveryState.SENT]


async def test_senders_who_tick_together_send_each_message_once(office: Office) -> None:
    people = [await office.hires(f"P{number}") for number in range(20)]
    for official in people:
        await office.plans(official)
    await asyncio.gather(*(office.sender().deliver() for _ in range(4)))
    assert sorted(chat for chat, _ in office.mailbox.arrived) == sorted(
        official.address for official in people
    )


async def test_what_a_citizen_answered_is_sent_before_other_alerts_that_were_due_earlier(
    office: Office,
) -> None:
    sri = await office.hires("Sri")
    for number in range(AT_ONCE + 3):
        await office.plans(sri, f"{number}", DeliveryKind.ALERT)
    office.desk.time.passes(minutes=1)
    await office.plans(sri, "lowest", DeliveryKind.LOWEST)
    await office.sender().deliver()
    texts = [said.text for _, said in office.mailbox.arrived]
    assert any("lowest" in text for text in texts[:AT_ONCE])  # in the first batch
    assert len(office.mailbox.arrived) == AT_ONCE + 4


async def test_a_lane_that_never_ends_keeps_no_other_waiting(office: Office) -> None:
    """WhatsApp hangs; what is due on Telegram is sent at each tick all the same."""
    ends = asyncio.Event()

    async def hang() -> None:
        await ends.wait()

    sri, budi = await office.hires("Sri"), await office.hires("Budi", "whatsapp")
    stuck = Mailbox("whatsapp", waiting=hang)
    channels = {"telegram": office.mailbox, "whatsapp": stuck}
    clock = Clock(deliver(replace(office.sender(), channels=channels)))
    await office.plans(budi)
    for week in ("2026-W47", "2026-W48"):
        await office.plans(sri, week)
        ticking = asyncio.create_task(clock.tick())
        await until(partial(office.mailbox.got, week))
        ticking.cancel()
    assert stuck.arrived == []
    ends.set()
    await until(lambda: bool(stuck.arrived))


async def test_what_waits_for_its_turn_is_not_marked_as_being_sent(office: Office) -> None:
    """So it is sent later if the process dies meanwhile: it cannot have left."""
    seen = list[list[DeliveryState]]()

    async def look() -> None:
        seen.append(await office.states())

    office.mailbox.waiting = look
    await office.plans(await office.hires("Sri"))
    await office.sender().deliver()
    assert seen == [[DeliveryState.CLAIMED]]


async def test_one_whose_turn_is_far_is_due_again_then_and_no_attempt_is_counted(
    office: Office,
) -> None:
    await office.plans(await office.hires("Sri"))
    for _ in range(2 * len(BACK_OFF)):
        office.mailbox.script = [Postponed(TurnIsFar(1800), office.desk.time())]
        await office.sender().deliver()
        assert await office.states() == [DeliveryState.DUE]
        office.desk.time.passes(minutes=29)
        await office.sender().deliver()
        assert office.mailbox.arrived == []
        office.desk.time.passes(minutes=1)
    await office.sender().deliver()
    assert len(office.mailbox.arrived) == 1


async def test_a_claim_of_before_the_clock_was_set_back_is_released(office: Office) -> None:
    await office.plans(await office.hires("Sri"))
    await office.desk.db.write(lambda conn: deliveries.claim(conn, office.desk.time(), 1))
    office.desk.time.passes(hours=-3)
    await office.sender().deliver()
    office.desk.time.passes(hours=3)
    await office.sender().deliver()
    assert len(office.mailbox.arrived) == 1


async def test_a_failure_that_may_pass_is_tried_again_with_the_same_bytes(office: Office) -> None:
    await office.plans(await office.hires("Sri"))
    office.mailbox.script = [SendError("502", retryable=True)]
    await office.sender().deliver()
    assert await office.states() == [DeliveryState.DUE]
    await office.sender().deliver()
    assert office.mailbox.arrived == []
    office.desk.time.passes(minutes=1)
    await office.sender().deliver()
    [(_, said)] = office.mailbox.arrived
    assert said.text.endswith("naskah 1")
    assert office.composed == 1


async def test_the_wish_of_when_to_come_back_is_obeyed(office: Office) -> None:
    await office.plans(await office.hires("Sri"))
    later = office.desk.time() + timedelta(minutes=30)
    office.mailbox.script = [SendError("429", retryable=True, retry_at=later)]
    await office.sender().deliver()
    office.desk.time.passes(minutes=29)
    await office.sender().deliver()
    assert office.mailbox.arrived == []
    office.desk.time.passes(minutes=1)
    await office.sender().deliver()
    assert len(office.mailbox.arrived) == 1


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (SendError("blocked", blocked=True), DeliveryState.BLOCKED),
        (SendError("bad request"), DeliveryState.FAILED),
        (SendError("no answer", unknown=True), DeliveryState.UNKNOWN),
    ],
)
async def test_what_will_not_pass_is_recorded_and_not_repeated(
    office: Office, error: SendError, state: DeliveryState
) -> None:
    await office.plans(await office.hires("Sri"))
    office.mailbox.script = [error]
    await office.sender().deliver()
    office.desk.time.passes(days=3)
    await office.sender().deliver()
    assert await office.states() == [state]
    assert len(office.mailbox.arrived) <= 1


async def test_a_chat_that_moved_is_followed(office: Office) -> None:
    await office.plans(await office.hires("Sri"))
    office.mailbox.script = [SendError("moved", moved="-100200")]
    await office.sender().deliver()
    office.desk.time.passes(minutes=1)
    await office.sender().deliver()
    assert [chat for chat, _ in office.mailbox.arrived] == ["-100200"]


async def test_a_sender_who_died_before_sending_is_replaced(office: Office) -> None:
    await office.plans(await office.hires("Sri"))
    await office.desk.db.write(lambda conn: deliveries.claim(conn, office.desk.time(), 1))
    await office.sender().deliver()
    assert office.mailbox.arrived == []
    office.desk.time.passes(seconds=LEASE.total_seconds())
    await office.sender().deliver()
    assert len(office.mailbox.arrived) == 1


async def test_a_sender_who_died_while_sending_leaves_it_to_a_person(office: Office) -> None:
    await office.plans(await office.hires("Sri"))
    [taken] = await office.desk.db.write(lambda conn: deliveries.claim(conn, office.desk.time(), 1))
    await office.desk.db.write(lambda conn: deliveries.begin_sending(conn, taken))
    office.desk.time.passes(seconds=LEASE.total_seconds())
    await office.sender().deliver()
    assert (office.mailbox.arrived, await office.states()) == ([], [DeliveryState.UNKNOWN])


async def test_resending_a_failed_one_sends_what_was_frozen(office: Office) -> None:
    await office.plans(await office.hires("Sri"))
    office.mailbox.script = [SendError("bad request")]
    await office.sender().deliver()
    await office.desk.db.write(lambda conn: deliveries.resend(conn, [1], office.desk.time()))
    await office.sender().deliver()
    [(_, said)] = office.mailbox.arrived
    assert said.text.endswith("naskah 1")


async def test_whoever_was_removed_gets_nothing(office: Office) -> None:
    sri = await office.hires("Sri")
    await office.plans(sri)
    await office.desk.db.write(lambda conn: officials.remove(conn, sri.id, office.desk.time()))
    await office.sender().deliver()
    assert (office.mailbox.arrived, await office.states()) == ([], [DeliveryState.CANCELLED])


def test_the_last_back_off_is_followed_by_giving_up() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    waits = [after(Outcome.RETRYABLE, n, now).at for n in range(1, len(BACK_OFF) + 1)]
    assert waits == [now + pause for pause in BACK_OFF]
    assert after(Outcome.RETRYABLE, len(BACK_OFF) + 1, now).state is DeliveryState.FAILED


LABELS = st.text(max_size=20)


@given(
    text=st.text(max_size=200),
    labels=st.lists(LABELS, max_size=4),
    picture=st.none() | st.binary(min_size=1, max_size=50),
)
def test_a_frozen_message_thaws_to_the_same(
    text: str, labels: list[str], picture: bytes | None
) -> None:
    attachment = Attachment("a.png", "image/png", picture) if picture else None
    rows = tuple((Choice(label, "/report"),) for label in labels)
    said = Outbound(text, rows, attachment=attachment, language="id")
    assert decoded(encoded(said)) == said
    assert encoded(said).sha256 == encoded(decoded(encoded(said))).sha256


async def test_two_schedulers_under_clocks_that_jump_send_one_digest_each_week(
    office: Office,
) -> None:
    """Both tick at every step, the hours jump ahead, stand still and go back."""
    people = [await office.hires(f"P{number}") for number in range(3)]
    for official in people:
        wanted = Subscription(official.id)
        await office.desk.db.write(call(subscriptions.put, wanted, office.desk.time()))
    desk = office.desk
    digests = Digests(desk.db, desk.instansi, DRAWING, desk.inbox.instrument)
    for hours in (1, 100, 68, -3, 3, 0, 168, 1, -24, 24, 167):
        office.desk.time.passes(hours=hours)
        for _ in range(2):
            await asyncio.gather(*(office.desk.db.write(digests.plan) for _ in range(2)))
            await asyncio.gather(*(office.sender().deliver() for _ in range(2)))
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

    async def send(
        self,
        address: Address,
        outbound: Outbound,
        lane: Lane = Lane.REPLY,
        leaving: Leaving = leave,
    ) -> Sequence[str]:
        await super().send(address, outbound, lane, leaving)
        if self.holding is None:
            self.holding = sqlite3.connect(self.file, isolation_level=None)
            self.holding.execute("BEGIN IMMEDIATE")
        return ()

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
        sender = office.sender()
        for _ in range(2):
            with pytest.raises(StoreError, match="Another process"):
                await sender.deliver()
        jam.ends()
        await sender.deliver()
        assert len(jam.arrived) == 1
        assert await office.states() == [DeliveryState.SENT]


# --- told to stop --------------------------------------------------------------------------------


async def test_told_to_stop_it_finishes_what_it_claimed_and_leaves_the_rest_due(
    office: Office,
) -> None:
    for number in range(AT_ONCE + 3):
        await office.plans(await office.hires(f"P{number}"))
    shutdown = Shutdown()
    office.mailbox.at_the_first = shutdown.ask
    assert await replace(office.sender(), shutdown=shutdown).deliver() == AT_ONCE
    assert Counter(await office.states()) == {DeliveryState.SENT: AT_ONCE, DeliveryState.DUE: 3}
    await office.sender().deliver()
    assert set(await office.states()) == {DeliveryState.SENT}


async def test_told_to_stop_the_clock_finishes_its_duty_and_begins_no_other() -> None:
    shutdown, done = Shutdown(), list[str]()
    begun, going = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        begun.set()
        await going.wait()
        done.append("first")

    async def second() -> None:
        done.append("second")

    clock = Clock([Duty("first", first), Duty("second", second)], shutdown=shutdown)
    tick = asyncio.create_task(clock._watched_tick())
    await begun.wait()
    shutdown.ask()
    stopping = asyncio.create_task(shutdown.finished(60))
    await asyncio.sleep(0)
    going.set()
    await stopping
    await tick
    assert done == ["first"]
