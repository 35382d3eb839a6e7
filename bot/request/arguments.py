"""Reads the argument of a command: "puskesmas pajang", "dukcapil tw2 2026 pdf", in any order.

Without a unit the official's own is meant, without a period the current quarter. Nothing is
guessed: if several units fit, `Unclear` names them to be offered as buttons.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.request.instansi import Instansi
from bot.request.request import Subject
from skm.errors import SkmError
from skm.figures.report import EVERYTHING
from skm.instansi.find_upp import UnknownUpp, find, folded
from skm.instansi.official import Official
from skm.instansi.period import Period, PeriodKind
from skm.instansi.typed_period import PeriodWords, period_near
from skm.instansi.upp import Upp
from skm.store.survey import upps

LONGEST = 240  # characters that are read: a long unit name and a period, or a remark

_ABOUT_UNSUR = re.compile(r"(.*?)(?:(?<!\S)(U[1-9])(?:\s+(\w+)(?:\s+(.*))?)?)?\s*", re.I | re.S)


class Unclear(SkmError):
    """The words fit no unit, or several; `near`: those that may be meant.

    `period`, `form`: what else the argument names.
    """

    def __init__(self, words: str, near: Sequence[Upp], period: Period) -> None:
        super().__init__(f"“{words}” names no unit, or more than one.")
        self.words, self.near, self.period, self.form = words, near, period, ""


class UnknownPeriod(Unclear):
    """The words look like a period and are none; the others, if any, name a unit."""

    def __init__(self, words: str, period: Period) -> None:
        super().__init__(words, (), period)


class FuturePeriod(Unclear):
    """A period that has not begun."""

    def __init__(self, period: Period) -> None:
        super().__init__(str(period), (), period)


async def unit_and_period(
    conn: AsyncConnection, instansi: Instansi, official: Official, argument: str
) -> Subject:
    """A unit, a period and perhaps the format of a file. Raises Unclear."""
    formats = instansi.catalog.vocabulary.meanings("format")
    words, form = _form(argument[:LONGEST].split(), formats)
    known = await upps.listed(conn)
    own = await upps.subtree(conn, official.upp) if official.upp else known
    try:
        unit, period = _split(words, own, known, official, instansi)
    except Unclear as unclear:
        unclear.form = form
        if said := _no_period(unclear.words.split(), own, known, instansi):
            raise UnknownPeriod(said, unclear.period) from None
        raise
    if period.start > instansi.today:
        raise FuturePeriod(period)
    return await subject_of(conn, unit, period, form)


async def finished_period(
    conn: AsyncConnection, instansi: Instansi, official: Official, argument: str
) -> Subject:
    """A unit and the newest period of its kind that is over, since only then its priorities are
    known. `rest`: an unsur and what to do about it. `unfinished`: the period that was typed, if it
    is not over. Raises Unclear.
    """
    found = _ABOUT_UNSUR.fullmatch(argument)
    unit, *rest = found.groups("") if found else (argument,)
    subject = await unit_and_period(conn, instansi, official, unit)
    period = subject.period
    while period.end > instansi.today:
        period = period.previous()
    typed = _names_period(unit.split(), instansi) and period != subject.period
    return replace(
        subject,
        period=period,
        form="",
        rest=" ".join(rest).strip(),
        unfinished=subject.period if typed else None,
    )


async def whole_instansi(
    conn: AsyncConnection, instansi: Instansi, official: Official, argument: str
) -> Subject:
    """The whole instansi; the command reads the argument (`rest`) itself."""
    return Subject(None, (), Period.of(PeriodKind.QUARTER, instansi.today), rest=argument)


async def closable_period(
    conn: AsyncConnection, instansi: Instansi, official: Official, argument: str
) -> Subject:
    """The whole instansi and the period that the argument begins with. `rest`: the period's code
    and the words after it; as typed if it names no period.
    """
    words = argument[:LONGEST].split()
    for length in range(len(words), 0, -1):
        typed = " ".join(words[:length])
        period = period_near(typed, instansi.catalog.vocabulary.periods, instansi.today)
        if period:
            rest = " ".join([str(period), *words[length:]])
            return Subject(None, (), period, rest=rest)
    return await whole_instansi(conn, instansi, official, argument)


async def own_unit(
    conn: AsyncConnection, instansi: Instansi, official: Official, argument: str
) -> Subject:
    """The official's own unit; the command reads the argument (`rest`) itself."""
    unit = await upps.by_code(conn, official.upp) if official.upp else None
    found = await subject_of(conn, unit, Period.of(PeriodKind.QUARTER, instansi.today))
    return Subject(found.upp, found.lineage, found.period, rest=argument)


async def subject_of(
    conn: AsyncConnection, unit: Upp | None, period: Period, form: str = ""
) -> Subject:
    """The subject with the lineage of its unit."""
    lineage = await upps.lineage(conn, unit.code) if unit else ()
    return Subject(unit, tuple(lineage), period, form)


def _form(words: list[str], formats: Mapping[str, str]) -> tuple[list[str], str]:
    """The words without a file format at their end, and that format or ""."""
    if words and words[-1].lower() in formats:
        return words[:-1], formats[words[-1].lower()]
    return words, ""


def _split(
    words: list[str], own: list[Upp], known: list[Upp], official: Official, instansi: Instansi
) -> tuple[Upp | None, Period]:
    """The unit (None: the whole instansi) and period: of all ways to split the words the first, by
    the length of the period, that leaves the name of one unit. Raises Unclear.
    """
    vocabulary, today = instansi.catalog.vocabulary, instansi.today
    first: Unclear | None = None
    for period, rest in _periods(words, vocabulary.periods, today):
        whole = rest == EVERYTHING or vocabulary.means("everything", rest)
        if whole or (not rest and official.upp is None):
            return None, period
        try:
            return _unit(rest or official.upp or "", own, known, period), period
        except Unclear as unclear:
            first = first or unclear
    raise first or Unclear(" ".join(words), (), Period.of(PeriodKind.QUARTER, today))


def _periods(words: list[str], periods: PeriodWords, today: date) -> Iterator[tuple[Period, str]]:
    """Each run of words that is a period, the longest first, with the words around it; at the end
    the current quarter with all words.
    """
    for length in range(len(words), 0, -1):
        for start in range(len(words) - length + 1):
            period = period_near(" ".join(words[start : start + length]), periods, today)
            if period:
                yield period, " ".join(words[:start] + words[start + length :])
    yield Period.of(PeriodKind.QUARTER, today), " ".join(words)


def _names_period(words: list[str], instansi: Instansi) -> bool:
    found = list(_periods(words, instansi.catalog.vocabulary.periods, instansi.today))
    return len(found) > 1  # the last one is the current quarter, the default


def _no_period(words: list[str], own: list[Upp], known: list[Upp], instansi: Instansi) -> str:
    """The words that look like a period, if the others name one unit or there are no others; "" if
    they are rather part of a unit's name.
    """
    kinds = instansi.catalog.vocabulary.periods.kinds.keys()
    dated = [word for word in words if re.search(r"\d", word) or folded(word) in kinds]
    rest = " ".join(word for word in words if word not in dated)
    try:
        if rest:
            _unit(rest, own, known, Period.of(PeriodKind.QUARTER, instansi.today))
    except Unclear:
        return ""
    return " ".join(dated)


def _unit(words: str, own: list[Upp], known: list[Upp], period: Period) -> Upp:
    """One of the official's own units or else any unit; `may` decides later. Raises Unclear."""
    try:
        return find(words, own)
    except UnknownUpp as unknown:
        near = unknown.near
    if near:
        raise Unclear(words, near, period)
    try:
        return find(words, known)
    except UnknownUpp as unknown:
        raise Unclear(words, [unit for unit in unknown.near if unit in own], period) from None
