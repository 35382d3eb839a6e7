"""Asking until there is an answer, with a sleep that only writes down how long it was to be."""

import logging
from itertools import pairwise

import pytest
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.telegram.persistence import LONGEST, Persistence, backoff


async def ask(*errors: TelegramError) -> list[float]:
    """The pauses between the tries, where these errors come one after the other."""
    pauses: list[float] = []
    left = list(errors)

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    async def question() -> str:
        if left:
            raise left.pop(0)
        return "answer"

    assert await Persistence(sleep).ask(question) == "answer"
    return pauses


async def test_pauses_grow_to_a_limit() -> None:
    pauses = await ask(*[NetworkError("away")] * 12)
    assert pauses[0] <= 0.5
    assert all(a <= b or b >= LONGEST / 2 for a, b in pairwise(pauses))
    assert LONGEST / 2 <= pauses[-1] <= LONGEST


def test_not_everybody_comes_back_at_the_same_moment() -> None:
    assert len({backoff(4) for _ in range(20)}) > 1
    assert all(4 <= backoff(4) <= 8 for _ in range(100))
    assert backoff(10_000) <= LONGEST


async def test_retry_after_is_obeyed() -> None:
    assert (await ask(RetryAfter(77)))[0] == 77


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Conflict("terminated"), "Another process asks for this bot's updates"),
        (InvalidToken(), "Telegram does not accept SKM_TELEGRAM_TOKEN"),
        (NetworkError("rahasia"), "Telegram cannot be reached (NetworkError)"),
    ],
)
async def test_a_trouble_is_said_once_and_so_is_its_end(
    error: TelegramError, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await ask(error, error, error)
    first, last = (record.getMessage() for record in caplog.records)
    assert first.startswith(said)
    assert last == "Telegram answers again."
    assert "rahasia" not in caplog.text
