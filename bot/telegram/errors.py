"""What Telegram's refusals mean for whoever wanted to send."""

import traceback
from datetime import datetime, timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channel import SendError
from bot.settings import SettingsError
from bot.telegram.request import NotConnected

UNCHANGED = ("message is not modified",)
CANNOT_BE_EDITED = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "there is no text in the message to edit",
)
NOBODY_THERE = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "group chat was deactivated",
    "chat_write_forbidden",
    "not enough rights to send",
    "have no rights to send",
)


class TokenRefused(SettingsError):
    """Telegram does not know the token."""

    def __init__(self) -> None:
        super().__init__(
            "Telegram does not accept SKM_TELEGRAM_TOKEN: copy it again from @BotFather."
        )


def says(error: TelegramError, phrases: tuple[str, ...]) -> bool:
    """Whether Telegram refused for one of these reasons; it gives no numbers for them."""
    return isinstance(error, BadRequest) and any(p in str(error).lower() for p in phrases)


def retry_after(error: RetryAfter) -> float:
    """Seconds."""
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)


def send_error(error: TelegramError, now: datetime) -> SendError:
    """The kind of failure that a failure was."""
    match error:
        case RetryAfter():
            at = now + timedelta(seconds=retry_after(error))
            return SendError("Telegram asks to wait", retryable=True, retry_at=at)
        case ChatMigrated():
            return SendError("The chat has a new number", moved=str(error.new_chat_id))
        case Forbidden():
            return SendError("Telegram may not deliver there", blocked=True)
        case BadRequest():
            return SendError(str(error), blocked=says(error, NOBODY_THERE))
        case InvalidToken():
            return SendError(str(TokenRefused()), retryable=True)
        case NotConnected():
            return SendError(str(error), retryable=True)
        case TimedOut():
            return SendError(str(error), unknown=True)
        case NetworkError():  # 500: Telegram itself failed and says so
            return SendError("Telegram has a failure of its own", retryable=True)
    return SendError(f"Telegram refused ({type(error).__name__})")


def frames(error: BaseException) -> str:
    """Where it happened and its type, not its text: that may hold what somebody wrote."""
    return "".join(traceback.format_tb(error.__traceback__)) + type(error).__name__
