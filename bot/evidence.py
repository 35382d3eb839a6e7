"""Photos of what was done: loaded only when one was asked for, and made into what is kept."""

import asyncio

from bot.ask import Ask
from bot.channel import LoadError
from bot.message import LARGEST
from skm.output.photo import PhotoError, kept
from skm.photo import Photo


class EvidenceError(Exception):
    """No photo came of what was sent; `key` names the sentence that says what to do."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


async def sent(ask: Ask) -> Photo:
    """The photo that came with a request. Raises EvidenceError."""
    load = ask.desk.loads.get(ask.official.channel)
    if ask.photo is None or load is None:
        raise EvidenceError("no_photo")
    if ask.photo.size > LARGEST:
        raise EvidenceError("photo_too_large")
    try:
        return await made(await load(ask.photo))
    except LoadError:
        raise EvidenceError("photo_not_loaded") from None


async def made(content: bytes) -> Photo:
    """What is kept of a file's bytes. Raises EvidenceError."""
    if len(content) > LARGEST:
        raise EvidenceError("photo_too_large")
    try:
        return await asyncio.to_thread(kept, content)
    except PhotoError:
        raise EvidenceError("no_photo") from None
