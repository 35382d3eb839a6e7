"""A bar chart on the scale 25–100: the nine unsur of a unit, or the units of an instansi.

A bar begins where the scale does, at 25. It has the colour and the letter of its band (mutu).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from skm.figures.ikm import Mutu, mutu
from skm.figures.sample import HIGHEST, LOWEST, Interval
from skm.output.charts.canvas import MARGIN, WIDTH, Canvas, Font
from skm.output.charts.marks import (
    CHIP,
    EDGES,
    FIGURE,
    SMALL,
    Sign,
    decimals,
    head,
    legend,
    letter,
    paragraph,
    whisker,
)
from skm.output.charts.palette import BANDS, INK, PAPER, SHADE, SOFT

BAR: Final = 24
LENGTH: Final = 504
HUGE: Final = Font(84, bold=True)
STRONG: Final = Font(26, bold=True)


@dataclass(frozen=True)
class Bar:
    """An unsur or a unit.

    `nilai`, its 95 % `interval` and the figure of the period `before` are on the scale 25–100.
    `note`: text at the right, such as "412 responden". Without `nilai` there is no bar, and the
    note says why.
    """

    label: str
    nilai: Decimal | None
    interval: Interval | None = None
    before: Decimal | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Bars:
    """What to draw. The index `ikm` is optional.

    `kinerja` and `remark` stand beside the index: "Baik", "naik 1,20 dari triwulan lalu".
    `interval` and `before` explain the two marks in the legend. `locale`: how numbers are written.
    """

    title: str
    subtitle: str
    rows: Sequence[Bar]
    ikm: Decimal | None = None
    kinerja: str = ""
    remark: str = ""
    interval: str
    before: str = ""
    locale: str


def draw_bars(canvas: Canvas, chart: Bars) -> float:
    """Draws the chart and returns its height in pixels."""
    y = head(canvas, chart.title, chart.subtitle)
    y = _index(canvas, y, chart)
    for row in chart.rows:
        y = _row(canvas, y, row, chart.locale)
    y = _scale(canvas, y, chart.locale)
    return legend(canvas, y, _legend(chart)) + MARGIN


def _at(figure: Decimal) -> float:
    """Returns the x coordinate of a figure."""
    return MARGIN + LENGTH * float((figure - LOWEST) / (HIGHEST - LOWEST))


def _index(canvas: Canvas, y: float, chart: Bars) -> float:
    """Draws the index in large digits, with its band and the remark."""
    if chart.ikm is None:
        return y
    figure = decimals(chart.ikm, chart.locale)
    canvas.text((MARGIN, y + 70), figure, HUGE)
    x = MARGIN + canvas.width(figure, HUGE) + 28
    letter(canvas, x + CHIP / 2, y + 22, mutu(chart.ikm))
    canvas.text((x + CHIP + 12, y + 31), chart.kinerja, STRONG)
    return max(paragraph(canvas, y + 42, chart.remark, left=x), y + 72) + 24


def _scale(canvas: Canvas, y: float, locale: str) -> float:
    """Draws the scale under the bars: the letter of each band, and the bounds between them."""
    ends = (HIGHEST, *EDGES, LOWEST)
    for band, high, low in zip(Mutu, ends, ends[1:], strict=False):
        letter(canvas, (_at(low) + _at(high)) / 2, y + 8 + CHIP / 2, band)
    for edge in EDGES:
        canvas.text((_at(edge), y + CHIP + 34), decimals(edge, locale), SMALL, SOFT, "middle")
    return y + CHIP + 44


def _row(canvas: Canvas, y: float, row: Bar, locale: str) -> float:
    if row.nilai is None:
        below = paragraph(canvas, y, row.label)
        return paragraph(canvas, below, row.note, SOFT, SMALL) + 16
    right = WIDTH - MARGIN
    canvas.text((right, y + 24), row.note, SMALL, SOFT, "right")
    room = canvas.width(row.note, SMALL) + 24 if row.note else 0
    y = paragraph(canvas, y, row.label, right=right - room) + 6
    _bar(canvas, y, row, row.nilai, locale)
    return y + BAR + 24


def _bar(canvas: Canvas, y: float, row: Bar, nilai: Decimal, locale: str) -> None:
    band, middle = mutu(nilai), y + BAR / 2
    canvas.box(MARGIN, y, LENGTH, BAR, SHADE)
    canvas.box(MARGIN, y, _at(nilai) - MARGIN, BAR, BANDS[band].fill)
    for edge in EDGES:
        canvas.box(_at(edge) - 1, y, 2, BAR, PAPER)
    if row.interval:
        whisker(canvas, _at(row.interval[0]), _at(row.interval[1]), middle)
    if row.before is not None:
        _marker(canvas, _at(row.before), y + BAR + 1)
    right = WIDTH - MARGIN
    letter(canvas, right - CHIP / 2, middle, band)
    canvas.text((right - CHIP - 12, middle + 11), decimals(nilai, locale), FIGURE, INK, "right")


def _marker(canvas: Canvas, x: float, y: float) -> None:
    """Draws the figure of the period before as a wedge whose tip touches the bar."""
    canvas.shape([(x, y), (x - 8, y + 13), (x + 8, y + 13)], INK)


def _legend(chart: Bars) -> Iterator[tuple[Sign, str]]:
    if any(row.interval for row in chart.rows):
        yield lambda canvas, x, y: whisker(canvas, x - 14, x + 14, y), chart.interval
    if any(row.before is not None for row in chart.rows):
        yield lambda canvas, x, y: _marker(canvas, x, y - 6), chart.before
