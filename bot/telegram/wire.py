"""Pure: the JSON of an update → Inbound; Outbound → a call of the Bot API.

Only the fields that are needed are read, and those strictly. The library's `Update.de_json` rejects
an update for any field (a new kind of sticker), accepts wrong types, and costs 0.24 ms an update.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from telegram import InputFile

from bot.messaging.catalog import language_of
from bot.messaging.channel import Limits
from bot.messaging.message import Address, Attachment, Choice, Inbound, Outbound, storable
from bot.messaging.text_length import units, whole_lines
from bot.telegram.photo import file_of, photo_of

T = TypeVar("T")

LIMITS = Limits(text=4096, caption=1024, edits=True)
MAX_BUTTON_DATA = 64  # bytes
ALLOWED_UPDATES = ("message", "callback_query")
PHOTOS = ("image/png", "image/jpeg")
SERVICE = {  # messages about a chat, written by no person: they get no answer
    "boost_added", "channel_chat_created", "chat_background_set", "chat_shared",
    "checklist_tasks_added", "checklist_tasks_done", "connected_website", "delete_chat_photo",
    "direct_message_price_changed", "forum_topic_closed", "forum_topic_created",
    "forum_topic_edited", "forum_topic_reopened", "general_forum_topic_hidden",
    "general_forum_topic_unhidden", "gift", "giveaway", "giveaway_completed", "giveaway_created",
    "giveaway_winners", "group_chat_created", "left_chat_member",
    "message_auto_delete_timer_changed", "migrate_from_chat_id", "migrate_to_chat_id",
    "new_chat_members", "new_chat_photo", "new_chat_title", "paid_message_price_changed",
    "passport_data", "pinned_message", "proximity_alert_triggered", "refunded_payment",
    "successful_payment", "suggested_post_approval_failed", "suggested_post_approved",
    "suggested_post_declined", "suggested_post_paid", "suggested_post_refunded",
    "supergroup_chat_created", "unique_gift", "users_shared", "video_chat_ended",
    "video_chat_participants_invited", "video_chat_scheduled", "video_chat_started",
    "web_app_data", "write_access_allowed",
}  # fmt: skip
COMMAND = re.compile(r"/(?P<name>\w+)(?:@(?P<bot>\w+))?(?:\s+(?P<rest>.*))?\Z", re.DOTALL)


class MalformedUpdate(ValueError):
    """An update differs from Telegram's specification. The text names the field, not its value."""


@dataclass(frozen=True)
class Update:
    """`inbound`: what the user did, None if it does not concern us.

    `press`: the id of the callback query to answer, or "". `malformed`: why the update cannot be
    read, or "". `raw`: the update as it arrived.
    """

    id: int
    inbound: Inbound | None = None
    press: str = ""
    malformed: str = ""
    raw: object = field(default=None, repr=False, compare=False)

    @property
    def user(self) -> str:
        """The user's id; updates of one user are processed in order."""
        return self.inbound.address.user if self.inbound else ""


@dataclass(frozen=True)
class Call:
    """A method of the Bot API and its arguments (JSON values or InputFile), without the chat."""

    method: str
    arguments: dict[str, Any]


# --- incoming -------------------------------------------------------------------------------------


def id_of(raw: object) -> int | None:
    """The update's id, which may be readable when the rest is not."""
    update_id = raw.get("update_id") if isinstance(raw, dict) else None
    return update_id if type(update_id) is int else None


def read(raw: object, bot_name: str = "") -> Update:
    """Reads an update for the bot with this name; raises MalformedUpdate only."""
    update_id = _get(raw, "update_id", int)
    if _has(raw, "callback_query"):
        return _press(update_id, _get(raw, "callback_query", dict))
    if _has(raw, "message"):
        return Update(update_id, _message(update_id, _get(raw, "message", dict), bot_name))
    return Update(update_id)


def _press(update_id: int, query: dict[str, Any]) -> Update:
    press = _get(query, "id", str)
    if not _has(query, "data") or _has(query, "inline_message_id"):  # of a game, or in other chats
        return Update(update_id, press=press)
    message = _get(query, "message", dict) if _has(query, "message") else None
    inbound = Inbound(
        id=str(update_id),
        address=_address(query, message) if message else _own_chat(query),
        choice=_text(query, "data"),
        message=str(_get(message, "message_id", int)) if message else None,
        language=_language(query),
    )
    return Update(update_id, inbound, press)


def _message(update_id: int, message: dict[str, Any], bot_name: str) -> Inbound | None:
    if not _has(message, "from"):  # a post in a channel
        return None
    sent = Inbound(
        str(update_id),
        _address(message, message),
        language=_language(message),
        sent_at=_sent_at(message),
    )
    if not _has(message, "text"):
        if SERVICE & message.keys():
            return None
        return replace(sent, photo=photo_of(message), file=file_of(message))
    text = _text(message, "text")
    command = COMMAND.match(text)
    if command is None:
        return replace(sent, text=text)
    if bot_name and (command["bot"] or bot_name).lower() != bot_name.lower():
        return None  # for another bot of the group
    if command["name"].lower() == "start":
        return replace(sent, start=(command["rest"] or "").strip())
    return replace(sent, text=text)


def _address(sender: dict[str, Any], message: dict[str, Any]) -> Address:
    user, chat = _get(sender, "from", dict), _get(message, "chat", dict)
    return Address(
        channel="telegram",
        user=str(_get(user, "id", int)),
        chat=str(_get(chat, "id", int)),
        private=_get(chat, "type", str) == "private",
        thread=_thread(message),
    )


def _sent_at(message: dict[str, Any]) -> datetime | None:
    """When it was sent; a press has no time of its own."""
    date = message.get("date")
    if type(date) is not int or not 0 < date < 1 << 33:
        return None
    return datetime.fromtimestamp(date, UTC)


def _own_chat(sender: dict[str, Any]) -> Address:
    """The user's chat with the bot, for a press on a message that Telegram no longer has."""
    user = str(_get(_get(sender, "from", dict), "id", int))
    return Address("telegram", user, user)


def _thread(message: dict[str, Any]) -> str:
    """The topic that the message stands in; outside of topics a thread is a chain of replies."""
    if message.get("is_topic_message") is not True:
        return ""
    return str(_get(message, "message_thread_id", int))


def _language(sender: dict[str, Any]) -> str:
    code = _get(sender, "from", dict).get("language_code")
    return language_of(code) if isinstance(code, str) else ""


def _text(raw: object, name: str) -> str:
    return storable(_get(raw, name, str))


def _has(raw: object, name: str) -> bool:
    return isinstance(raw, dict) and raw.get(name) is not None


def _get(raw: object, name: str, kind: type[T]) -> T:
    value = raw.get(name) if isinstance(raw, dict) else None
    if type(value) is not kind:  # not isinstance: True is not an int here
        raise MalformedUpdate(f"{name} is missing or not of type {kind.__name__}")
    if isinstance(value, int) and abs(value) >= 1 << 63:
        raise MalformedUpdate(f"{name} is out of range")
    return value


# --- outgoing -------------------------------------------------------------------------------------


def call(outbound: Outbound, thread: str = "") -> Call:
    """The call that sends the message, to a topic of its chat if one is given, or edits it.

    Raises ValueError for an impossible message.
    """
    arguments: dict[str, Any] = {}
    if thread and not outbound.replaces:
        arguments["message_thread_id"] = int(thread)
    if outbound.rows:
        keyboard = [[_button(choice) for choice in row] for row in outbound.rows]
        arguments["reply_markup"] = {"inline_keyboard": keyboard}
    if outbound.attachment:
        return _file(outbound, outbound.attachment, arguments)
    if not outbound.text.strip():
        raise ValueError("a message needs a text")
    arguments["text"] = _with_progress(outbound, LIMITS.text)
    arguments["link_preview_options"] = {"is_disabled": True}
    if outbound.replaces:
        return Call("editMessageText", {**arguments, "message_id": int(outbound.replaces)})
    return Call("sendMessage", arguments)


def without_links(outbound: Outbound) -> Outbound:
    """The same with its links as lines of text, for addresses that Telegram refuses in buttons."""
    links = [f"{choice.label}: {choice.url}" for choice in outbound.choices if choice.url]
    rows = (tuple(choice for choice in row if not choice.url) for row in outbound.rows)
    text = "\n".join([outbound.text.strip(), *links]).strip()
    return replace(outbound, text=text, rows=tuple(filter(None, rows)))


def _file(outbound: Outbound, attachment: Attachment, arguments: dict[str, Any]) -> Call:
    if caption := _with_progress(outbound, LIMITS.caption):
        arguments["caption"] = caption
    file = InputFile(attachment.content, filename=attachment.name)
    if attachment.media_type in PHOTOS:
        return Call("sendPhoto", {**arguments, "photo": file})
    return Call("sendDocument", {**arguments, "document": file})


def _with_progress(outbound: Outbound, limit: int) -> str:
    """The text, with the progress as a bar below it: ▰▰▰▱▱▱▱▱▱."""
    if outbound.progress is None:
        return whole_lines(outbound.text, limit)
    done, of = outbound.progress
    bar = "\n\n" + "▰" * done + "▱" * (of - done)
    return whole_lines(outbound.text, limit - units(bar)) + bar


def _button(choice: Choice) -> dict[str, str]:
    label = f"✓ {choice.label}" if choice.chosen else choice.label
    if choice.url:
        return {"text": label, "url": choice.url}
    size = len(choice.data.encode())
    if not 0 < size <= MAX_BUTTON_DATA:
        raise ValueError(f"a button carries 1 to {MAX_BUTTON_DATA} bytes, not {size}")
    return {"text": label, "callback_data": choice.data}
