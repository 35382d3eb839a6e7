"""Repeating a request until it is answered, with a sleep that only records its length."""

import logging
from itertools import pairwise

import pytest
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.running.backoff import LONGEST
from bot.telegram.retry import Retry


async def ask(*errors: TelegramError) -> list[float]:
    """The pauses between the attempts while these errors are raised one after the other."""
    pauses: list[float] = []
    remaining = list(errors)

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    async def request() -> str:
        if remaining:
            raise remaining.pop(0)
        return "answer"

    assert await Retry(sleep).until_answered(request) == "answer"
    return pauses


async def test_pauses_grow_up_to_a_limit() -> None:
    pauses = await ask(*[NetworkError("away")] * 12)
    assert pauses[0] <= 0.5
    assert all(a <= b or b >= LONGEST / 2 for a, b in pairwise(pauses))
    assert LONGEST / 2 <= pauses[-1] <= LONGEST


async def test_the_pause_is_at_least_retry_after() -> None:
    assert (await ask(RetryAfter(77)))[0] == 77


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Conflict("terminated"), "Another process receives this bot's updates"),
        (InvalidToken(), "Telegram does not accept SKM_TELEGRAM_TOKEN"),
        (NetworkError("rahasia"), "Telegram cannot be reached (NetworkError)"),
    ],
)
async def test_a_failure_and_its_end_are_logged_once(
    error: TelegramError, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await ask(error, error, error)
    first, last = (record.getMessage() for record in caplog.records)
    assert first.startswith(said)
    assert last == "Telegram answers again."
    assert "rahasia" not in caplog.text
