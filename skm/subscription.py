"""When an official wants to hear: how often, on which day, at what hour of the instansi's zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from skm.period import Kind, Period


class Frequency(StrEnum):
    """How often; each reports on the last whole period of its kind."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


KIND = {
    Frequency.DAILY: Kind.DAY,
    Frequency.WEEKLY: Kind.WEEK,
    Frequency.MONTHLY: Kind.MONTH,
    Frequency.QUARTERLY: Kind.QUARTER,
}

GRACE = timedelta(hours=2)  # later than this a digest says that it is late


@dataclass(frozen=True)
class Subscription:
    """`weekday`: 0 Monday … 6 Sunday, for weekly ones. `at`: local time of day. Others come on
    the first day after their period."""

    official: int
    frequency: Frequency = Frequency.WEEKLY
    weekday: int = 0
    at: time = time(7, 30)
    alerts: bool = True


def last_due(subscription: Subscription, now: datetime, zone: tzinfo) -> datetime:
    """The latest moment, at or before `now`, at which this subscription was due (aware, UTC-safe).

    Computed on the wall clock of `zone`, so a change of summer time moves nothing for the reader.
    """
    local = now.astimezone(zone)
    day = _due_day(subscription, local.date())
    due = datetime.combine(day, subscription.at, zone)
    if due <= now:
        return due
    earlier = _due_day(subscription, day - timedelta(days=1))
    return datetime.combine(earlier, subscription.at, zone)


def period_of(subscription: Subscription, due: datetime) -> Period:
    """The whole period a digest due then reports on."""
    return Period.of(KIND[subscription.frequency], due.date()).previous()


def _due_day(subscription: Subscription, day: date) -> date:
    """The last due day at or before `day`."""
    if subscription.frequency is Frequency.WEEKLY:
        return day - timedelta(days=(day.weekday() - subscription.weekday) % 7)
    return Period.of(KIND[subscription.frequency], day).start
