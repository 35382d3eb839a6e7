"""A workbook says what the tables say, in a spreadsheet program too."""

import csv
import io
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from skm.output.workbooks.tables import Cell, Sheet, workbook

OFFICE = shutil.which("soffice")
FIGURES = Sheet(
    "Ringkasan",
    ["Unit", "IKM", "Responden"],
    [["Pasar", Decimal("86.30"), 1360], ["Terminal", Decimal("0.1300"), None], ["Museum", None, 0]],
)
FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "{=1}",
    "https://example.org",
    "mailto:a@b",
    "007",
    "1e5",
]


def opened(*sheets: Sheet) -> list[Worksheet]:
    book = openpyxl.load_workbook(io.BytesIO(workbook(sheets)))
    return [book[sheet.name] for sheet in sheets]


def test_figures_are_numbers_with_the_places_they_were_printed_with() -> None:
    (page,) = opened(FIGURES)
    assert [[cell.value for cell in row] for row in page.iter_rows()] == [
        ["Unit", "IKM", "Responden"],
        ["Pasar", 86.3, 1360],
        ["Terminal", 0.13, None],
        ["Museum", None, 0],
    ]
    formats = [page[place].number_format for place in ("B2", "B3", "C2")]
    assert formats == ["#,##0.00", "#,##0.0000", "#,##0"]


def test_each_table_has_a_sheet_of_its_own_in_order() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook([FIGURES, Sheet("Temuan", ["Unit"], [])])))
    assert book.sheetnames == ["Ringkasan", "Temuan"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_is_run_or_turned_into_something_else(text: str) -> None:
    (page,) = opened(Sheet("Temuan", [text], [[text]]))
    for place in ("A1", "A2"):
        assert page[place].value == text
        assert page[place].data_type == "s"
        assert page[place].hyperlink is None


def test_the_head_stays_and_every_column_can_be_filtered() -> None:
    (page,) = opened(FIGURES)
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:C4"
    assert page.print_title_rows == "$1:$1"
    assert page.page_setup.fitToHeight == 0  # as many pages as it takes; one across is the default


def test_a_long_text_makes_its_row_higher() -> None:
    (page,) = opened(Sheet("Cara", ["Alasan"], [["kata " * 40], ["kata"]]))
    assert page.row_dimensions[2].height == 60
    assert page.row_dimensions[3].height is None
    assert page.column_dimensions["A"].width < 65


cells = st.one_of(
    st.none(),
    st.integers(-(10**9), 10**9),
    st.decimals(-1000, 1000, places=2),
    st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=80),
)


@given(st.lists(st.tuples(cells, cells), max_size=8))
def test_every_cell_comes_back(rows: list[tuple[Cell, Cell]]) -> None:
    (page,) = opened(Sheet("Temuan", ["A", "B"], rows))
    found = [[page.cell(at, column).value for column in (1, 2)] for at in range(2, len(rows) + 2)]
    assert found == [[float(c) if isinstance(c, Decimal) else c for c in row] for row in rows]


@pytest.mark.office
@pytest.mark.skipif(not OFFICE, reason="LibreOffice is not installed")
def test_a_spreadsheet_program_reads_the_same(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [[text, Decimal("86.34")] for text in FORMULAS]
    (tmp_path / "temuan.xlsx").write_bytes(workbook([Sheet("Temuan", ["Unit", "IKM"], rows)]))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    subprocess.run(
        [str(OFFICE), profile, "--headless", "--convert-to", "csv", "temuan.xlsx"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        timeout=120,
    )
    with (tmp_path / "temuan.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [["Unit", "IKM"], *([text, "86.34"] for text in FORMULAS)]
