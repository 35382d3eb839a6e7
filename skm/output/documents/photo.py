"""Makes the photo that is kept of one that was sent.

It is drawn anew, so that nothing is left of what a phone writes into a file: where and when it was
taken, with which device, a thumbnail of the part that was cut off.
"""

import io
from typing import TYPE_CHECKING, Final

from skm.errors import SkmError
from skm.follow_up.photo import Photo

if TYPE_CHECKING:
    from PIL.Image import Image, Transpose
    from PIL.ImageFile import ImageFile

LONGEST: Final = 1600  # pixels of the longer side: sharp on a phone, some 300 kB
QUALITY: Final = 82
FORMATS: Final = ("JPEG", "PNG", "WEBP")
ORIENTATION: Final = 0x0112  # in EXIF: how the phone was held

# Pixels of the largest picture that is decoded, in at most 160 MB of memory. A file of few bytes
# may hold any number of them. A baseline JPEG is reduced while it is read.
PIXELS: Final = {"PNG": 16_000_000, "WEBP": 9_000_000}
PIXELS_BASELINE: Final = 64_000_000
PIXELS_PROGRESSIVE: Final = 16_000_000


class PhotoError(SkmError):
    """It is no picture that we can read."""

    def __init__(self) -> None:
        super().__init__("That is no picture: send a JPEG, PNG or WebP.")


class TooManyPixels(SkmError):
    """Decoding it would take too much memory."""

    def __init__(self) -> None:
        super().__init__("That picture has too many pixels: make it smaller, or send a JPEG.")


def kept(content: bytes) -> Photo:
    """The photo, upright and at most LONGEST pixels long; raises PhotoError or TooManyPixels.

    Of an animation the first picture is kept.
    """
    from PIL import Image

    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            if image.width * image.height > _most_pixels(image):
                raise TooManyPixels
            turn = _turn(image)
            small = _reduced(image)
            return _drawn(small if turn is None else small.transpose(turn))
    except Image.DecompressionBombError:
        raise TooManyPixels from None
    except (OSError, SyntaxError, ValueError):
        raise PhotoError from None


def _most_pixels(image: "ImageFile") -> int:
    """How many pixels this kind of file may have; reads its header only."""
    if image.format in PIXELS:
        return PIXELS[image.format]
    return PIXELS_PROGRESSIVE if "progressive" in image.info else PIXELS_BASELINE


def _reduced(image: "Image") -> "Image":
    """At most LONGEST pixels long, with 8 bits a channel."""
    if image.mode == "I;16":  # without the division everything above 255 becomes white
        image = image.point(lambda value: value / 256).convert("L")
    image.thumbnail((LONGEST, LONGEST), reducing_gap=1.0)  # a JPEG is read at 1/2, 1/4 or 1/8
    return image


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
    tag = image.getexif().get(ORIENTATION)
    return turns.get(tag) if isinstance(tag, int) else None


def _drawn(image: "Image") -> Photo:
    """A JPEG on a white background, with the pixels and no metadata."""
    from PIL import Image

    plain = Image.new("RGB", image.size, "white")
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        plain.paste(layer, mask=layer.getchannel("A"))
    else:
        plain.paste(image.convert("RGB"))
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return Photo(out.getvalue(), *plain.size)
