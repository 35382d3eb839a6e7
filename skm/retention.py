"""How long what could lead to a person is kept: whole months, counted from the current one."""

from datetime import date, datetime, time, tzinfo

NOON = time(12)  # what is left of a moment: its day, and nothing that looks odd in it


def keeps_from(today: date, months: int) -> date | None:
    """The first day of what is kept; None where everything is (`months` 0).

    24 on any day of November 2026 keeps November 2024 and later, so nothing goes too early.
    """
    if not months:
        return None
    count = today.year * 12 + today.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def blurred(moment: datetime, zone: tzinfo) -> datetime:
    """Noon of the same local day."""
    return at_noon(moment.astimezone(zone).date(), zone)


def at_noon(day: date, zone: tzinfo) -> datetime:
    """Noon of a local day, aware."""
    return datetime.combine(day, NOON, zone)
