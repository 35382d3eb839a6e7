"""Periods: half-open spans of the instansi's local days, `start` included and `end` not.

A period is its kind and its first day; everything else is derived. `str` gives the code that
`Period.parse` reads: 2026, 2026-S2, 2026-Q4, 2026-11, 2026-W47 (ISO weeks), 2026-11-24.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from skm.errors import PeriodError


class PeriodKind(StrEnum):
    """How long a period is."""

    YEAR = "year"
    SEMESTER = "semester"
    QUARTER = "quarter"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"


MONTHS = {PeriodKind.YEAR: 12, PeriodKind.SEMESTER: 6, PeriodKind.QUARTER: 3, PeriodKind.MONTH: 1}
DAYS = {PeriodKind.WEEK: 7, PeriodKind.DAY: 1}

LETTERS = {"S": PeriodKind.SEMESTER, "Q": PeriodKind.QUARTER, "W": PeriodKind.WEEK}
CODE = re.compile(r"(20[0-9]{2})(?:-([SQW])([0-9]{1,2})|-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")


@dataclass(frozen=True)
class Period:
    """Make one with `parse`, `of` or `numbered`, which make `start` a first day."""

    kind: PeriodKind
    start: date

    @classmethod
    def of(cls, kind: PeriodKind, day: date) -> "Period":
        """The period of that kind that holds the day."""
        if kind is PeriodKind.WEEK:
            return cls(kind, day - timedelta(days=day.weekday()))
        if kind is PeriodKind.DAY:
            return cls(kind, day)
        return cls(kind, date(day.year, day.month - (day.month - 1) % MONTHS[kind], 1))

    @classmethod
    def parse(cls, code: str) -> "Period":
        """The period of a code. Raises PeriodError. typed_period.py reads what people type."""
        found = CODE.fullmatch(code.strip().upper())
        try:
            if found is None:
                raise ValueError(code)
            year, letter, *numbers = found.groups()
            kind = LETTERS[letter] if letter else None
            return cls.numbered(int(year), kind, *(int(number) for number in numbers if number))
        except ValueError:
            raise no_period(code) from None

    @classmethod
    def numbered(cls, year: int, kind: PeriodKind | None, *numbers: int) -> "Period":
        """The n-th semester, quarter or week of a year; without a kind the year itself, a month
        or (month, day) a day. Raises ValueError for one that does not exist.
        """
        match kind, numbers:
            case None, ():
                return cls(PeriodKind.YEAR, date(year, 1, 1))
            case None, (month,):
                return cls(PeriodKind.MONTH, date(year, month, 1))
            case None, (month, day):
                return cls(PeriodKind.DAY, date(year, month, day))
            case PeriodKind.WEEK, (week,):
                return cls(kind, date.fromisocalendar(year, week, 1))
            case PeriodKind.SEMESTER | PeriodKind.QUARTER, (number,):
                return cls(kind, date(year, (number - 1) * MONTHS[kind] + 1, 1))
        raise ValueError(numbers)

    @property
    def end(self) -> date:
        """The first day after the period."""
        return _step(self.kind, self.start, 1)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days

    def contains(self, day: date) -> bool:
        return self.start <= day < self.end

    def is_over(self, today: date) -> bool:
        """Whether its figures are final, because no day of it is left."""
        return self.end <= today

    def is_part_of(self, other: "Period") -> bool:
        """Whether the other period has all of its days, and more."""
        return self != other and other.start <= self.start and self.end <= other.end

    def previous(self) -> "Period":
        return Period(self.kind, _step(self.kind, self.start, -1))

    def next(self) -> "Period":
        return Period(self.kind, self.end)

    def last(self, n: int) -> list["Period"]:
        """The n periods up to and with this one, oldest first."""
        return [Period(self.kind, _step(self.kind, self.start, -i)) for i in reversed(range(n))]

    def __str__(self) -> str:
        year, number = self.start.year, self._number
        match self.kind:
            case PeriodKind.YEAR:
                return f"{year}"
            case PeriodKind.SEMESTER:
                return f"{year}-S{number}"
            case PeriodKind.QUARTER:
                return f"{year}-Q{number}"
            case PeriodKind.MONTH:
                return f"{year}-{number:02}"
            case PeriodKind.WEEK:
                iso = self.start.isocalendar()
                return f"{iso.year}-W{iso.week:02}"
            case PeriodKind.DAY:
                return self.start.isoformat()

    @property
    def _number(self) -> int:
        """Which of its kind in the year, from 1 (kinds made of months)."""
        return (self.start.month - 1) // MONTHS.get(self.kind, 1) + 1


def _step(kind: PeriodKind, start: date, n: int) -> date:
    if kind in DAYS:
        return start + timedelta(days=n * DAYS[kind])
    index = start.year * 12 + start.month - 1 + n * MONTHS[kind]
    return date(index // 12, index % 12 + 1, 1)


def no_period(text: str) -> PeriodError:
    """The error for a text that names no period."""
    return PeriodError(
        f"“{text}” is not a period: write it like 2026-Q4, 2026-S2, 2026-11, 2026-W47,"
        " 2026-11-24 or 2026."
    )
