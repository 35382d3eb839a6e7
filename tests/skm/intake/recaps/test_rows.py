"""Recap files: what spreadsheets write is read, and typing errors are named."""

import hashlib
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skm.errors import SkmError
from skm.figures.ikm import Mutu
from skm.instansi.period import Period, PeriodKind
from skm.intake.cells.text import FORMULA
from skm.intake.csv_rows import CsvFileError
from skm.intake.recaps.recap import Recap, RecapRow
from skm.intake.recaps.rows import RecapError, read
from skm.survey.unsur import Unsur
from tests.tools.recaps import Q1, csv_of, nine, published, row
from tests.tools.tallies import RECAP

PLAIN = csv_of([row("Pasar"), row("Terminal")])


def test_the_published_recap_is_read_whole() -> None:
    recap = published()
    assert (len(recap.rows), recap.source) == (310, "surakarta_2023.csv")
    assert recap.sha256 == hashlib.sha256(RECAP.read_bytes()).hexdigest()
    assert recap.rows[2] == RecapRow(
        unit="SMP Negeri 1",
        parent="Dinas Pendidikan",
        period=Q1,
        nilai=nine("84.5 86.25 84.0 99.75 87.0 86.0 84.75 93.5 86.25"),
        ikm=Decimal("89.55"),
        mutu=Mutu.A,
        respondents=80,
        prioritas=(Unsur.U1, Unsur.U2, Unsur.U9),
        realised=Decimal("100.0"),
    )


def test_what_an_indonesian_spreadsheet_saves_is_read_the_same() -> None:
    """A byte order mark, semicolons or tabs, and decimals with a comma."""
    rows = published().rows
    for delimiter in ";\t":
        data = b"\xef\xbb\xbf" + csv_of(rows, delimiter, comma=True)
        assert read(data, "recap.csv").rows == rows


def test_an_nrr_is_read_as_a_nilai() -> None:
    recap = read(csv_of([row(nilai="3.41 3.5 4 1 3.123 2 3 100 25")]), "recap.csv")
    expected = "85.25 87.5 100 25 78.075 50 75 100 25"
    assert list(recap.rows[0].nilai.values()) == [Decimal(value) for value in expected.split()]


def test_what_was_not_printed_may_be_left_out() -> None:
    names = ["unit", "period", *(f"u{i}" for i in range(1, 10)), "ikm", "respondents"]
    cells = ["Pasar", "2023-Q1", *["85.25"] * 9, "85.25", "100"]
    data = f"{','.join(names)}\n{','.join(cells)}\n".encode()
    assert read(data, "recap.csv").rows == (row("Pasar"),)


def test_names_that_look_the_same_are_the_same() -> None:
    data = csv_of([replace(row("Dinas  Pasar\u200b"), parent="Balai\u00a0\nKota")])
    (read_row,) = read(data, "recap.csv").rows
    assert (read_row.unit, read_row.parent) == ("Dinas Pasar", "Balai Kota")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("Terminal,", ",", "unit is empty: write its name."),
        ("2023-Q1", "2023-Q7", "“2023-Q7” is not a period"),
        ("2023-Q1", "", "“” is not a period"),
        ("85.25", "", "u1 “” is not a number from 1 to 100."),
        ("85.25", "baik", "u1 “baik” is not a number from 1 to 100."),
        ("85.25", "NaN", "u1 “NaN” is not a number from 1 to 100."),
        ("85.25", "8_5", "u1 “8_5” is not a number from 1 to 100."),
        ("85.25", "٨٥", "u1 “٨٥” is not a number from 1 to 100."),
        ("85.25", "-85.25", "u1 “-85.25” is not a number from 1 to 100."),
        ("85.25", "100.01", "u1 “100.01” is not a number from 1 to 100."),
        ("85.25", "4.01", "neither from 25 to 100 nor, as an nrr, from 1 to 4."),
        ("85.25,100", "3.41,100", "ikm “3.41” is not a number from 25 to 100."),
        (",100,", ",0,", "respondents “0” is not a whole number above 0"),
        (",100,", ",1.360,", "respondents “1.360” is not a whole number above 0"),
        (",100,,", ",100,,E", "mutu “E” is none of A, B, C and D."),
        (",100,,,", ",100,,,U10", "priority_1 “U10” is none of U1 to U9."),
        (",100,,,,,,", ",100,,,,,,101", "“101” is not a number from 0 to 100."),
        ("Terminal", "Pasar", "Pasar stands in 2023-Q1 a second time: keep one."),
        ("85.25", "85,25", "it has 20 cells, the first line has 19 columns."),
        ("Terminal", "x" * 200 + ",2023-Q1", "20 cells"),
        ("85.25", "\x1b[31m" + "9" * 500, "u1 “[31m9"),
    ],
)
def test_an_error_names_its_line(old: str, new: str, reason: str) -> None:
    first, second, third = PLAIN.decode().splitlines()
    data = f"{first}\n{second}\n{third.replace(old, new, 1)}\n".encode()
    with pytest.raises(RecapError) as caught:
        read(data, "recap.csv")
    (problem,) = caught.value.problems
    assert problem.line == 3
    assert reason in problem.reason
    assert str(caught.value) == f"Line 3: {problem.reason}"
    assert len(problem.reason) < 160
    assert problem.reason.isprintable()


def test_a_row_that_spans_lines_is_named_by_its_first() -> None:
    data = PLAIN.replace(b"Pasar", b'"Pasar\r\nLegi"').replace(b"Terminal", b'"Ter\r\nminal"')
    data = data.replace(b"100,,,,,,\r\n", b"100,,,,,,\r\n\r\n ,,,,,,,,,,,,,,,,,,\r\n")
    broken = data.replace(b'minal",2023-Q1', b'minal",2023-Q9')
    with pytest.raises(RecapError, match="Line 6: “2023-Q9” is not a period"):
        read(broken, "recap.csv")
    assert [one.unit for one in read(data, "recap.csv").rows] == ["Pasar Legi", "Ter minal"]


def test_all_errors_are_kept_and_ten_are_in_the_message() -> None:
    data = csv_of(replace(row(f"Unit {i}"), respondents=0) for i in range(30))
    with pytest.raises(RecapError) as caught:
        read(data, "recap.csv")
    assert [problem.line for problem in caught.value.problems] == list(range(2, 32))
    *ten, more = str(caught.value).splitlines()
    assert len(ten) == 10
    assert more == "… and 20 more."


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "must name the columns unit, period, u1"),
        (
            b"unit,period\nPasar,2023-Q1\n",
            "u1, u2, u3, u4, u5, u6, u7, u8, u9, ikm, respondents are",
        ),
        (PLAIN.replace(b"priority_1", b"priority_4"), "priority_4"),
        (PLAIN.replace(b"Terminal", b'"Terminal'), "Line 3 cannot be read"),
    ],
)
def test_a_file_that_is_no_recap_is_refused_as_a_whole(data: bytes, told: str) -> None:
    with pytest.raises(CsvFileError, match=re.escape(told)):
        read(data, "recap.csv")


def test_a_file_in_another_encoding_is_refused_with_the_first_wrong_line() -> None:
    data = PLAIN.decode().replace("Terminal", "Ter’minal").encode("cp1252")
    with pytest.raises(RecapError, match=r"^Line 3: .*save the sheet as “CSV UTF-8”"):
        read(data, "recap.csv")


# --- any file ------------------------------------------------------------------------------------


def outcome(data: bytes) -> Recap | SkmError:
    """The recap or the message of the error; any other exception fails the test."""
    try:
        return read(data, "recap.csv")
    except (RecapError, CsvFileError) as error:
        return error


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    found = outcome(data)
    assert isinstance(found, SkmError)
    assert str(found)


@given(st.lists(st.tuples(st.integers(0, len(PLAIN)), st.binary(max_size=3)), max_size=4))
def test_a_damaged_file_is_read_or_refused_with_the_reason(
    damages: list[tuple[int, bytes]],
) -> None:
    data = PLAIN
    for place, bytes_ in damages:
        data = data[:place] + bytes_ + data[place + 1 :]
    found = outcome(data)
    if isinstance(found, RecapError):
        assert all(1 <= problem.line <= len(data.splitlines()) for problem in found.problems)


@given(
    st.integers(0, 18),
    st.text("0123456789.,;-+eEUuABCD'\"=_ \t\xa0½٣é", max_size=8),
)
def test_a_mistyped_cell_is_the_only_one_that_is_named(column: int, typed: str) -> None:
    header, first, second = (line.split(",") for line in PLAIN.decode().splitlines())
    second[column] = f'"{typed.replace(chr(34), chr(34) * 2)}"'
    found = outcome("\n".join(map(",".join, (header, first, second))).encode())
    if isinstance(found, Recap):
        assert found.rows[0] == row("Pasar")
    else:
        assert isinstance(found, RecapError)
        assert [problem.line for problem in found.problems] == [3]


def decimals(low: int, high: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(low, high, places=2)


names = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20).filter(
    lambda name: not FORMULA.match(name)
)
rows = st.lists(
    st.builds(
        RecapRow,
        unit=names,
        parent=st.none() | names,
        period=st.builds(
            Period.of,
            st.sampled_from(PeriodKind),
            st.dates(date(2001, 1, 1), date(2098, 12, 31)),
        ),
        nilai=st.fixed_dictionaries(dict.fromkeys(Unsur, decimals(25, 100))),
        ikm=decimals(25, 100),
        mutu=st.none() | st.sampled_from(Mutu),
        respondents=st.integers(1, 10**9 - 1),
        prioritas=st.lists(st.sampled_from(Unsur), max_size=3).map(tuple),
        realised=st.none() | decimals(0, 100),
    ),
    min_size=1,
    unique_by=lambda one: (one.unit, one.period),
)


@given(rows, st.sampled_from(",;\t"))
def test_a_written_recap_is_read_back(written: list[RecapRow], delimiter: str) -> None:
    data = csv_of(written, delimiter, comma=delimiter != ",")
    assert read(data, "recap.csv").rows == tuple(written)
