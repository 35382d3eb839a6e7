"""Periods as people type them, with the words of our locales."""

from datetime import date

import pytest

from bot.messaging.catalog import Catalog
from skm.errors import PeriodError
from skm.instansi.typed_period import CODES_ONLY, last_day, parse_period, period_near

WORDS = Catalog.load().vocabulary.periods
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("tw2 2026", "2026-Q2"),
        ("TW II 2026", "2026-Q2"),
        ("2026 tw 2", "2026-Q2"),
        ("triwulan 2 2026", "2026-Q2"),
        ("Triwulan ke-4 tahun 2026", "2026-Q4"),
        ("2026q4", "2026-Q4"),
        ("semester 1 2026", "2026-S1"),
        ("Semester II Tahun 2026", "2026-S2"),
        ("smt1 2026", "2026-S1"),
        ("November 2026", "2026-11"),
        ("2026 nopember", "2026-11"),
        ("bulan 11 2026", "2026-11"),
        ("11/2026", "2026-11"),
        ("agt 2026", "2026-08"),
        ("minggu 47 2026", "2026-W47"),
        ("2026 minggu ke-47", "2026-W47"),
        ("2026-w7", "2026-W07"),
        ("24 November 2026", "2026-11-24"),
        ("tgl 24/11/2026", "2026-11-24"),
        ("24-11-2026", "2026-11-24"),
        ("2026/11/24", "2026-11-24"),
        ("tahun 2026", "2026"),
        ("  2026 ", "2026"),
        ("Nopember 2026", "2026-11"),
        ("week 47 2026", "2026-W47"),
        ("quarter 4 of 2026", "2026-Q4"),
    ],
)
def test_a_period_may_be_typed_in_words_of_any_language(typed: str, code: str) -> None:
    assert str(parse_period(typed, WORDS)) == code


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "-",
        "Q4",
        "tw2",
        "26-Q4",
        "2026-Q5",
        "2026-Q0",
        "2026-S3",
        "2026-13",
        "2026-00",
        "2026-W54",
        "2025-W53",
        "2026-W00",
        "2026-02-30",
        "2026-Q",
        "2026-11-24-1",
        "2025 2026",
        "tw 1 semester 1 2026",
        "20261124",
        "pajang 2026",
        "2026 " + "9" * 30,
        "2026 " + "9" * 5000,
    ],
)
def test_what_names_no_period_is_answered_with_how_to_write_one(typed: str) -> None:
    with pytest.raises(PeriodError, match="write it like 2026-Q4"):
        parse_period(typed, WORDS)


def test_without_words_only_codes_and_numbers_name_a_period() -> None:
    assert str(parse_period("24/11/2026", CODES_ONLY)) == "2026-11-24"
    with pytest.raises(PeriodError):
        parse_period("November 2026", CODES_ONLY)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("tw2", "2026-Q2"),
        ("november", "2026-11"),
        ("tgl 24/11", "2026-11-24"),
        ("bulan 11", "2026-11"),
        ("tw2 2025", "2025-Q2"),
        ("bulan lalu", "2026-10"),
        ("lalu bulan", "2026-10"),
        ("sasi kepungkur", "2026-10"),
        ("this week", "2026-W48"),
        ("minggu ini", "2026-W48"),
        ("tahun lalu", "2025"),
        ("kemarin", "2026-11-22"),
        ("wingi", "2026-11-22"),
        ("hari ini", "2026-11-23"),
    ],
)
def test_a_period_may_be_relative_to_today_or_without_a_year(typed: str, code: str) -> None:
    assert str(period_near(typed, WORDS, TODAY)) == code


@pytest.mark.parametrize(
    "typed", ["", "3", "3 4", "pajang", "ke", "of", "ini lalu", "bulan minggu lalu"]
)
def test_what_may_be_part_of_a_name_is_no_period(typed: str) -> None:
    assert period_near(typed, WORDS, TODAY) is None


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("31-12-2026", date(2026, 12, 31)),
        ("31 Desember", date(2026, 12, 31)),
        ("Desember 2026", date(2026, 12, 31)),
        ("2027-02", date(2027, 2, 28)),
        ("besok", None),
    ],
)
def test_a_deadline_is_the_last_day_of_what_was_typed(typed: str, day: date | None) -> None:
    assert last_day(typed, WORDS, TODAY) == day
