"""A unit is found by what people type, and never guessed."""

import pytest

from skm.lookup import UnknownUpp, find
from skm.upp import Upp

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
def test_one_unit_is_meant(typed: str, code: str) -> None:
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
def test_what_may_be_several_or_none_is_asked_back(typed: str, said: str) -> None:
    with pytest.raises(UnknownUpp) as told:
        find(typed, UPPS)
    assert said in str(told.value)
