"""Reads a recap from a CSV file, or returns every line that cannot be read and why.

Reading only checks whether a row can be understood; audit.py checks its figures.
"""

import hashlib
import io
import re
from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from typing import Final

from skm.errors import PeriodError, SkmError
from skm.figures.ikm import Mutu
from skm.instansi.period import MONTHS, Period
from skm.instansi.typed_period import CODES_ONLY, PeriodWords, parse_period
from skm.intake import csv_rows
from skm.intake.cells.text import visible
from skm.intake.csv_rows import CellError, Problem
from skm.intake.recaps.recap import PrintedAverage, Recap, RecapRow
from skm.intake.words import is_mean, is_total
from skm.survey.unsur import Unsur

UNSUR: Final = {unsur.lower(): unsur for unsur in Unsur}
PRIORITIES: Final = ("priority_1", "priority_2", "priority_3")
REALISED: Final = "followup_realised_pct"
REQUIRED: Final = ("unit", "period", *UNSUR, "ikm", "respondents")
OPTIONAL: Final = ("parent", "mutu", *PRIORITIES, REALISED)

SHOWN = 10  # problems in an error's message
CELL = 40  # characters of a cell in an error's message


class RecapError(SkmError):
    """Rows that cannot be read. `problems`: all of them; the message names the first ten."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        lines = [str(problem) for problem in self.problems[:SHOWN]]
        if more := len(self.problems) - len(lines):
            lines.append(f"… and {more} more.")
        super().__init__("\n".join(lines))


def read(data: bytes, source: str, words: PeriodWords = CODES_ONLY) -> Recap:
    """The recap in a CSV file: UTF-8, a row for each unit and period. Columns: REQUIRED, OPTIONAL.

    Unsur are printed as nilai (25–100) or as nrr (1–4), which is kept as 25 × nrr; decimals have a
    dot or, where cells are not separated by commas, a comma. `words`: what periods are called
    beside their codes. Raises CsvFileError for another kind of file and RecapError, with every row
    that cannot be read, because half a recap is not imported. Rows of sums and means are no units;
    what those of means print is kept as far as it can be read.
    """
    rows: dict[tuple[str, Period], RecapRow] = {}
    problems, totals, means = [], [], []
    for line in csv_rows.read(io.StringIO(_text(data), newline=""), REQUIRED, OPTIONAL):
        if isinstance(line, Problem):
            problems.append(line)
            continue
        if is_total(line.row["unit"]):
            totals.append(visible(line.row["unit"])[:CELL])
            if is_mean(line.row["unit"]):
                means.append(line.row)
            continue
        try:
            row = _row(line.row, words)
            if rows.setdefault((row.unit, row.period), row) is not row:
                raise CellError(f"{row.unit} stands in {row.period} a second time: keep one.")
        except (CellError, PeriodError) as error:
            problems.append(Problem(line.number, str(error)))
    if problems:
        raise RecapError(problems)
    periods = {period for _, period in rows}
    averages = (average for cells in means for average in _averages(cells, periods, words))
    sha256 = hashlib.sha256(data).hexdigest()
    return Recap(tuple(rows.values()), source, sha256, tuple(totals), tuple(averages))


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = len(data[: error.end].splitlines())
        reason = "it is not UTF-8 text: save the sheet as “CSV UTF-8”."
        raise RecapError([Problem(line, reason)]) from None


def _row(cells: csv_rows.CsvRow, words: PeriodWords) -> RecapRow:
    unit = visible(cells["unit"])
    if not unit:
        raise CellError("unit is empty: write its name.")
    priorities = (_unsur(name, cells.get(name, "")) for name in PRIORITIES)
    realised = cells.get(REALISED, "")
    return RecapRow(
        unit=unit,
        parent=visible(cells.get("parent", "")) or None,
        period=parse_period(visible(cells["period"])[:CELL], words),
        nilai={unsur: _nilai(name, cells[name]) for name, unsur in UNSUR.items()},
        ikm=number("ikm", cells["ikm"], 25, 100),
        mutu=_mutu(cells.get("mutu", "")),
        respondents=_count(cells["respondents"]),
        prioritas=tuple(unsur for unsur in priorities if unsur),
        realised=number(REALISED, realised, 0, 100) if realised else None,
    )


def _averages(
    cells: csv_rows.CsvRow, periods: Collection[Period], words: PeriodWords
) -> Iterator[PrintedAverage]:
    """What a row of means prints. Without a period of its own it is that of all rows."""
    try:
        named = visible(cells["period"])[:CELL]
        period = parse_period(named, words) if named else _around(periods)
    except PeriodError:
        return
    for name, unsur in (*UNSUR.items(), ("ikm", None)):
        try:
            figure = _nilai(name, cells[name]) if unsur else number(name, cells[name], 25, 100)
        except CellError:
            continue
        if period:
            yield PrintedAverage(period, unsur, figure)


def _around(periods: Collection[Period]) -> Period | None:
    """The shortest period that holds all of these; None if no year does."""
    first = min(periods, key=lambda period: (period.start, -period.days), default=None)
    if first is None:
        return None
    wider = [first, *(Period.of(kind, first.start) for kind in reversed(MONTHS))]
    return next((at for at in wider if all(p == at or p.is_part_of(at) for p in periods)), None)


def _wrong(name: str, text: str, wanted: str) -> CellError:
    return CellError(f"{name} “{visible(text[:CELL])}” is {wanted}.")


def number(name: str, text: str, low: int, high: int) -> Decimal:
    """A printed figure, with a decimal dot or comma. Raises CellError, which names `name`."""
    if re.fullmatch("[0-9]{1,3}([.,][0-9]{1,6})?", text):
        figure = Decimal(text.replace(",", "."))
        if low <= figure <= high:
            return figure
    raise _wrong(name, text, f"not a number from {low} to {high}")


def _nilai(name: str, text: str) -> Decimal:
    """A nilai from 25 to 100; an nrr from 1 to 4 is multiplied by 25."""
    nilai = number(name, text, 1, 100)
    if 4 < nilai < 25:
        raise _wrong(name, text, "neither from 25 to 100 nor, as an nrr, from 1 to 4")
    return 25 * nilai if nilai <= 4 else nilai


def _count(text: str) -> int:
    if re.fullmatch("[1-9][0-9]{0,8}", text):
        return int(text)
    raise _wrong("respondents", text, "not a whole number above 0, written in digits only")


def _mutu(text: str) -> Mutu | None:
    if text.upper() in (*Mutu, ""):
        return Mutu(text.upper()) if text else None
    raise _wrong("mutu", text, "none of A, B, C and D")


def _unsur(name: str, text: str) -> Unsur | None:
    if text.upper() in (*Unsur, ""):
        return Unsur(text.upper()) if text else None
    raise _wrong(name, text, "none of U1 to U9")
