"""The recap as XLSX that can be checked: a sheet of formulas, one of tallies, charts and values."""

import io
from typing import TYPE_CHECKING

from skm.output.workbooks import recap_charts, sheets
from skm.output.workbooks.formats import Formats, lay_out, write_values
from skm.output.workbooks.recap import Spreadsheet
from skm.survey.unsur import Unsur

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet


def as_xlsx(made: Spreadsheet) -> bytes:
    """The bytes of the file."""
    from xlsxwriter import Workbook

    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"title": made.title})
        formats = Formats(book)
        pages = {key: book.add_worksheet(name) for key, name in made.names.items()}
        lines = [*made.lines, *made.pooled]
        sheets.recap(pages["recap"], made, lines, formats)
        sheets.tally(pages["tally"], made, lines, formats)
        sheets.side(pages["side"], made, lines, formats)
        _charts(book, pages["charts"], made, formats)
        for key, table in (("answers", made.answers), ("dictionary", made.dictionary)):
            write_values(pages[key], table, formats)
        for page in pages.values():
            lay_out(page)
        pages["charts"].fit_to_pages(1, 1)  # a chart is not cut in two
    return file.getvalue()


def _charts(book: "Workbook", page: "Worksheet", made: Spreadsheet, f: Formats) -> None:
    """The averages as cells, and two charts of the program's own, drawn from cells."""
    write_values(page, made.averages, f)
    name, top = made.names["charts"], len(made.averages.rows) + 3
    for at, (label, ikm) in enumerate(made.trend, top):
        page.write_string(at, 0, label, f.text)
        if ikm is not None:
            page.write_number(at, 1, float(ikm), f.two)
    measured = [ikm for _, ikm in made.trend if ikm is not None]
    if measured:
        rows = name, top, top + len(made.trend) - 1
        chart = recap_charts.line(book, made.trend_title, rows, min(measured))
        page.insert_chart(top + len(made.trend) + 1, 0, chart)
    everything = [*made.lines, *made.pooled]
    shown = {line.period: everything.index(line) + 1 for line in made.pooled or made.lines[:1]}
    first = made.columns.index(Unsur.U1)
    chart = recap_charts.columns(book, made.unsur_title, made.names["recap"], shown, first)
    page.insert_chart(top + len(made.trend) + 18, 0, chart)
