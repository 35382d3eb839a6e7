"""The Telegram channel: sends within the rate limits, receives updates, sets the bot's menu.

How updates are processed: updates.py, called by polling.py or webhook.py.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import urlsplit

from starlette.routing import Route
from telegram import Bot, BotCommand, BotCommandScopeChat
from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot.messaging.channel import (
    Leaving,
    OnSend,
    Postponed,
    Receive,
    ignore_outcome,
    leave,
    reporting,
)
from bot.messaging.message import Address, Outbound, SentFile, SentPhoto
from bot.messaging.outbox import Outbox
from bot.messaging.rate_limit import Lane, Limiter, Rate, TurnIsFar
from bot.messaging.repeated_failures import OnUnreadable, ignore
from bot.running.backoff import backoff
from bot.running.proxy import proxy_for
from bot.running.shutdown import Shutdown
from bot.telegram import webhook, wire
from bot.telegram.contract import WebhookInfo
from bot.telegram.errors import (
    CANNOT_BE_EDITED,
    NO_SUCH_THREAD,
    PICTURE_REFUSED,
    UNCHANGED,
    URL_REFUSED,
    TokenRefused,
    has_phrase,
    retry_after,
    send_error,
)
from bot.telegram.http import PLACEHOLDER, TelegramHttp
from bot.telegram.photo import download
from bot.telegram.polling import Polling
from bot.telegram.retry import Retry
from bot.telegram.updates import TelegramUpdates

log = logging.getLogger(__name__)

API_URL = "https://api.telegram.org/bot"
FILE_URL = "https://api.telegram.org/file/bot"
POLL_TIME = 30  # seconds that Telegram holds a getUpdates request open
BATCH = 100  # updates, Telegram's maximum
CONFIRM_TIME = 2.0  # seconds for the last getUpdates request of a shutdown
WEBHOOK_CONNECTIONS = 100  # at which Telegram may post at the same time
NAME_TRIES = 3
MAX_PRESSES = 1000  # answered at the same time
FLUSH_TIME = 5.0  # seconds in which queued messages may still be sent


def telegram_rates(
    per_second: float = 30,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Limiter:
    """Telegram's limits: 30 messages a second in all, one a second to a chat, small bursts.

    Edits count in all but not for their chat: each follows a press, so the user sets the pace.
    Answers to presses do not count: Telegram does not throttle them.
    """
    return Limiter(
        overall=Rate(per_second, burst=3),
        chat=Rate(1, burst=3),
        bulk=Rate(per_second * 0.8),
        clock=clock,
        sleep=sleep,
    )


def utc_now() -> datetime:
    """The default clock, for SendError.retry_at."""
    return datetime.now(UTC)


def _otherwise(
    error: TelegramError, address: Address, outbound: Outbound
) -> tuple[Address, Outbound] | None:
    """How to send a message that was refused in this form; None if there is no other form."""
    if outbound.replaces and has_phrase(error, CANNOT_BE_EDITED):
        return address, replace(outbound, replaces=None)
    if address.thread and has_phrase(error, NO_SUCH_THREAD):
        return replace(address, thread=""), outbound
    if any(choice.url for choice in outbound.choices) and has_phrase(error, URL_REFUSED):
        return address, wire.without_links(outbound)
    if outbound.attachment and outbound.text and has_phrase(error, PICTURE_REFUSED):
        return address, replace(outbound, attachment=None)
    return None


class TelegramChannel:
    """`async with TelegramChannel(token) as telegram:` then send, run_polling or webhook_route.

    `answers`: whether Telegram answered the last request. `bot_name`: the bot's user name for
    links, "" until Telegram has sent it.
    """

    name = "telegram"
    limits = wire.LIMITS

    def __init__(
        self,
        token: str,
        *,
        api_url: str = API_URL,
        file_url: str = FILE_URL,
        webhook_url: str = "",
        webhook_secret: str = "",
        limiter: Limiter | None = None,
        now: Callable[[], datetime] = utc_now,
        on_unreadable: OnUnreadable = ignore,
        on_send: OnSend = ignore_outcome,
    ) -> None:
        self._http = TelegramHttp(token, proxy=proxy_for(api_url))
        self._bot = Bot(
            PLACEHOLDER, api_url, file_url, request=self._http, get_updates_request=self._http
        )
        self._limiter = limiter or telegram_rates()
        self._webhook_url, self._webhook_secret = webhook_url, webhook_secret
        self._now, self._on_unreadable, self._on_send = now, on_unreadable, on_send
        self._outbox = Outbox(self.send)
        self._presses: set[asyncio.Task[None]] = set()
        self.bot_name = ""
        self.answers = True

    async def __aenter__(self) -> Self:
        await self._http.initialize()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.flush(FLUSH_TIME)
        await self._http.shutdown()

    async def _call(self, method: str, seconds: float | None = None, /, **arguments: object) -> Any:
        """Calls a method of the Bot API; returns its result, of the type in contract.RESULTS.

        Raises TelegramError.
        """
        return await self._http.call(f"{self._bot.base_url}/{method}", arguments, seconds)

    # --- sending ---------------------------------------------------------------------------------

    async def flush(self, seconds: float) -> None:
        """Waits until the queued messages are sent, at most this long."""
        await self._outbox.flush(seconds)

    async def send(
        self,
        address: Address,
        outbound: Outbound,
        lane: Lane = Lane.REPLY,
        leaving: Leaving = leave,
    ) -> Sequence[str]:
        """Sends or edits a message within the rate limits; raises SendError.

        A message that cannot be edited is sent as a new one, a button whose address is refused as
        a line of text, a text whose picture is refused without it, and what a topic does not take
        into the chat itself. Telegram reports nothing later.
        """
        with reporting(self._on_send):
            await self._send(address, outbound, lane, leaving)
        return ()

    async def _send(
        self, address: Address, outbound: Outbound, lane: Lane, leaving: Leaving
    ) -> None:
        try:
            await self._limited(wire.call(outbound, address.thread), address.chat, lane, leaving)
        except TurnIsFar as far:
            raise Postponed(far, self._now()) from None
        except TelegramError as error:
            if has_phrase(error, UNCHANGED):
                return
            other = _otherwise(error, address, outbound)
            if other is None:
                raise send_error(error, self._now()) from None
            await self._send(*other, lane, leave)  # it is marked as leaving already

    async def _limited(self, call: wire.Call, chat: str, lane: Lane, leaving: Leaving) -> None:
        await self._limiter.turn(chat, lane, new=call.method != "editMessageText")
        await leaving()
        try:
            await self._call(call.method, chat_id=int(chat), **call.arguments)
        except RetryAfter as error:
            self._limiter.hold(chat, retry_after(error), lane)
            raise

    def _answer_press(self, press: str) -> None:
        """Stops the spinner of a button in the background; a failure does no harm.

        Beyond MAX_PRESSES spinners stop by themselves: messages need connections too.
        """
        if len(self._presses) >= MAX_PRESSES:
            return
        task = asyncio.create_task(self._answer(press))
        self._presses.add(task)
        task.add_done_callback(self._presses.discard)

    async def _answer(self, press: str) -> None:
        try:
            await self._call("answerCallbackQuery", callback_query_id=press)
        except TelegramError as error:
            log.debug("A press was not answered: %s.", type(error).__name__)

    # --- receiving -------------------------------------------------------------------------------

    async def run_polling(self, receive: Receive, shutdown: Shutdown | None = None) -> None:
        """Receives updates until cancelled, or until the shutdown begins and all are committed."""
        shutdown = shutdown or Shutdown()
        await shutdown.unless_asked(self._retry().until_answered(self._bot.delete_webhook))
        polling = Polling(
            self._fetch,
            self._updates(receive),
            retry=self._retry(),
            shutdown=shutdown,
            confirm=self._confirm,
        )
        await polling.run()

    def webhook_route(self, receive: Receive) -> Route:
        """The route that Telegram posts updates to: the path of `webhook_url`."""
        path = urlsplit(self._webhook_url).path or "/"
        return webhook.route(path, self._webhook_secret, self._updates(receive))

    async def announce_webhook(self) -> None:
        """Tells Telegram the webhook's URL; returns when Telegram has accepted it."""
        await self._retry().until_answered(
            lambda: self._bot.set_webhook(
                self._webhook_url,
                secret_token=self._webhook_secret,
                allowed_updates=wire.ALLOWED_UPDATES,
                max_connections=WEBHOOK_CONNECTIONS,
            )
        )

    async def webhook_info(self) -> WebhookInfo:
        """Where Telegram posts updates, and its last failure; raises TelegramError."""
        info: WebhookInfo = await self._call("getWebhookInfo")
        return info

    def _updates(self, receive: Receive) -> TelegramUpdates:
        return TelegramUpdates(
            receive, self._answer_press, self._outbox, lambda: self.bot_name, self._on_unreadable
        )

    def _retry(self) -> Retry:
        """Repeats requests; keeps `answers` up to date."""

        def on_answer(answered: bool) -> None:
            self.answers = answered

        return Retry(on_answer=on_answer)

    async def _confirm(self, offset: int) -> None:
        """Acknowledges everything before `offset`. If that fails, it is delivered once more."""
        with suppress(TelegramError, TimeoutError):
            async with asyncio.timeout(CONFIRM_TIME):
                await self._fetch(offset, wait=0, limit=1)

    async def _fetch(self, offset: int, wait: int = POLL_TIME, limit: int = BATCH) -> list[object]:
        """The raw updates from `offset` on; raises TelegramError."""
        updates: list[object] = await self._call(
            "getUpdates",
            wait + 10,
            offset=offset,
            limit=limit,
            timeout=wait,
            allowed_updates=wire.ALLOWED_UPDATES,
        )
        return updates

    async def load(self, photo: SentPhoto | SentFile) -> bytes:
        """The bytes of what a user sent; raises LoadError."""
        return await download(self._call, self._http, self._bot.base_file_url, photo)

    # --- the bot's name and menu -----------------------------------------------------------------

    async def learn_bot_name(self) -> None:
        """Sets `bot_name`, however long Telegram takes to answer."""
        if not self.bot_name:
            self.bot_name = await self._retry().until_answered(self._get_name)

    async def fetch_bot_name(self, tries: int = NAME_TRIES) -> str:
        """The bot's name, "" if Telegram cannot be reached; raises TokenRefused."""
        for attempt in range(tries):
            if self.bot_name:
                break
            try:
                self.bot_name = await self._get_name()
            except InvalidToken:
                raise TokenRefused from None
            except TelegramError as error:
                if attempt + 1 < tries:
                    await asyncio.sleep(backoff(attempt))
                elif tries > 1:  # who asks once says by itself what is missing
                    log.warning("Telegram does not answer getMe (%s).", type(error).__name__)
        return self.bot_name

    async def _get_name(self) -> str:
        return str((await self._call("getMe"))["username"])

    async def set_commands(
        self, commands: Iterable[tuple[str, str]], language: str = "", chat: str | None = None
    ) -> None:
        """Sets the menu of (name, description) for all chats or for one; raises SendError."""
        try:
            await self._bot.set_my_commands(
                [BotCommand(name, description) for name, description in commands],
                scope=BotCommandScopeChat(int(chat)) if chat else None,
                language_code=language or None,
            )
        except TelegramError as error:
            raise send_error(error, self._now()) from None
