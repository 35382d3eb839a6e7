"""Importance against performance: how much each unsur matters beside its nilai, in four quadrants.

A filled dot is in its quadrant by more than chance; an empty one may be in another.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from skm.output.charts.canvas import MARGIN, WIDTH, Canvas
from skm.output.charts.marks import LETTER, SMALL, Sign, head, legend, paragraph
from skm.output.charts.palette import INK, LINE, PAPER, REACHED, SHADE, SOFT

LEFT: Final = MARGIN + 4
HEIGHT: Final = 440
RADIUS: Final = 8
EDGE: Final = 0.1
"""The share of the plot that stays free on each side."""

LEAST: Final = (Decimal(4), Decimal("0.1"))
"""How much nilai and importance the plot spans at least, so that small differences look small."""

Spot = tuple[float, float]
"""Shares of the plot's width and height, from the bottom left."""


@dataclass(frozen=True)
class LabelSize:
    """Of a label, and how far from the dot's centre it stands, in units of the picture."""

    width: float
    height: float
    gap: float


def label_centres(dots: Sequence[Spot], label: LabelSize, cross: Spot) -> list[Spot]:
    """The centre of each dot's label, y downwards as the dots are: right of it, or left, above or
    below where another label or dot, or a line through `cross`, is in the way.
    """
    taken: list[Spot] = []
    for x, y in dots:
        beside, over = label.gap + label.width / 2, label.gap + label.height / 2
        choices = [(x + beside, y), (x - beside, y), (x, y - over), (x, y + over)]
        choices += [(x + side, y + up) for up in (-over, over) for side in (beside, -beside)]
        others = [dot for dot in dots if dot != (x, y)]
        taken.append(min(choices, key=lambda at: _in_the_way(at, taken, others, label, cross)))
    return taken


def _in_the_way(
    at: Spot, labels: Sequence[Spot], dots: Sequence[Spot], label: LabelSize, cross: Spot
) -> int:
    """How much a label there would touch: a label or dot counts 2, a line 1."""
    wide, high = label.width, label.height
    beside_dot = wide / 2 + label.gap, high / 2 + label.gap
    return (
        2 * sum(_near(at, other, (wide, high)) for other in labels)
        + 2 * sum(_near(at, other, beside_dot) for other in dots)
        + (abs(at[0] - cross[0]) < wide / 2)
        + (abs(at[1] - cross[1]) < high / 2)
    )


def _near(one: Spot, other: Spot, most: Spot) -> bool:
    return abs(one[0] - other[0]) < most[0] and abs(one[1] - other[1]) < most[1]


@dataclass(frozen=True)
class QuadrantPoint:
    """An unsur by its short name. `importance`: −1 to 1."""

    label: str
    nilai: Decimal
    importance: Decimal
    is_clear: bool


@dataclass(frozen=True)
class QuadrantDot:
    """Where a point is, and the middle of its label, in units of the picture."""

    point: QuadrantPoint
    centre: Spot
    label: Spot


@dataclass(frozen=True, kw_only=True)
class QuadrantChart:
    """What to draw. `nilai`, `importance`: the lines. `corners`: the names of the quadrants, top
    left, top right, bottom left and bottom right. `notes`: paragraphs below, which say all that the
    picture says. The other texts explain the axes and the marks.
    """

    title: str
    subtitle: str
    points: Sequence[QuadrantPoint]
    nilai: Decimal
    importance: Decimal
    corners: tuple[str, str, str, str]
    notes: Sequence[str]
    across: str
    up: str
    clear: str
    unclear: str

    @property
    def span(self) -> tuple[tuple[Decimal, Decimal], tuple[Decimal, Decimal]]:
        """The lowest and the highest nilai and importance."""
        return (
            _span([self.nilai, *(point.nilai for point in self.points)], LEAST[0]),
            _span([self.importance, *(point.importance for point in self.points)], LEAST[1]),
        )

    def place(self, nilai: Decimal, importance: Decimal) -> Spot:
        """Where a point or a line is."""
        across, up = self.span
        return _share(nilai, across), _share(importance, up)

    def dots(self, width: float, height: float, label: LabelSize) -> list[QuadrantDot]:
        """Where the points and their labels are in a plot of this size, from its top left."""
        shares = [self.place(point.nilai, point.importance) for point in self.points]
        places = [(x * width, (1 - y) * height) for x, y in shares]
        across, up = self.place(self.nilai, self.importance)
        labels = label_centres(places, label, (across * width, (1 - up) * height))
        return [QuadrantDot(*each) for each in zip(self.points, places, labels, strict=True)]


def _span(figures: Sequence[Decimal], least: Decimal) -> tuple[Decimal, Decimal]:
    low, high = min(figures), max(figures)
    more = max(least - (high - low), Decimal()) / 2
    return low - more, high + more


def _share(figure: Decimal, span: tuple[Decimal, Decimal]) -> float:
    return EDGE + (1 - 2 * EDGE) * float((figure - span[0]) / (span[1] - span[0]))


# --- the picture ----------------------------------------------------------------------------------


def draw_quadrant(canvas: Canvas, chart: QuadrantChart) -> float:
    """Draws the chart and returns its height in pixels."""
    top = head(canvas, chart.title, chart.subtitle) + 40
    right, bottom = WIDTH - MARGIN, top + HEIGHT
    line = _pixels(chart.place(chart.nilai, chart.importance), top)
    canvas.box(LEFT, top, line[0] - LEFT, line[1] - top, SHADE)  # the one to look at first
    for name, at, align in (
        (chart.corners[0], (LEFT, top - 12), "left"),
        (chart.corners[1], (right, top - 12), "right"),
        (chart.corners[2], (LEFT, bottom + 32), "left"),
        (chart.corners[3], (right, bottom + 32), "right"),
    ):
        canvas.text(at, name, SMALL, SOFT, "right" if align == "right" else "left")
    for corners in ([(LEFT, top), (LEFT, bottom)], [(LEFT, bottom), (right, bottom)]):
        canvas.line(corners, LINE, 2)
    canvas.line([(line[0], top), (line[0], bottom)], SOFT, 2, dashed=True)
    canvas.line([(LEFT, line[1]), (right, line[1])], SOFT, 2, dashed=True)
    _points(canvas, chart, top)
    y = paragraph(canvas, bottom + 44, f"→ {chart.across}", SOFT, SMALL)
    y = paragraph(canvas, y, f"↑ {chart.up}", SOFT, SMALL)
    y = legend(canvas, y, _quadrant_legend(chart)) + 20
    for note in chart.notes:
        y = paragraph(canvas, y, note, INK, SMALL) + 8
    return y + MARGIN


def _pixels(place: Spot, top: float) -> Spot:
    return LEFT + place[0] * (WIDTH - MARGIN - LEFT), top + (1 - place[1]) * HEIGHT


def _points(canvas: Canvas, chart: QuadrantChart, top: float) -> None:
    size = LabelSize(max(canvas.width(point.label, LETTER) for point in chart.points), 22, 14)
    for dot in chart.dots(WIDTH - MARGIN - LEFT, HEIGHT, size):
        (x, y), (label_x, label_y) = dot.centre, dot.label
        fill = REACHED if dot.point.is_clear else PAPER
        canvas.dot((LEFT + x, top + y), RADIUS, fill, REACHED, 3)
        canvas.text((LEFT + label_x, top + label_y + 8), dot.point.label, LETTER, INK, "middle")


def _quadrant_legend(chart: QuadrantChart) -> Iterator[tuple[Sign, str]]:
    yield lambda canvas, x, y: canvas.dot((x, y), RADIUS, REACHED, REACHED, 3), chart.clear
    yield lambda canvas, x, y: canvas.dot((x, y), RADIUS, PAPER, REACHED, 3), chart.unclear
