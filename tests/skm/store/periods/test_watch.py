"""The rows of the watch table: order, pace, and what a unit inherits from those below it."""

from datetime import date

import pytest

from skm.instansi.period import Period
from skm.instansi.upp import Upp
from skm.store.periods.watch import expected, in_order

Q4 = Period.parse("2026-Q4")


def test_units_stand_below_their_parents_by_code() -> None:
    units = [
        Upp("C", "C", "B"),
        Upp("A", "A"),
        Upp("B", "B"),
        Upp("D", "D", "A"),
        Upp("E", "E", "X"),
    ]
    assert [(unit.code, depth) for unit, depth in in_order(units)] == [
        ("A", 0), ("D", 1), ("B", 0), ("C", 1), ("E", 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("today", "wanted"),
    [
        (date(2026, 9, 1), 0),
        (date(2026, 10, 1), 0),
        (date(2026, 11, 16), 50),
        (date(2026, 12, 31), 98),
        (date(2027, 3, 1), 100),
    ],
)
def test_the_pace_grows_with_the_days_of_the_period(today: date, wanted: int) -> None:
    assert expected(100, Q4, today) == wanted
