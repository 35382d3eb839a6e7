"""Several pictures below each other as one, because one message carries one picture."""

import io
from collections.abc import Sequence

from skm.output.palette import PAPER


def stacked(pictures: Sequence[bytes]) -> bytes:
    """PNGs in, a PNG out; a single one stays as it is. The same bytes for the same pictures."""
    if len(pictures) == 1:
        return pictures[0]
    from PIL import Image

    images = [Image.open(io.BytesIO(picture)).convert("RGB") for picture in pictures]
    width, height = max(i.width for i in images), sum(i.height for i in images)
    sheet = Image.new("RGB", (width, height), PAPER)
    y = 0
    for image in images:
        sheet.paste(image, (0, y))
        y += image.height
    out = io.BytesIO()
    sheet.save(out, "PNG", compress_level=1)
    return out.getvalue()
