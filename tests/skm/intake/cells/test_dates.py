"""Dates as offices and their programs write them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.messaging.catalog import Catalog
from skm.intake.cells.dates import DateReader, is_month_first

JAKARTA = ZoneInfo("Asia/Jakarta")
MONTHS = Catalog.load().vocabulary.periods.months


def read(cell: str, *, month_first: bool = False) -> datetime | None:
    return DateReader(JAKARTA, MONTHS, month_first)(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-09-01",
        "01/09/2026",
        "1-9-2026",
        "1.9.26",
        "2026/09/01",
        "20260901",
        "1 September 2026",
        "Selasa, 1 Sept 2026",
        "1-Sep-2026",
        "1-Sep-26",
        "\u0661/\uff10\uff19/2026",
        "September 1, 2026",
        "46266",
    ],
)
def test_a_day_is_its_noon(cell: str) -> None:
    assert read(cell) == datetime(2026, 9, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-09-01 09:30",
        "2026-09-01T09:30:00",
        "2026-09-01T02:30Z",
        "2026-09-01T11:30+09:00",
        "01/09/2026 09.30",
        "1/9/2026 9:30:00 AM",
        "2026/09/01 9:30:00 AM GMT+7",
        "1 September 2026 pukul 09.30 WIB",
        "01/09/2026 11:30 WIT",
        "46266.395833333",
        "46266,395833333",
    ],
)
def test_a_time_is_local_unless_it_names_its_zone(cell: str) -> None:
    found = read(cell)
    assert found is not None
    assert abs(found - datetime(2026, 9, 1, 2, 30, tzinfo=UTC)) <= timedelta(seconds=1)


@pytest.mark.parametrize(
    "cell",
    [
        *("", "kemarin", "31/02/2026", "2026-13-01", "Januari - Juni 2024", "TW II 2022", "2026"),
        *("99999", "9999-12-31T23:59Z", "1/9/2026 25:00", "1/9/2026 13:00 PM", "12345678"),
        "1/9/202",
    ],
)
def test_what_is_no_day_is_not_guessed(cell: str) -> None:
    assert read(cell) is None


def test_the_month_stands_first_only_where_the_column_needs_it() -> None:
    assert is_month_first(["9/1/2026 10:00:00", "9/24/2026", ""])
    assert not is_month_first(["9/1/2026", "10/11/2026"])
    assert not is_month_first(["9/24/2026", "24/9/2026"])
    assert read("9/1/2026", month_first=True) == read("1 September 2026")
