"""Makes the photo that is kept of one that was sent.

It is drawn anew, so that nothing is left of what a phone writes into a file: where and when it was
taken, with which device, a thumbnail of the part that was cut off.
"""

import io
from typing import TYPE_CHECKING, Final

from skm.errors import SkmError
from skm.photo import Photo

if TYPE_CHECKING:
    from PIL.Image import Image, Transpose

LONGEST: Final = 1600  # pixels of the longer side: sharp on a phone, some 300 kB
PIXELS: Final = 60_000_000  # a file of few bytes may unfold to any number of them
QUALITY: Final = 82
FORMATS: Final = ("JPEG", "PNG", "WEBP")
ORIENTATION: Final = 0x0112  # in EXIF: how the phone was held


class PhotoError(SkmError):
    """It is no picture that we can read."""

    def __init__(self) -> None:
        super().__init__("That is no picture: send a JPEG, PNG or WebP.")


def kept(content: bytes) -> Photo:
    """Upright and at most LONGEST pixels long. Raises PhotoError."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            if image.width * image.height > PIXELS:
                raise PhotoError
            turn = _turn(image)
            image.thumbnail((LONGEST, LONGEST))  # a large JPEG is unfolded no further
            return _drawn(image if turn is None else image.transpose(turn))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise PhotoError from None


def _turn(image: "Image") -> "Transpose | None":
    """What shows it upright; ImageOps.exif_transpose stumbles over damaged EXIF."""
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    told = image.getexif().get(ORIENTATION)
    return turns.get(told) if isinstance(told, int) else None


def _drawn(image: "Image") -> Photo:
    """On white paper, which takes nothing over but the pixels."""
    from PIL import Image

    paper = Image.new("RGB", image.size, "white")
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        paper.paste(layer, mask=layer.getchannel("A"))
    else:
        paper.paste(image.convert("RGB"))
    out = io.BytesIO()
    paper.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return Photo(out.getvalue(), *paper.size)
