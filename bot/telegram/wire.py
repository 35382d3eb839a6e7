"""Pure: an update's JSON → what somebody did; what we say → a method of the Bot API.

Only the fields that we need are read, and those strictly. `Update.de_json` would refuse an update
for a field that we never look at (a new kind of sticker), takes wrong types as they come, and costs
0.24 ms an update.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from telegram import InputFile

from bot.channel import Limits
from bot.message import Address, Attachment, Choice, Inbound, Outbound
from bot.telegram.photo import photo_of

T = TypeVar("T")

LIMITS = Limits(text=4096, caption=1024, edits=True)
DATA = 64  # bytes that a button carries
ALLOWED_UPDATES = ("message", "callback_query")
PHOTOS = ("image/png", "image/jpeg")
UNREADABLE = {  # what a person may send instead of words
    "animation", "audio", "checklist", "contact", "dice", "document", "game", "location",
    "paid_media", "photo", "poll", "sticker", "story", "venue", "video", "video_note", "voice",
}  # fmt: skip
COMMAND = re.compile(r"/(?P<name>\w+)(?:@(?P<bot>\w+))?(?:\s+(?P<rest>.*))?\Z", re.DOTALL)


class MalformedUpdate(ValueError):
    """An update that is not what Telegram promises; says which field, never what was in it."""


@dataclass(frozen=True)
class Update:
    """`inbound`: what somebody did, if it concerns us. `press`: the callback query to answer.

    `malformed`: why it cannot be read. `raw`: as it came.
    """

    id: int
    inbound: Inbound | None = None
    press: str = ""
    malformed: str = ""
    raw: object = field(default=None, repr=False, compare=False)

    @property
    def person(self) -> str:
        """Whose it is: one person's updates are taken in order."""
        return self.inbound.address.user if self.inbound else ""


@dataclass(frozen=True)
class Call:
    """A method of the Bot API and its arguments (JSON, or an InputFile), without the chat."""

    method: str
    arguments: dict[str, Any]


# --- in -------------------------------------------------------------------------------------------


def number_of(raw: object) -> int | None:
    """The update's number, where that can be read though the rest cannot."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if type(number) is int else None


def read(raw: object, username: str = "") -> Update:
    """What an update says to the bot called `username`; raises MalformedUpdate only."""
    number = _get(raw, "update_id", int)
    if _has(raw, "callback_query"):
        return _press(number, _get(raw, "callback_query", dict))
    if _has(raw, "message"):
        return Update(number, _message(number, _get(raw, "message", dict), username))
    return Update(number)


def _press(number: int, query: dict[str, Any]) -> Update:
    press = _get(query, "id", str)
    if not _has(query, "data") or not _has(query, "message"):  # a game, an inline message
        return Update(number, press=press)
    message = _get(query, "message", dict)
    inbound = Inbound(
        id=str(number),
        address=_address(query, message),
        choice=_text(query, "data"),
        message=str(_get(message, "message_id", int)),
        language=_language(query),
    )
    return Update(number, inbound, press)


def _message(number: int, message: dict[str, Any], username: str) -> Inbound | None:
    if not _has(message, "from"):  # a channel's post: nobody to answer
        return None
    sent = Inbound(str(number), _address(message, message), language=_language(message))
    if not _has(message, "text"):  # else somebody joined, a message was pinned, …
        read = replace(sent, photo=photo_of(message))
        return read if UNREADABLE & message.keys() else None
    text = _text(message, "text")
    command = COMMAND.match(text)
    if command is None:
        return replace(sent, text=text)
    if username and (command["bot"] or username).lower() != username.lower():
        return None  # said to another bot of the group
    if command["name"].lower() == "start":
        return replace(sent, start=(command["rest"] or "").strip())
    return replace(sent, text=text)


def _address(who: dict[str, Any], where: dict[str, Any]) -> Address:
    user, chat = _get(who, "from", dict), _get(where, "chat", dict)
    return Address(
        channel="telegram",
        user=str(_get(user, "id", int)),
        chat=str(_get(chat, "id", int)),
        private=_get(chat, "type", str) == "private",
    )


def _language(who: dict[str, Any]) -> str:
    code = _get(who, "from", dict).get("language_code")
    return code.partition("-")[0].lower() if isinstance(code, str) else ""


def _text(raw: object, name: str) -> str:
    """JSON can spell half a character and a zero, which no database takes."""
    return _get(raw, name, str).encode(errors="replace").decode().replace("\0", "")


def _has(raw: object, name: str) -> bool:
    return isinstance(raw, dict) and raw.get(name) is not None


def _get(raw: object, name: str, kind: type[T]) -> T:
    value = raw.get(name) if isinstance(raw, dict) else None
    if type(value) is not kind:  # not isinstance: true is no number here
        raise MalformedUpdate(f"{name} is missing or no {kind.__name__}")
    if isinstance(value, int) and abs(value) >= 1 << 63:
        raise MalformedUpdate(f"{name} is larger than any of Telegram's")
    return value


# --- out ------------------------------------------------------------------------------------------


def call(outbound: Outbound) -> Call:
    """How to say it; raises ValueError for what no Telegram message can be (a mistake of ours)."""
    arguments: dict[str, Any] = {}
    if outbound.rows:
        keyboard = [[_button(choice) for choice in row] for row in outbound.rows]
        arguments["reply_markup"] = {"inline_keyboard": keyboard}
    if outbound.attachment:
        return _file(outbound, outbound.attachment, arguments)
    if not outbound.text.strip():
        raise ValueError("a message needs a text")
    arguments["text"] = _drawn(outbound, LIMITS.text)
    arguments["link_preview_options"] = {"is_disabled": True}
    if outbound.replaces:
        return Call("editMessageText", {**arguments, "message_id": int(outbound.replaces)})
    return Call("sendMessage", arguments)


def _file(outbound: Outbound, attachment: Attachment, arguments: dict[str, Any]) -> Call:
    if caption := _drawn(outbound, LIMITS.caption):
        arguments["caption"] = caption
    file = InputFile(attachment.content, filename=attachment.name)
    if attachment.media_type in PHOTOS:
        return Call("sendPhoto", {**arguments, "photo": file})
    return Call("sendDocument", {**arguments, "document": file})


def _drawn(outbound: Outbound, limit: int) -> str:
    """The text and under it the progress: ▰▰▰▱▱▱▱▱▱ (the text itself says it in words)."""
    if outbound.progress is None:
        return cut(outbound.text, limit)
    done, of = outbound.progress
    bar = "\n\n" + "▰" * done + "▱" * (of - done)
    return cut(outbound.text, limit - length(bar)) + bar


def _button(choice: Choice) -> dict[str, str]:
    label = f"✓ {choice.label}" if choice.chosen else choice.label
    if choice.url:
        return {"text": label, "url": choice.url}
    if not 0 < len(choice.data.encode()) <= DATA:
        raise ValueError(f"a button carries 1 to {DATA} bytes, not {len(choice.data.encode())}")
    return {"text": label, "callback_data": choice.data}


def length(text: str) -> int:
    """As Telegram counts: UTF-16 units, so that 👍 is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int) -> str:
    """As many whole lines as fit, then "…"; a first line that is too long is cut itself."""
    if length(text) <= limit:
        return text
    kept, room = [], limit - 1
    for line in text.split("\n"):
        room -= length(line) + 1
        if room < 0:
            break
        kept.append(line)
    if any(line.strip() for line in kept):
        return "\n".join([*kept, "…"])
    units = text.strip().encode("utf-16-le", "surrogatepass")[: 2 * (limit - 1)]
    return units.decode("utf-16-le", "ignore") + "…"
