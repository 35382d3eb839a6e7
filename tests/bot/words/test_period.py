"""A period as an officer reads it: no number of a week, no year that could be another."""

import pytest

from bot.messaging.catalog import Catalog
from bot.words.period import in_words, last, short, short_with_year
from skm.instansi.period import Period

CATALOG = Catalog.load()


@pytest.mark.parametrize(
    ("code", "language", "words"),
    [
        ("2026-W47", "id", "minggu 16 sampai 22 November 2026"),
        ("2026-W40", "id", "minggu 28 September sampai 4 Oktober 2026"),
        ("2026-W53", "id", "minggu 28 Desember 2026 sampai 3 Januari 2027"),
        ("2026-W47", "jv", "minggu 16 dumugi 22 November 2026"),
        ("2026-W47", "en", "the week 16 to 22 November 2026"),
        ("2026-Q4", "id", "triwulan IV 2026"),
        ("2026-11", "id", "November 2026"),
        ("2026-11-24", "id", "24 November 2026"),
    ],
)
def test_in_words(code: str, language: str, words: str) -> None:
    assert in_words(CATALOG, language, Period.parse(code)) == words


@pytest.mark.parametrize(
    ("code", "language", "words", "with_year"),
    [
        ("2026", "id", "2026", "2026"),
        ("2026-S2", "id", "S II 26", "S II 26"),
        ("2026-Q4", "id", "TW IV 26", "TW IV 26"),
        ("2026-Q4", "en", "Q IV 26", "Q IV 26"),
        ("2026-10", "id", "Okt", "Okt 26"),
        ("2026-W47", "id", "16 Nov", "16 Nov 26"),
        ("2026-11-24", "en", "24 Nov", "24 Nov 26"),
    ],
)
def test_on_an_axis(code: str, language: str, words: str, with_year: str) -> None:
    period = Period.parse(code)
    assert short(CATALOG, language, period) == words
    assert short_with_year(CATALOG, language, period) == with_year


@pytest.mark.parametrize(
    "code", ["2026", "2026-S2", "2026-Q4", "2026-11", "2026-W53", "2026-12-31"]
)
def test_no_two_of_twelve_neighbours_are_called_the_same(code: str) -> None:
    said = [short(CATALOG, "id", period) for period in Period.parse(code).last(12)]
    assert len(set(said)) == 12


def test_a_row_of_them() -> None:
    assert last(CATALOG, "id", Period.parse("2026-Q4").last(12)) == "12 triwulan terakhir"
    assert "hari pertamanya" in last(CATALOG, "id", Period.parse("2026-W47").last(12))
