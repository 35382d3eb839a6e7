"""The channel to Telegram: what we say goes out through telegram.Bot, each in its turn.

How updates come in: reception.py, through polling.py or webhook.py.
"""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Self
from urllib.parse import urlencode, urlsplit

from starlette.routing import Route
from telegram import Bot, BotCommand, BotCommandScopeChat
from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot.limiter import Limiter, Rate
from bot.message import Address, Outbound, Photo
from bot.outbox import Outbox
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
from bot.telegram.reception import OnPoison, Receive, Reception, leave
from bot.telegram.request import TOKEN, Request

log = logging.getLogger(__name__)

API_URL = "https://api.telegram.org/bot"
FILE_URL = "https://api.telegram.org/file/bot"
POLL = 30  # seconds that Telegram keeps a question for updates open
BATCH = 100  # updates at a time, the most that Telegram gives
CONNECTIONS = 100  # at which Telegram may post to a webhook at the same time
TRIES = 3  # to learn our name when we start
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
        on_poison: OnPoison = leave,
    ) -> None:
        self._request = Request(token)
        self._bot = Bot(
            TOKEN, api_url, file_url, request=self._request, get_updates_request=self._request
        )
        self._limiter = limiter or telegram_rates()
        self._webhook_url, self._webhook_secret = webhook_url, webhook_secret
        self._now, self._on_poison = now, on_poison
        self._outbox = Outbox(self.send)
        self._presses: set[asyncio.Task[None]] = set()
        self._username = ""

    async def __aenter__(self) -> Self:
        await self._request.initialize()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._outbox.drain(GRACE)
        await self._request.shutdown()

    # --- out -------------------------------------------------------------------------------------

    async def send(self, address: Address, outbound: Outbound, *, bulk: bool = False) -> None:
        """Say it, in its turn; raises SendError. A message that cannot be edited is said anew."""
        call = wire.call(outbound)
        try:
            await self._do(call, address.chat, bulk)
        except TelegramError as error:
            if says(error, UNCHANGED):
                return
            if outbound.replaces and says(error, CANNOT_BE_EDITED):
                await self.send(address, replace(outbound, replaces=None), bulk=bulk)
                return
            raise send_error(error, self._now()) from None

    async def _do(self, call: wire.Call, chat: str, bulk: bool) -> None:
        await self._limiter.turn(chat, bulk=bulk, new=call.method != "edit_message_text")
        try:
            await getattr(self._bot, call.method)(chat_id=int(chat), **call.arguments)
        except RetryAfter as error:
            self._limiter.hold(chat, retry_after(error), bulk=bulk)
            raise

    def _answer_press(self, press: str) -> None:
        """Stop the button's spinner now; that it fails or is too late harms nobody."""
        task = asyncio.create_task(self._answer(press))
        self._presses.add(task)
        task.add_done_callback(self._presses.discard)

    async def _answer(self, press: str) -> None:
        try:
            await self._bot.answer_callback_query(press)
        except TelegramError as error:
            log.debug("A press was not answered: %s.", type(error).__name__)

    # --- in --------------------------------------------------------------------------------------

    async def run_polling(self, receive: Receive) -> None:
        """Take updates until cancelled."""
        await Persistence().ask(self._bot.delete_webhook)
        await Polling(self._fetch, self._reception(receive)).run()

    def webhook_route(self, receive: Receive) -> Route:
        """Where Telegram posts updates, at the path of `webhook_url`."""
        path = urlsplit(self._webhook_url).path or "/"
        return webhook.route(path, self._webhook_secret, self._reception(receive))

    async def announce_webhook(self) -> None:
        """Tell Telegram where we are; comes back when it knows."""
        await Persistence().ask(
            lambda: self._bot.set_webhook(
                self._webhook_url,
                secret_token=self._webhook_secret,
                allowed_updates=wire.ALLOWED_UPDATES,
                max_connections=CONNECTIONS,
            )
        )

    def _reception(self, receive: Receive) -> Reception:
        return Reception(receive, self._answer_press, self._outbox, self._username, self._on_poison)

    async def _fetch(self, offset: int) -> list[object]:
        """The raw updates from `offset` on. Bot.get_updates loses a batch for one bad update."""
        question = {
            "offset": offset,
            "limit": BATCH,
            "timeout": POLL,
            "allowed_updates": json.dumps(wire.ALLOWED_UPDATES),
        }
        url = f"{self._bot.base_url}/getUpdates?{urlencode(question)}"
        updates = await self._request.post(url, read_timeout=POLL + 10)
        return list(updates) if isinstance(updates, list) else []

    async def load(self, photo: Photo) -> bytes:
        """What somebody sent; raises LoadError."""
        return await loaded(self._bot, self._request, photo)

    # --- who we are ------------------------------------------------------------------------------

    async def username(self) -> str:
        """The bot's name for links, "" while Telegram cannot be reached; raises TokenRefused."""
        for attempt in range(TRIES):
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
