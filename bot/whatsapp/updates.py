"""Processes the content of a webhook: users concurrently, each user's messages in order.

A message is processed when it is committed; its replies are sent afterwards.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from weakref import WeakValueDictionary

from bot.messaging.channel import Receive
from bot.messaging.message import Outbound
from bot.messaging.outbox import Outbox
from bot.messaging.repeated_failures import OnUnreadable, RepeatedFailures, ignore
from bot.running.logs import frames
from bot.scheduled.corrections import Corrections
from bot.whatsapp.errors import WINDOW_CLOSED, failed_later
from bot.whatsapp.ledger import CHANNEL
from bot.whatsapp.windows import Windows
from bot.whatsapp.wire import MalformedMessage, Message, MessageStatus, WebhookContent
from skm.errors import SkmError
from skm.privacy.unreadable import UnreadableMessage, shape_of
from skm.store.survey.received import digest

SendWaiting = Callable[[], Awaitable[object]]
"""Sends the deliveries that are due."""

# Meta redelivers for some days. An older message is a replay, whose id is no longer remembered.
TOO_OLD = timedelta(days=7)

log = logging.getLogger(__name__)


def _users(messages: Sequence[Message]) -> Callable[[Message], str]:
    """Message → the id that all messages of its user share, also if some name a former id."""
    present = {id: one.address.user for one in messages for id in one.address.formerly}
    return lambda one: present.get(one.address.user, one.address.user)


class WhatsAppUpdates:
    """`send_waiting`: called when an official for whom a delivery waited has opened the chat.

    `on_unreadable`: stores a message that cannot be processed.
    """

    def __init__(
        self,
        receive: Receive,
        outbox: Outbox,
        windows: Windows,
        now: Callable[[], datetime],
        send_waiting: SendWaiting,
        on_unreadable: OnUnreadable = ignore,
    ) -> None:
        self._receive, self._outbox, self._windows = receive, outbox, windows
        self._now, self._send_waiting, self._on_unreadable = now, send_waiting, on_unreadable
        self._corrections = Corrections(windows.db, CHANNEL)
        self._failures = RepeatedFailures()
        self._user_locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._sending: set[asyncio.Future[object]] = set()

    async def process(self, content: WebhookContent) -> list[BaseException]:
        """Processes everything; returns the errors, [] if all of it is committed.

        An error of one user's messages does not stop the others'.
        """
        for kind in content.skipped:
            log.info("Skipped: %s.", kind)
        user_of = _users(content.messages)
        by_user = sorted(content.messages, key=lambda one: (user_of(one), one.sent_at))
        outcomes = await asyncio.gather(
            *(self._record_malformed(one) for one in content.malformed),
            self._record_statuses(content.statuses),
            *(self._in_order(user, list(theirs)) for user, theirs in groupby(by_user, key=user_of)),
            return_exceptions=True,
        )
        return [outcome for outcome in outcomes if outcome is not None]

    async def _record_statuses(self, statuses: Sequence[MessageStatus]) -> None:
        """Corrects the deliveries whose messages arrived, or failed after they were accepted."""
        for status in statuses:
            if status.code is None:
                await self._corrections.arrived(status.message, self._now())
                continue
            log.warning("A message did not arrive (error %d).", status.code)
            if status.code in WINDOW_CLOSED:
                for chat in status.chats:
                    await self._windows.close(chat)
            error = failed_later(status.code, self._now())
            await self._corrections.failed(status.message, error, self._now())

    async def _in_order(self, user: str, messages: Sequence[Message]) -> None:
        async with self._user_locks.setdefault(user, asyncio.Lock()):
            for message in messages:
                if self._now() - message.sent_at > TOO_OLD:
                    log.warning("Skipped: a message of %s.", message.sent_at.date())
                    continue
                [error] = await asyncio.gather(self._handle(message), return_exceptions=True)
                if error is not None:
                    await self._count_failure(message, error)

    async def _count_failure(self, message: Message, error: BaseException) -> None:
        """Raises the error, so that the message is redelivered.

        A message that keeps failing by an error of ours is recorded as unreadable instead.
        """
        ours = isinstance(error, Exception) and not isinstance(error, SkmError)
        if not ours or not self._failures.add(message.id):
            raise error
        log.error("A message failed:\n%s", frames(error))
        await self._record(message.id, type(error).__name__, message.raw)
        self._failures.forget(message.id)

    async def _record_malformed(self, message: MalformedMessage) -> None:
        """Records it under a digest of its shape, since it may have no id."""
        await self._record(shape_of(message.raw), message.reason, message.raw)

    async def _record(self, message: str, reason: str, raw: object) -> None:
        """Stores the shape of a message under a digest of its id, which contains the number."""
        name = digest(CHANNEL, message)
        log.error("Message %s is unreadable: %s.", name, reason)
        await self._on_unreadable(UnreadableMessage(CHANNEL, name, reason, shape_of(raw)))

    async def _handle(self, message: Message) -> None:
        """Receives the message. The button of an invitation does nothing more if a delivery waited.

        Raises what `receive` raises.
        """
        if message.opens_chat and await self._open_window(message):
            return
        await self._do(message)
        if not (message.opens_chat or message.reports_move):
            await self._open_window(message)

    async def _do(self, message: Message) -> None:
        """Of several inbounds (a flow's answers) only the replies to the last are sent."""
        replies = list[Outbound]()

        async def collect(outbound: Outbound) -> None:
            replies.append(outbound)

        try:
            for inbound in message.inbounds:
                replies.clear()
                await self._receive(inbound, collect)
        finally:  # an error message is sent as well
            for reply in replies:
                self._outbox.put(message.address, reply)

    async def _open_window(self, message: Message) -> bool:
        """Records that the user wrote; returns whether a delivery waited, which is sent now."""
        waited = await self._windows.open(message.address.chat, message.address.formerly)
        if waited:
            task = asyncio.ensure_future(self._send_waiting())
            self._sending.add(task)
            task.add_done_callback(self._sent)
        return waited

    def _sent(self, task: "asyncio.Future[object]") -> None:
        """Logs an error; what could not be sent now is sent by the scheduler."""
        self._sending.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("Waiting deliveries were not sent at once:\n%s", frames(error))
