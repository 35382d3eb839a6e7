"""A unit is found by what people type; ambiguous texts are errors."""

import pytest

from skm.instansi.find_upp import UnknownUpp, find
from skm.instansi.upp import Upp

UPPS = [
    Upp("DINKES", "Dinas Kesehatan"),
    Upp("PKMPAJANG", "UPT. Puskesmas Pajang"),
    Upp("KELPAJANG", "Kelurahan Pajang"),
    Upp("SMPN1", "SMP Negeri 1"),
    Upp("SMPN11", "SMP Negeri 11"),
]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("PKMPAJANG", "PKMPAJANG"),
        ("dinkes", "DINKES"),
        ("upt puskesmas pajang", "PKMPAJANG"),
        ("puskesmas pajang", "PKMPAJANG"),
        ("Kelurahan", "KELPAJANG"),
        ("smp negeri 1", "SMPN1"),
        ("smp 11", "SMPN11"),
        ("Dinas Kesehatn", "DINKES"),
    ],
)
def test_a_text_finds_one_unit(typed: str, code: str) -> None:
    assert find(typed, UPPS).code == code


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Pajang", "did you mean PKMPAJANG (UPT. Puskesmas Pajang), KELPAJANG (Kelurahan Pajang)?"),
        ("smp", "did you mean SMPN1 (SMP Negeri 1), SMPN11 (SMP Negeri 11)"),
        ("Balai Kota Lama", "see `skm upp list`."),
        ("", "see `skm upp list`."),
        ("???", "see `skm upp list`."),
    ],
)
def test_a_text_that_matches_several_or_no_units_is_an_error(typed: str, said: str) -> None:
    with pytest.raises(UnknownUpp) as caught:
        find(typed, UPPS)
    assert said in str(caught.value)
