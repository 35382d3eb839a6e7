"""The channel to Telegram: what we say goes out through telegram.Bot, each in its turn.

How updates come in: reception.py, through polling.py or webhook.py.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Self
from urllib.parse import urlsplit

from starlette.routing import Route
from telegram import Bot, BotCommand, BotCommandScopeChat, WebhookInfo
from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot.aside import Keep, leave
from bot.channel import OnSend, told_to, unheard
from bot.drain import Drain
from bot.limiter import Limiter, Rate
from bot.message import Address, Outbound, Photo
from bot.outbox import Outbox
from bot.proxy import proxy_for
from bot.telegram import webhook, wire
from bot.telegram.errors import (
    CANNOT_BE_EDITED,
    UNCHANGED,
    TokenRefused,
    retry_after,
    says,
    send_error,
)
from bot.telegram.persistence import Persistence, backoff
from bot.telegram.photo import loaded
from bot.telegram.polling import Polling
from bot.telegram.reception import Receive, Reception
from bot.telegram.request import TOKEN, Request

log = logging.getLogger(__name__)

API_URL = "https://api.telegram.org/bot"
FILE_URL = "https://api.telegram.org/file/bot"
POLL = 30  # seconds that Telegram keeps a question for updates open
BATCH = 100  # updates at a time, the most that Telegram gives
CONFIRM = 2.0  # seconds that the last question may take when we stop
CONNECTIONS = 100  # at which Telegram may post to a webhook at the same time
TRIES = 3  # to learn our name when we start
PRESSES = 1000  # that are answered at the same time
GRACE = 5.0  # seconds that screens may still go out when we stop


def telegram_rates(
    per_second: float = 30,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Limiter:
    """What Telegram bears: 30 messages a second, one a second in a chat, and a little at once.

    Edits count overall but not for their chat: they follow a press, so the person sets the pace.
    Answers to a press count nowhere; Telegram throttles neither for people who just press.
    """
    return Limiter(
        overall=Rate(per_second, burst=3),
        chat=Rate(1, burst=3),
        bulk=Rate(per_second * 0.8),
        clock=clock,
        sleep=sleep,
    )


def utc_now() -> datetime:
    """The default clock, for the time of "not before"."""
    return datetime.now(UTC)


class TelegramChannel:
    """`async with TelegramChannel(token) as telegram:` then send, run_polling or webhook_route."""

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
        keep: Keep = leave,
        on_send: OnSend = unheard,
    ) -> None:
        self._request = Request(token, proxy=proxy_for(api_url))
        self._bot = Bot(
            TOKEN, api_url, file_url, request=self._request, get_updates_request=self._request
        )
        self._limiter = limiter or telegram_rates()
        self._webhook_url, self._webhook_secret = webhook_url, webhook_secret
        self._now, self._keep, self._on_send = now, keep, on_send
        self._outbox = Outbox(self.send)
        self._presses: set[asyncio.Task[None]] = set()
        self._username = ""
        self.answers = True

    async def __aenter__(self) -> Self:
        await self._request.initialize()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.drain(GRACE)
        await self._request.shutdown()

    # --- out -------------------------------------------------------------------------------------

    async def drain(self, seconds: float) -> None:
        """Let what people are still to be told go out, for at most this long."""
        await self._outbox.drain(seconds)

    async def send(self, address: Address, outbound: Outbound, *, bulk: bool = False) -> None:
        """Say it, in its turn; raises SendError. A message that cannot be edited is said anew."""
        with told_to(self._on_send):
            await self._say(address, outbound, bulk)

    async def _say(self, address: Address, outbound: Outbound, bulk: bool) -> None:
        call = wire.call(outbound)
        try:
            await self._do(call, address.chat, bulk)
        except TelegramError as error:
            if says(error, UNCHANGED):
                return
            if outbound.replaces and says(error, CANNOT_BE_EDITED):
                await self._say(address, replace(outbound, replaces=None), bulk)
                return
            raise send_error(error, self._now()) from None

    async def _do(self, call: wire.Call, chat: str, bulk: bool) -> None:
        await self._limiter.turn(chat, bulk=bulk, new=call.method != "editMessageText")
        try:
            await self._ask(call.method, chat_id=int(chat), **call.arguments)
        except RetryAfter as error:
            self._limiter.hold(chat, retry_after(error), bulk=bulk)
            raise

    def _answer_press(self, press: str) -> None:
        """Stop the button's spinner now; that it fails or is too late harms nobody.

        Of very many at once some spinners stop by themselves: screens need connections too.
        """
        if len(self._presses) >= PRESSES:
            return
        task = asyncio.create_task(self._answer(press))
        self._presses.add(task)
        task.add_done_callback(self._presses.discard)

    async def _answer(self, press: str) -> None:
        try:
            await self._ask("answerCallbackQuery", callback_query_id=press)
        except TelegramError as error:
            log.debug("A press was not answered: %s.", type(error).__name__)

    # --- in --------------------------------------------------------------------------------------

    async def run_polling(self, receive: Receive, drain: Drain | None = None) -> None:
        """Take updates until cancelled, or until we are to stop and what was taken is done."""
        drain = drain or Drain()
        await drain.unless_asked(self._persistence().ask(self._bot.delete_webhook))
        polling = Polling(
            self._fetch,
            self._reception(receive),
            persistence=self._persistence(),
            drain=drain,
            confirm=self._confirm,
        )
        await polling.run()

    def webhook_route(self, receive: Receive) -> Route:
        """Where Telegram posts updates, at the path of `webhook_url`."""
        path = urlsplit(self._webhook_url).path or "/"
        return webhook.route(path, self._webhook_secret, self._reception(receive))

    async def announce_webhook(self) -> None:
        """Tell Telegram where we are; comes back when it knows."""
        await self._persistence().ask(
            lambda: self._bot.set_webhook(
                self._webhook_url,
                secret_token=self._webhook_secret,
                allowed_updates=wire.ALLOWED_UPDATES,
                max_connections=CONNECTIONS,
            )
        )

    def _reception(self, receive: Receive) -> Reception:
        return Reception(
            receive, self._answer_press, self._outbox, lambda: self._username, self._keep
        )

    def _persistence(self) -> Persistence:
        """Asks until Telegram answers; meanwhile `answers` is False."""

        def heard(well: bool) -> None:
            self.answers = well

        return Persistence(heard=heard)

    async def _confirm(self, offset: int) -> None:
        """Everything before `offset` may be forgotten. If it is not, it comes once more."""
        with suppress(TelegramError, TimeoutError):
            async with asyncio.timeout(CONFIRM):
                await self._fetch(offset, wait=0, limit=1)

    async def _fetch(self, offset: int, wait: int = POLL, limit: int = BATCH) -> list[object]:
        """The raw updates from `offset` on."""
        updates = await self._ask(
            "getUpdates",
            wait + 10,
            offset=offset,
            limit=limit,
            timeout=wait,
            allowed_updates=wire.ALLOWED_UPDATES,
        )
        return list(updates) if isinstance(updates, list) else []

    async def load(self, photo: Photo) -> bytes:
        """What somebody sent; raises LoadError."""
        return await loaded(self._bot, self._request, photo)

    async def _ask(self, method: str, read: float | None = None, /, **arguments: object) -> object:
        url = f"{self._bot.base_url}/{method}"
        return await self._request.call(url, arguments, read)

    # --- who we are ------------------------------------------------------------------------------

    @property
    def known_name(self) -> str:
        """The bot's name for links, "" until Telegram has said it."""
        return self._username

    async def learn_name(self) -> None:
        """Ask until Telegram says the bot's name, however long that takes."""
        if not self._username:
            self._username = (await self._persistence().ask(self._bot.get_me)).username or ""

    async def username(self, tries: int = TRIES) -> str:
        """The bot's name for links, "" if Telegram cannot be reached; raises TokenRefused."""
        for attempt in range(tries):
            if self._username:
                break
            try:
                self._username = (await self._bot.get_me()).username or ""
            except InvalidToken:
                raise TokenRefused from None
            except TelegramError as error:
                log.warning("Telegram does not say the bot's name (%s).", type(error).__name__)
                await asyncio.sleep(backoff(attempt))
        return self._username

    async def webhook_info(self) -> WebhookInfo:
        """Where Telegram posts to, and how that went; raises TelegramError."""
        return await self._bot.get_webhook_info()

    async def set_commands(
        self, commands: Iterable[tuple[str, str]], language: str = "", chat: str | None = None
    ) -> None:
        """The menu of (name, description), for everybody or one chat; raises SendError."""
        try:
            await self._bot.set_my_commands(
                [BotCommand(name, description) for name, description in commands],
                scope=BotCommandScopeChat(int(chat)) if chat else None,
                language_code=language or None,
            )
        except TelegramError as error:
            raise send_error(error, self._now()) from None
