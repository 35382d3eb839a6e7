"""Files that a person sends → grey pictures: JPEG, PNG, HEIC and others, and each page of a PDF."""

import io
from collections.abc import Iterator
from enum import StrEnum

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


class PictureFault(StrEnum):
    """Why a file cannot be read."""

    NO_PICTURE = "no_picture"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_PAGES = "too_many_pages"
    NO_PDF = "no_pdf"  # damaged, or with a password


class PictureError(SkmError):
    """A file in which no form can be looked for; the message says what to send instead."""

    def __init__(self, fault: PictureFault, message: str) -> None:
        super().__init__(message)
        self.fault = fault


def pictures(content: bytes) -> Iterator[Gray]:
    """The picture of a file, or one for each page of a PDF or TIFF. Raises PictureError."""
    if content[:1024].lstrip().startswith(b"%PDF"):
        yield from _pages(content)
    else:
        yield from _frames(content)


def _frames(content: bytes) -> Iterator[Gray]:
    import pi_heif

    pi_heif.register_heif_opener()
    try:
        with Image.open(io.BytesIO(content)) as opened:
            # Other formats hold smaller copies, depth or a moving picture beside the first one.
            pages = int(getattr(opened, "n_frames", 1)) if opened.format == "TIFF" else 1
            _check_pages(pages)
            for page in range(pages):
                opened.seek(page)
                _check_size(opened.width, opened.height)
                gray = ImageOps.exif_transpose(_in_gray(opened))
                if max(gray.size) > LONGEST:
                    gray.thumbnail((LONGEST, LONGEST), Image.Resampling.BOX)
                yield np.asarray(gray)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise PictureError(
            PictureFault.NO_PICTURE,
            "This file is no picture and no PDF: send photos (JPEG, PNG, HEIC) or a scan (PDF).",
        ) from error
    except Image.DecompressionBombError as error:
        raise _too_large() from error


def _in_gray(opened: Image.Image) -> Image.Image:
    """Sixteen bits a pixel become eight; what is transparent becomes white."""
    opened.draft("L", (LONGEST, LONGEST))
    if opened.mode.startswith("I"):
        gray = Image.fromarray((np.asarray(opened, np.uint32) >> 8).astype(np.uint8))
    elif opened.has_transparency_data:
        with_alpha = opened.convert("RGBA")
        white = Image.new("L", opened.size, 255)
        gray = Image.composite(with_alpha.convert("L"), white, with_alpha.getchannel("A"))
    else:
        return opened.convert("L")
    gray.info["exif"] = opened.getexif().tobytes()
    return gray


def _pages(content: bytes) -> Iterator[Gray]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise PictureError(
            PictureFault.NO_PDF,
            "The PDF cannot be opened: scan the forms again, without a password.",
        ) from error
    try:
        _check_pages(len(document))
        for page in document:
            for picture in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]):
                _check_size(*picture.get_px_size())
            scale = min(PDF_DOTS, LONGEST / max(page.get_size()))
            yield np.array(page.render(scale=scale, grayscale=True).to_numpy()).squeeze()
            page.close()
    finally:
        document.close()


def _check_pages(pages: int) -> None:
    if pages > MOST_PAGES:
        raise PictureError(
            PictureFault.TOO_MANY_PAGES,
            f"The file has more than {MOST_PAGES} pages: send it in parts.",
        )


def _check_size(width: int, height: int) -> None:
    """Before anything is decoded."""
    if width * height > MOST_PIXELS:
        raise _too_large()


def _too_large() -> PictureError:
    return PictureError(
        PictureFault.TOO_MANY_PIXELS,
        "The picture is too large: send one of at most 60 megapixels.",
    )
