"""Repeats a request to Telegram until it is answered, and logs each kind of failure once."""

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.messaging.outbox import Sleep
from bot.running.backoff import backoff
from bot.telegram.errors import TokenRefused, retry_after

T = TypeVar("T")

OnAnswer = Callable[[bool], None]
"""Called after each request with whether Telegram answered it."""

log = logging.getLogger(__name__)


def ignore_answer(answered: bool) -> None:
    """Does nothing."""


class Retry:
    """`await retry.until_answered(bot.get_me)` returns the answer, however long it takes."""

    def __init__(self, sleep: Sleep = asyncio.sleep, on_answer: OnAnswer = ignore_answer) -> None:
        self._sleep, self._on_answer = sleep, on_answer
        self._logged = ""

    async def until_answered(self, request: Callable[[], Awaitable[T]]) -> T:
        """The result of the first request that raises no TelegramError."""
        for failures in itertools.count():
            try:
                answer = await request()
            except TelegramError as error:
                self._log(_sentence(error))
                wait = retry_after(error) if isinstance(error, RetryAfter) else 0.0
                await self._sleep(max(wait, backoff(failures)))
            else:
                self._log("")
                return answer
        raise AssertionError("count() is endless")

    def _log(self, failure: str) -> None:
        """Logs a failure that differs from the last one, and the end of failures ("")."""
        self._on_answer(not failure)
        if failure and failure != self._logged:
            log.warning(failure)
        elif self._logged and not failure:
            log.info("Telegram answers again.")
        self._logged = failure


def _sentence(error: TelegramError) -> str:
    if isinstance(error, Conflict):
        return (
            "Another process receives this bot's updates, or a webhook is set elsewhere:"
            " stop it, or use a bot of its own for this server."
        )
    if isinstance(error, InvalidToken):
        return str(TokenRefused())
    return f"Telegram cannot be reached ({type(error).__name__}); trying again."
