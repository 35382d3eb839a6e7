"""Where people broke off: how many reached each step, and how many went before the next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from skm.ikm import Mutu
from skm.output.canvas import MARGIN, WIDTH, Canvas
from skm.output.marks import FIGURE, LETTER, SMALL, Sign, count, head, legend, paragraph
from skm.output.palette import BANDS, INK, LINE, REACHED, SOFT

BAR: Final = 24
LENGTH: Final = 540
WORST: Final = BANDS[Mutu.C].fill


@dataclass(frozen=True)
class Step:
    """How many people came as far as this. Where `n` is None its `note` says why."""

    label: str
    n: int | None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """What to draw, with its words: the first step has everybody.

    `lost` and `most` explain the two colours of those who went: at this step, and where most did.
    """

    title: str
    subtitle: str
    steps: Sequence[Step]
    lost: str
    most: str
    locale: str


def draw_funnel(canvas: Canvas, chart: Funnel) -> float:
    """Draws it and gives the height."""
    y = head(canvas, chart.title, chart.subtitle)
    losses = lost(chart.steps)
    worst = max(losses, default=0)
    everybody = max((step.n for step in chart.steps if step.n is not None), default=0)
    for step, loss in zip(chart.steps, losses, strict=True):
        y = _step(canvas, y, step, loss, everybody, chart.locale, most=0 < loss == worst)
    return legend(canvas, y, _legend(chart, worst)) + MARGIN


def lost(steps: Sequence[Step]) -> list[int]:
    """How many went between the last step with a known number and each; 0 where unknown."""
    losses: list[int] = []
    before: int | None = None
    for step in steps:
        losses.append(0 if step.n is None or before is None else before - step.n)
        before = before if step.n is None else step.n
    return losses


def _step(
    canvas: Canvas,
    y: float,
    step: Step,
    loss: int,
    everybody: int,
    locale: str,
    *,
    most: bool,
) -> float:
    if step.n is None:
        below = paragraph(canvas, y, step.label)
        return paragraph(canvas, below, step.note, SOFT, SMALL) + 16
    if loss:
        font, color = (LETTER, INK) if most else (SMALL, SOFT)
        words = f"−{count(loss, locale)}"
        canvas.text((MARGIN + LENGTH, y + 24), words, font, color, "right")
    y = paragraph(canvas, y, step.label, right=MARGIN + LENGTH - 100) + 6
    reached = LENGTH * step.n / max(everybody, 1)
    gone = LENGTH * loss / max(everybody, 1)
    canvas.box(MARGIN, y, reached, BAR, REACHED)
    canvas.box(MARGIN + reached, y, gone, BAR, WORST if most else LINE)
    canvas.text((WIDTH - MARGIN, y + 23), count(step.n, locale), FIGURE, INK, "right")
    return y + BAR + 16


def _legend(chart: Funnel, worst: int) -> Iterator[tuple[Sign, str]]:
    if worst:
        yield lambda canvas, x, y: canvas.box(x - 12, y - 12, 24, 24, WORST), chart.most
        yield lambda canvas, x, y: canvas.box(x - 12, y - 12, 24, 24, LINE), chart.lost
