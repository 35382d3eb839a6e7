"""The rows of a CSV file as spreadsheets write it.

Cells are separated by a comma, semicolon or tab; the first line names the columns, in any order and
case. An error in one row is a Problem that names its line; an error of the whole file is a
CsvFileError.
"""

import csv
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from skm.errors import SkmError
from skm.intake.cells.text import unescaped

CsvRow = dict[str, str]

DELIMITERS = ",;\t"


class CsvFileError(SkmError):
    """A file that cannot be read as CSV; the message says what to change in it."""


class UnreadableLine(CsvFileError):
    """A row that is no CSV, as one with an opening quotation mark without its end. `line`: on which
    the row begins, from 1.
    """

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"Line {line} cannot be read ({reason}): check its quotation marks.")
        self.line = line


class CellError(SkmError):
    """A cell whose content does not fit its column."""


@dataclass(frozen=True)
class Problem:
    """Why one row cannot be imported. `line`: from 1, as editors count."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"Line {self.line}: {self.reason}"


@dataclass(frozen=True)
class CsvLine:
    """A row. `number`: the line on which it begins; `row`: column → text without outer spaces."""

    number: int
    row: CsvRow


def read(
    lines: Iterable[str], required: Collection[str], optional: Collection[str]
) -> Iterator[CsvLine | Problem]:
    """The rows below the header, without blank ones. Raises CsvFileError."""
    source = iter(lines)
    header = next(source, "").removeprefix("\ufeff")
    delimiter = max(DELIMITERS, key=header.count)
    rows = numbered_rows(chain([header], source), delimiter)
    _, names = next(rows, (1, []))
    columns = _columns(names, required, optional)
    for number, cells in rows:
        if any(cell.strip() for cell in cells):
            yield _line(number, columns, cells)


def numbered_rows(lines: Iterable[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line on which it begins, because a cell may contain line breaks. Raises
    UnreadableLine.
    """
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnreadableLine(number, str(error)) from None
        yield number, cells


def _columns(
    names: list[str], required: Collection[str], optional: Collection[str]
) -> tuple[str, ...]:
    columns = tuple(name.strip().casefold() for name in names)
    known = [*required, *optional]
    missing = [name for name in required if name not in columns]
    if missing:
        raise CsvFileError(
            f"The first line must name the columns {', '.join(required)};"
            f" {_listed(missing)} missing."
        )
    strange = [name for name in columns if name not in known]
    if strange:
        raise CsvFileError(
            f"The columns are {', '.join(known)}: rename or remove"
            f" {', '.join(f'“{name}”' for name in strange)}."
        )
    doubled = sorted({name for name in columns if columns.count(name) > 1})
    if doubled:
        raise CsvFileError(f"Each column stands once: {_listed(doubled)} there more often.")
    return columns


def _listed(names: Collection[str]) -> str:
    return f"{', '.join(names)} {'is' if len(names) == 1 else 'are'}"


def _line(number: int, columns: tuple[str, ...], cells: list[str]) -> CsvLine | Problem:
    if len(cells) != len(columns):
        return Problem(
            number, f"it has {len(cells)} cells, the first line has {len(columns)} columns."
        )
    if any("\0" in cell for cell in cells):
        return Problem(number, "it holds a character that is no text (NUL): type it again.")
    row = {name: unescaped(cell).strip() for name, cell in zip(columns, cells, strict=True)}
    return CsvLine(number, row)
