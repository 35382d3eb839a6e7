"""Particulars as offices write them."""

import pytest

from bot.messaging.catalog import Catalog
from bot.request.intake import words
from skm.intake.cells.profile import ProfileReader
from tests.skm.survey.test_instrument import SKM9

WORDS = words(Catalog.load(), SKM9)


def reader(name: str, **chosen: str) -> ProfileReader:
    return ProfileReader(SKM9.fields[name], WORDS.profile[name], chosen)


@pytest.mark.parametrize(
    ("name", "cell", "option"),
    [
        ("gender", "Laki-laki", "male"),
        ("gender", "P", "female"),
        ("gender", "WANITA", "female"),
        ("gender", "-", ""),
        ("gender", "x", None),
        ("age", "29 tahun", "26"),
        ("age", "29", "26"),
        ("age", "17", "17"),
        ("age", "12 thn", "17"),
        ("age", "18-25 tahun", "18"),
        ("age", "< 18", "17"),
        ("age", "> 55 tahun", "56"),
        ("age", "56 tahun ke atas", "56"),
        ("age", "20 - 30", None),
        ("age", "200", None),
        ("education", "SMA / SMK", "sma"),
        ("education", "S1/D4", "s1"),
        ("education", "D-III", "d3"),
        ("education", "kursus", None),
        ("occupation", "PNS", "asn"),
        ("occupation", "Pelajar/Mahasiswa", "student"),
        ("occupation", "Tukang kayu", "other"),
        ("occupation", "", ""),
        ("disability", "Tidak", "no"),
    ],
)
def test_the_usual_ways_to_write_it(name: str, cell: str, option: str | None) -> None:
    assert reader(name)(cell) == option


def test_an_occupation_that_no_option_names_is_known_to_be_guessed() -> None:
    found = reader("occupation")
    assert found.is_other("Tukang kayu")
    assert not found.is_other("Lainnya")
    assert not found.is_other("PNS")


def test_the_office_may_say_what_a_text_means() -> None:
    assert reader("education", kursus="sma")("Kursus") == "sma"
    assert reader("education", kursus="")("Kursus") == ""
    assert reader("education", kursus="xyz")("Kursus") is None


@pytest.mark.parametrize("language", ["id", "jv", "en"])
def test_our_own_labels_are_understood_in_every_language(language: str) -> None:
    catalog = Catalog.load()
    for asked in SKM9.profile:
        table = catalog.table(language, f"profile.{asked.id}")
        read = reader(asked.id)
        assert [read(table[option]) for option in asked.options] == list(asked.options)
