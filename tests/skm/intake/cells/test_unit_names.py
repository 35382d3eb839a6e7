"""Units are found by code and name; what is less certain is only proposed."""

import pytest

from skm.instansi.upp import Upp
from skm.intake.cells.unit_names import UnitNames

UNITS = [
    Upp("PAJANG", "UPT. Puskesmas Pajang"),
    Upp("001", "Dinas Satu"),
    Upp("1-02-01", "Kelurahan Dua"),
    Upp("A", "Kantor Kembar"),
    Upp("B", "Kantor Kembar"),
]
FIND = UnitNames(UNITS, {"pkm pajang": "PAJANG"})


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("pajang", "PAJANG"),
        ("UPT Puskesmas  Pajang", "PAJANG"),
        ("PKM. Pajang", "PAJANG"),
        ("001", "001"),
        ("1.02.01", "1-02-01"),
        ("10201", "1-02-01"),
        ("1", None),
        ("Kantor Kembar", None),
        ("Puskesmas Pajangg", None),
        ("", None),
    ],
)
def test_a_unit_is_named_by_code_by_name_or_as_the_office_said(cell: str, code: str | None) -> None:
    assert FIND(cell) == code


@pytest.mark.parametrize(
    ("cell", "near"),
    [("1", "001"), ("UPT Puskesmas Pajangg", "PAJANG"), ("pajang puskesmas", "PAJANG")],
)
def test_the_nearest_unit_is_proposed(cell: str, near: str) -> None:
    assert FIND.near(cell)[0] == near


def test_nothing_is_proposed_for_nothing() -> None:
    assert FIND.near("") == ()
    assert FIND.near("zzzz qqqq") == ()
