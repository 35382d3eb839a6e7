"""The units of an instansi as CSV rows: code, name, parent, population."""

import re
from collections import Counter
from collections.abc import Collection, Iterable

from skm.instansi.upp import Upp
from skm.intake import csv_rows
from skm.intake.cells.text import visible
from skm.intake.csv_rows import CellError, CsvRow, Problem

REQUIRED, OPTIONAL = ["code", "name"], ["parent", "population"]
CODE = re.compile(r"[A-Z0-9-]{1,12}")  # typed in chats
NAME_LENGTH = 200


def read(lines: Iterable[str], known: Collection[str]) -> list[Upp | Problem]:
    """A unit or problem for each row; parents may come after their children.

    `known`: codes that are stored already. Raises CsvFileError. The store checks whether the
    parents make a tree, because it has all units.
    """
    rows = list(csv_rows.read(lines, REQUIRED, OPTIONAL))
    given = Counter(row.row["code"].upper() for row in rows if not isinstance(row, Problem))
    found: list[Upp | Problem] = []
    for row in rows:
        if isinstance(row, Problem):
            found.append(row)
            continue
        try:
            found.append(_unit(row.row, given, known))
        except CellError as error:
            found.append(Problem(row.number, str(error)))
    return found


def _unit(row: CsvRow, given: Counter[str], known: Collection[str]) -> Upp:
    code, parent = row["code"].upper(), row.get("parent", "").upper() or None
    if not CODE.fullmatch(code):
        raise CellError(f"code is “{row['code']}”: use up to 12 of A–Z, 0–9 and -.")
    if given[code] > 1:
        raise CellError(f"code {code} stands {given[code]} times in this file: keep one.")
    name = visible(row["name"])
    if not 1 <= len(name) <= NAME_LENGTH:
        raise CellError(f"name has {len(name)} characters: write 1 to {NAME_LENGTH}.")
    if parent and parent not in given and parent not in known:
        raise CellError(f"parent {parent} is not the code of a unit: add a row for it.")
    return Upp(code, name, parent, _population(row.get("population", "")))


def _population(cell: str) -> int | None:
    if not cell:
        return None
    if not (cell.isascii() and cell.isdecimal() and len(cell) < 10 and int(cell)):
        raise CellError(f"population is “{cell}”: write a whole number without dots, or nothing.")
    return int(cell)
