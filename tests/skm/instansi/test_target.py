"""Targets against the published table, the calendar and the arithmetic of parts and wholes."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skm.instansi.period import Period, PeriodKind
from skm.instansi.target import expected, pace, target, year_sample
from tests.tools.examples import examples

Q4 = Period.parse("2026-Q4")
POPULATIONS = st.one_of(st.none(), st.integers(0, 50), st.integers(0, 5_000_000))
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
PARTS = st.sampled_from([PeriodKind.SEMESTER, PeriodKind.QUARTER, PeriodKind.MONTH])

KREJCIE_MORGAN_1970 = """
    10 10  15 14  20 19  25 24  30 28  35 32  40 36  45 40  50 44  55 48  60 52  65 56  70 59
    75 63  80 66  85 70  90 73  95 76  100 80  110 86  120 92  130 97  140 103  150 108  160 113
    170 118  180 123  190 127  200 132  210 136  220 140  230 144  240 148  250 152  260 155
    270 159  280 162  290 165  300 169  320 175  340 181  360 186  380 191  400 196  420 201
    440 205  460 210  480 214  500 217  550 226  600 234  650 242  700 248  750 254  800 260
    850 265  900 269  950 274  1000 278  1100 285  1200 291  1300 297  1400 302  1500 306
    1600 310  1700 313  1800 317  1900 320  2000 322  2200 327  2400 331  2600 335  2800 338
    3000 341  3500 346  4000 351  4500 354  5000 357  6000 361  7000 364  8000 367  9000 368
    10000 370  15000 375  20000 377  30000 379  40000 380  50000 381  75000 382  1000000 384
"""


def test_the_target_is_the_published_table() -> None:
    numbers = [int(number) for number in KREJCIE_MORGAN_1970.split()]
    published = dict(zip(numbers[::2], numbers[1::2], strict=True))
    assert {population: year_sample(population) for population in published} == published


def test_an_unknown_population_has_the_largest_target() -> None:
    assert year_sample(None) == 384 == year_sample(10**12)


@pytest.mark.parametrize(("population", "asked"), [(0, 0), (1, 1), (2, 2), (9, 9)])
def test_of_a_small_population_everybody_is_asked(population: int, asked: int) -> None:
    assert year_sample(population) == asked


# --- a period's share ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("population", "period", "asked"),
    [
        (None, "2026", 384),
        (None, "2024", 384),
        (None, "2026-S1", 190),
        (None, "2026-S2", 194),
        (None, "2026-Q1", 94),
        (None, "2026-Q4", 97),
        (None, "2026-02", 30),
        (None, "2024-02", 30),
        (None, "2024-12", 33),
        (None, "2026-W47", 7),
        (None, "2026-W01", 8),  # from 29 December 2025 to 4 January 2026
        (1000, "2026-Q4", 71),
        (20, "2026-Q1", 4),
        (20, "2026-02", 2),
        (1, "2026-Q1", 0),
        (1, "2026", 1),
        (0, "2026", 0),
    ],
)
def test_a_period_is_asked_its_share_of_the_year(
    population: int | None, period: str, asked: int
) -> None:
    assert target(population, Period.parse(period)) == asked


def test_a_single_day_has_no_target() -> None:
    day = Period.parse("2026-11-24")
    assert target(1000, day) is None
    assert pace(1000, day, 3, day.start) is None


@given(POPULATIONS, DAYS, PARTS)
@examples(200)
def test_the_targets_of_the_parts_of_a_year_add_up_to_the_sample_of_the_year(
    population: int | None, day: date, kind: PeriodKind
) -> None:
    year = Period.of(PeriodKind.YEAR, day)
    parts = [Period.of(kind, year.start)]
    while parts[-1].end < year.end:
        parts.append(parts[-1].next())
    assert sum(target(population, part) or 0 for part in parts) == year_sample(population)
    assert target(population, year) == year_sample(population)


@given(POPULATIONS, DAYS)
@examples(200)
def test_the_targets_of_ten_years_of_weeks_add_up_to_ten_samples(
    population: int | None, day: date
) -> None:
    weeks = Period.of(PeriodKind.WEEK, day).last(522)
    years = (weeks[-1].end - weeks[0].start).days / 365.2425
    asked = sum(target(population, week) or 0 for week in weeks)
    assert abs(asked - years * year_sample(population)) < 0.01 * year_sample(population) + 2


@given(POPULATIONS, DAYS, st.sampled_from([*PeriodKind]))
@examples(200)
def test_a_target_is_within_one_of_its_share_by_days(
    population: int | None, day: date, kind: PeriodKind
) -> None:
    period = Period.of(kind, day)
    if period.start.year != (period.end - timedelta(days=1)).year or kind is PeriodKind.DAY:
        return
    year = Period.of(PeriodKind.YEAR, day)
    share = year_sample(population) * period.days / year.days
    asked = target(population, period)
    assert asked is not None
    assert abs(asked - share) < 1


# --- how many by now -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "wanted"),
    [
        (date(2026, 9, 1), 0),  # before it
        (date(2026, 10, 1), 0),  # its first day is not over
        (date(2026, 11, 16), 48),
        (date(2026, 12, 31), 95),
        (date(2027, 1, 1), 97),
        (date(2027, 3, 1), 97),  # after it
    ],
)
def test_what_is_expected_grows_with_the_days_of_the_period(today: date, wanted: int) -> None:
    assert expected(None, Q4, today) == wanted


@given(POPULATIONS, DAYS, st.sampled_from([*PeriodKind]), st.integers(-400, 400))
@examples(200)
def test_what_is_expected_never_falls_and_ends_at_the_target(
    population: int | None, day: date, kind: PeriodKind, shift: int
) -> None:
    period, today = Period.of(kind, day), day + timedelta(days=shift)
    now, tomorrow = (expected(population, period, today + timedelta(days=n)) for n in (0, 1))
    assert 0 <= now <= tomorrow <= expected(population, period, period.end)
    assert expected(population, period, period.start) == 0
    if kind is not PeriodKind.DAY:
        assert expected(population, period, period.end) == target(population, period)


# --- how many a day ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "answered", "wanted", "per_day", "days"),
    [
        (date(2026, 10, 1), 0, 0, 2, 92),
        (date(2026, 11, 16), 30, 48, 2, 46),
        (date(2026, 12, 22), 30, 86, 7, 10),
        (date(2026, 12, 31), 30, 95, 67, 1),
        (date(2026, 12, 31), 96, 95, 1, 1),
        (date(2026, 11, 16), 97, 48, 0, 46),
        (date(2026, 11, 16), 500, 48, 0, 46),
    ],
)
def test_the_pace_tells_what_a_running_period_needs(
    today: date, answered: int, wanted: int, per_day: int, days: int
) -> None:
    found = pace(None, Q4, answered, today)
    assert found is not None
    assert (found.target, found.expected, found.per_day, found.days) == (97, wanted, per_day, days)


@pytest.mark.parametrize("today", [date(2026, 9, 30), date(2027, 1, 1)])
def test_a_period_that_is_not_running_has_no_pace(today: date) -> None:
    assert pace(None, Q4, 10, today) is None


def test_a_unit_that_began_in_july_owes_nothing_for_the_first_half_of_the_year() -> None:
    """Its third quarter asks what any third quarter asks; the year asks for the whole sample."""
    found = pace(4000, Period.parse("2026-Q3"), 0, date(2026, 7, 1))
    assert found is not None
    assert (found.target, found.expected, found.per_day) == (88, 0, 1)


@given(POPULATIONS, DAYS, st.sampled_from([*PeriodKind]), st.integers(0, 1000))
@examples(200)
def test_as_many_a_day_as_the_pace_says_reach_the_target_and_one_fewer_do_not(
    population: int | None, day: date, kind: PeriodKind, answered: int
) -> None:
    found = pace(population, Period.of(kind, day), answered, day)
    if found is None:
        assert kind is PeriodKind.DAY
        return
    assert answered + found.per_day * found.days >= found.target
    if found.per_day:
        assert answered + (found.per_day - 1) * found.days < found.target
