"""XLSX, XLSM, XLSB, XLS and ODS, read by calamine; a cell becomes the text that people see."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from skm.intake.cells.text import unescaped
from skm.intake.remark import IntakeError, Remark, RemarkKind
from skm.intake.table.grid import Grid, GridRow

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

LARGEST_UNPACKED = 400 << 20  # bytes; a small file can unpack to gigabytes
MIDNIGHT = time()
LONG = 64


def grids(content: bytes) -> tuple[Grid, ...]:
    """The visible sheets with their names. Raises IntakeError for a file that cannot be opened."""
    from python_calamine import (
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetTypeEnum,
        SheetVisibleEnum,
    )

    _check_size(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return tuple(
            Grid(sheet.name, list(_rows(book.get_sheet_by_name(sheet.name))))
            for sheet in book.sheets_metadata
            if sheet.visible is SheetVisibleEnum.Visible and sheet.typ is SheetTypeEnum.WorkSheet
        )
    except PasswordError:
        raise IntakeError(Remark(RemarkKind.LOCKED)) from None
    except CalamineError:
        raise IntakeError(Remark(RemarkKind.DAMAGED)) from None


def _check_size(content: bytes) -> None:
    if not content.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            size = sum(each.file_size for each in packed.infolist())
    except zipfile.BadZipFile:
        raise IntakeError(Remark(RemarkKind.DAMAGED)) from None
    if size > LARGEST_UNPACKED:
        limit = f"{LARGEST_UNPACKED >> 20} MB"
        raise IntakeError(Remark(RemarkKind.TOO_LARGE, value=limit))


def _rows(sheet: "CalamineSheet") -> Iterator[GridRow]:
    """Numbered as the program shows them; a merged cell holds for all its rows."""
    left = sheet.start[1] if sheet.start else 0
    merged = _merged(sheet, left)
    kept: dict[str, str] = {}
    above: dict[int, str] = {}
    for number, values in enumerate(sheet.iter_rows(), 1):
        cells = [_text(value, kept) for value in values]
        for column in merged.get(number, ()):
            if column < len(cells):
                cells[column] = cells[column] or above.get(column, "")
        above = dict(enumerate(cells)) if merged else above
        yield GridRow(number, tuple(cells))


def _merged(sheet: "CalamineSheet", left: int) -> dict[int, list[int]]:
    """Row number → columns, from the first one read, that continue the cell above."""
    found: dict[int, list[int]] = {}
    for (top, column), (bottom, _) in sheet.merged_cell_ranges or ():
        for row in range(top + 1, bottom + 1):
            found.setdefault(row + 1, []).append(column - left)
    return found


def _text(value: object, kept: dict[str, str]) -> str:
    match value:
        case bool():
            text = str(value).upper()
        case float():
            text = str(int(value)) if value.is_integer() else repr(value)
        case datetime():
            day = value.date().isoformat()
            text = day if value.time() == MIDNIGHT else f"{day} {value:%H:%M:%S}"
        case date():
            text = value.isoformat()
        case _:
            text = unescaped(str(value).strip()).strip()
    return kept.setdefault(text, text) if len(text) < LONG else text
