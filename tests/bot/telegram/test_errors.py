"""Which SendError corresponds to each error of the Bot API."""

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

from bot.running.logs import frames
from bot.telegram.errors import CANNOT_BE_EDITED, UNCHANGED, has_phrase, send_error
from bot.telegram.http import NotConnected, Unanswered

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
def test_each_error_has_one_kind(error: TelegramError, kind: str) -> None:
    sent = send_error(error, NOW)
    flags = {"retryable": sent.retryable, "blocked": sent.blocked, "unknown": sent.unknown}
    assert [name for name, set_ in flags.items() if set_] == ([kind] if kind else [])


def test_retry_after_names_the_time_and_raises_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert send_error(RetryAfter(7), NOW).retry_at == NOW + timedelta(seconds=7)
        assert send_error(RetryAfter(timedelta(minutes=1)), NOW).retry_at == NOW + timedelta(
            minutes=1
        )


def test_a_migrated_chat_has_its_new_id() -> None:
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
def test_phrases_of_telegram_are_recognized(text: str, phrases: tuple[str, ...]) -> None:
    assert has_phrase(BadRequest(text), phrases)
    assert not has_phrase(Forbidden(text), phrases)


def test_frames_contain_the_place_but_not_the_text_of_an_error() -> None:
    try:
        int("pelayanan buruk")
    except ValueError as error:
        text = frames(error)
    assert "test_errors.py" in text
    assert text.endswith("ValueError")
    assert "buruk" not in text.replace('int("pelayanan buruk")', "")
