"""The recap as XLSX that can be checked: tallies are numbers, every figure is a formula on them.

Each formula carries the figure that we computed, so that a program that does not compute shows the
same. Texts are written as texts, also where they begin with = + - or @.
"""

import io
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from skm.ikm import Mutu
from skm.output import native_charts
from skm.output.workbook import LINE, Cell
from skm.report import Figures
from skm.sample import margin_of_error
from skm.unsur import Unsur
from skm.validity import GRATIS, gratis, ikm_without_u4

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

A4: Final = 9  # Excel's number for it
COUNTS: Final = 3  # the first column of counts in the tally
NRR: Final = COUNTS + 4 * len(Unsur)
NILAI: Final = 3  # the first column of nilai in the recap
IKM: Final = NILAI + len(Unsur)
U4: Final = list(Unsur).index(Unsur.U4)
PLAN: Final = 22
UNIT: Final = 42  # characters of a unit's name before it wraps
PEOPLE: Final = 16  # holds what is said instead of how many, in any language


@dataclass(frozen=True)
class Line:
    """A unit and period. Without `figures` (hidden, or nobody answered) `people` says why.

    `after`: method, priority, plan and realised, as they are written.
    """

    unit: str
    period: str
    figures: Figures | None
    people: str
    after: Sequence[str]


@dataclass(frozen=True)
class Table:
    """A sheet of values only."""

    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[float]


@dataclass(frozen=True)
class Spreadsheet:
    """`names`: of the sheets by "recap", "tally", "side", "charts", "answers", "dictionary".

    `recap`, `tally` and `side`: the heads of these sheets. `pooled`: lines below the units' that
    sum all respondents up. `averages`: what is shown above the charts. `trend`: period and index.
    """

    title: str
    names: Mapping[str, str]
    recap: Sequence[str]
    tally: Sequence[str]
    side: Sequence[str]
    lines: Sequence[Line]
    pooled: Sequence[Line]
    averages: Table
    trend: Sequence[tuple[str, Decimal | None]]
    trend_title: str
    unsur_title: str
    answers: Table
    dictionary: Table


def spreadsheet(made: Spreadsheet) -> bytes:
    """The bytes of the file."""
    from xlsxwriter import Workbook

    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"title": made.title})
        formats = _Formats(book)
        pages = {key: book.add_worksheet(name) for key, name in made.names.items()}
        lines = [*made.lines, *made.pooled]
        _recap(pages["recap"], made, lines, formats)
        _tally(pages["tally"], made, lines, formats)
        _side(pages["side"], made, lines, formats)
        _charts(book, pages["charts"], made, formats)
        for key, table in (("answers", made.answers), ("dictionary", made.dictionary)):
            _values(pages[key], table, formats)
        for page in pages.values():
            _lay_out(page)
        pages["charts"].fit_to_pages(1, 1)  # a chart is not cut in two
    return file.getvalue()


class _Formats:
    def __init__(self, book: "Workbook") -> None:
        top, text = {"valign": "top"}, {"align": "left", "indent": 1}
        head = {"bold": True, "bottom": 1, "text_wrap": True, "bg_color": "#E9EEF0", **top}
        self.head: Format = book.add_format({**head, **text})
        self.head_of_figures: Format = book.add_format({**head, "align": "right"})
        self.text: Format = book.add_format({"text_wrap": True, **top, **text})
        self.two: Format = book.add_format({"num_format": "#,##0.00", **top})
        self.three: Format = book.add_format({"num_format": "0.000", **top})
        self.whole: Format = book.add_format({"num_format": "#,##0", **top})


def _recap(page: "Worksheet", made: Spreadsheet, lines: Sequence[Line], f: _Formats) -> None:
    _heads(page, made.recap, f, {0, *range(NILAI, IKM + 1), IKM + 2})
    for at, line in enumerate(lines, 1):
        if line not in made.pooled:
            page.write_number(at, 0, at, f.whole)
        page.write_string(at, 1, line.unit, f.text)
        page.write_string(at, 2, line.period, f.text)
        _figures(page, at, line, made.names["tally"], f)
        for column, text in enumerate(line.after, IKM + 3):
            page.write_string(at, column, text, f.text)
        _make_room(page, at, [(line.unit, UNIT), *((text, PLAN) for text in line.after)])
    page.set_column(0, 0, 5)
    page.set_column(1, 1, UNIT)
    page.set_column(2, IKM + 1, 9)
    page.set_column(IKM + 2, IKM + 2, PEOPLE)
    page.set_column(IKM + 3, IKM + 6, PLAN)
    page.freeze_panes(1, 2)
    page.autofilter(0, 0, len(lines), len(made.recap) - 1)


def _figures(page: "Worksheet", at: int, line: Line, tally: str, f: _Formats) -> None:
    found = line.figures
    if found is None or found.nilai is None or found.ikm is None:
        page.write_string(at, IKM + 2, line.people, f.text)
        return
    for column, unsur in enumerate(Unsur):
        there = _cell(at, NRR + column, tally)
        page.write_formula(
            at, NILAI + column, f"=ROUND(25*{there},2)", f.two, float(found.nilai[unsur])
        )
    nine = f"{_cell(at, NRR, tally)}:{_cell(at, NRR + 8)}"
    page.write_formula(at, IKM, f"=ROUND(25*SUM({nine})/9,2)", f.two, float(found.ikm))
    page.write_formula(at, IKM + 1, _band(_cell(at, IKM)), f.text, str(found.mutu))
    people = f"={_cell(at, 2, tally)}"
    page.write_formula(at, IKM + 2, people, f.whole, found.responden)


def _side(page: "Worksheet", made: Spreadsheet, lines: Sequence[Line], f: _Formats) -> None:
    """Beside the index, never instead of it: the sample asked for and its margin of error, the
    index without U4 and the share of "Gratis".
    """
    _heads(page, made.side, f, range(2, len(made.side)))
    tally = made.names["tally"]
    for at, line in enumerate(lines, 1):
        page.write_string(at, 0, line.unit, f.text)
        page.write_string(at, 1, line.period, f.text)
        found = line.figures
        if found is None or found.nrr is None:
            page.write_string(at, 2, line.people, f.text)
            continue
        page.write_formula(at, 2, f"={_cell(at, 2, tally)}", f.whole, found.responden)
        page.write_number(at, 3, found.target, f.whole)
        margin = margin_of_error(found.responden, found.population)
        page.write_number(at, 4, float(margin or 0), f.two)
        nine = f"{_cell(at, NRR, tally)}:{_cell(at, NRR + 8)}"
        without = f"=ROUND(25*(SUM({nine})-{_cell(at, NRR + U4, tally)})/8,2)"
        page.write_formula(at, 5, without, f.two, float(ikm_without_u4(found.tally) or 0))
        first = COUNTS + 4 * U4
        four = f"{_cell(at, first, tally)}:{_cell(at, first + 3)}"
        free = f"=ROUND(100*{_cell(at, first + GRATIS - 1, tally)}/SUM({four}),2)"
        page.write_formula(at, 6, free, f.two, float(gratis(found.tally) or 0))
        _make_room(page, at, [(line.unit, UNIT)])
    page.set_column(0, 0, UNIT)
    page.set_column(1, 6, 16)
    _make_room(page, 0, [(head, 14) for head in made.side])
    page.freeze_panes(1, 2)


def _make_room(page: "Worksheet", row: int, texts: Sequence[tuple[str, int]]) -> None:
    """As high as its longest text needs; not every program finds that out by itself."""
    lines = max((len(wrap(text, width)) for text, width in texts if len(text) > width), default=1)
    if lines > 1:
        page.set_row(row, LINE * lines)


def _band(ikm: str) -> str:
    """One lower bound a band, the highest first."""
    a, b, c, d = Mutu
    return (
        f'=IF({ikm}>={a.lower_bound},"{a}",IF({ikm}>={b.lower_bound},"{b}",'
        f'IF({ikm}>={c.lower_bound},"{c}","{d}")))'
    )


def _tally(page: "Worksheet", made: Spreadsheet, lines: Sequence[Line], f: _Formats) -> None:
    """Hidden groups have no tally either."""
    _heads(page, made.tally, f, range(2, len(made.tally)))
    for at, line in enumerate(lines, 1):
        page.write_string(at, 0, line.unit, f.text)
        page.write_string(at, 1, line.period, f.text)
        found = line.figures
        if found is None or found.nrr is None:
            page.write_string(at, 2, line.people, f.text)
            continue
        page.write_number(at, 2, found.responden, f.whole)
        for number, unsur in enumerate(Unsur):
            first = COUNTS + 4 * number
            for offset, count in enumerate(found.tally.counts[unsur]):
                page.write_number(at, first + offset, count, f.whole)
            cells = [_cell(at, first + offset) for offset in range(4)]
            sums = "+".join(f"{nilai}*{cell}" for nilai, cell in enumerate(cells, 1))
            page.write_formula(
                at,
                NRR + number,
                f"=({sums})/SUM({cells[0]}:{cells[-1]})",
                f.three,
                float(found.nrr[unsur]),
            )
        _make_room(page, at, [(line.unit, UNIT)])
    page.set_column(0, 0, UNIT)
    page.set_column(2, 2, PEOPLE)
    page.freeze_panes(1, 2)


def _charts(book: "Workbook", page: "Worksheet", made: Spreadsheet, f: _Formats) -> None:
    """The averages as cells, and two charts of the program's own, drawn from cells."""
    _values(page, made.averages, f)
    name, top = made.names["charts"], len(made.averages.rows) + 3
    for at, (label, ikm) in enumerate(made.trend, top):
        page.write_string(at, 0, label, f.text)
        if ikm is not None:
            page.write_number(at, 1, float(ikm), f.two)
    measured = [ikm for _, ikm in made.trend if ikm is not None]
    if measured:
        rows = name, top, top + len(made.trend) - 1
        chart = native_charts.line(book, made.trend_title, rows, min(measured))
        page.insert_chart(top + len(made.trend) + 1, 0, chart)
    everything = [*made.lines, *made.pooled]
    shown = {line.period: everything.index(line) + 1 for line in made.pooled or made.lines[:1]}
    chart = native_charts.columns(book, made.unsur_title, made.names["recap"], shown, NILAI)
    page.insert_chart(top + len(made.trend) + 18, 0, chart)


def _values(page: "Worksheet", table: Table, f: _Formats) -> None:
    first = table.rows[0] if table.rows else ()
    _heads(page, table.heads, f, {at for at, cell in enumerate(first) if not isinstance(cell, str)})
    for column, width in enumerate(table.widths):
        page.set_column(column, column, width)
    for at, row in enumerate(table.rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                page.write_string(at, column, cell, f.text)
            elif cell is not None:
                style = f.two if isinstance(cell, Decimal) else f.whole
                page.write_number(at, column, cell, style)
        told = zip(row, table.widths, strict=False)
        _make_room(page, at, [(text, int(w)) for text, w in told if isinstance(text, str)])
    heads = zip(table.heads, table.widths, strict=False)
    _make_room(page, 0, [(head, int(width)) for head, width in heads])
    page.freeze_panes(1, 0)


def _heads(page: "Worksheet", heads: Sequence[str], f: _Formats, figures: Container[int]) -> None:
    """A head stands where what is below it does: over `figures` on the right."""
    for column, head in enumerate(heads):
        style = f.head_of_figures if column in figures else f.head
        page.write_string(0, column, head, style)


def _cell(row: int, column: int, sheet: str = "") -> str:
    from xlsxwriter.utility import xl_rowcol_to_cell

    there = f"'{sheet}'!" if sheet else ""
    return f"{there}{xl_rowcol_to_cell(row, column)}"


def _lay_out(page: "Worksheet") -> None:
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_footer("&L&A&R&P / &N")
