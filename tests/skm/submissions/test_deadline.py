"""Deadlines of reports: which period, which day, which reminder."""

from datetime import date, timedelta

import pytest

from skm.instansi.period import Period
from skm.submissions.deadline import ReminderStage, is_late, reported_period, stage, usual_deadline

Q3 = Period.parse("2026-Q3")


@pytest.mark.parametrize(
    ("period", "today", "reported"),
    [
        ("2026-Q4", date(2026, 11, 23), "2026-Q3"),
        ("2026-Q3", date(2026, 11, 23), "2026-Q3"),
        ("2026-Q3", date(2026, 10, 1), "2026-Q3"),
        ("2026-Q3", date(2026, 9, 30), "2026-Q2"),
        ("2026-11", date(2026, 11, 23), "2026-Q3"),
        ("2026-W30", date(2026, 11, 23), "2026-Q3"),
        ("2026-S2", date(2026, 11, 23), "2026-S1"),
        ("2026", date(2026, 11, 23), "2025"),
    ],
)
def test_a_report_is_of_the_newest_period_that_is_over(
    period: str, today: date, reported: str
) -> None:
    assert str(reported_period(Period.parse(period), today)) == reported


def test_the_deadline_is_counted_from_the_last_day_of_the_period() -> None:
    assert usual_deadline(Q3) == date(2026, 10, 14)
    assert usual_deadline(Q3, 30) == date(2026, 10, 30)
    assert not is_late(date(2026, 10, 14), date(2026, 10, 14))
    assert is_late(date(2026, 10, 14), date(2026, 10, 15))


@pytest.mark.parametrize(
    ("days", "due"),
    [
        (-8, None),
        (-7, ReminderStage.BEFORE),
        (0, ReminderStage.BEFORE),
        (1, ReminderStage.AFTER),
        (56, ReminderStage.AFTER),
        (57, None),
    ],
)
def test_a_reminder_is_due_in_the_week_before_and_in_eight_weeks_after(
    days: int, due: ReminderStage | None
) -> None:
    deadline = date(2026, 10, 14)
    assert stage(deadline, deadline + timedelta(days=days)) is due
