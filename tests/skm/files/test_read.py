"""Any format that spreadsheets write becomes the same rows of text."""

import io
from contextlib import suppress
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skm.files.read import read
from skm.intake.remark import IntakeError, RemarkKind
from tests.tools.examples import examples

MIDNIGHT = datetime.fromisoformat("2026-09-01")
ROWS = [("Unit", "Tanggal", "Nilai"), ("Puskesmas Ñandú", "2026-09-01", "4"), ("B", "x", "3")]


def text(separator: str = ",", end: str = "\n") -> str:
    return "".join(separator.join(row) + end for row in ROWS)


def cells(content: bytes) -> list[tuple[str, ...]]:
    (grid,) = read(content, "berkas").grids
    return [row.cells for row in grid.rows]


def workbook(rows: list[list[object]], *merged: str) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for span in merged:
        sheet.merge_cells(span)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def refusal(content: bytes) -> RemarkKind:
    with pytest.raises(IntakeError) as error:
        read(content, "berkas")
    return error.value.remarks[0].kind


@pytest.mark.parametrize(
    "content",
    [
        text().encode(),
        text(";").encode("utf-8-sig"),
        text("\t", "\r\n").encode("utf-16"),
        text(";").encode("utf-16-le"),
        text(";").encode("utf-16-be"),
        text("|").encode("utf-32"),
        text(",", "\r").encode("cp1252"),
        b"sep=;\r\n" + text(";", "\r\n").encode("cp1252"),
        workbook([list(row) for row in ROWS]),
        ("<table>" + "".join("<tr><td>" + "<td>".join(row) for row in ROWS)).encode(),
    ],
)
def test_every_encoding_separator_and_format_gives_the_same_rows(content: bytes) -> None:
    assert cells(content) == ROWS


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    (grid,) = read(b'sep=,\na,b\n"satu\n\ndua",2\nc,3\n', "x").grids
    assert [(row.number, row.cells[0]) for row in grid.rows] == [
        (2, "a"),
        (3, "satu\n\ndua"),
        (6, "c"),
    ]


def test_cells_of_a_workbook_are_what_people_see() -> None:
    found = cells(
        workbook(
            [
                ["Unit", "kapan", "n", "p"],
                ["A", MIDNIGHT, 4.0, 0.25],
                [None, MIDNIGHT.replace(hour=9, minute=30), 3, True],
                ["B", date(2026, 9, 2), "'4", "=1+1"],
            ],
            "A2:A3",
        )
    )
    assert found[1] == ("A", "2026-09-01", "4", "0.25")
    assert found[2] == ("A", "2026-09-01 09:30:00", "3", "TRUE")
    assert found[3][:3] == ("B", "2026-09-02", "'4")


def test_rows_of_a_workbook_are_numbered_from_its_top_and_hidden_sheets_left_out() -> None:
    book = openpyxl.Workbook()
    sheet, hidden = book.active, book.create_sheet("Daftar")
    assert sheet is not None
    hidden.sheet_state = "hidden"
    hidden["A1"] = "x"
    sheet["B3"] = "judul"
    out = io.BytesIO()
    book.save(out)
    (grid,) = read(out.getvalue(), "x.xlsx").grids
    assert [(row.number, row.cells) for row in grid.rows if not row.is_blank] == [(3, ("judul",))]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", RemarkKind.EMPTY_FILE),
        (b"\xef\xbb\xbf\r\n", RemarkKind.EMPTY_FILE),
        (b"%PDF-1.7", RemarkKind.NOT_A_TABLE),
        (b"\xff\xd8\xff\xe0", RemarkKind.NOT_A_TABLE),
        (b"PK\x03\x04 broken", RemarkKind.DAMAGED),
        (b"\xd0\xcf\x11\xe0 broken", RemarkKind.DAMAGED),
        (b'a,b\n"satu,2\n', RemarkKind.QUOTES),
    ],
)
def test_what_is_no_table_is_named(content: bytes, kind: RemarkKind) -> None:
    assert refusal(content) is kind


def test_a_page_with_several_tables_gives_several_grids() -> None:
    page = b"<html><table><tr><td colspan=2>Judul<tr><th>a<th>b</table><table><tr><td>c</table>"
    found = read(page, "x.xls")
    assert found.is_web_page
    assert [[row.cells for row in grid.rows] for grid in found.grids] == [
        [("Judul", ""), ("a", "b")],
        [("c",)],
    ]


@given(
    st.binary(max_size=400) | st.text(max_size=200).map(lambda one: one.encode("utf-8", "replace"))
)
@examples(200)
def test_any_bytes_are_rows_or_a_refusal(content: bytes) -> None:
    with suppress(IntakeError):
        found = read(content, "x")
        numbers = [row.number for grid in found.grids for row in grid.rows]
        assert all(number > 0 for number in numbers)
