"""Files that a person sends → grey pictures: JPEG, PNG, HEIC and others, and each page of a PDF."""

import io
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from skm.errors import SkmError

Gray = npt.NDArray[np.uint8]
"""Rows of brightness from the top left: 0 black, 255 white."""

MOST_PIXELS = 60_000_000  # of a picture that is opened
LONGEST = 3600  # pixels of a side that are kept: 17 a millimetre of a form that fills the picture
PDF_DOTS = 200 / 72  # pixels of a point: as a scanner at 200 dots an inch
MOST_PAGES = 500


class PictureError(SkmError):
    """A file in which no form can be looked for; the message says what to send instead."""


def pictures(content: bytes) -> Iterator[Gray]:
    """The picture of a file, or one for each page of a PDF. Raises PictureError."""
    if content[:1024].lstrip().startswith(b"%PDF"):
        yield from _pages(content)
    else:
        yield _picture(content)


def _picture(content: bytes) -> Gray:
    import pi_heif

    pi_heif.register_heif_opener()
    try:
        with Image.open(io.BytesIO(content)) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise PictureError("The picture is too large: send one of at most 60 megapixels.")
            opened.draft("L", (LONGEST, LONGEST))
            gray = ImageOps.exif_transpose(opened.convert("L"))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise PictureError(
            "This file is no picture and no PDF: send photos (JPEG, PNG, HEIC) or a scan (PDF)."
        ) from error
    except Image.DecompressionBombError as error:
        raise PictureError(
            "The picture is too large: send one of at most 60 megapixels."
        ) from error
    if max(gray.size) > LONGEST:
        gray.thumbnail((LONGEST, LONGEST), Image.Resampling.BOX)
    return np.asarray(gray)


def _pages(content: bytes) -> Iterator[Gray]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise PictureError(
            "The PDF cannot be opened: scan the forms again, without a password."
        ) from error
    try:
        if len(document) > MOST_PAGES:
            raise PictureError(f"The PDF has more than {MOST_PAGES} pages: send it in parts.")
        for page in document:
            scale = min(PDF_DOTS, LONGEST / max(page.get_size()))
            yield np.array(page.render(scale=scale, grayscale=True).to_numpy()).squeeze()
            page.close()
    finally:
        document.close()
