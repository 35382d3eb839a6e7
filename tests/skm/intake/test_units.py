"""Units as CSV rows, parents in any order."""

import pytest

from skm.instansi.upp import Upp
from skm.intake.units import read


def units(text: str, known: tuple[str, ...] = ()) -> list[object]:
    found = read(text.splitlines(keepends=True), known)
    return [unit if isinstance(unit, Upp) else str(unit) for unit in found]


def test_parents_may_come_in_any_order_and_codes_in_any_case() -> None:
    assert units("code,name,parent,population\npkm,Puskesmas,dinkes,1200\nDINKES,Dinas,,\n") == [
        Upp("PKM", "Puskesmas", "DINKES", 1200),
        Upp("DINKES", "Dinas"),
    ]


def test_a_parent_may_be_stored_already() -> None:
    assert units("code,name,parent\nPKM,Puskesmas,DINKES\n", ("DINKES",)) == [
        Upp("PKM", "Puskesmas", "DINKES")
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("DINAS KESEHATAN,Dinas,,", "code is “DINAS KESEHATAN”: use up to 12 of A–Z, 0–9 and -."),
        ("ABCDEFGHIJKLM,Dinas,,", "use up to 12"),
        (",Dinas,,", "code is “”"),
        ("A,,,", "name has 0 characters"),
        ("A,Dinas,B,", "parent B is not the code of a unit: add a row for it."),
        ("A,Dinas,,12.000", "population is “12.000”: write a whole number without dots"),
        ("A,Dinas,,0", "population is “0”"),
        ("A,Dinas,,-5", "population is “-5”"),
        ("A,Dinas,,٣", "population is “٣”"),
        ("A,Dinas,,99999999999", "population is"),
    ],
)
def test_an_invalid_row_is_reported_with_what_to_write(row: str, said: str) -> None:
    [found] = units(f"code,name,parent,population\n{row}\n")
    assert str(found).startswith("Line 2: ")
    assert said in str(found)


def test_a_repeated_code_is_reported_for_both_rows() -> None:
    found = units("code,name\nA,Satu\na,Dua\n")
    assert [str(problem)[:40] for problem in found] == [
        "Line 2: code A stands 2 times in this fi",
        "Line 3: code A stands 2 times in this fi",
    ]
