"""Charts that the spreadsheet program draws itself, from the cells of a sheet."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from skm.figures.sample import HIGHEST, LOWEST
from skm.output.charts.palette import ACCENT
from skm.survey.unsur import Unsur

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.chart import Chart


def line(book: "Workbook", title: str, rows: tuple[str, int, int], lowest: Decimal) -> "Chart":
    """A trend. `rows`: the sheet, and the first and last row of labels (A) and figures (B).

    It may begin a little below its lowest point.
    """
    sheet, first, last = rows
    chart = book.add_chart({"type": "line"})
    chart.add_series(
        {
            "categories": [sheet, first, 0, last, 0],
            "values": [sheet, first, 1, last, 1],
            "marker": {"type": "circle"},
            "line": {"color": ACCENT},
        }
    )
    _finish(chart, title, max(int(LOWEST), 10 * (int(lowest) // 10) - 10))
    return chart


def columns(
    book: "Workbook", title: str, sheet: str, shown: Mapping[str, int], first: int
) -> "Chart":
    """The nine unsur. `shown`: by name the row of each series, from column `first` on.

    Bars begin where the scale does, so that their lengths compare.
    """
    chart = book.add_chart({"type": "column"})
    last = first + len(Unsur) - 1
    for name, row in shown.items():
        chart.add_series(
            {
                "name": name,
                "categories": [sheet, 0, first, 0, last],
                "values": [sheet, row, first, row, last],
            }
        )
    _finish(chart, title, int(LOWEST))
    chart.set_legend({"position": "bottom"})
    return chart


def _finish(chart: "Chart", title: str, lowest: int) -> None:
    chart.set_title({"name": title, "name_font": {"size": 12}})
    chart.set_y_axis({"min": lowest, "max": int(HIGHEST), "num_format": "0"})
    chart.set_legend({"none": True})
