"""For which periods reports are handed in, until when, and when it is reminded of them."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from skm.instansi.period import Period, PeriodKind

DAYS: Final = 14  # after the end of the period, where the settings say nothing else
AHEAD: Final = timedelta(days=7)  # before the deadline, for the first reminder
INSIST: Final = timedelta(weeks=8)  # after the deadline: then it is no longer reminded
REPORTED: Final = frozenset({PeriodKind.QUARTER, PeriodKind.SEMESTER, PeriodKind.YEAR})


class ReminderStage(StrEnum):
    """Which of the two reminders is due."""

    BEFORE = "before"
    AFTER = "after"


def reported_period(period: Period, today: date) -> Period:
    """The newest period up to this one for which a report can be handed in: one that is over, and a
    quarter where the kind is not one of REPORTED.
    """
    known = period.kind in REPORTED
    found = period if known else Period.of(PeriodKind.QUARTER, period.start)
    while not found.is_over(today):
        found = found.previous()
    return found


def usual_deadline(period: Period, days: int = DAYS) -> date:
    """The last day on which the report is in time, `days` after the last day of the period."""
    return period.end + timedelta(days=days - 1)


def is_late(deadline: date, today: date) -> bool:
    return today > deadline


def stage(deadline: date, today: date) -> ReminderStage | None:
    """The reminder that is due today, if any; both are sent once."""
    if deadline - AHEAD <= today <= deadline:
        return ReminderStage.BEFORE
    return ReminderStage.AFTER if deadline < today <= deadline + INSIST else None
