"""Text with separators, as spreadsheets save it: any encoding, any of four separators, `sep=;`."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from skm.intake.cells.text import unescaped
from skm.intake.csv_rows import UnreadableLine, numbered_rows
from skm.intake.remark import IntakeError, Remark, RemarkKind
from skm.intake.table.grid import Grid, GridRow

SEPARATORS = ",;\t|"
SAMPLE = 50  # rows by which a separator is chosen
MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe\x00\x00": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
LIKELY = ["cp1252", "mac_roman", "cp850"]  # the likeliest first, where nothing tells them apart
LONG = 64  # longer cells are rarely equal, and not kept once for all


def decoded(content: bytes) -> str:
    """The text of a file in UTF-8, UTF-16, UTF-32, or an encoding of Western Europe."""
    for mark, encoding in MARKS.items():
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return _guessed(content)
    return _without_mark(content) or text


def _without_mark(content: bytes) -> str | None:
    """UTF-16 without its mark: every second byte of the beginning is zero. None if it is not."""
    start = content[:200]
    for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(start) > 3 and start[offset::2].count(0) > len(start) // 4:
            return content.decode(encoding, "replace")
    return None


def _guessed(content: bytes) -> str:
    from charset_normalizer import from_bytes

    if (text := _without_mark(content)) is not None:
        return text
    found = {match.encoding: match for match in from_bytes(content, cp_isolation=LIKELY)}
    least = min((match.chaos for match in found.values()), default=0)
    likely = [found[name] for name in LIKELY if name in found and found[name].chaos <= least]
    return str(likely[0]) if likely else content.decode(LIKELY[0], "replace")


def grid(text: str) -> Grid:
    """The rows of a text; raises IntakeError for a quotation mark without its end."""
    first = text[:8].casefold()
    skipped = 0
    separator = _separator(text)
    if first.startswith("sep="):  # Excel's own line
        separator = text[4:5]
        skipped = 1
    return Grid("", list(_rows(text, separator, skipped)))


def _separator(text: str) -> str:
    """The one that divides the most rows alike, and into the most cells."""

    def score(separator: str) -> int:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        try:
            widths = Counter(len(row) for row in islice(reader, SAMPLE) if row)
        except csv.Error:
            return 0
        return max((times * (width - 1) for width, times in widths.items()), default=0)

    return max(SEPARATORS, key=score)


def _rows(text: str, separator: str, skipped: int) -> Iterator[GridRow]:
    """The rows below the skipped lines. Raises IntakeError."""
    kept: dict[str, str] = {}
    try:
        for number, cells in numbered_rows(io.StringIO(text, newline=""), separator):
            if number > skipped:
                yield GridRow(number, tuple(_cell(cell, kept) for cell in cells))
    except UnreadableLine as error:
        raise IntakeError(Remark(RemarkKind.QUOTES, (error.line,))) from None


def _cell(cell: str, kept: dict[str, str]) -> str:
    """The text without outer spaces; equal short texts are one object, to save memory."""
    text = unescaped(cell.strip()).strip()
    return kept.setdefault(text, text) if len(text) < LONG else text
