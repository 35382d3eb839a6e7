"""Processes one update, however it arrived: answers the press, receives it, sends the replies."""

import asyncio
import hashlib
import logging
from collections.abc import Callable
from dataclasses import replace
from weakref import WeakValueDictionary

from bot.messaging.channel import Receive
from bot.messaging.message import Outbound
from bot.messaging.outbox import Outbox
from bot.messaging.repeated_failures import OnUnreadable, RepeatedFailures, ignore
from bot.running.logs import frames
from bot.telegram import wire
from skm.errors import SkmError
from skm.privacy.unreadable import UnreadableMessage, shape_of

# Seconds that an update waits for its replies to be sent. It is acknowledged after that, so a reply
# that a crash prevented is made again, and at most one batch (100 at 30 per second) is under way.
REPLY_WAIT = 4.0

log = logging.getLogger(__name__)


def no_name() -> str:
    """The bot's name while it is not known."""
    return ""


class TelegramUpdates:
    """Reads and processes updates.

    `answer_press`: stops the spinner of a button. `bot_name`: "" while it is not known.
    `on_unreadable`: stores a message that cannot be processed; what it raises is raised here too.
    """

    def __init__(
        self,
        receive: Receive,
        answer_press: Callable[[str], None],
        outbox: Outbox,
        bot_name: Callable[[], str] = no_name,
        on_unreadable: OnUnreadable = ignore,
    ) -> None:
        self._receive, self._answer_press, self._outbox = receive, answer_press, outbox
        self._bot_name, self._on_unreadable = bot_name, on_unreadable
        self._failures = RepeatedFailures()
        self._user_locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def read(self, raw: object) -> wire.Update | None:
        """The update, malformed or not; None without an id, since it cannot be acknowledged."""
        try:
            return replace(wire.read(raw, self._bot_name()), raw=raw)
        except wire.MalformedUpdate as error:
            update_id = wire.id_of(raw)
            return wire.Update(update_id, malformed=str(error), raw=raw) if update_id else None

    async def process(self, update: wire.Update, *, more: bool = False) -> BaseException | None:
        """Handles the update, or records it as unreadable. Returns the error if it must come again.

        An error of the store is repeated without limit; an update that keeps failing by an error of
        ours is recorded after a few attempts, so that it does not block the others.
        """
        [error] = await asyncio.gather(self.handle(update, more=more), return_exceptions=True)
        if error is None or isinstance(error, asyncio.CancelledError):
            return error
        if isinstance(error, SkmError):
            log.error("Update %d waits for the store: %s", update.id, error)
            return error
        log.error("Update %d failed:\n%s", update.id, frames(error))
        if not self._failures.add(str(update.id)):
            return error
        recorded = self.record_unreadable(str(update.id), type(error).__name__, update.raw)
        [not_recorded] = await asyncio.gather(recorded, return_exceptions=True)
        if not_recorded is None:
            self._failures.forget(str(update.id))
        return not_recorded

    async def record_unreadable(self, message: str, reason: str, raw: object) -> None:
        """Stores the shape of an update, which is then acknowledged and blocks no other."""
        log.error("Update %s is unreadable: %s.", message, reason)
        await self._on_unreadable(UnreadableMessage("telegram", message, reason, shape_of(raw)))

    async def record_without_id(self, raw: object) -> None:
        """Records an update without an id under a digest of its shape."""
        digest = hashlib.sha256(shape_of(raw).encode()).hexdigest()[:12]
        await self.record_unreadable(
            f"without an id {digest}", "update_id is missing or not of type int", raw
        )

    async def handle(self, update: wire.Update, *, more: bool = False) -> None:
        """Returns when the update is committed; updates of one user are handled in order.

        Raises what `receive` raises. `more`: further updates of this user wait behind it, so its
        replies are not waited for.
        """
        if update.malformed:
            await self.record_unreadable(str(update.id), update.malformed, update.raw)
            return
        if update.press:
            self._answer_press(update.press)
        if update.inbound is None:
            return
        address, replies = update.inbound.address, list[Outbound]()

        async def collect(outbound: Outbound) -> None:
            replies.append(outbound)

        async with self._user_locks.setdefault(address.user, asyncio.Lock()):
            try:
                await self._receive(update.inbound, collect)
            finally:  # an error message is sent as well
                held_up = self._outbox.is_behind(address.chat)
                sent = [self._outbox.put(address, reply) for reply in replies]
        if sent and not held_up and not more:
            await asyncio.wait(sent, timeout=REPLY_WAIT)
