"""Asking Telegram until it answers: ever more slowly, and saying each trouble once."""

import asyncio
import itertools
import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import TypeVar

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.telegram.errors import TokenRefused, retry_after

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]

Heard = Callable[[bool], None]
"""Hears after each question whether Telegram answered it."""

FIRST, LONGEST = 0.5, 30.0  # seconds between two tries

CHANCE = secrets.SystemRandom()

log = logging.getLogger(__name__)


def backoff(failures: int) -> float:
    """Seconds before the next try; by chance up to half as long, so that not all come at once."""
    return float(min(LONGEST, FIRST * 2 ** min(failures, 10)) * CHANCE.uniform(0.5, 1))


def unheard(well: bool) -> None:
    """Nobody wants to know."""


class Persistence:
    """`await persistence.ask(bot.get_me)` comes back with the answer, however long it takes."""

    def __init__(self, sleep: Sleep = asyncio.sleep, heard: Heard = unheard) -> None:
        self._sleep, self._heard = sleep, heard
        self._told = ""

    async def ask(self, question: Callable[[], Awaitable[T]]) -> T:
        for failures in itertools.count():
            try:
                answer = await question()
            except TelegramError as error:
                self._tell(_sentence(error))
                asked = retry_after(error) if isinstance(error, RetryAfter) else 0.0
                await self._sleep(max(asked, backoff(failures)))
            else:
                self._tell("")
                return answer
        raise AssertionError("count() has no end")

    def _tell(self, trouble: str) -> None:
        self._heard(not trouble)
        if trouble and trouble != self._told:
            log.warning(trouble)
        elif self._told and not trouble:
            log.info("Telegram answers again.")
        self._told = trouble


def _sentence(error: TelegramError) -> str:
    if isinstance(error, Conflict):
        return (
            "Another process asks for this bot's updates, or a webhook is set elsewhere:"
            " stop it, or give this server a bot of its own."
        )
    if isinstance(error, InvalidToken):
        return str(TokenRefused())
    return f"Telegram cannot be reached ({type(error).__name__}); trying again."
