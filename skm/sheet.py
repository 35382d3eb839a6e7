"""Sheets: the rows of a CSV file as spreadsheets write them, and cells that they cannot run.

A comma, semicolon or tab separates; the first line names the columns, in any order and case. What
is wrong with one row is a Problem that names its line; what is wrong with the whole file is a
SheetError.
"""

import csv
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from skm.errors import SkmError

Row = dict[str, str]

DELIMITERS = ",;\t"
FORMULA = re.compile(r"'*[=+\-@\t\r]")


class SheetError(SkmError):
    """A file that cannot be read as a sheet, and what to change in it."""


class CellError(SkmError):
    """A cell that does not hold what its column asks for."""


@dataclass(frozen=True)
class Problem:
    """Why one row cannot be taken. `line` counts from 1, as an editor does."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"Line {self.line}: {self.reason}"


@dataclass(frozen=True)
class Line:
    """A row of a sheet: column → text without spaces around it. `number` is where it begins."""

    number: int
    row: Row


def read(
    lines: Iterable[str], required: Collection[str], optional: Collection[str]
) -> Iterator[Line | Problem]:
    """The rows below the header; blank ones are passed over. Raises SheetError."""
    source = iter(lines)
    header = next(source, "").removeprefix("\ufeff")
    delimiter = max(DELIMITERS, key=header.count)
    rows = _numbered(chain([header], source), delimiter)
    _, names = next(rows, (1, []))
    columns = _columns(names, required, optional)
    for number, cells in rows:
        if any(cell.strip() for cell in cells):
            yield _line(number, columns, cells)


def _numbered(lines: Iterable[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line on which it begins: a cell may hold line breaks."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise SheetError(
                f"Line {number} cannot be read ({error}): check its quotation marks."
            ) from None
        yield number, cells


def _columns(
    names: list[str], required: Collection[str], optional: Collection[str]
) -> tuple[str, ...]:
    columns = tuple(name.strip().casefold() for name in names)
    known = [*required, *optional]
    missing = [name for name in required if name not in columns]
    if missing:
        raise SheetError(
            f"The first line must name the columns {', '.join(required)};"
            f" {_listed(missing)} missing."
        )
    strange = [name for name in columns if name not in known]
    if strange:
        raise SheetError(
            f"The columns are {', '.join(known)}: rename or remove"
            f" {', '.join(f'“{name}”' for name in strange)}."
        )
    doubled = sorted({name for name in columns if columns.count(name) > 1})
    if doubled:
        raise SheetError(f"Each column stands once: {_listed(doubled)} there more often.")
    return columns


def _listed(names: Collection[str]) -> str:
    return f"{', '.join(names)} {'is' if len(names) == 1 else 'are'}"


def _line(number: int, columns: tuple[str, ...], cells: list[str]) -> Line | Problem:
    if len(cells) != len(columns):
        return Problem(
            number, f"it has {len(cells)} cells, the first line has {len(columns)} columns."
        )
    if any("\0" in cell for cell in cells):
        return Problem(number, "it holds a character that is no text (NUL): type it again.")
    return Line(number, {c: taken(cell).strip() for c, cell in zip(columns, cells, strict=True)})


def safe(text: str) -> str:
    """A text as a cell that no spreadsheet runs as a formula: with an apostrophe before it.

    `taken` is the inverse, for every text.
    """
    return f"'{text}" if FORMULA.match(text) else text


def taken(cell: str) -> str:
    """The text of a cell, without the apostrophe that kept it from being run."""
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell


def seen(name: str) -> str:
    """Without what cannot be seen, so that names that look the same are the same."""
    return "".join(char for char in " ".join(name.split()) if char.isprintable())
