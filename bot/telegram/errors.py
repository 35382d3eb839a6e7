"""What an error of the Bot API means for the message that was to be sent."""

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

from bot.messaging.channel import SendError
from bot.running.errors import SettingsError
from bot.telegram.http import NotConnected

# Telegram has no error numbers for these; the phrases are parts of its descriptions.
UNCHANGED = ("message is not modified",)
CANNOT_BE_EDITED = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "there is no text in the message to edit",
)
NO_SUCH_THREAD = (  # deleted, or closed for everybody but admins
    "message thread not found",
    "topic_closed",
    "topic_deleted",
    "topic_id_invalid",
)
URL_REFUSED = (
    "button_url_invalid",
    "wrong http url",
    "url host is empty",
    "inline keyboard button url",
)
PICTURE_REFUSED = (  # its form, or that pictures are sent to this chat
    "photo_invalid_dimensions",
    "photo_save_file_invalid",
    "photo_ext_invalid",
    "image_process_failed",
    "chat_send_photos_forbidden",
    "not enough rights to send photos",
)
UNREACHABLE = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "group chat was deactivated",
    "chat_write_forbidden",
    "not enough rights to send",
    "have no rights to send",
)


class TokenRefused(SettingsError):
    """Telegram does not accept the token."""

    def __init__(self) -> None:
        super().__init__(
            "Telegram does not accept SKM_TELEGRAM_TOKEN: copy it again from @BotFather."
        )


def has_phrase(error: TelegramError, phrases: tuple[str, ...]) -> bool:
    """Whether this is a BadRequest whose description contains one of the phrases."""
    return isinstance(error, BadRequest) and any(p in str(error).lower() for p in phrases)


def retry_after(error: RetryAfter) -> float:
    """The seconds that Telegram asks to wait."""
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)


def send_error(error: TelegramError, now: datetime) -> SendError:
    """The SendError that corresponds to an error of the Bot API."""
    match error:
        case RetryAfter():
            at = now + timedelta(seconds=retry_after(error))
            return SendError("Telegram asks to wait", retryable=True, retry_at=at)
        case ChatMigrated():
            return SendError("The chat has a new id", moved=str(error.new_chat_id))
        case Forbidden():
            return SendError("Telegram may not deliver to this chat", blocked=True)
        case BadRequest():
            return SendError(str(error), blocked=has_phrase(error, UNREACHABLE))
        case InvalidToken():
            return SendError(str(TokenRefused()), retryable=True)
        case NotConnected():
            return SendError(str(error), retryable=True)
        case TimedOut():
            return SendError(str(error), unknown=True)
        case NetworkError():  # status 500: Telegram reports a failure of its own
            return SendError("Telegram has an internal error", retryable=True)
    return SendError(f"Telegram refused ({type(error).__name__})")
