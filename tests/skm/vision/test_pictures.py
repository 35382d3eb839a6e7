"""The files that people send."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfWriter

from skm.vision.pictures import LONGEST, PictureError, pictures

GRAY = np.tile(np.linspace(0, 255, 600, dtype=np.uint8), (400, 1))


def saved(kind: str, picture: Image.Image, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_picture_is_read_in_grey(kind: str) -> None:
    [read] = pictures(saved(kind, Image.fromarray(GRAY).convert("RGB")))
    assert read.shape == GRAY.shape
    assert np.abs(read.astype(int) - GRAY).mean() < 3


def test_a_photo_of_a_phone_is_turned_as_it_was_held() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # held upright
    [read] = pictures(saved("JPEG", Image.fromarray(GRAY), exif=exif))
    assert read.shape == (600, 400)


def test_a_heic_photo_is_read() -> None:
    """The file: the grey of these tests, a tenth as large, written by heif-enc."""
    [read] = pictures(Path(__file__).with_name("grey.heic").read_bytes())
    assert read.shape == (40, 60)
    assert read[:, 0].mean() < 20
    assert read[:, -1].mean() > 235


def test_a_scan_of_several_pages_is_as_many_pictures() -> None:
    pages = [Image.fromarray(GRAY), Image.fromarray(GRAY.T.copy())]
    content = saved("PDF", pages[0], save_all=True, append_images=pages[1:], resolution=200)
    first, second = pictures(content)
    assert first.shape == (400, 600)
    assert second.shape == (600, 400)


def test_a_scan_as_a_tiff_of_several_pages_is_as_many_pictures() -> None:
    pages = [Image.fromarray(GRAY), Image.fromarray(GRAY.T.copy())]
    first, second = pictures(saved("TIFF", pages[0], save_all=True, append_images=pages[1:]))
    assert first.shape == (400, 600)
    assert second.shape == (600, 400)


def test_a_picture_of_sixteen_bits_is_read() -> None:
    deep = Image.fromarray(GRAY.astype(np.uint16) * 257)
    [read] = pictures(saved("PNG", deep))
    assert (read == GRAY).all()


def test_a_photo_in_the_colors_of_a_printer_is_read() -> None:
    [read] = pictures(saved("JPEG", Image.fromarray(GRAY).convert("CMYK")))
    assert np.abs(read.astype(int) - GRAY).mean() < 3


def test_what_is_transparent_is_white() -> None:
    ink = Image.new("RGBA", (60, 40), (0, 0, 0, 0))
    ink.paste((0, 0, 0, 255), (0, 0, 30, 40))
    [read] = pictures(saved("PNG", ink))
    assert (read[:, :30] == 0).all()
    assert (read[:, 30:] == 255).all()


def test_a_large_picture_is_reduced_while_it_is_read() -> None:
    [read] = pictures(saved("JPEG", Image.new("L", (8000, 6000), 200)))
    assert max(read.shape) <= LONGEST


def test_a_file_with_too_many_pixels_is_refused_before_it_is_read() -> None:
    with pytest.raises(PictureError, match="too large"):
        list(pictures(saved("PNG", Image.new("L", (9000, 8000)))))


def test_a_pdf_with_a_picture_of_too_many_pixels_is_refused_before_it_is_read() -> None:
    content = saved("PDF", Image.new("1", (9000, 8000)), resolution=1000)
    with pytest.raises(PictureError, match="too large"):
        list(pictures(content))


@pytest.mark.parametrize("content", [b"", b"hello", b"\x89PNG\r\n\x1a\nrest", b"%PDF-1.4 rest"])
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(PictureError, match=r"no picture|cannot be opened"):
        list(pictures(content))


def test_a_pdf_with_a_password_is_refused() -> None:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret")
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(PictureError, match="without a password"):
        list(pictures(out.getvalue()))
