"""Periods as people type them: "tw2 2026", "November 2026", "24/11/2026", "bulan lalu".

The words come from the caller: this module knows no language.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from skm.errors import PeriodError
from skm.instansi.find_upp import folded
from skm.instansi.period import LETTERS, MONTHS, Period, PeriodKind, no_period

NUMBERED = {PeriodKind.SEMESTER, PeriodKind.QUARTER, PeriodKind.WEEK}
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


@dataclass(frozen=True)
class PeriodWords:
    """What people call periods, as folded words (`find_upp.folded`).

    `kinds`: "triwulan" → QUARTER. `months`: "nopember" → 11. `fillers`: words that add nothing, as
    "tahun" in "semester 2 tahun 2026". `this`, `last`: with a kind, the current period or the one
    before it. `yesterday`: alone, that day.
    """

    kinds: Mapping[str, PeriodKind]
    months: Mapping[str, int]
    fillers: Collection[str]
    this: Collection[str]
    last: Collection[str]
    yesterday: Collection[str]


CODES_ONLY = PeriodWords({}, {}, (), (), (), ())


def parse_period(text: str, words: PeriodWords) -> Period:
    """The period of a code or of words in any order around one year. Raises PeriodError."""
    tokens = re.findall(r"[^\W\d_]+|[0-9]+", text.lower())
    try:
        return _read(tokens, words)
    except (ValueError, KeyError, OverflowError):
        raise no_period(text) from None


def period_near(text: str, words: PeriodWords, today: date) -> Period | None:
    """The same, also without a year ("tw2", "november": of this year) and relative to `today`
    ("bulan lalu", "kemarin"); None for a text that names no period.
    """
    said = folded(text)
    if said in words.yesterday:
        return Period.of(PeriodKind.DAY, today).previous()
    relative = _relative(said.split(), words, today)
    if relative:
        return relative
    dated = bool(re.search(r"\b20\d\d\b", text))
    fillers = set(words.fillers) - words.kinds.keys()
    if not dated and (not re.search(r"[^\W\d_]", said) or set(said.split()) <= fillers):
        return None  # numbers alone, or fillers alone, may be part of a unit's name
    try:
        return parse_period(text if dated else f"{text} {today.year}", words)
    except PeriodError:
        return None


def last_day(text: str, words: PeriodWords, today: date) -> date | None:
    """The day that was typed, of this year if none is named: "31-12-2026", "31 Desember"; of a
    longer period ("Desember 2026") its last day. None for a text that names no day.
    """
    for said in (text, f"{text} {today.year}"):
        try:
            return parse_period(said, words).end - timedelta(days=1)
        except PeriodError:
            continue
    return None


def _read(tokens: list[str], words: PeriodWords) -> Period:
    """Raises ValueError or KeyError if the tokens are no period."""
    (year,) = (token for token in tokens if re.fullmatch("20[0-9]{2}", token))
    said = [token for token in tokens if token.isalpha() and token not in words.fillers]
    numbered = {**words.months, **ROMAN}
    kinds: list[PeriodKind | None] = [_kind(one, words) for one in said if one not in numbered]
    [kind] = kinds or [None]
    months = [words.months[word] for word in said if word in words.months]
    if len(months) > 1:
        return _span(int(year), *months)
    numbers = [int(token) for token in tokens if token.isdecimal() and token != year]
    if tokens[-1] == year:
        numbers.reverse()  # in 24/11/2026 the day comes first
    named = [numbered[word] for word in said if word in numbered]
    return Period.numbered(int(year), kind, *named, *numbers)


def _span(year: int, first: int, last: int) -> Period:
    """The semester, quarter or year of "Januari - Juni 2024". Raises ValueError for other spans."""
    for kind in MONTHS:
        period = Period.of(kind, date(year, first, 1))
        final = period.end - timedelta(days=1)
        if (period.start.month, final.month) == (first, last):
            return period
    raise ValueError((first, last))


def _kind(word: str, words: PeriodWords) -> PeriodKind:
    kind = LETTERS.get(word.upper()) or words.kinds[word]
    if kind not in NUMBERED:
        raise KeyError(word)
    return kind


def _relative(said: list[str], words: PeriodWords, today: date) -> Period | None:
    """The period of a kind and "this" or "last", in either order."""
    kinds = [words.kinds[word] for word in said if word in words.kinds]
    steps = [word in words.last for word in said if word in words.last or word in words.this]
    if len(said) != 2 or len(kinds) != 1 or len(steps) != 1:
        return None
    period = Period.of(kinds[0], today)
    return period.previous() if steps[0] else period
