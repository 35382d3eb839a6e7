"""Where the table begins in a file: the sheet, the row of headings, and the rows that are answers.

Titles above the headings, headings in two rows, nameless columns, rows of numbers that only count
the columns, and totals below are what offices' sheets have; each is passed over with a remark.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Protocol

from skm.instansi.find_upp import folded
from skm.intake.choices import Choices
from skm.intake.remark import IntakeError, Remark, RemarkKind
from skm.intake.table.columns import UNCLEAR, UNKNOWN, ColumnRole
from skm.intake.table.grid import Grid, GridRow, SourceFile
from skm.intake.words import is_total

SEARCHED = 40  # rows in which headings are looked for
OWN_ROLES = 3  # that the second of two rows of headings has itself
LEAST_NUMBERS = 5  # cells of a row that counts the columns


class NamesColumns(Protocol):
    """Says which column is what in one kind of file."""

    @property
    def least(self) -> int:
        """How many columns a row of headings names at least."""

    def roles(self, headings: Sequence[str]) -> tuple[ColumnRole, ...]:
        """The role of each heading."""


@dataclass(frozen=True)
class TableLayout:
    """A sheet whose headings were found. `first`: index of the first row below them. `line`: the
    number of the row of headings. `above`: how many rows with text stand over it.
    """

    grid: Grid
    first: int
    line: int
    above: int
    headings: tuple[str, ...]
    roles: tuple[ColumnRole, ...]

    @property
    def score(self) -> int:
        """How many different columns were recognised, questions twice."""
        ours = {role for role in self.roles if role not in (UNKNOWN, UNCLEAR)}
        return sum(1 if role.islower() else 2 for role in ours)

    @property
    def fingerprint(self) -> str:
        """A digest of the headings, by which choices are remembered."""
        return hashlib.sha256("|".join(map(folded, self.headings)).encode()).hexdigest()

    def is_repeated(self, row: GridRow) -> bool:
        """Whether a row only says the headings again, as at the top of each printed page."""
        return row.cells == self.grid.rows[self.first - 1].cells

    def index(self, role: ColumnRole) -> int | None:
        return self.roles.index(role) if role in self.roles else None

    @property
    def rows(self) -> Sequence[GridRow]:
        """The rows below the headings."""
        return self.grid.rows[self.first :]


def find(file: SourceFile, names: NamesColumns, choices: Choices) -> TableLayout:
    """The table of a file. Raises IntakeError if there is none, or if several sheets have one."""
    grids = [grid for grid in file.grids if any(not row.is_blank for row in grid.rows)]
    if not grids:
        raise IntakeError(Remark(RemarkKind.EMPTY_FILE))
    if choices.sheet is not None:
        grids = [grid for grid in grids if folded(grid.name) == folded(choices.sheet)]
        if not grids:
            sheets = tuple(grid.name for grid in file.grids)
            raise IntakeError(Remark(RemarkKind.NO_SHEET, value=choices.sheet, near=sheets))
    found = [layout for grid in grids if (layout := in_grid(grid, names, choices.header))]
    if not found:
        raise IntakeError(Remark(RemarkKind.NO_HEADINGS))
    best = max(layout.score for layout in found)
    equal = [layout for layout in found if layout.score == best and layout.rows]
    if len(equal) > 1:
        sheets = tuple(layout.grid.name for layout in equal)
        raise IntakeError(Remark(RemarkKind.SHEETS, near=sheets))
    return equal[0] if equal else next(one for one in found if one.score == best)


def in_grid(grid: Grid, names: NamesColumns, header: int | None) -> TableLayout | None:
    """The table of one sheet, None if no row has headings. `header`: the number of that row."""
    rows = [(index, row) for index, row in enumerate(grid.rows) if not row.is_blank]
    if header is not None:
        rows = [(index, row) for index, row in rows if row.number == header]
        found = [_at(grid, names, index, row.cells) for index, row in rows]
    else:
        found = list(_candidates(grid, names, rows[:SEARCHED]))
    fit = [one for one in found if len(set(one.roles) - {UNKNOWN, UNCLEAR}) >= names.least]
    return max(fit, key=lambda one: one.score, default=None)


def _candidates(
    grid: Grid, names: NamesColumns, rows: Sequence[tuple[int, GridRow]]
) -> Iterator[TableLayout]:
    at = partial(_at, grid, names)
    for index, row in rows:
        yield at(index, row.cells)
    for (_, upper), (index, lower) in pairwise(rows):
        if len(set(names.roles(lower.cells)) - {UNKNOWN, UNCLEAR}) >= OWN_ROLES:
            yield at(index, _joined(names, upper, lower))


def _joined(names: NamesColumns, upper: GridRow, lower: GridRow) -> tuple[str, ...]:
    """The headings of two rows: the lower one where it names a column, else the upper one."""
    width = max(len(upper.cells), len(lower.cells))
    pairs = [(upper.cell(index), lower.cell(index)) for index in range(width)]
    own = names.roles([low for _, low in pairs])
    return tuple(
        low if role != UNKNOWN or not high else high
        for (high, low), role in zip(pairs, own, strict=True)
    )


def _at(grid: Grid, names: NamesColumns, index: int, headings: tuple[str, ...]) -> TableLayout:
    above = sum(not row.is_blank for row in grid.rows[:index])
    return TableLayout(
        grid, index + 1, grid.rows[index].number, above, headings, names.roles(headings)
    )


def is_numbering(row: GridRow) -> bool:
    """Whether a row only counts the columns: 1, 2, 3, …, also in brackets."""
    if next((cell for cell in row.cells if cell), "").strip("()") != "1":
        return False  # most rows, which are many
    numbers = [cell.strip("()") for cell in row.cells if cell]
    counted = [str(number) for number in range(1, len(numbers) + 1)]
    return len(numbers) >= LEAST_NUMBERS and numbers == counted


def total_word(row: GridRow, answers: frozenset[int], names: frozenset[str]) -> str:
    """What the row calls itself if it is a total or mean: its first cell, "" for a row of answers.

    `answers`: indices of columns that hold answers or comments. `names`: folded names of units,
    which are no totals whatever they are called.
    """
    first = next(
        (cell for index, cell in enumerate(row.cells) if cell and index not in answers), ""
    )
    return first if is_total(first) and folded(first) not in names else ""
