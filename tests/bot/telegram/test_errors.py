"""What each refusal of Telegram means for who wanted to send."""

import warnings
from datetime import UTC, datetime, timedelta

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.telegram.errors import CANNOT_BE_EDITED, UNCHANGED, frames, says, send_error
from bot.telegram.request import NotConnected, Unanswered

NOW = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (Forbidden("Forbidden: bot was blocked by the user"), "blocked"),
        (Forbidden("Forbidden: user is deactivated"), "blocked"),
        (Forbidden("Forbidden: bot was kicked from the group chat"), "blocked"),
        (BadRequest("Bad Request: chat not found"), "blocked"),
        (BadRequest("Bad Request: not enough rights to send text messages to the chat"), "blocked"),
        (BadRequest("Bad Request: message is too long"), ""),
        (RetryAfter(7), "retryable"),
        (NotConnected("No connection"), "retryable"),
        (NetworkError("Internal Server Error"), "retryable"),
        (InvalidToken(), "retryable"),
        (Unanswered("No answer"), "unknown"),
        (TimedOut(), "unknown"),
        (Conflict("Conflict"), ""),
        (TelegramError("Invalid server response"), ""),
    ],
)
def test_a_refusal_is_of_one_kind(error: TelegramError, kind: str) -> None:
    told = send_error(error, NOW)
    flags = {"retryable": told.retryable, "blocked": told.blocked, "unknown": told.unknown}
    assert [name for name, set_ in flags.items() if set_] == ([kind] if kind else [])


def test_retry_after_says_when_and_warns_nobody() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert send_error(RetryAfter(7), NOW).retry_at == NOW + timedelta(seconds=7)
        assert send_error(RetryAfter(timedelta(minutes=1)), NOW).retry_at == NOW + timedelta(
            minutes=1
        )


def test_a_chat_that_moved_says_where_to() -> None:
    assert send_error(ChatMigrated(-100123), NOW).moved == "-100123"


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("Bad Request: message is not modified: specified new message content …", UNCHANGED),
        ("Bad Request: message to edit not found", CANNOT_BE_EDITED),
        ("Bad Request: message can't be edited", CANNOT_BE_EDITED),
        ("Bad Request: MESSAGE_ID_INVALID", CANNOT_BE_EDITED),
        ("Bad Request: there is no text in the message to edit", CANNOT_BE_EDITED),
    ],
)
def test_telegrams_words_are_recognised(text: str, phrases: tuple[str, ...]) -> None:
    assert says(BadRequest(text), phrases)
    assert not says(Forbidden(text), phrases)


def test_frames_say_where_and_not_what() -> None:
    try:
        int("pelayanan buruk")
    except ValueError as error:
        told = frames(error)
    assert "test_errors.py" in told
    assert told.endswith("ValueError")
    assert "buruk" not in told.replace('int("pelayanan buruk")', "")
