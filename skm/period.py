"""Periods: half-open spans of the instansi's local days, `start` included and `end` not.

A period is its kind and its first day; everything else is derived. `str` gives the code that
`Period.parse` reads: 2026, 2026-S2, 2026-Q4, 2026-11, 2026-W47 (ISO weeks), 2026-11-24.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from skm.errors import PeriodError


class Kind(StrEnum):
    """How long a period is."""

    YEAR = "year"
    SEMESTER = "semester"
    QUARTER = "quarter"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"


MONTHS = {Kind.YEAR: 12, Kind.SEMESTER: 6, Kind.QUARTER: 3, Kind.MONTH: 1}
DAYS = {Kind.WEEK: 7, Kind.DAY: 1}


@dataclass(frozen=True)
class Period:
    """Make one with `parse` or `of`: they see to it that `start` is a first day."""

    kind: Kind
    start: date

    @classmethod
    def of(cls, kind: Kind, day: date) -> "Period":
        """The period of that kind that holds the day."""
        if kind is Kind.WEEK:
            return cls(kind, day - timedelta(days=day.weekday()))
        if kind is Kind.DAY:
            return cls(kind, day)
        return cls(kind, date(day.year, day.month - (day.month - 1) % MONTHS[kind], 1))

    @classmethod
    def parse(cls, text: str) -> "Period":
        """The period of a code, or of words as people type them: "tw2 2026", "November 2026",
        "semester I 2026", "2026 minggu ke-47", "24/11/2026". Raises PeriodError.
        """
        try:
            return _read(re.findall("[a-z]+|[0-9]+", text.lower()))
        except (ValueError, KeyError, OverflowError):
            raise PeriodError(
                f"“{text}” is not a period: write it like 2026-Q4, 2026-S2, 2026-11, 2026-W47,"
                " 2026-11-24 or 2026."
            ) from None

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
            case Kind.YEAR:
                return f"{year}"
            case Kind.SEMESTER:
                return f"{year}-S{number}"
            case Kind.QUARTER:
                return f"{year}-Q{number}"
            case Kind.MONTH:
                return f"{year}-{number:02}"
            case Kind.WEEK:
                iso = self.start.isocalendar()
                return f"{iso.year}-W{iso.week:02}"
            case Kind.DAY:
                return self.start.isoformat()

    @property
    def _number(self) -> int:
        """Which of its kind in the year, from 1 (kinds made of months)."""
        return (self.start.month - 1) // MONTHS.get(self.kind, 1) + 1


def _step(kind: Kind, start: date, n: int) -> date:
    if kind in DAYS:
        return start + timedelta(days=n * DAYS[kind])
    index = start.year * 12 + start.month - 1 + n * MONTHS[kind]
    return date(index // 12, index % 12 + 1, 1)


# --- reading what people type ------------------------------------------------------------------

_KINDS = {
    Kind.SEMESTER: "s semester smt sem",
    Kind.QUARTER: "q tw triwulan kuartal kwartal quarter",
    Kind.WEEK: "w minggu mgg pekan week",
}
_KIND = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_NAMES = (
    "januari january jan",
    "februari february pebruari feb",
    "maret march mar",
    "april apr",
    "mei may",
    "juni june jun",
    "juli july jul",
    "agustus august agu agt ags aug",
    "september sept sep",
    "oktober october okt oct",
    "november nopember nov nop",
    "desember december des dec",
)
_MONTH = {word: number for number, words in enumerate(_NAMES, 1) for word in words.split()}
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_NUMBER = _MONTH | _ROMAN
_FILLERS = {"ke", "bulan", "bln", "tahun", "thn", "th", "tanggal", "tgl"}


def _read(tokens: list[str]) -> Period:
    """Words in any order around one year; ValueError or KeyError where they do not fit."""
    (year,) = (token for token in tokens if re.fullmatch("20[0-9]{2}", token))
    words = [token for token in tokens if token.isalpha() and token not in _FILLERS]
    kinds = [_KIND[word] for word in words if word not in _NUMBER]
    named = [_NUMBER[word] for word in words if word in _NUMBER]
    numbers = [int(token) for token in tokens if token.isdecimal() and token != year]
    if tokens[-1] == year:
        numbers.reverse()  # 24/11/2026: the day stands first
    return _period(int(year), kinds, named + numbers)


def _period(year: int, kinds: list[Kind], numbers: list[int]) -> Period:
    match kinds, numbers:
        case [], []:
            return Period(Kind.YEAR, date(year, 1, 1))
        case [], [month]:
            return Period(Kind.MONTH, date(year, month, 1))
        case [], [month, day]:
            return Period(Kind.DAY, date(year, month, day))
        case [Kind.WEEK], [week]:
            return Period(Kind.WEEK, date.fromisocalendar(year, week, 1))
        case [kind], [number]:
            return Period(kind, date(year, (number - 1) * MONTHS[kind] + 1, 1))
    raise ValueError(numbers)
