"""The table is found wherever it begins, and what is no answer is left out."""

import pytest

from skm.intake.choices import Choices
from skm.intake.remark import IntakeError, RemarkKind
from skm.intake.table import layout
from skm.intake.table.columns import ColumnNames
from skm.intake.table.grid import Grid, GridRow, SourceFile
from tests.skm.survey.test_instrument import SKM9
from tests.tools.intake import CODES, answers, context


def grid(*lines: str, name: str = "") -> Grid:
    return Grid(name, [GridRow(n, tuple(line.split(","))) for n, line in enumerate(lines, 1)])


def find(*grids: Grid, choices: Choices | None = None) -> layout.TableLayout:
    chosen = choices or Choices()
    names = ColumnNames(SKM9, context().words, chosen)
    return layout.find(SourceFile("x", grids), names, chosen)


HEADING, DATA = f"upp,tanggal,{CODES}", f"PAJANG,2026-11-20,{answers()}"


def test_titles_above_the_headings_are_passed_over() -> None:
    found = find(grid("PENGOLAHAN SKM", "", "Unit: Puskesmas", HEADING, DATA))
    assert (found.line, found.above, found.first) == (4, 2, 4)


def test_headings_in_two_rows_are_joined() -> None:
    found = find(grid("No,Unit,Tanggal,Nilai unsur", f",,,{CODES}", f"1,{DATA}"))
    assert found.line == 2
    assert found.roles[1:5] == ("upp", "submitted_at", "U1", "U2")


def test_the_first_row_of_answers_is_never_taken_for_headings() -> None:
    words = "Persyaratan,Prosedur,Waktu,Biaya,Produk,Kompetensi,Perilaku,Sarana,Pengaduan"
    found = find(grid(f"unit,x,tanggal,{words}", f"PAJANG,Puskesmas,2026-11-20,{answers()}", DATA))
    assert (found.line, len(found.rows)) == (1, 2)


def test_of_several_sheets_the_one_with_answers_is_read_or_it_is_asked() -> None:
    notes, table = grid("upp,tanggal,catatan", "a,b,c", name="Ket"), grid(HEADING, DATA, name="A")
    assert find(notes, table).grid.name == "A"
    other = grid(HEADING, DATA, name="B")
    with pytest.raises(IntakeError) as error:
        find(table, other)
    assert error.value.remarks[0].near == ("A", "B")
    assert find(table, other, choices=Choices(sheet="b")).grid.name == "B"
    with pytest.raises(IntakeError) as error:
        find(table, choices=Choices(sheet="C"))
    assert error.value.remarks[0].kind is RemarkKind.NO_SHEET


def test_the_row_of_headings_can_be_chosen() -> None:
    twice = grid(HEADING, HEADING, DATA)
    assert find(twice, choices=Choices(header=2)).line == 2


def test_without_headings_it_is_said() -> None:
    with pytest.raises(IntakeError) as error:
        find(grid(DATA, DATA))
    assert error.value.remarks[0].kind is RemarkKind.NO_HEADINGS


@pytest.mark.parametrize(
    ("line", "is_numbering"),
    [("1,2,3,4,5,6", True), ("(1),(2),(3),(4),(5)", True), ("1,2,3", False), ("4,4,3,4,3", False)],
)
def test_a_row_that_counts_the_columns(line: str, is_numbering: bool) -> None:
    assert layout.is_numbering(grid(line).rows[0]) is is_numbering
