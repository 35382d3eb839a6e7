"""Tables of a web page, which many systems save with the ending .xls, and of Excel's XML."""

from html.parser import HTMLParser

from skm.intake.table.grid import Grid, GridRow

ROWS, CELLS = ("tr", "row"), ("td", "th", "cell")
TABLES = ("table", "worksheet")
STARTS = ("<html", "<!doctype html", "<table", "<?xml", "<meta", "<head", "<body", "<style", "<div")


def is_one(text: str) -> bool:
    """Whether a text is a page with tables."""
    start = text.lstrip("\ufeff \t\r\n")[:20].casefold()
    return start.startswith(STARTS) and any(f"<{tag}" in text.casefold() for tag in ROWS)


def grids(text: str) -> tuple[Grid, ...]:
    """The tables in their order; rows count from 1 in each."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    tables = [rows for rows in reader.tables if rows]
    return tuple(
        Grid(
            "" if len(tables) == 1 else str(number),
            [GridRow(n, row) for n, row in enumerate(rows, 1)],
        )
        for number, rows in enumerate(tables, 1)
    )


class _Reader(HTMLParser):
    """Collects the text of cells. Closing tags may be missing."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[tuple[str, ...]]] = [[]]
        self._row: list[str] | None = None
        self._cell: list[str] | None = None
        self._span = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        tag = tag.rpartition(":")[2]
        if tag in TABLES:
            self._end_row()
            self.tables.append([])
        elif tag in ROWS:
            self._end_row()
            self._row = []
        elif tag in CELLS:
            self._end_cell()
            self._cell = []
            span = dict(attrs).get("colspan") or "1"
            self._span = int(span) if span.isascii() and span.isdecimal() else 1
        elif tag == "br" and self._cell is not None:
            self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag in CELLS:
            self._end_cell()
        elif tag in (*ROWS, *TABLES):
            self._end_row()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def close(self) -> None:
        super().close()
        self._end_row()

    def _end_cell(self) -> None:
        if self._cell is not None:
            text = " ".join("".join(self._cell).split())
            self._row = [*(self._row or []), text, *[""] * min(self._span - 1, 100)]
        self._cell = None

    def _end_row(self) -> None:
        self._end_cell()
        if self._row:
            self.tables[-1].append(tuple(self._row))
        self._row = None
