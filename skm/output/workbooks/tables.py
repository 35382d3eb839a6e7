"""Tables as an XLSX workbook: a sheet each, with a head that stays, filters, and a fit to the page.

A text is a text, also where it begins with = or looks like a number or an address.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from skm.figures.ikm import places

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Cell = str | int | Decimal | None

WIDEST: Final = 60  # characters; a longer text wraps
TOP: Final = {"valign": "top"}
A4: Final = 9  # Excel's number for it
ROOM: Final = 2  # characters beside a text, for the sign of a filter too
LINE: Final = 15  # points


@dataclass(frozen=True)
class Sheet:
    """A table. `name` is on its tab (up to 31 characters); a Decimal keeps its places."""

    name: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """The bytes of the file."""
    from xlsxwriter import Workbook

    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            _fill(page, sheet, _Formats(book))
            _lay_out(page, sheet)
    return file.getvalue()


class _Formats:
    """How heads, texts and numbers look; a workbook keeps each way once."""

    def __init__(self, book: "Workbook") -> None:
        self._book = book
        self._numbers: dict[int, Format] = {}
        self.head = book.add_format({**TOP, "bold": True, "bottom": 1, "text_wrap": True})
        self.text = book.add_format({**TOP, "text_wrap": True})

    def number(self, value: int | Decimal) -> "Format":
        size = places(Decimal(value))
        if size not in self._numbers:
            pattern = "#,##0" + ("." + "0" * size if size else "")
            self._numbers[size] = self._book.add_format({**TOP, "num_format": pattern})
        return self._numbers[size]


def _fill(page: "Worksheet", sheet: Sheet, formats: _Formats) -> None:
    for column, title in enumerate(sheet.heads):
        page.write_string(0, column, title, formats.head)
    for at, row in enumerate(sheet.rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                page.write_string(at, column, cell, formats.text)
            elif cell is not None:
                page.write_number(at, column, cell, formats.number(cell))


def _lay_out(page: "Worksheet", sheet: Sheet) -> None:
    """On the screen the head stays; on paper it is on every page, and nothing is cut off."""
    widths = [
        _width(title, column) for title, column in zip(sheet.heads, _columns(sheet), strict=True)
    ]
    for column, width in enumerate(widths):
        page.set_column(column, column, width + ROOM)
    for at, row in enumerate([sheet.heads, *sheet.rows]):
        lines = max(len(wrap(_text(cell), width)) for cell, width in zip(row, widths, strict=True))
        if lines > 1:
            page.set_row(at, LINE * lines)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, len(sheet.rows), len(widths) - 1)
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_footer("&L&A&R&P / &N")


def _columns(sheet: Sheet) -> list[list[str]]:
    return [[_text(row[column]) for row in sheet.rows] for column in range(len(sheet.heads))]


def _width(title: str, column: Sequence[str]) -> int:
    """In characters: of its cells, and of the longest word above them."""
    return min(max(map(len, [*title.split(), *column]), default=1), WIDEST)


def _text(cell: Cell) -> str:
    return "" if cell is None else str(cell)
