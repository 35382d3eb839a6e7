"""Dates in cells: ISO, 24/09/2026 09.30, 24 September 2026, Google Forms, Excel's serial numbers.

Where day and month could be either, the day comes first, as in Indonesia, unless other rows of the
same column can only be read with the month first.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from skm.intake.cells.text import plain
from skm.privacy.retention import at_noon

EXCEL_EPOCH = date(1899, 12, 30)  # day 60 is the 29 February 1900 that Excel believes in
FIRST_YEAR = 2000  # the first year of a period
YEARS = range(1900, 3000)  # others are no years
SERIAL = re.compile(r"([2-7][0-9]{4})(?:[.,]([0-9]{1,12}))?")
NUMBERS = re.compile(
    r"([0-9]{1,4})\s*[-/.]\s*([0-9]{1,2})\s*[-/.]\s*([0-9]{2,4})(?![0-9]),?(.*)", re.S
)
WORDS = re.compile(
    r"(?:[^\W\d_]+,\s*)?([0-9]{1,2})[\s-]+([^\W\d_]+)[.,]?[\s-]+([0-9]{4}|[0-9]{2}(?![0-9:.])),?(.*)",
    re.S,
)
ENGLISH = re.compile(r"([^\W\d_]+)\s+([0-9]{1,2}),\s*([0-9]{4}),?(.*)", re.S)
CLOCK = re.compile(
    r"(?:[tT]|pukul|jam)?\s*([0-9]{1,2})[:.]([0-9]{2})(?:[:.]([0-9]{2})(?:[.,][0-9]+)?)?\s*([ap]\.?m\.?)?"
    r"\s*(z|gmt|utc|wib|wita|wit)?\s*([-+][0-9]{1,2})?:?([0-9]{2})?",
    re.IGNORECASE,
)
ZONES = {"z": 0, "gmt": 0, "utc": 0, "wib": 7, "wita": 8, "wit": 9}


def is_month_first(cells: Iterable[str]) -> bool:
    """Whether a column can only be read with the month before the day."""
    day_first = month_first = False
    for cell in cells:
        found = NUMBERS.fullmatch(cell)
        if found and len(found[1]) <= 2:
            day_first |= int(found[1]) > 12
            month_first |= int(found[2]) > 12
    return month_first and not day_first


def _year(digits: str) -> int:
    return int(digits) + (2000 if len(digits) == 2 else 0)


@dataclass(frozen=True)
class DateReader:
    """Reads moments. `zone`: of times without one. `months`: folded name → number."""

    zone: tzinfo
    months: Mapping[str, int]
    month_first: bool = False
    _known: dict[str, datetime | None] = field(default_factory=dict, init=False)

    def __call__(self, cell: str) -> datetime | None:
        """The moment in UTC, noon for a day alone; None for a cell that is no date."""
        if cell not in self._known:
            self._known[cell] = self._read(cell)
        return self._known[cell]

    def _read(self, cell: str) -> datetime | None:
        try:
            text = plain(cell)
            return self._serial(text) or self._written(text.lstrip("'").strip())
        except (ValueError, OverflowError):
            return None

    def _serial(self, cell: str) -> datetime | None:
        found = SERIAL.fullmatch(cell)
        if found is None:
            return None
        day = EXCEL_EPOCH + timedelta(days=int(found[1]))
        if found[2] is None:
            return at_noon(day, self.zone).astimezone(UTC)
        seconds = round(86400 * float(f"0.{found[2]}"))
        local = datetime.combine(day, time(), self.zone) + timedelta(seconds=seconds)
        return local.astimezone(UTC)

    def _written(self, text: str) -> datetime | None:
        if found := NUMBERS.fullmatch(text):
            day = self._day(*found.group(1, 2, 3))
        elif found := WORDS.fullmatch(text):
            day = date(_year(found[3]), self._month(found[2]), int(found[1]))
        elif found := ENGLISH.fullmatch(text):
            day = date(int(found[3]), self._month(found[1]), int(found[2]))
        elif re.fullmatch(r"20[0-9]{6}", text):
            return at_noon(date.fromisoformat(text), self.zone).astimezone(UTC)
        else:
            return None
        return self._at(day, found[4].strip())

    def _day(self, first: str, second: str, third: str) -> date:
        if len(first) == 4:
            return date(int(first), int(second), int(third))
        if len(first) > 2 or len(third) == 3:
            raise ValueError(first)
        month, day = (first, second) if self.month_first else (second, first)
        return date(_year(third), int(month), int(day))

    def _month(self, name: str) -> int:
        month = self.months.get(name.casefold())
        if month is None:
            raise ValueError(name)
        return month

    def _at(self, day: date, clock: str) -> datetime | None:
        if day.year not in YEARS:
            return None
        if not clock:
            return at_noon(day, self.zone).astimezone(UTC)
        found = CLOCK.fullmatch(clock)
        if found is None:
            return None
        hour = int(found[1])
        if found[4]:
            if not 1 <= hour <= 12:
                return None
            hour = hour % 12 + (12 if found[4][0].casefold() == "p" else 0)
        moment = time(hour, int(found[2]), int(found[3] or 0))
        return datetime.combine(day, moment, self._zone(found)).astimezone(UTC)

    def _zone(self, found: re.Match[str]) -> tzinfo:
        name, hours, minutes = found.group(5, 6, 7)
        if hours is None and name is None:
            return self.zone
        offset = timedelta(hours=ZONES[name.casefold()] if name else 0)
        if hours:
            sign = -1 if hours.startswith("-") else 1
            offset = timedelta(hours=int(hours), minutes=sign * int(minutes or 0))
        return timezone(offset)
