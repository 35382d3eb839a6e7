"""Messages in: each person's one after the other, people at the same time, then the replies.

A message is done when it is committed; what it is answered goes out afterwards.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from weakref import WeakValueDictionary

from bot.aside import Keep, Strikes, leave
from bot.channel import Send
from bot.message import Inbound, Outbound
from bot.outbox import Outbox, frames
from bot.whatsapp.errors import WINDOW_CLOSED
from bot.whatsapp.ledger import CHANNEL, Ledger
from bot.whatsapp.wire import Message, Notice, Stray
from skm.aside import Aside, shape_of
from skm.errors import SkmError
from skm.store.received import digest

Receive = Callable[[Inbound, Send], Awaitable[None]]
Wake = Callable[[], Awaitable[object]]

TOO_OLD = timedelta(days=7)  # Meta redelivers for days; longer than we remember it is a replay

log = logging.getLogger(__name__)


class Reception:
    """`take` tells what `receive` raises: then nothing of that message is acknowledged.

    `wake`: sends an official what waited for them. `keep`: keeps aside what cannot be taken.
    """

    def __init__(
        self,
        receive: Receive,
        outbox: Outbox,
        ledger: Ledger,
        now: Callable[[], datetime],
        wake: Wake,
        keep: Keep = leave,
    ) -> None:
        self._receive, self._outbox, self._ledger = receive, outbox, ledger
        self._now, self._wake, self._keep = now, wake, keep
        self._strikes = Strikes()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._waking: set[asyncio.Future[object]] = set()

    async def take(self, notice: Notice) -> list[BaseException]:
        """What went wrong, none if all of it is committed. The others go on when one fails."""
        for kind in notice.skipped:
            log.info("Passed over: %s.", kind)
        for failure in notice.failures:
            log.warning("A message did not arrive (error %d).", failure.code)
            if failure.code in WINDOW_CLOSED:
                await self._ledger.shut(failure.chat)
        by_person = sorted(notice.messages, key=lambda message: message.address.user)
        outcomes = await asyncio.gather(
            *(self.keep_stray(stray) for stray in notice.strays),
            *(
                self._in_turn(user, list(theirs))
                for user, theirs in groupby(by_person, key=lambda message: message.address.user)
            ),
            return_exceptions=True,
        )
        return [outcome for outcome in outcomes if outcome is not None]

    async def _in_turn(self, user: str, messages: Sequence[Message]) -> None:
        async with self._turns.setdefault(user, asyncio.Lock()):
            for message in messages:
                if self._now() - message.at > TOO_OLD:
                    log.warning("Passed over: a message from %s.", message.at.date())
                    continue
                [error] = await asyncio.gather(self._one(message), return_exceptions=True)
                if error is not None:
                    await self._strike(message, error)

    async def _strike(self, message: Message, error: BaseException) -> None:
        """What fails by a mistake of ours is to come again, but not for ever; else raises it."""
        ours = isinstance(error, Exception) and not isinstance(error, SkmError)
        if not ours or not self._strikes.is_out(message.id):
            raise error
        log.error("A message failed:\n%s", frames(error))
        await self._keep_aside(message.id, type(error).__name__, message.raw)
        self._strikes.forget(message.id)

    async def keep_stray(self, stray: Stray) -> None:
        """It may have no id: known by its shape."""
        await self._keep_aside(shape_of(stray.raw), stray.reason, stray.raw)

    async def _keep_aside(self, message: str, reason: str, raw: object) -> None:
        """By a digest of the id, since Meta writes the sender's number into it."""
        name = digest(CHANNEL, message)
        log.error("Message %s is kept aside: %s.", name, reason)
        await self._keep(Aside(CHANNEL, name, reason, shape_of(raw)))

    async def _one(self, message: Message) -> None:
        """What waited for an official answers the button that asked for it."""
        if message.opens and await self._heard(message):
            return
        await self._do(message)
        if not message.opens:
            await self._heard(message)

    async def _do(self, message: Message) -> None:
        """A form's answers are answered once, after the last."""
        replies = list[Outbound]()

        async def keep(outbound: Outbound) -> None:
            replies.append(outbound)

        try:
            for inbound in message.done:
                replies.clear()
                await self._receive(inbound, keep)
        finally:  # that something is wrong is said as well
            for reply in replies:
                self._outbox.put(message.address, reply)

    async def _heard(self, message: Message) -> bool:
        """Whether something waited for who wrote; it is on its way then."""
        waited = await self._ledger.heard(message.address.chat)
        if waited:
            task = asyncio.ensure_future(self._wake())
            self._waking.add(task)
            task.add_done_callback(self._woken)
        return waited

    def _woken(self, task: "asyncio.Future[object]") -> None:
        """What could not be sent now is sent at the next tick."""
        self._waking.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("What waited was not sent at once:\n%s", frames(error))
