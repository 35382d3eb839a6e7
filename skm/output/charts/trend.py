"""The index over periods: a line with its interval, and gaps where nothing was measured.

The scale is 60–100 for every unit, or 25–100 where a figure is lower, so that charts of two units
can be compared and a small change looks small. Imported figures are another measurement: they are
hollow, dashed and never joined to figures from own responses. Nor are figures of two questionnaires
joined: a dashed upright line stands between them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, pairwise
from typing import Final

from skm.figures.ikm import Mutu, mutu
from skm.figures.sample import HIGHEST, LOWEST, Interval
from skm.output.charts.canvas import MARGIN, WIDTH, Canvas, Point
from skm.output.charts.marks import (
    BODY,
    CHIP,
    EDGES,
    FIGURE,
    SMALL,
    Sign,
    decimals,
    head,
    legend,
    letter,
)
from skm.output.charts.palette import BANDS, INK, LINE, PAPER, RIBBON, SOFT

HEIGHT: Final = 420
LEFT: Final = 150  # of the plot; the scale is written to the left of it
RIGHT: Final = WIDTH - MARGIN - 24
USUAL_LOWEST: Final = Decimal(60)


@dataclass(frozen=True)
class Measured:
    """A period. `ikm` is None where nothing was measured. `label` is short: "TW I", "Jan".
    `questionnaire`: by which it was measured.
    """

    label: str
    ikm: Decimal | None
    interval: Interval | None = None
    imported: bool = False
    questionnaire: str = ""


@dataclass(frozen=True, kw_only=True)
class Trend:
    """What to draw: usually twelve periods, the earliest first.

    `interval`, `imported`, `missing` and `changed` (another questionnaire) explain the marks in the
    legend. `locale`: how numbers are written.
    """

    title: str
    subtitle: str
    periods: Sequence[Measured]
    interval: str
    imported: str
    missing: str
    changed: str
    locale: str


@dataclass(frozen=True)
class _Plot:
    """Turns the number of a period and a figure into coordinates."""

    top: float
    lowest: Decimal
    periods: int

    def x(self, number: float) -> float:
        return LEFT + 20 + (RIGHT - LEFT - 20) * number / max(self.periods - 1, 1)

    def y(self, figure: Decimal) -> float:
        return self.top + HEIGHT * float((HIGHEST - figure) / (HIGHEST - self.lowest))

    @property
    def bottom(self) -> float:
        return self.top + HEIGHT


def draw_trend(canvas: Canvas, chart: Trend) -> float:
    """Draws the chart and returns its height in pixels."""
    top = head(canvas, chart.title, chart.subtitle) + 48
    plot = _Plot(top, _lowest(chart.periods), len(chart.periods))
    series = list(_series(chart.periods))
    for one in series:
        _interval(canvas, plot, one)
    _bands(canvas, plot, chart.locale)
    for one in series:
        _draw_series(canvas, plot, one)
    _gaps(canvas, plot, chart.periods)
    for change in _changes(chart.periods):
        _change(canvas, plot.x(change), plot.top, plot.bottom)
    for newest in [item for one in series for item in one][-1:]:
        _newest(canvas, plot, newest, chart.locale)
    _labels(canvas, plot, chart.periods)
    return legend(canvas, plot.bottom + 52, _legend(chart)) + MARGIN


TrendItem = tuple[int, Measured, Decimal]
"""The number of a period from 0, the period, and its index."""

Series = list[TrendItem]
"""Successive periods whose figures come from the same kind of measurement."""


def _series(periods: Sequence[Measured]) -> Iterator[Series]:
    def alike(item: tuple[int, Measured]) -> tuple[bool, bool, str]:
        return item[1].ikm is None, item[1].imported, item[1].questionnaire

    for (missing, *_), group in groupby(enumerate(periods), alike):
        if not missing:
            yield [(number, one, one.ikm) for number, one in group if one.ikm is not None]


def _changes(periods: Sequence[Measured]) -> list[float]:
    """Returns where the questionnaire changes: halfway between two periods with a figure."""
    own = [(n, one) for n, one in enumerate(periods) if one.ikm is not None and not one.imported]
    return [
        (before + after) / 2
        for (before, one), (after, other) in pairwise(own)
        if one.questionnaire != other.questionnaire
    ]


def _lowest(periods: Sequence[Measured]) -> Decimal:
    """Returns where the scale begins."""
    figures = [one.ikm for one in periods if one.ikm is not None]
    figures += [one.interval[0] for one in periods if one.interval]
    return USUAL_LOWEST if min(figures, default=HIGHEST) >= USUAL_LOWEST else LOWEST


def _bands(canvas: Canvas, plot: _Plot, locale: str) -> None:
    ends = (HIGHEST, *EDGES, plot.lowest)
    for band, high, low in zip(Mutu, ends, ends[1:], strict=False):
        letter(canvas, MARGIN + 16, (plot.y(high) + plot.y(low)) / 2, band)
    for edge in EDGES:
        y = plot.y(edge)
        canvas.text((LEFT - 12, y + 8), decimals(edge, locale), SMALL, SOFT, "right")
        canvas.box(LEFT, y - 1, WIDTH - MARGIN - LEFT, 2, LINE)


def _draw_series(canvas: Canvas, plot: _Plot, series: Series) -> None:
    imported = series[0][1].imported
    points = [(plot.x(number), plot.y(ikm)) for number, _, ikm in series]
    if len(points) > 1:
        canvas.line(points, SOFT if imported else INK, 3, dashed=imported)
    for point in points:
        _dot(canvas, point, imported)


def _interval(canvas: Canvas, plot: _Plot, series: Series) -> None:
    """Draws a ribbon along successive periods that have an interval, a short one for a single."""
    for known, group in groupby(series, lambda item: item[1].interval is not None):
        if known:
            run = [(plot.x(n), one.interval) for n, one, _ in group if one.interval]
            if len(run) == 1:
                run = [(run[0][0] - 14, run[0][1]), (run[0][0] + 14, run[0][1])]
            low = [(x, plot.y(interval[0])) for x, interval in run]
            high = [(x, plot.y(interval[1])) for x, interval in run]
            canvas.shape([*low, *reversed(high)], RIBBON)


def _dot(canvas: Canvas, point: Point, imported: bool) -> None:
    if imported:
        canvas.dot(point, 7, PAPER, SOFT, 3)
    else:
        canvas.dot(point, 7, INK, PAPER)


def _gaps(canvas: Canvas, plot: _Plot, periods: Sequence[Measured]) -> None:
    for number, one in enumerate(periods):
        if one.ikm is None:
            _gap(canvas, plot.x(number), plot.bottom - 12)


def _gap(canvas: Canvas, x: float, y: float) -> None:
    for rise in (-6, 6):
        canvas.line([(x - 6, y - rise), (x + 6, y + rise)], SOFT, 3)


def _change(canvas: Canvas, x: float, top: float, bottom: float) -> None:
    canvas.line([(x, top), (x, bottom)], SOFT, 2, dashed=True)


def _newest(canvas: Canvas, plot: _Plot, newest: TrendItem, locale: str) -> None:
    """Writes the last figure above the plot, where no line can cross it."""
    number, period, ikm = newest
    right, y = WIDTH - MARGIN, plot.top - 30
    letter(canvas, right - CHIP / 2, y, mutu(ikm))
    figure = decimals(ikm, locale)
    canvas.text((right - CHIP - 12, y + 11), figure, FIGURE, INK, "right")
    before = right - CHIP - 28 - canvas.width(figure, FIGURE)
    canvas.text((before, y + 11), period.label, BODY, SOFT, "right")
    if not period.imported:
        canvas.dot((plot.x(number), plot.y(ikm)), 10, BANDS[mutu(ikm)].fill, INK, 3)


def _labels(canvas: Canvas, plot: _Plot, periods: Sequence[Measured]) -> None:
    """Writes as many labels as there is room for, always including the newest."""
    canvas.box(LEFT, plot.bottom, WIDTH - MARGIN - LEFT, 2, SOFT)
    widest = max((canvas.width(one.label, SMALL) for one in periods), default=0)
    widest += max(widest / 2 - (WIDTH - MARGIN - RIGHT), 0) + 14  # the newest is moved to the left
    apart = (RIGHT - LEFT - 20) / max(len(periods) - 1, 1)
    every = max(1, -int(-widest // apart))
    for number, one in enumerate(periods):
        if (len(periods) - 1 - number) % every == 0:
            half = canvas.width(one.label, SMALL) / 2
            x = min(plot.x(number), WIDTH - MARGIN - half)
            canvas.text((x, plot.bottom + 34), one.label, SMALL, SOFT, "middle")


def _legend(chart: Trend) -> Iterator[tuple[Sign, str]]:
    if any(one.interval for one in chart.periods):
        yield lambda canvas, x, y: canvas.box(x - 16, y - 10, 32, 20, RIBBON), chart.interval
    if any(one.imported for one in chart.periods):
        yield lambda canvas, x, y: _dot(canvas, (x, y), True), chart.imported
    if any(one.ikm is None for one in chart.periods):
        yield _gap, chart.missing
    if _changes(chart.periods):
        yield lambda canvas, x, y: _change(canvas, x, y - 12, y + 12), chart.changed
