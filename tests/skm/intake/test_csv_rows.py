"""CSV files of spreadsheets are read; cells that they would run are escaped."""

import contextlib
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skm.intake.cells.text import escaped, unescaped
from skm.intake.csv_rows import CsvFileError, CsvLine, Problem, read


def rows(text: str) -> list[object]:
    found = read(text.splitlines(keepends=True), ["code", "name"], ["parent"])
    return [f.row if isinstance(f, CsvLine) else str(f) for f in found]


@pytest.mark.parametrize(
    "text",
    [
        "code,name\nA,Satu\n",
        "code;name\nA;Satu\n",
        "code\tname\nA\tSatu",
        "\ufeffcode,name\r\nA,Satu\r\n",
        " Code , NAME \nA, Satu \n",
        "code,name\n\nA,Satu\n,\n",
        'code,name\n"A","Satu"\n',
    ],
    ids=["comma", "semicolon", "tab", "bom and crlf", "spaces and case", "blanks", "quotes"],
)
def test_the_usual_spreadsheets_are_read_alike(text: str) -> None:
    assert rows(text) == [{"code": "A", "name": "Satu"}]


def test_columns_stand_in_any_order() -> None:
    assert rows("parent,name,code\nX,Satu,A\n") == [{"code": "A", "name": "Satu", "parent": "X"}]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "must name the columns code, name; code, name are missing"),
        ("code\nA\n", "name is missing"),
        ("code,name,colour\nA,B,C\n", "rename or remove “colour”"),
        ("code,name,name\nA,B,C\n", "name is there more often"),
        ('code,name\nA,"Satu\n', "Line 2 cannot be read"),
        ('code,name\nA,"Satu" dua\n', "check its quotation marks"),
        ("code,name\nA," + "x" * 200_000, "Line 2 cannot be read"),
    ],
)
def test_a_file_that_is_no_csv_is_refused_with_what_to_change(text: str, said: str) -> None:
    with pytest.raises(CsvFileError, match=said):
        rows(text)


def test_a_problem_names_the_line_on_which_its_row_begins() -> None:
    text = 'code,name\nA,"Satu\ndua"\nB\nC,Tiga\nD,Em\0pat\n'
    assert rows(text) == [
        {"code": "A", "name": "Satu\ndua"},
        "Line 4: it has 1 cells, the first line has 2 columns.",
        {"code": "C", "name": "Tiga"},
        "Line 6: it holds a character that is no text (NUL): type it again.",
    ]


@pytest.mark.parametrize(
    "text", ["=1+1", "+62", "-1", "@SUM(A1)", "\tx", "'=1", "''@x", "＝1+1", "＋1", "－1", "＠x"]
)
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert escaped(text) == f"'{text}"


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("baik;=1+1", "baik;'=1+1"),
        ("baik\t＝1+1", "baik\t'＝1+1"),
        ("baik\r\n-1", "baik\r\n'-1"),
        ('baik;"=1+1"', 'baik;\'"=1+1"'),
        ("a; @x;+1", "a;' @x;'+1"),
    ],
)
def test_so_does_a_part_that_begins_a_cell_where_a_program_splits_otherwise(
    text: str, cell: str
) -> None:
    """Excel with Indonesian settings splits a CSV file at semicolons."""
    assert escaped(text) == cell
    for separator in ";\t":
        lines = csv.reader(io.StringIO(cell, newline=""), delimiter=separator)
        parts = [part for line in lines for part in line]
        assert not any(part.strip().startswith(("=", "+", "-", "@", "＝")) for part in parts)


@pytest.mark.parametrize("text", ["", "Baik", "4", "'kutipan'", "a=b", "1-2", "Rp50.000,-", "a; b"])
def test_other_cells_are_unchanged(text: str) -> None:
    assert escaped(text) == text


@given(st.text() | st.text(st.sampled_from("'\";\t\r\n=+-@＝ a")))
def test_escaped_cells_are_read_back_unchanged(text: str) -> None:
    assert unescaped(escaped(text)) == text


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_any_text_gives_rows_problems_or_one_error(text: str) -> None:
    lines = f"code,name\n{text}".splitlines(keepends=True)
    with contextlib.suppress(CsvFileError):
        assert all(isinstance(f, CsvLine | Problem) for f in read(lines, ["code", "name"], []))
