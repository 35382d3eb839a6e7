"""Periods: half-open spans of days, named by a code."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skm.errors import PeriodError
from skm.instansi.period import Period, PeriodKind

days = st.dates(date(2010, 1, 1), date(2090, 12, 31))
kinds = st.sampled_from(PeriodKind)


@pytest.mark.parametrize(
    ("code", "start", "end"),
    [
        ("2026", date(2026, 1, 1), date(2027, 1, 1)),
        ("2026-S1", date(2026, 1, 1), date(2026, 7, 1)),
        ("2026-S2", date(2026, 7, 1), date(2027, 1, 1)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 4, 1)),
        ("2026-Q4", date(2026, 10, 1), date(2027, 1, 1)),
        ("2026-02", date(2026, 2, 1), date(2026, 3, 1)),
        ("2028-02", date(2028, 2, 1), date(2028, 3, 1)),
        ("2026-12", date(2026, 12, 1), date(2027, 1, 1)),
        ("2026-W47", date(2026, 11, 16), date(2026, 11, 23)),
        ("2026-W01", date(2025, 12, 29), date(2026, 1, 5)),
        ("2026-W53", date(2026, 12, 28), date(2027, 1, 4)),
        ("2026-11-24", date(2026, 11, 24), date(2026, 11, 25)),
    ],
)
def test_a_code_names_a_span_that_ends_before_its_end(code: str, start: date, end: date) -> None:
    period = Period.parse(code)
    assert (period.start, period.end) == (start, end)
    assert str(period) == code
    assert period.days == (end - start).days
    assert period.contains(start)
    assert period.contains(end - timedelta(days=1))
    assert not period.contains(end)
    assert not period.contains(start - timedelta(days=1))


@pytest.mark.parametrize(("typed", "code"), [(" 2026-w7 ", "2026-W07"), ("2026-2-3", "2026-02-03")])
def test_a_code_is_read_in_either_case_and_without_leading_zeros(typed: str, code: str) -> None:
    assert str(Period.parse(typed)) == code


@pytest.mark.parametrize(
    "typed",
    [
        "", "-", "Q4", "26-Q4", "2026-Q5", "2026-Q0", "2026-S3", "2026-13", "2026-00", "2026-W54",
        "2025-W53", "2026-W00", "2026-02-30", "2026-Q", "2026-Q1-1", "2026-11-24-1", "20261124",
        "November 2026", "2026-" + "9" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_code_is_answered_with_how_to_write_one(typed: str) -> None:
    with pytest.raises(PeriodError, match="write it like 2026-Q4"):
        Period.parse(typed)


@given(kinds, days)
def test_a_code_is_read_back_as_the_same_period(kind: PeriodKind, day: date) -> None:
    period = Period.of(kind, day)
    assert period.contains(day)
    assert Period.parse(str(period)) == period


@given(kinds, days)
def test_periods_of_a_kind_cover_the_days_without_gap_or_overlap(
    kind: PeriodKind, day: date
) -> None:
    period = Period.of(kind, day)
    assert period.next().start == period.end
    assert period.previous().end == period.start
    assert period.next().previous() == period
    assert Period.of(kind, period.end) == period.next()


@given(kinds, days, st.integers(1, 30))
def test_the_last_periods_run_up_to_and_with_this_one(kind: PeriodKind, day: date, n: int) -> None:
    periods = Period.of(kind, day).last(n)
    assert len(periods) == n
    assert periods[-1] == Period.of(kind, day)
    assert all(a.end == b.start for a, b in pairwise(periods))


def test_a_parsed_week_of_new_year_belongs_to_its_iso_year() -> None:
    assert str(Period.of(PeriodKind.WEEK, date(2027, 1, 1))) == "2026-W53"
