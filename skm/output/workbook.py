"""Tables as an XLSX workbook: a sheet each, with a head that stays, filters, and a fit to the page.

A text is a text, also where it begins with = or looks like a number or an address.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from skm.ikm import places

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Cell = str | int | Decimal | None

WIDEST: Final = 60  # characters; a longer text wraps
TOP: Final = {"valign": "top"}
A4: Final = 9  # Excel's number for it


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
    """On the screen the head stays; on paper it is on every page, and no column is cut off."""
    last = len(sheet.heads) - 1
    for column in range(last + 1):
        texts = [sheet.heads[column], *(str(row[column] or "") for row in sheet.rows)]
        page.set_column(column, column, min(max(map(len, texts)), WIDEST) + 2)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, len(sheet.rows), last)
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_footer("&L&A&R&P / &N")
