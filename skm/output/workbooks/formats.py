"""How the sheets of the recap are written: formats, heads, values, room and paper.

Texts are written as texts, also where they begin with = + - or @.
"""

from collections.abc import Container, Sequence
from decimal import Decimal
from textwrap import wrap
from typing import TYPE_CHECKING

from skm.output.charts.palette import SHADE
from skm.output.workbooks.recap import RecapSheet
from skm.output.workbooks.tables import A4, LINE

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


class Formats:
    """How heads, texts and numbers look."""

    def __init__(self, book: "Workbook") -> None:
        top, text = {"valign": "top"}, {"align": "left", "indent": 1}
        head = {"bold": True, "bottom": 1, "text_wrap": True, "bg_color": SHADE, **top}
        self.head: Format = book.add_format({**head, **text})
        self.head_of_figures: Format = book.add_format({**head, "align": "right"})
        self.text: Format = book.add_format({"text_wrap": True, **top, **text})
        self.two: Format = book.add_format({"num_format": "#,##0.00", **top})
        self.three: Format = book.add_format({"num_format": "0.000", **top})
        self.whole: Format = book.add_format({"num_format": "#,##0", **top})


def write_values(page: "Worksheet", table: RecapSheet, f: Formats) -> None:
    """A sheet of values only."""
    first = table.rows[0] if table.rows else ()
    figures = {at for at, cell in enumerate(first) if not isinstance(cell, str)}
    write_heads(page, table.heads, f, figures)
    for column, width in enumerate(table.widths):
        page.set_column(column, column, width)
    for at, row in enumerate(table.rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                page.write_string(at, column, cell, f.text)
            elif cell is not None:
                style = f.two if isinstance(cell, Decimal) else f.whole
                page.write_number(at, column, cell, style)
        cells = zip(row, table.widths, strict=False)
        make_room(page, at, [(text, int(w)) for text, w in cells if isinstance(text, str)])
    heads = zip(table.heads, table.widths, strict=False)
    make_room(page, 0, [(head, int(width)) for head, width in heads])
    page.freeze_panes(1, 0)


def write_heads(
    page: "Worksheet", heads: Sequence[str], f: Formats, figures: Container[int]
) -> None:
    """A head stands where what is below it does: over `figures` on the right."""
    for column, head in enumerate(heads):
        style = f.head_of_figures if column in figures else f.head
        page.write_string(0, column, head, style)


def address(row: int, column: int, sheet: str = "") -> str:
    """Of a cell, as formulas name it: B7, or on another sheet 'Tally'!B7."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    there = f"'{sheet}'!" if sheet else ""
    return f"{there}{xl_rowcol_to_cell(row, column)}"


def make_room(page: "Worksheet", row: int, texts: Sequence[tuple[str, int]]) -> None:
    """As high as its longest text needs; not every program finds that out by itself."""
    lines = max((len(wrap(text, width)) for text, width in texts if len(text) > width), default=1)
    if lines > 1:
        page.set_row(row, LINE * lines)


def lay_out(page: "Worksheet") -> None:
    """On paper the head is on every page, and nothing is cut off."""
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_footer("&L&A&R&P / &N")
