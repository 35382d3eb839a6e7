"""Codes of units."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skm.intake.units.codes import CODE, made, written


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Puskesmas Pajang", "PKMPAJANG"),
        ("UPT. Puskesmas Pajang", "PKMPAJANG"),
        ("Dinas Kependudukan dan Pencatatan Sipil", "DINKEPPENSIP"),
        ("RSUD Ibu Fatmawati", "RSUDIBUFATM"),
        ("SD Negeri 12 Laweyan", "SDNEG12LAW"),
        ("Kantor", "KANTOR"),
        ("市役所", "UNIT"),
    ],
)
def test_a_code_is_made_of_the_names_words(name: str, code: str) -> None:
    assert made(name, ()) == code


def test_a_taken_code_gets_a_number() -> None:
    assert made("Puskesmas Pajang", {"PKMPAJANG", "PKMPAJANG2"}) == "PKMPAJANG3"
    assert made("Dinas Kesehatan", {"DINKESEHATAN"}) == "DINKESEHATA2"


@pytest.mark.parametrize(
    ("cell", "code"),
    [("1.02.01", "1-02-01"), ("dinkes", "DINKES"), ("\uff30\uff21\uff2a", "PAJ"), ("A" * 13, None)],
)
def test_a_code_is_written_as_it_is_stored(cell: str, code: str | None) -> None:
    assert written(cell) == code


@given(name=st.text(max_size=60), taken=st.sets(st.just("UNIT")))
def test_every_name_gets_a_code_that_can_be_typed(name: str, taken: set[str]) -> None:
    code = made(name, taken)
    assert CODE.fullmatch(code)
    assert code not in taken
