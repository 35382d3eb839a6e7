"""One update in: the press is answered first, then `receive`, then the replies go out.

Polling and webhook both hand their updates in here.
"""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from weakref import WeakValueDictionary

from bot.aside import Keep, Strikes, leave
from bot.channel import Send
from bot.message import Inbound, Outbound
from bot.outbox import Outbox
from bot.telegram import wire
from bot.telegram.errors import frames
from skm.aside import Aside, shape_of
from skm.errors import SkmError

Receive = Callable[[Inbound, Send], Awaitable[None]]

# Seconds to wait for the replies too: what a crash kept from being shown is then delivered again,
# and no more than a full batch (100 at 30 a second) is ever under way, so none pile up.
LINGER = 4.0

log = logging.getLogger(__name__)


def nameless() -> str:
    """The bot's name while nobody knows it."""
    return ""


class Reception:
    """`read` never raises; `take` raises what `receive` raises: then nothing is acknowledged.

    `keep`: keeps aside what cannot be taken; what it raises is raised as well.
    """

    def __init__(
        self,
        receive: Receive,
        answer_press: Callable[[str], None],
        outbox: Outbox,
        username: Callable[[], str] = nameless,
        keep: Keep = leave,
    ) -> None:
        self._receive, self._answer_press, self._outbox = receive, answer_press, outbox
        self._username, self._keep = username, keep
        self._strikes = Strikes()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def read(self, raw: object) -> wire.Update | None:
        """The update; None for what has no number, which cannot be acknowledged either."""
        try:
            return replace(wire.read(raw, self._username()), raw=raw)
        except wire.MalformedUpdate as error:
            number = wire.number_of(raw)
            return wire.Update(number, malformed=str(error), raw=raw) if number else None

    async def settle(self, update: wire.Update, *, more: bool = False) -> BaseException | None:
        """Take it, or keep it aside; the error if it has to come again.

        A store that fails is waited for; a mistake of ours must not stop everybody for ever.
        """
        [error] = await asyncio.gather(self.take(update, more=more), return_exceptions=True)
        if error is None or isinstance(error, asyncio.CancelledError):
            return error
        if isinstance(error, SkmError):
            log.error("Update %d waits for the store: %s", update.id, error)
            return error
        log.error("Update %d failed:\n%s", update.id, frames(error))
        if not self._strikes.is_out(str(update.id)):
            return error
        aside = self.keep_aside(str(update.id), type(error).__name__, update.raw)
        [lost] = await asyncio.gather(aside, return_exceptions=True)
        if lost is None:
            self._strikes.forget(str(update.id))
        return lost

    async def keep_aside(self, message: str, reason: str, raw: object) -> None:
        """So that it stops nobody."""
        log.error("Update %s is kept aside: %s.", message, reason)
        await self._keep(Aside("telegram", message, reason, shape_of(raw)))

    async def keep_stray(self, raw: object) -> None:
        """One without a number, known by its shape."""
        shape = shape_of(raw)
        name = hashlib.sha256(shape.encode()).hexdigest()[:12]
        await self.keep_aside(f"without a number {name}", "update_id is missing or no int", raw)

    async def take(self, update: wire.Update, *, more: bool = False) -> None:
        """Returns when it is committed, one of a person's updates after the other.

        `more`: others of this person's wait behind it, so nobody waits for what it is answered.
        """
        if update.malformed:
            await self.keep_aside(str(update.id), update.malformed, update.raw)
            return
        if update.press:
            self._answer_press(update.press)
        if update.inbound is None:
            return
        address, replies = update.inbound.address, list[Outbound]()

        async def keep(outbound: Outbound) -> None:
            replies.append(outbound)

        async with self._turns.setdefault(address.user, asyncio.Lock()):
            try:
                await self._receive(update.inbound, keep)
            finally:  # that something is wrong is said as well
                held_up = self._outbox.is_behind(address.chat)
                sent = [self._outbox.put(address, reply) for reply in replies]
        if sent and not held_up and not more:  # nobody waits long for a chat that Telegram holds up
            await asyncio.wait(sent, timeout=LINGER)
