"""Names of units that are nearly the same."""

import pytest

from skm.instansi.upp import Upp
from skm.intake.units.similar import SimilarNames


@pytest.mark.parametrize(
    "name", ["Puskesmas Pajangg", "UPT Puskesmas Pajang", "Puskesmas Pajanng", "pajang puskesmas"]
)
def test_a_misspelt_name_and_a_general_word_more_are_near(name: str) -> None:
    assert SimilarNames([Upp("PAJANG", "Puskesmas Pajang")])(name) == ("PAJANG",)


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("SD Negeri 2", "SD Negeri 1"),
        ("Puskesmas Pajang II", "Puskesmas Pajang"),
        ("Kelurahan Pasar Kliwon", "Kecamatan Pasar Kliwon"),
        ("Puskesmas Manahan", "Puskesmas Pajang"),
    ],
)
def test_names_that_differ_on_purpose_are_not(name: str, stored: str) -> None:
    assert SimilarNames([Upp("A", stored)])(name) == ()
