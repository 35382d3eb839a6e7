"""The file of a recap: CSV → Recap, or every line that cannot be read and why.

Reading asks only whether a row can be understood; whether it can be so is for skm/audit.py.
"""

import hashlib
import io
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from skm import sheet
from skm.errors import PeriodError, SkmError
from skm.ikm import Mutu
from skm.period import Period
from skm.recap import Recap, Row
from skm.sheet import CellError, Problem, seen
from skm.unsur import Unsur

UNSUR: Final = {unsur.lower(): unsur for unsur in Unsur}
PRIORITIES: Final = ("priority_1", "priority_2", "priority_3")
REALISED: Final = "followup_realised_pct"
REQUIRED: Final = ("unit", "period", *UNSUR, "ikm", "respondents")
OPTIONAL: Final = ("parent", "mutu", *PRIORITIES, REALISED)

SHOWN = 10  # so many problems fit on a screen
CELL = 40  # so much of a cell is enough to find it by


class RecapError(SkmError):
    """Rows that cannot be read; `problems` are all of them, `str` names the first ten."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        lines = [str(problem) for problem in self.problems[:SHOWN]]
        if more := len(self.problems) - len(lines):
            lines.append(f"… and {more} more.")
        super().__init__("\n".join(lines))


def read(data: bytes, source: str) -> Recap:
    """The recap in a CSV file: UTF-8, one row a unit and period, the columns REQUIRED and OPTIONAL.

    Unsur are printed as nilai (25–100) or as nrr (1–4), which is kept as 25 × nrr; decimals have a
    dot or, where cells are not separated by commas, a comma. Raises SheetError for what is no such
    sheet and RecapError with every row that cannot be read: half a recap is not taken.
    """
    rows: dict[tuple[str, Period], Row] = {}
    problems = []
    for line in sheet.read(io.StringIO(_text(data), newline=""), REQUIRED, OPTIONAL):
        if isinstance(line, Problem):
            problems.append(line)
            continue
        try:
            row = _row(line.row)
            if rows.setdefault((row.unit, row.period), row) is not row:
                raise CellError(f"{row.unit} stands in {row.period} a second time: keep one.")
        except (CellError, PeriodError) as error:
            problems.append(Problem(line.number, str(error)))
    if problems:
        raise RecapError(problems)
    return Recap(tuple(rows.values()), source, hashlib.sha256(data).hexdigest())


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = len(data[: error.end].splitlines())
        reason = "it is not UTF-8 text: save the sheet as “CSV UTF-8”."
        raise RecapError([Problem(line, reason)]) from None


def _row(cells: sheet.Row) -> Row:
    unit = seen(cells["unit"])
    if not unit:
        raise CellError("unit is empty: write its name.")
    priorities = (_unsur(name, cells.get(name, "")) for name in PRIORITIES)
    realised = cells.get(REALISED, "")
    return Row(
        unit=unit,
        parent=seen(cells.get("parent", "")) or None,
        period=Period.parse(seen(cells["period"])[:CELL]),
        nilai={unsur: _nilai(name, cells[name]) for name, unsur in UNSUR.items()},
        ikm=number("ikm", cells["ikm"], 25, 100),
        mutu=_mutu(cells.get("mutu", "")),
        respondents=_count(cells["respondents"]),
        prioritas=tuple(unsur for unsur in priorities if unsur),
        realised=number(REALISED, realised, 0, 100) if realised else None,
    )


def _wrong(name: str, text: str, wanted: str) -> CellError:
    return CellError(f"{name} “{seen(text[:CELL])}” is {wanted}.")


def number(name: str, text: str, low: int, high: int) -> Decimal:
    """A figure as people print it; raises CellError, which calls it by `name`."""
    if re.fullmatch("[0-9]{1,3}([.,][0-9]{1,6})?", text):
        figure = Decimal(text.replace(",", "."))
        if low <= figure <= high:
            return figure
    raise _wrong(name, text, f"not a number from {low} to {high}")


def _nilai(name: str, text: str) -> Decimal:
    """From 25 to 100; what is smaller is an nrr, from 1 to 4."""
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
