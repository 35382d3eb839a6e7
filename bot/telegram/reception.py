"""One update in: the press is answered first, then `receive`, then the replies go out.

Polling and webhook both hand their updates in here.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from weakref import WeakValueDictionary

from bot.channel import Send
from bot.message import Inbound, Outbound
from bot.outbox import Outbox
from bot.telegram import wire

Receive = Callable[[Inbound, Send], Awaitable[None]]
OnPoison = Callable[[str, str], None]

# Seconds to wait for the replies too: what a crash kept from being shown is then delivered again,
# and a full batch (100 at 30 a second) is out before the next is asked for, so none pile up.
LINGER = 4.0

log = logging.getLogger(__name__)


def leave(update_id: str, reason: str) -> None:
    """Nothing more than the log's line."""


def nameless() -> str:
    """The bot's name while nobody knows it."""
    return ""


class Reception:
    """`read` never raises; `take` raises what `receive` raises: then nothing is acknowledged."""

    def __init__(
        self,
        receive: Receive,
        answer_press: Callable[[str], None],
        outbox: Outbox,
        username: Callable[[], str] = nameless,
        on_poison: OnPoison = leave,
    ) -> None:
        self._receive, self._answer_press, self._outbox = receive, answer_press, outbox
        self._username, self._on_poison = username, on_poison
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def read(self, raw: object) -> wire.Update | None:
        """The update; of one that cannot be read only the number, to be acknowledged."""
        try:
            return wire.read(raw, self._username())
        except wire.MalformedUpdate as error:
            number = wire.number_of(raw)
            self.keep_aside(str(number or "without a number"), str(error))
            return wire.Update(number) if number else None

    def keep_aside(self, update_id: str, reason: str) -> None:
        log.error("Update %s is kept aside: %s.", update_id, reason)
        self._on_poison(update_id, reason)

    async def take(self, update: wire.Update) -> None:
        """Returns when it is committed, one of a person's updates after the other."""
        if update.press:
            self._answer_press(update.press)
        if update.inbound is None:
            return
        address, replies = update.inbound.address, list[Outbound]()

        async def keep(outbound: Outbound) -> None:
            replies.append(outbound)

        async with self._turns.setdefault(address.user, asyncio.Lock()):
            await self._receive(update.inbound, keep)
            held_up = self._outbox.is_behind(address.chat)
            sent = [self._outbox.put(address, reply) for reply in replies]
        if sent and not held_up:  # nobody waits long for a chat that Telegram holds up
            await asyncio.wait(sent, timeout=LINGER)
