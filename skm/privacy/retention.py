"""How long data that could lead to a person is kept: in whole months before the current one."""

from datetime import date, datetime, time, tzinfo


def keeps_from(today: date, months: int) -> date | None:
    """The first day that is kept; None with `months` 0, which keeps everything.

    24 months on any day of November 2026 keep November 2024 and later.
    """
    if not months:
        return None
    count = today.year * 12 + today.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def blurred(moment: datetime, zone: tzinfo) -> datetime:
    """Noon of the same local day: what is left of a timestamp once the time of day is removed."""
    return at_noon(moment.astimezone(zone).date(), zone)


def at_noon(day: date, zone: tzinfo) -> datetime:
    """Noon of a local day, aware. Daylight saving time cannot move it to another day."""
    return datetime.combine(day, time(12), zone)
