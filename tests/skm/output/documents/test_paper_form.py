"""Paper forms as a printer prints them."""

from functools import cache

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from numpy.typing import NDArray

from bot.documents.paper_forms import PaperForms
from bot.messaging.catalog import Catalog
from skm.instansi.collector import Collector
from skm.instansi.upp import Upp
from skm.paper.layout import FRAME, HEIGHT, QR, SERIAL, TITLE, WIDTH, Rect, layout_of
from tests.skm.survey.test_instrument import SKM9

DOTS = 10  # pixels of a millimetre
SPREAD = 0.2  # mm by which a line is wider in a picture
WAY = Collector(
    "PAJANG",
    "PKM",
    "Pelayanan Pengaduan Kekerasan terhadap Perempuan dan Anak serta Konseling",
    "Gedung B lantai 3, loket pelayanan terpadu nomor 17",
)
UNIT = Upp(
    "PKM",
    "Dinas Pemberdayaan Perempuan dan Perlindungan Anak serta Pengendalian Penduduk"
    " dan Keluarga Berencana",
)
CATALOG = Catalog.load()
LAYOUT = layout_of(SKM9)


@cache
def sheet(language: str) -> NDArray[np.uint8]:
    """Two forms beside each other, in grey."""
    made = PaperForms(CATALOG, SKM9, language).pdf(WAY, UNIT, ["AAAAAAA", "BBBBBBB"])
    [page] = pypdfium2.PdfDocument(made)
    picture = page.render(scale=DOTS * 25.4 / 72).to_pil().convert("L")
    return np.asarray(picture)


def ink(picture: NDArray[np.uint8], rect: Rect, grow: float = 0.0, left: float = 0.0) -> float:
    """How much is black in a part of the sheet, in mm²."""
    x, y = rect.x + left - grow, rect.y - grow
    x2, y2 = x + rect.width + 2 * grow, y + rect.height + 2 * grow
    cut = picture[round(y * DOTS) : round(y2 * DOTS), round(x * DOTS) : round(x2 * DOTS)]
    return float((1 - cut / 255).sum()) / DOTS**2


@pytest.mark.parametrize("language", CATALOG.languages)
@pytest.mark.parametrize("side", [0, 1])
def test_every_box_is_where_the_reader_looks_and_nothing_is_printed_around_it(
    language: str, side: int
) -> None:
    picture = sheet(language)
    assert picture.shape == (HEIGHT * DOTS, 2 * WIDTH * DOTS)
    for box in LAYOUT.boxes:
        rect, left = box.rect, side * WIDTH
        frame = ink(picture, rect, grow=SPREAD, left=left)
        assert frame - ink(picture, rect, grow=-0.5, left=left) > 0.9 * 4 * rect.width * FRAME
        assert ink(picture, rect, grow=box.ring, left=left) - frame < 0.15, box
        letter = 1.0 if box.item in LAYOUT.questions else 0.0
        assert ink(picture, rect, grow=-0.5, left=left) <= letter, box


@pytest.mark.parametrize("language", CATALOG.languages)
def test_both_forms_of_a_sheet_have_their_own_code(language: str) -> None:
    found = {code.text for code in zxingcpp.read_barcodes(sheet(language))}
    version = SKM9.version.upper()
    assert found == {f"SKM1:PAJANG:{version}:{serial}" for serial in ("AAAAAAA", "BBBBBBB")}


def test_names_that_are_too_long_shrink_and_leave_the_serial_legible() -> None:
    """The heading ends above the line with the serial, whatever stands in it."""
    for language in CATALOG.languages:
        picture = sheet(language)
        gap = Rect(TITLE.x, TITLE.y + TITLE.height, TITLE.width, SERIAL.y - TITLE.y - TITLE.height)
        assert ink(picture, TITLE) > 5
        assert ink(picture, gap) == 0


def test_the_qr_fills_its_place() -> None:
    picture = sheet("id")
    assert ink(picture, QR) > 0.3 * QR.width**2
    assert 0.94 * QR.width >= 22  # mm, also when a copier makes the form smaller
    assert ink(picture, Rect(QR.x, QR.y - 1.5, QR.width, 1.5)) == 0
