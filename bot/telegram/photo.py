"""Photos that people send: which of its sizes we would take, and loading it, which is rare."""

import asyncio
from typing import Any

from telegram import Bot
from telegram.error import TelegramError
from telegram.request import BaseRequest

from bot.channel import LoadError
from bot.message import LARGEST, Photo

PATIENCE = 15.0  # seconds


def photo_of(message: dict[str, Any]) -> Photo | None:
    """The picture of a message, also one that was sent as a document; None if it has none.

    Of the sizes of a photo the largest that we take. What is not as Telegram promises is no photo:
    a citizen's is not looked at, so nothing about it may be refused.
    """
    sizes = message.get("photo")
    found = [one for one in map(_file, sizes if isinstance(sizes, list) else []) if one]
    document = message.get("document")
    if isinstance(document, dict) and str(document.get("mime_type")).startswith("image/"):
        found += filter(None, [_file(document)])
    if not found:
        return None
    fitting = [one for one in found if one.size <= LARGEST]
    best = max(fitting or found, key=lambda photo: photo.size)
    group = _said(message, "media_group_id")
    return Photo(best.key, best.size, _said(message, "caption"), group and f"album {group}")


def _file(raw: object) -> Photo | None:
    key, size = (raw.get("file_id"), raw.get("file_size")) if isinstance(raw, dict) else (None, 0)
    return Photo(key, size if type(size) is int else 0) if isinstance(key, str) and key else None


def _said(message: dict[str, Any], name: str) -> str:
    said = message.get(name)
    return said.encode(errors="replace").decode() if isinstance(said, str) else ""


async def loaded(bot: Bot, request: BaseRequest, photo: Photo) -> bytes:
    """Ask where it lies, then get it; raises LoadError."""
    try:
        async with asyncio.timeout(PATIENCE):
            file = await bot.get_file(photo.key)
            if not file.file_path or (file.file_size or 0) > LARGEST:
                raise LoadError("Telegram does not give that photo")
            return await request.retrieve(file.file_path)
    except (TelegramError, TimeoutError) as error:
        raise LoadError(f"A photo was not loaded ({type(error).__name__})") from None
