"""Photos of what was done: loaded only when one was asked for, and reduced to what is kept."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from bot.messaging.channel import LoadError, LoadPhoto
from bot.messaging.message import LARGEST
from bot.request.request import Request
from skm.follow_up.photo import Photo
from skm.output.documents.photo import PhotoError, TooManyPixels, kept

DECODER = ThreadPoolExecutor(1, "photo")  # one at a time, since each takes much memory


class PhotoRefused(Exception):
    """What was sent is no usable photo. `key`: the text ([tindak_lanjut]) that says what to do."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


async def sent(request: Request, load: LoadPhoto) -> Photo:
    """The photo that came with a request. Raises PhotoRefused."""
    if request.photo is None:
        raise PhotoRefused("no_photo")
    if request.photo.size > LARGEST:
        raise PhotoRefused("photo_too_large")
    try:
        return await made(await load(request.official.channel, request.photo))
    except LoadError:
        raise PhotoRefused("photo_not_loaded") from None


async def made(content: bytes) -> Photo:
    """The photo that is kept of a file's bytes. Raises PhotoRefused."""
    if len(content) > LARGEST:
        raise PhotoRefused("photo_too_large")
    try:
        return await asyncio.get_running_loop().run_in_executor(DECODER, kept, content)
    except TooManyPixels:
        raise PhotoRefused("photo_too_many_pixels") from None
    except PhotoError:
        raise PhotoRefused("no_photo") from None
