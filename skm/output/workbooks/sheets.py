"""Writes the sheets of the recap from their columns."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from skm.output.workbooks.formats import Formats, make_room, write_heads
from skm.output.workbooks.recap import RecapLine, Spreadsheet
from skm.output.workbooks.recap_columns import (
    RECAP,
    SIDE,
    TALLY,
    Content,
    Formula,
    SheetColumn,
    SheetRow,
    text_column,
)

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


def recap(page: "Worksheet", made: Spreadsheet, lines: Sequence[RecapLine], f: Formats) -> None:
    """The usual columns. A line without figures says why instead of how many people."""
    columns = [RECAP.get(key) or text_column(key) for key in made.columns]
    _write(page, columns, made, lines, f)
    page.autofilter(0, 0, len(lines), len(columns) - 1)


def side(page: "Worksheet", made: Spreadsheet, lines: Sequence[RecapLine], f: Formats) -> None:
    """The sample asked for and its margin of error, the index without U4, the share of "Gratis"."""
    _write(page, SIDE, made, lines, f)


def tally(page: "Worksheet", made: Spreadsheet, lines: Sequence[RecapLine], f: Formats) -> None:
    """How often each unsur got each nilai."""
    _write(page, TALLY, made, lines, f)


def _write(
    page: "Worksheet",
    columns: Sequence[SheetColumn],
    made: Spreadsheet,
    lines: Sequence[RecapLine],
    f: Formats,
) -> None:
    heads = [made.heads.get(column.key, column.key) for column in columns]
    write_heads(page, heads, f, {at for at, one in enumerate(columns) if one.style != "text"})
    places = {column.key: at for at, column in enumerate(columns)}
    for at, line in enumerate(lines, 1):
        number = None if line in made.pooled else at
        row = SheetRow(at, line, number, made.names["tally"], places)
        contents = [column.content(row) for column in columns]
        for place, content in enumerate(contents):
            _write_cell(page, at, place, content, getattr(f, columns[place].style), f)
        _make_room(page, at, contents, columns)
    _make_room(page, 0, heads, columns)
    for at, column in enumerate(columns):
        if column.width:
            page.set_column(at, at, column.width)
    page.freeze_panes(1, 2)


def _write_cell(
    page: "Worksheet", row: int, column: int, content: Content, style: "Format", f: Formats
) -> None:
    match content:
        case Formula(text, result):
            shown = float(result) if isinstance(result, Decimal) else result
            page.write_formula(row, column, text, style, shown)
        case str():
            page.write_string(row, column, content, f.text)
        case int() | Decimal():
            page.write_number(row, column, float(content), style)


def _make_room(
    page: "Worksheet", row: int, contents: Sequence[Content], columns: Sequence[SheetColumn]
) -> None:
    cells = zip(contents, columns, strict=True)
    texts = [(text, int(one.width)) for text, one in cells if isinstance(text, str) and one.width]
    make_room(page, row, texts)
