"""Photos and other files in messages: which to use, and downloading it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from telegram.error import TelegramError
from telegram.request import BaseRequest

from bot.messaging.channel import LoadError
from bot.messaging.message import LARGEST, SentFile, SentPhoto, is_picture, storable

TIMEOUT = 15.0  # seconds

CallMethod = Callable[..., Awaitable[Any]]
"""Calls a method of the Bot API by name; raises TelegramError."""


def photo_of(message: dict[str, Any]) -> SentPhoto | None:
    """The photo of a message, or an image or scan sent as a document; None if there is neither.

    Of a photo's sizes the largest within the limit. Malformed fields are ignored instead of
    refused: a citizen's photo is never downloaded, so the message must not fail because of it.
    """
    sizes = message.get("photo")
    found = [one for one in map(_file, sizes if isinstance(sizes, list) else []) if one]
    document = message.get("document")
    if isinstance(document, dict) and is_picture(str(document.get("mime_type"))):
        found += filter(None, [_file(document)])
    if not found:
        return None
    fitting = [one for one in found if one.size <= LARGEST]
    best = max(fitting or found, key=lambda photo: photo.size)
    group = _text(message, "media_group_id")
    return SentPhoto(best.key, best.size, _text(message, "caption"), group and f"album {group}")


def file_of(message: dict[str, Any]) -> SentFile | None:
    """The document of a message that is no image; None without one, or if it is malformed."""
    document = message.get("document")
    if not isinstance(document, dict) or is_picture(str(document.get("mime_type"))):
        return None
    found = _file(document)
    name = _text(document, "file_name")[:200]
    return SentFile(found.key, found.size, name) if found else None


def _file(raw: object) -> SentPhoto | None:
    key, size = (raw.get("file_id"), raw.get("file_size")) if isinstance(raw, dict) else (None, 0)
    if not isinstance(key, str) or not key:
        return None
    return SentPhoto(key, size if type(size) is int else 0)


def _text(message: dict[str, Any], name: str) -> str:
    text = message.get(name)
    return storable(text) if isinstance(text, str) else ""


async def download(
    call: CallMethod, request: BaseRequest, files: str, photo: SentPhoto | SentFile
) -> bytes:
    """Its bytes. `files`: the URL below which files lie. Raises LoadError."""
    try:
        async with asyncio.timeout(TIMEOUT):
            file = await call("getFile", file_id=photo.key)
            size = file.get("file_size")
            if isinstance(size, int) and size > LARGEST:
                raise LoadError("Telegram does not provide that photo")
            return await request.retrieve(f"{files}/{file['file_path']}")
    except (TelegramError, TimeoutError) as error:
        raise LoadError(f"A photo could not be downloaded ({type(error).__name__})") from None
