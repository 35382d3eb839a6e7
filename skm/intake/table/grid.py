"""What a file holds before it is understood: numbered rows of text cells."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class GridRow:
    """`number`: the line of a text file or the row of a sheet, from 1. `cells`: without outer
    spaces; dates of a spreadsheet as ISO text, whole numbers without decimals.
    """

    number: int
    cells: tuple[str, ...]

    def cell(self, index: int) -> str:
        """The text of a cell, "" beyond the end of the row."""
        return self.cells[index] if index < len(self.cells) else ""

    @property
    def is_blank(self) -> bool:
        return not any(self.cells)


@dataclass(frozen=True)
class Grid:
    """One sheet. `name`: "" in a text file."""

    name: str
    rows: Sequence[GridRow]


@dataclass(frozen=True)
class SourceFile:
    """A file as it was brought. `is_web_page`: a table of HTML, whatever its name ends with."""

    name: str
    grids: tuple[Grid, ...]
    is_web_page: bool = False


def sha256_of(grid: Grid) -> str:
    """A digest of the cells: the same for a table that was saved again in another format."""
    found = hashlib.sha256()
    for row in grid.rows:
        if not row.is_blank:
            found.update("\x1f".join(row.cells).rstrip("\x1f").encode("utf-8", "replace"))
            found.update(b"\x1e")
    return found.hexdigest()
