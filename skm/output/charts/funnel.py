"""A funnel: how many respondents reached each step of a survey, and how many left before it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from skm.figures.ikm import Mutu
from skm.output.charts.canvas import MARGIN, WIDTH, Canvas
from skm.output.charts.marks import FIGURE, LETTER, SMALL, Sign, count, head, legend, paragraph
from skm.output.charts.palette import BANDS, INK, LINE, REACHED, SOFT

BAR: Final = 24
LENGTH: Final = 540
WORST: Final = BANDS[Mutu.C].fill


@dataclass(frozen=True)
class FunnelStep:
    """A step and how many respondents reached it."""

    label: str
    n: int


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """What to draw. All respondents reached the first step.

    `lost` and `most` explain the colours of those who left: before a step, and before the step
    where most left. `locale`: how numbers are written.
    """

    title: str
    subtitle: str
    steps: Sequence[FunnelStep]
    lost: str
    most: str
    locale: str


def draw_funnel(canvas: Canvas, chart: Funnel) -> float:
    """Draws the chart and returns its height in pixels."""
    y = head(canvas, chart.title, chart.subtitle)
    losses = lost([step.n for step in chart.steps])
    worst = max(losses, default=0)
    scale = LENGTH / max([1, *(step.n for step in chart.steps)])
    for step, loss in zip(chart.steps, losses, strict=True):
        y = _step(canvas, y, step, loss, scale, chart.locale, most=0 < loss == worst)
    return legend(canvas, y, _legend(chart, worst)) + MARGIN


def lost(reached: Sequence[int]) -> list[int]:
    """Returns for each step how many left between the step before and this one; 0 for the first."""
    return [before - n for before, n in zip([*reached[:1], *reached], reached, strict=False)]


def _step(
    canvas: Canvas, y: float, step: FunnelStep, loss: int, scale: float, locale: str, *, most: bool
) -> float:
    """Draws one step; `scale`: pixels per respondent."""
    if loss:
        font, color = (LETTER, INK) if most else (SMALL, SOFT)
        words = f"−{count(loss, locale)}"
        canvas.text((MARGIN + LENGTH, y + 24), words, font, color, "right")
    y = paragraph(canvas, y, step.label, right=MARGIN + LENGTH - 100) + 6
    reached = step.n * scale
    canvas.box(MARGIN, y, reached, BAR, REACHED)
    canvas.box(MARGIN + reached, y, loss * scale, BAR, WORST if most else LINE)
    canvas.text((WIDTH - MARGIN, y + 23), count(step.n, locale), FIGURE, INK, "right")
    return y + BAR + 16


def _legend(chart: Funnel, worst: int) -> Iterator[tuple[Sign, str]]:
    if worst:
        yield lambda canvas, x, y: canvas.box(x - 12, y - 12, 24, 24, WORST), chart.most
        yield lambda canvas, x, y: canvas.box(x - 12, y - 12, 24, 24, LINE), chart.lost
