"""When a digest is due: by the reader's wall clock, also when the zone's offset changes."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skm.notices.subscription import Frequency, Subscription, last_due, period_of

JAKARTA = ZoneInfo("Asia/Jakarta")
BERLIN = ZoneInfo("Europe/Berlin")  # has summer time, unlike Indonesia


def at(text: str, zone: ZoneInfo = JAKARTA) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("frequency", "now", "due", "period"),
    [
        (Frequency.WEEKLY, "2026-11-23 07:30", "2026-11-23 07:30", "2026-W47"),
        (Frequency.WEEKLY, "2026-11-23 07:29", "2026-11-16 07:30", "2026-W46"),
        (Frequency.WEEKLY, "2026-11-29 23:00", "2026-11-23 07:30", "2026-W47"),
        (Frequency.DAILY, "2026-11-24 09:00", "2026-11-24 07:30", "2026-11-23"),
        (Frequency.DAILY, "2026-01-01 00:10", "2025-12-31 07:30", "2025-12-30"),
        (Frequency.MONTHLY, "2026-12-01 07:30", "2026-12-01 07:30", "2026-11"),
        (Frequency.MONTHLY, "2026-12-01 07:00", "2026-11-01 07:30", "2026-10"),
        (Frequency.QUARTERLY, "2027-01-01 08:00", "2027-01-01 07:30", "2026-Q4"),
        (Frequency.QUARTERLY, "2026-12-31 23:59", "2026-10-01 07:30", "2026-Q3"),
    ],
)
def test_a_digest_is_due_on_its_day_for_the_last_whole_period(
    frequency: Frequency, now: str, due: str, period: str
) -> None:
    wanted = Subscription(1, frequency)
    found = last_due(wanted, at(now).astimezone(UTC), JAKARTA)
    assert (found, str(period_of(wanted, found))) == (at(due), period)


def test_weekday_and_time_can_be_chosen() -> None:
    wanted = Subscription(1, weekday=4, at=time(16, 0))
    assert last_due(wanted, at("2026-11-24 09:00"), JAKARTA) == at("2026-11-20 16:00")


@pytest.mark.parametrize(
    ("now", "due_utc"),
    [
        ("2026-03-23 12:00", "2026-03-23 06:30"),  # winter: 07:30 is 06:30 UTC
        ("2026-03-30 12:00", "2026-03-30 05:30"),  # summer: 07:30 is 05:30 UTC
        ("2026-10-26 12:00", "2026-10-26 06:30"),
    ],
)
def test_half_past_seven_stays_half_past_seven_when_the_clocks_change(
    now: str, due_utc: str
) -> None:
    due = last_due(Subscription(1), at(now, BERLIN), BERLIN)
    assert due.astimezone(UTC) == datetime.fromisoformat(due_utc).replace(tzinfo=UTC)


def test_a_time_that_summer_time_skips_is_due_once() -> None:
    wanted = Subscription(1, Frequency.DAILY, at=time(2, 30))
    due = {
        last_due(wanted, at("2026-03-28 12:00", BERLIN) + timedelta(hours=n), BERLIN).date()
        for n in range(72)
    }
    assert sorted(day.day for day in due) == [28, 29, 30, 31]


def test_another_zone_moves_the_due_time_and_not_the_day() -> None:
    now = at("2026-11-23 12:00")
    east, west = ZoneInfo("Asia/Jayapura"), JAKARTA
    wanted = Subscription(1)
    assert last_due(wanted, now, west) - last_due(wanted, now, east) == timedelta(hours=2)


@given(
    st.timedeltas(timedelta(0), timedelta(3653)).map(datetime(2020, 1, 1, tzinfo=UTC).__add__),
    st.sampled_from(Frequency),
    st.integers(0, 6),
    st.times(),
)
def test_a_due_time_is_not_in_the_future_and_its_period_is_over(
    now: datetime, frequency: Frequency, weekday: int, hour: time
) -> None:
    wanted = Subscription(1, frequency, weekday, hour.replace(second=0, microsecond=0))
    due = last_due(wanted, now, JAKARTA)
    assert due <= now
    assert period_of(wanted, due).end <= due.date()
    assert last_due(wanted, due, JAKARTA) == due
