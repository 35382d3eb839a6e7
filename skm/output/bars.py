"""Figures on the scale 25–100 as bars: the nine unsur of a unit, or units in their order.

A bar begins where the scale does, at 25. Its colour and its letter are those of its band.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from skm.ikm import Mutu, mutu
from skm.output.canvas import MARGIN, WIDTH, Canvas, Font
from skm.output.marks import (
    CHIP,
    EDGES,
    FIGURE,
    SMALL,
    Interval,
    Sign,
    decimals,
    head,
    legend,
    letter,
    paragraph,
    whisker,
)
from skm.output.palette import BANDS, INK, PAPER, SHADE, SOFT
from skm.sample import HIGHEST, LOWEST

BAR: Final = 24
LENGTH: Final = 504
HUGE: Final = Font(84, bold=True)
STRONG: Final = Font(26, bold=True)


@dataclass(frozen=True)
class Bar:
    """An unsur or a unit. Without `nilai` its `note` says why, and there is no bar.

    `nilai`, `interval` (95 %) and `before` (the period before) stand on the scale 25–100.
    `note`: a few words at the right, such as "412 responden".
    """

    label: str
    nilai: Decimal | None
    interval: Interval | None = None
    before: Decimal | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Bars:
    """What to draw, with its words; `ikm` with what is said of it may be left out.

    `kinerja` and `remark` stand beside the index: "Baik", "naik 1,20 dari triwulan lalu".
    `interval` and `before` explain the two marks; `locale` says how numbers are written.
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
    """Draws it and gives the height."""
    y = head(canvas, chart.title, chart.subtitle)
    y = _verdict(canvas, y, chart)
    for row in chart.rows:
        y = _row(canvas, y, row, chart.locale)
    y = _scale(canvas, y, chart.locale)
    return legend(canvas, y, _legend(chart)) + MARGIN


def _at(figure: Decimal) -> float:
    """The x of a figure."""
    return MARGIN + LENGTH * float((figure - LOWEST) / (HIGHEST - LOWEST))


def _verdict(canvas: Canvas, y: float, chart: Bars) -> float:
    """The index, large, and what is said of it."""
    if chart.ikm is None:
        return y
    figure = decimals(chart.ikm, chart.locale)
    canvas.text((MARGIN, y + 70), figure, HUGE)
    x = MARGIN + canvas.width(figure, HUGE) + 28
    letter(canvas, x + CHIP / 2, y + 22, mutu(chart.ikm))
    canvas.text((x + CHIP + 12, y + 31), chart.kinerja, STRONG)
    return max(paragraph(canvas, y + 42, chart.remark, left=x), y + 72) + 24


def _scale(canvas: Canvas, y: float, locale: str) -> float:
    """The bands under the bars: each letter under its part, where one ends and the next begins."""
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
    """The figure of the period before: a wedge whose tip touches the bar."""
    canvas.shape([(x, y), (x - 8, y + 13), (x + 8, y + 13)], INK)


def _legend(chart: Bars) -> Iterator[tuple[Sign, str]]:
    if any(row.interval for row in chart.rows):
        yield lambda canvas, x, y: whisker(canvas, x - 14, x + 14, y), chart.interval
    if any(row.before is not None for row in chart.rows):
        yield lambda canvas, x, y: _marker(canvas, x, y - 6), chart.before
