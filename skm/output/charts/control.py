"""A control chart of many units: index against respondents, with the limits of chance.

A unit between the limits does not differ from the others by more than chance explains; one outside
does, however many or few answered (Spiegelhalter 2005, Statistics in Medicine 24, 1185–1202).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from skm.figures.ikm import Mutu
from skm.figures.sample import HIGHEST, Interval
from skm.output.charts.canvas import MARGIN, WIDTH, Canvas
from skm.output.charts.marks import SMALL, Sign, count, decimals, head, legend, paragraph
from skm.output.charts.palette import BANDS, INK, LINE, PAPER, RIBBON, SOFT

LEFT: Final = 120
HEIGHT: Final = 460
STEPS: Final = (1, 2, 5)
LOW: Final = BANDS[Mutu.D].fill
HIGH: Final = BANDS[Mutu.A].fill


@dataclass(frozen=True)
class ControlPoint:
    """A unit, with its code and name. `outside`: -1 below the limits, 1 above, 0 between them."""

    n: int
    ikm: Decimal
    outside: int
    code: str = ""
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class ControlChart:
    """What to draw. `limits`: respondents → between which indices chance alone moves a unit,
    growing. `notes`: paragraphs below, which name units. The other texts explain the marks.
    """

    title: str
    subtitle: str
    points: Sequence[ControlPoint]
    middle: Decimal
    limits: Sequence[tuple[int, Interval]]
    notes: Sequence[str]
    respondents: str
    chance: str
    below: str
    above: str
    locale: str


@dataclass(frozen=True)
class ControlPlot:
    """Where a respondent count (on a logarithmic scale) and an index are, from the top left."""

    left: float
    top: float
    width: float
    height: float
    fewest: int
    most: int
    lowest: Decimal

    @classmethod
    def of(
        cls, chart: ControlChart, left: float, top: float, width: float, height: float
    ) -> "ControlPlot":
        sizes = [n for n, _ in chart.limits]
        low = min([point.ikm for point in chart.points] + [chart.middle])
        lowest = Decimal(max(25, math.floor(low / 5) * 5 - 5))
        return cls(left, top, width, height, min(sizes), max(sizes), lowest)

    def x(self, n: int) -> float:
        wide = math.log(self.most / self.fewest) or 1
        return self.left + math.log(n / self.fewest) / wide * self.width

    def y(self, ikm: Decimal) -> float:
        """An index below the plot is on its edge."""
        shown = max(ikm, self.lowest)
        return self.top + float((HIGHEST - shown) / (HIGHEST - self.lowest)) * self.height

    def ribbon(self, chart: ControlChart) -> list[tuple[float, float]]:
        """The corners of the limits."""
        low = [(self.x(n), self.y(bounds[0])) for n, bounds in chart.limits]
        high = [(self.x(n), self.y(bounds[1])) for n, bounds in chart.limits]
        return [*low, *reversed(high)]


def draw_control(canvas: Canvas, chart: ControlChart) -> float:
    """Draws the chart and returns its height in pixels."""
    top = head(canvas, chart.title, chart.subtitle) + 16
    plot = ControlPlot.of(chart, LEFT, top, WIDTH - MARGIN - 16 - LEFT, HEIGHT)
    _limits(canvas, plot, chart)
    _axes(canvas, plot, chart)
    for point in sorted(chart.points, key=lambda point: abs(point.outside)):
        fill = {-1: LOW, 0: PAPER, 1: HIGH}[point.outside]
        canvas.dot((plot.x(point.n), plot.y(point.ikm)), 7, fill, INK)
    y = legend(canvas, top + HEIGHT + 84, _legend(chart)) + 12
    for note in chart.notes:
        y = paragraph(canvas, y, note, INK, SMALL) + 8
    return y + MARGIN


def _limits(canvas: Canvas, plot: ControlPlot, chart: ControlChart) -> None:
    canvas.shape(plot.ribbon(chart), RIBBON)
    y = plot.y(chart.middle)
    canvas.line([(LEFT, y), (WIDTH - MARGIN, y)], SOFT, 2, dashed=True)


def _axes(canvas: Canvas, plot: ControlPlot, chart: ControlChart) -> None:
    bottom = plot.top + HEIGHT
    canvas.box(LEFT, bottom, WIDTH - MARGIN - LEFT, 2, LINE)
    step = max(5, round((100 - int(plot.lowest)) / 25) * 5)
    for figure in range(100, int(plot.lowest) - 1, -step):
        y = plot.y(Decimal(figure))
        canvas.box(LEFT - 8, y - 1, 8, 2, LINE)
        canvas.text(
            (LEFT - 16, y + 8), decimals(Decimal(figure), chart.locale), SMALL, SOFT, "right"
        )
    taken = 0.0
    for n in _rounds(plot.fewest, plot.most):
        words = count(n, chart.locale)
        left = plot.x(n) - canvas.width(words, SMALL) / 2
        canvas.box(plot.x(n) - 1, bottom, 2, 8, LINE)
        if left >= taken:
            canvas.text((plot.x(n), bottom + 34), words, SMALL, SOFT, "middle")
            taken = left + canvas.width(words, SMALL) + 12
    canvas.text((WIDTH - MARGIN, bottom + 66), chart.respondents, SMALL, SOFT, "right")


def _rounds(fewest: int, most: int) -> Iterator[int]:
    """1, 2 and 5 times the powers of ten that lie between."""
    power = 1
    while power <= most:
        yield from (step * power for step in STEPS if fewest <= step * power <= most)
        power *= 10


def _legend(chart: ControlChart) -> Iterator[tuple[Sign, str]]:
    yield lambda canvas, x, y: canvas.box(x - 16, y - 10, 32, 20, RIBBON), chart.chance
    outside = {point.outside for point in chart.points}
    if -1 in outside:
        yield lambda canvas, x, y: canvas.dot((x, y), 7, LOW, INK), chart.below
    if 1 in outside:
        yield lambda canvas, x, y: canvas.dot((x, y), 7, HIGH, INK), chart.above
