"""The users of units as CSV rows."""

import pytest

from skm.instansi.period import Period
from skm.instansi.users import Users
from skm.intake.users import read

FIELDS = {"gender": ("female", "male"), "age": ("17", "18")}
HEAD = "code,period,field,option,count\n"


def users(text: str) -> list[object]:
    found = read((HEAD + text).splitlines(keepends=True), {"PAJANG", "LAWEYAN"}, FIELDS)
    return [one if isinstance(one, Users) else str(one) for one in found]


def test_rows_of_a_unit_and_period_belong_together() -> None:
    q3, year = Period.parse("2026-Q3"), Period.parse("2026")
    rows = "pajang,2026-Q3,,,1800\nPAJANG,2026-Q3,gender,female,1100\nLAWEYAN,2026,,,900\n"
    assert users(rows + "PAJANG,2026-Q3,gender,male,700\n") == [
        Users("PAJANG", q3, 1800, {"gender": {"female": 1100, "male": 700}}),
        Users("LAWEYAN", year, 900),
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("TIADA,2026-Q3,,,5", "Line 3: code TIADA is not the code of a unit"),
        ("PAJANG,2026-Q9,,,5", "Line 3:"),
        ("PAJANG,2026-Q3,sex,female,5", "field is “sex”: write one of gender, age."),
        ("PAJANG,2026-Q3,,female,5", "field is “”: write one of gender, age."),
        ("PAJANG,2026-Q3,gender,F,5", "option of gender is “F”: write one of female, male."),
        ("PAJANG,2026-Q3,gender,,5", "option of gender is “”"),
        ("PAJANG,2026-Q3,,,1.800", "count is “1.800”: write a whole number without dots."),
        ("PAJANG,2026-Q3,,,-5", "count is “-5”"),
        ("PAJANG,2026-Q3,,,5\nPAJANG,2026-Q3,,,6", "Line 4: PAJANG 2026-Q3 has this group twice"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_taken(row: str, said: str) -> None:
    [problem] = users(f"LAWEYAN,2026,,,900\n{row}\n")
    assert said in str(problem)
