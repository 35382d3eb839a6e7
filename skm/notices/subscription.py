"""When an official gets digests: how often, on which day, at what time of the instansi's zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from skm.instansi.period import Period, PeriodKind


class Frequency(StrEnum):
    """How often. Each digest is about the last whole period of its kind."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


KIND = {
    Frequency.DAILY: PeriodKind.DAY,
    Frequency.WEEKLY: PeriodKind.WEEK,
    Frequency.MONTHLY: PeriodKind.MONTH,
    Frequency.QUARTERLY: PeriodKind.QUARTER,
}

GRACE = timedelta(hours=2)  # a digest sent later than this is marked as late


@dataclass(frozen=True)
class Subscription:
    """`weekday`: 0 Monday … 6 Sunday, for weekly digests; others come on the first day after their
    period. `at`: local time of day.
    """

    official: int
    frequency: Frequency = Frequency.WEEKLY
    weekday: int = 0
    at: time = time(7, 30)


def last_due(subscription: Subscription, now: datetime, zone: tzinfo) -> datetime:
    """The latest time at or before `now` at which a digest was due, aware.

    Computed on the wall clock of `zone`, so that summer time does not move it for the reader.
    """
    local = now.astimezone(zone)
    day = _due_day(subscription, local.date())
    due = datetime.combine(day, subscription.at, zone)
    if due <= now:
        return due
    earlier = _due_day(subscription, day - timedelta(days=1))
    return datetime.combine(earlier, subscription.at, zone)


def period_of(subscription: Subscription, due: datetime) -> Period:
    """The period that a digest due at this time is about."""
    return Period.of(KIND[subscription.frequency], due.date()).previous()


def _due_day(subscription: Subscription, day: date) -> date:
    """The last day at or before `day` on which a digest is due."""
    if subscription.frequency is Frequency.WEEKLY:
        return day - timedelta(days=(day.weekday() - subscription.weekday) % 7)
    return Period.of(KIND[subscription.frequency], day).start
