"""Which unit and period an argument means: "puskesmas pajang", "dukcapil tw2 2026", any order.

What is left out is the official's own unit and the current quarter. Nothing is guessed: where
several units fit, they are offered as buttons.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ask import Desk, Subject
from skm.errors import PeriodError, SkmError
from skm.lookup import UnknownUpp, find, folded
from skm.official import Official
from skm.period import Kind, Period
from skm.store import upps
from skm.store.reports import EVERYTHING
from skm.upp import Upp

CITY = {EVERYTHING, "kabeh", "all", "instansi", "kota", "kabupaten"}
LONGEST = 240  # characters of an argument that we read: a long name of a unit, and a period

_UNITS = {
    Kind.DAY: "hari dina day",
    Kind.WEEK: "minggu pekan week",
    Kind.MONTH: "bulan sasi month",
    Kind.QUARTER: "triwulan tw kuartal kwartal quarter",
    Kind.SEMESTER: "semester",
    Kind.YEAR: "tahun taun year",
}
_KIND = {word: kind for kind, words in _UNITS.items() for word in words.split()}
_BACK = {"ini": 0, "iki": 0, "this": 0, "lalu": 1, "kepungkur": 1, "last": 1}
_FORMS = {"pdf": "pdf", "docx": "docx", "word": "docx", "xlsx": "xlsx", "excel": "xlsx"}


class Unclear(SkmError):
    """The words fit no unit, or several: `near` are those that may be meant.

    `period` and `form` were read.
    """

    def __init__(self, words: str, near: Sequence[Upp], period: Period) -> None:
        super().__init__(f"“{words}” names no unit, or more than one.")
        self.words, self.near, self.period, self.form = words, near, period, ""


async def unit_and_period(
    conn: AsyncConnection, desk: Desk, official: Official, argument: str
) -> Subject:
    """A unit, a period and perhaps a file's format. Raises Unclear."""
    words, form = _form(argument[:LONGEST].split())
    known = await upps.listed(conn)
    own = await upps.subtree(conn, official.upp) if official.upp else known
    try:
        unit, period = _split(words, own, known, official, desk.today)
    except Unclear as unclear:
        unclear.form = form
        raise
    return await about(conn, unit, period, form)


async def whole(conn: AsyncConnection, desk: Desk, official: Official, argument: str) -> Subject:
    """What concerns the whole instansi; the argument is the command's own affair."""
    return Subject(None, (), Period.of(Kind.QUARTER, desk.today), rest=argument)


async def oneself(conn: AsyncConnection, desk: Desk, official: Official, argument: str) -> Subject:
    """What concerns the official's own unit; the argument is the command's own affair."""
    unit = await upps.by_code(conn, official.upp) if official.upp else None
    found = await about(conn, unit, Period.of(Kind.QUARTER, desk.today))
    return Subject(found.upp, found.lineage, found.period, rest=argument)


async def about(conn: AsyncConnection, unit: Upp | None, period: Period, form: str = "") -> Subject:
    lineage = await upps.lineage(conn, unit.code) if unit else ()
    return Subject(unit, tuple(lineage), period, form)


def _form(words: list[str]) -> tuple[list[str], str]:
    """The words without the format of a file, and that."""
    if words and words[-1].lower() in _FORMS:
        return words[:-1], _FORMS[words[-1].lower()]
    return words, ""


def _split(
    words: list[str], own: list[Upp], known: list[Upp], official: Official, today: date
) -> tuple[Upp | None, Period]:
    """The longest run of words that is a period and leaves a unit's name; own units come first."""
    first: Unclear | None = None
    for period, rest in _periods(words, today):
        try:
            return _unit(rest, own, known, official, period), period
        except Unclear as unclear:
            first = first or unclear
    raise first or Unclear(" ".join(words), (), Period.of(Kind.QUARTER, today))


def _periods(words: list[str], today: date) -> Iterator[tuple[Period, str]]:
    """Every period that the words may hold, longest first, with the words around it; last none."""
    for length in range(len(words), 0, -1):
        for start in range(len(words) - length + 1):
            period = period_in(" ".join(words[start : start + length]), today)
            if period:
                yield period, " ".join(words[:start] + words[start + length :])
    yield Period.of(Kind.QUARTER, today), " ".join(words)


def period_in(text: str, today: date) -> Period | None:
    """With a year, or without ("tw2", "november": this year's), or "bulan lalu", "kemarin"."""
    said = folded(text)
    if said in ("kemarin", "wingi", "yesterday"):
        return Period.of(Kind.DAY, today).previous()
    relative = _relative(said.split(), today)
    if relative:
        return relative
    dated = text if re.search(r"\b20\d\d\b", text) else f"{text} {today.year}"
    if dated != text and not re.search("[a-z]", said):
        return None  # a bare number is part of a name
    try:
        return Period.parse(dated)
    except PeriodError:
        return None


def _relative(words: list[str], today: date) -> Period | None:
    kinds = [_KIND[word] for word in words if word in _KIND]
    back = [_BACK[word] for word in words if word in _BACK]
    if len(words) != 2 or len(kinds) != 1 or len(back) != 1:
        return None
    period = Period.of(kinds[0], today)
    return period.previous() if back[0] else period


def _unit(
    words: str, own: list[Upp], known: list[Upp], official: Official, period: Period
) -> Upp | None:
    """None: the whole instansi, which is also what somebody without a unit means by no words."""
    if words.strip().lower() in CITY or (not words and official.upp is None):
        return None
    try:
        return find(words or official.upp or "", own)
    except UnknownUpp as unknown:
        near = unknown.near
    if near:
        raise Unclear(words, near, period)
    try:
        return find(words, known)  # of another: whether they may is not decided here
    except UnknownUpp as unknown:
        raise Unclear(words, [unit for unit in unknown.near if unit in own], period) from None
