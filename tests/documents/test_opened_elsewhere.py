"""Our files open in the programs of an office, and say there what we said."""

import io
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from bot.documents.posters import DeskWords
from bot.messaging.catalog import Catalog
from bot.messaging.links import Links
from bot.running.settings import INSTRUMENTS
from skm.instansi.collector import Collector
from skm.instansi.upp import Upp
from skm.output.documents.desk_poster import DeskPoster, Size, posters_pdf
from skm.output.documents.document import Chapter, Document, DocumentWords, Paragraph
from skm.output.documents.pdf import as_pdf
from skm.survey.instrument import Instrument
from tests.documents.conftest import CITY, HALF, QUARTER, UNIT, Made
from tests.documents.office import (
    converted,
    needs_libreoffice,
    needs_poppler,
    pictures_of,
    text_of,
)

pytestmark = [pytest.mark.office, pytest.mark.takes_long]

OFFICE_PRINTER = 200  # dots an inch; the worst that still prints a letter
BASE = "https://survei.surakarta.example.go.id"


def figures(text: str) -> list[str]:
    """The numbers with decimals of all tables, as plain text writes them."""
    cells = (cell for line in text.splitlines() if " | " in line for cell in line.split(" | "))
    return [cell for cell in cells if re.fullmatch(r"[0-9.]+,[0-9]+", cell)]


@needs_poppler
@pytest.mark.parametrize(("unit", "period"), [(UNIT, QUARTER), (CITY, HALF)])
def test_pdftotext_finds_every_figure(made: Made, tmp_path: Path, unit: str, period: str) -> None:
    (tmp_path / "report.pdf").write_bytes(made(unit, period, "pdf"))
    text = text_of(tmp_path / "report.pdf")
    wanted = figures(made(unit, period, "text").decode())
    assert len(wanted) >= 36
    assert [figure for figure in wanted if figure not in text] == []


@pytest.mark.thorough
@needs_libreoffice
@needs_poppler
@pytest.mark.parametrize(("unit", "period"), [(UNIT, QUARTER), (CITY, HALF)])
def test_libreoffice_shows_the_docx_with_every_figure(
    made: Made, tmp_path: Path, unit: str, period: str
) -> None:
    text = text_of(converted(made(unit, period, "docx"), tmp_path, "docx", "pdf"))
    wanted = figures(made(unit, period, "text").decode())
    assert [figure for figure in wanted if figure not in text] == []


@pytest.mark.thorough
@needs_libreoffice
def test_libreoffice_computes_the_same_figures(made: Made, tmp_path: Path) -> None:
    """openpyxl drops what we computed, so every figure is LibreOffice's own."""
    ours = made(CITY, HALF, "xlsx")
    emptied = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(ours)).save(emptied)
    theirs = converted(emptied.getvalue(), tmp_path, "xlsx", "xlsx:Calc MS Excel 2007 XML")
    before = openpyxl.load_workbook(io.BytesIO(ours), data_only=True)
    after = openpyxl.load_workbook(theirs, data_only=True)
    for sheet, ikm, figures in (
        ("Rekapitulasi IKM per Unit", 12, slice(3, 15)),
        ("Angka pembanding", 5, slice(2, 7)),
    ):
        compared = 0
        for mine, recomputed in zip(before[sheet].values, after[sheet].values, strict=True):
            if isinstance(mine[ikm], float):
                assert list(recomputed[figures]) == list(mine[figures])
                compared += 1
        assert compared > 250


@needs_poppler
@pytest.mark.parametrize("size", list(Size))
def test_every_qr_can_be_read_from_the_printed_page(size: Size, tmp_path: Path) -> None:
    codes = ["PAJANG", "K7M2PQ", "4TFJF6"]
    (tmp_path / "posters.pdf").write_bytes(posters_pdf(posters(codes), size, "Poster"))
    pages = pictures_of(tmp_path / "posters.pdf", tmp_path, OFFICE_PRINTER)
    assert len(pages) == len(codes)
    for page, code in zip(pages, codes, strict=True):
        found = zxingcpp.read_barcodes(Image.open(page))
        assert {one.text for one in found} == {f"{BASE}/s/{code}"}
        assert len(found) == (2 if size is Size.TENT else 1)


@needs_poppler
def test_a_poster_says_what_to_do_in_every_language(tmp_path: Path) -> None:
    (tmp_path / "poster.pdf").write_bytes(posters_pdf(posters(["PAJANG"]), Size.A4, "Poster"))
    text = text_of(tmp_path / "poster.pdf")
    for said in ("Kode: PAJANG", "Puskesmas Pajang", "Pindai", "Scan", "wangsuli", "Loket 1"):
        assert said in text


def posters(codes: list[str]) -> list[DeskPoster]:
    instrument = Instrument.parse((INSTRUMENTS / "skm9.toml").read_text(encoding="utf-8"))
    words = DeskWords(Catalog.load(), Links(BASE), instrument, "id")
    unit = Upp("PKMPAJANG", "Puskesmas Pajang")
    return [
        words.poster(Collector(code, unit.code, "Pendaftaran", "Loket 1"), unit) for code in codes
    ]


def test_the_spreadsheet_shows_the_index_as_we_print_it(made: Made) -> None:
    book = openpyxl.load_workbook(io.BytesIO(made(UNIT, QUARTER, "xlsx")), data_only=True)
    (row,) = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
    text = made(UNIT, QUARTER, "text").decode()
    ikm = Decimal(str(row[12])).quantize(Decimal("0.01"))
    assert f"\nIKM: {ikm}".replace(".", ",") in text


@pytest.mark.thorough
def test_a_period_in_one_part_has_one_row_of_averages(made: Made) -> None:
    book = openpyxl.load_workbook(io.BytesIO(made(CITY, QUARTER, "xlsx")), data_only=True)
    named = [row[0] for row in book["Grafik"].iter_rows(min_row=2, values_only=True)]
    assert named.count("Triwulan III 2026") == 1


@needs_poppler
def test_a_long_name_at_the_foot_leaves_room_for_the_number_of_the_page(tmp_path: Path) -> None:
    name = "Unit Pelaksana Teknis Daerah " * 6
    words = DocumentWords("id", "Daftar Isi", "Tabel", "Gambar", "Halaman")
    chapter = Chapter("BAB I", "Pendahuluan", [Paragraph("Isi.")])
    long = Document("Laporan", name, "2026", "Kota", [], name.strip(), [chapter], words)
    (tmp_path / "long.pdf").write_bytes(as_pdf(long))
    shown = [run for run in text_of(tmp_path / "long.pdf").split(" ") if "Halaman" in run]
    assert shown == ["Halaman", "Halaman"]


def test_the_pdf_is_made_for_archives_and_screen_readers(made: Made) -> None:
    pdf = PdfReader(io.BytesIO(made(UNIT, QUARTER, "pdf")))
    metadata = pdf.xmp_metadata
    assert metadata is not None
    assert (metadata.pdfaid_part, metadata.pdfaid_conformance) == ("2", "A")
    root: dict[str, Any] = pdf.root_object
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("id", True)
    assert pdf.metadata
    assert pdf.metadata.title == (
        "Laporan Survei Kepuasan Masyarakat UPT. Puskesmas Pajang, Triwulan III 2026"
    )
