"""When people come in the demo city: working weeks, busy mornings, quiet Fridays."""

import random
from datetime import date, datetime, time, timedelta, tzinfo

DAYS = 365
WEEK = (1.25, 1.1, 1.0, 1.0, 0.7, 0.12, 0.0)  # weights of Monday to Sunday
EVERY_DAY = (1.1, 1.0, 1.0, 1.0, 0.9, 0.8, 0.7)  # hospitals, museums and parks
HOURS = {8: 6, 9: 10, 10: 10, 11: 7, 12: 3, 13: 6, 14: 5, 15: 2}  # hour → weight


def moments(
    rng: random.Random, count: int, today: date, zone: tzinfo, *, every_day: bool = False
) -> list[datetime]:
    """`count` local times in the year that ends with today, oldest first."""
    week = EVERY_DAY if every_day else WEEK
    days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    chosen = rng.choices(days, [week[day.weekday()] for day in days], k=count)
    return sorted(datetime.combine(day, _time(rng), zone) for day in chosen)


def _time(rng: random.Random) -> time:
    hour = rng.choices(list(HOURS), list(HOURS.values()))[0]
    return time(hour, rng.randrange(60), rng.randrange(60))
