"""Photos as phones send them, made here: `jpeg(4000, 3000, turned=True)`."""

import io

from PIL import Image

WHERE = {1: "S", 2: (7.0, 33.0, 59.0), 3: "E", 4: (110.0, 49.0, 12.0)}  # GPS, as EXIF writes it


def scene(width: int, height: int) -> Image.Image:
    """Red above, blue below."""
    image = Image.new("RGB", (width, height), (200, 30, 30))
    image.paste((30, 30, 200), (0, height // 2, width, height))
    return image


def jpeg(width: int = 640, height: int = 480, *, turned: bool = False) -> bytes:
    """With the place in it; `turned`: the phone was held upright, and says so."""
    image = scene(width, height)
    exif = Image.Exif()
    exif[0x010F] = "Merek"
    exif.get_ifd(0x8825).update(WHERE)
    if turned:
        exif[0x0112] = 6  # to be shown a quarter turn clockwise
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=b"diambil Bu Sri")
    return out.getvalue()


def png(width: int = 640, height: int = 480, *, clear: bool = False) -> bytes:
    """`clear`: all of it transparent."""
    image = scene(width, height).convert("RGBA")
    if clear:
        image.putalpha(0)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def huge() -> bytes:
    """A PNG of 250 kB with 60 million pixels."""
    out = io.BytesIO()
    Image.new("RGBA", (7745, 7745)).save(out, "PNG")
    return out.getvalue()
