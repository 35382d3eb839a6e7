"""Calls of the Bot API, validated as strictly as the real one does, and the chats they change."""

import asyncio
import json
import re
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from tests.stand.trouble import Answer, refusal

NO_ACTION = "Text buttons are unallowed in the inline keyboard"


class Refused(Exception):
    """The call is answered with this error."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer


def bad_request(text: str) -> Refused:
    return Refused(refusal(400, f"Bad Request: {text}"))


@dataclass(frozen=True)
class Call:
    """One request of the bot: when, what, and the files it carried (name → bytes)."""

    at: float
    method: str
    chat: int | None
    params: dict[str, Any]
    files: dict[str, bytes] = field(default_factory=dict)


@dataclass
class Message:
    """A message as the client holds it. `rows`: its inline keyboard."""

    id: int
    text: str
    rows: list[list[dict[str, str]]]
    file: str = ""
    thread: int = 0

    @property
    def labels(self) -> list[str]:
        return [button["text"] for row in self.rows for button in row]


@dataclass
class Chat:
    """A chat: its messages by number, and `news` set whenever the bot did something in it.

    `topics`: number → whether it is open.
    """

    id: int
    kind: str = "private"
    blocked: bool = False
    topics: dict[int, bool] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    newest: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def shows(self, bot: dict[str, Any], message: Message) -> dict[str, Any]:
        """The message is now the newest here; as the Bot API returns it."""
        self.messages[message.id] = message
        self.newest = message.id
        return {
            "message_id": message.id,
            "date": int(time.time()),
            "chat": {"id": self.id, "type": self.kind},
            "from": bot,
            "text": message.text,
        }


def _is_json(request: web.Request) -> bool:
    return request.content_type == "application/json"


def _as_text(params: dict[str, Any]) -> dict[str, str]:
    """Parameters are texts, whichever way they came; what is none is the JSON of it."""
    return {name: v if isinstance(v, str) else json.dumps(v) for name, v in params.items()}


async def read(request: web.Request) -> Call:
    params: dict[str, Any] = dict(request.query)
    files = {}
    sent = _as_text(await request.json()) if _is_json(request) else await request.post()
    for name, value in sent.items():
        if isinstance(value, web.FileField):
            files[value.filename] = value.file.read()
        else:
            params[name] = value
    chat = params.get("chat_id")
    method = request.match_info["method"]
    return Call(time.monotonic(), method, int(chat) if chat else None, params, files)


def text_of(call: Call, name: str, most: int) -> str:
    text = str(call.params.get(name, "")).strip()
    if len(text.encode("utf-16-le")) // 2 > most:
        raise bad_request(
            "message is too long" if name == "text" else "message caption is too long"
        )
    return text


def rows_of(call: Call) -> list[list[dict[str, str]]]:
    rows: list[list[dict[str, str]]] = json.loads(call.params.get("reply_markup", "{}")).get(
        "inline_keyboard", []
    )
    for button in (button for row in rows for button in row):
        if not button.get("text"):
            raise bad_request("can't parse inline keyboard button: Button text must be non-empty")
        if "url" not in button and not button.get("callback_data"):
            raise bad_request(f"can't parse inline keyboard button: {NO_ACTION}")
        if "url" in button and "." not in (urlsplit(button["url"]).hostname or ""):
            raise bad_request(
                f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL"
            )
        if len(button.get("callback_data", "").encode()) > 64:
            raise bad_request("BUTTON_DATA_INVALID")
    return rows


def commands_of(call: Call) -> list[dict[str, str]]:
    commands: list[dict[str, str]] = json.loads(call.params["commands"])
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return commands
