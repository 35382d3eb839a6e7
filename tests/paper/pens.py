"""Seeded pens: how people mark a box on paper, drawn on a form of so many pixels a millimetre.

Each mark takes a box and draws over it; which answer it stands for is the caller's knowledge.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from skm.paper.layout import Rect

DOTS = 12  # pixels of a millimetre
Page = npt.NDArray[np.uint8]
Stroke = Sequence[tuple[float, float]]


@dataclass
class Pen:
    """`width` in mm; `dark`: how much of the paper's light its ink takes; `shake` in mm; `aim`:
    how far beside a box its marks are, as a standard deviation in mm.
    """

    page: Page
    rng: np.random.Generator
    width: float
    dark: float
    shake: float
    aim: float = 0.35

    def stroke(self, points: Stroke, dark: float | None = None, width: float | None = None) -> None:
        """A line through these points (mm), a little shaky and uneven."""
        line = self._shaky(np.array(points, np.float64)) * DOTS
        thick = max(1, round((width or self.width) * DOTS))
        x0, y0 = np.maximum(line.min(axis=0) - thick - 2, 0).astype(int)
        x1, y1 = (line.max(axis=0) + thick + 2).astype(int)
        cut = np.s_[y0:y1, x0:x1]
        mask = np.zeros_like(self.page[cut])
        at = np.round((line - (x0, y0)) * 16).astype(np.int32)
        cv2.polylines(mask, [at], False, 255, thick, cv2.LINE_AA, 4)
        grain = self.rng.uniform(0.8, 1, mask.shape)
        cover = mask / 255 * (self.dark if dark is None else dark) * grain
        self.page[cut] = (self.page[cut] * (1 - cover)).astype(np.uint8)

    def _shaky(self, points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        steps = np.linspace(0, len(points) - 1, max(2, 6 * (len(points) - 1)))
        line = np.stack([np.interp(steps, range(len(points)), points[:, k]) for k in (0, 1)], 1)
        wobble = self.rng.normal(0, self.shake, line.shape)
        wobble[1:-1] = (wobble[:-2] + wobble[1:-1] + wobble[2:]) / 3
        return line + wobble


def _spot(pen: Pen, box: Rect, part: float = 1) -> tuple[float, float, float]:
    """The middle of a mark, somewhat beside the box's, and half the box's width."""
    x, y = box.centre
    dx, dy = np.clip(pen.rng.normal(0, part * pen.aim, 2), -0.9, 0.9)
    return x + dx, y + dy, box.width / 2


def cross(pen: Pen, box: Rect) -> None:
    x, y, half = _spot(pen, box)
    a, b, c, d = half * pen.rng.uniform(0.65, 1.25, 4)
    pen.stroke([(x - a, y - b), (x + c, y + d)])
    a, b, c, d = half * pen.rng.uniform(0.65, 1.25, 4)
    pen.stroke([(x + a, y - b), (x - c, y + d)])


def tick(pen: Pen, box: Rect) -> None:
    x, y, half = _spot(pen, box)
    low, rise = half * pen.rng.uniform(0.5, 0.9), half * pen.rng.uniform(0.9, 1.9)
    right = half * pen.rng.uniform(0.8, 1.7)
    pen.stroke(
        [(x - half * 0.8, y - 0.1 * half), (x - 0.15 * half, y + low), (x + right, y - rise)]
    )


def fill(pen: Pen, box: Rect) -> None:
    x, y, half = _spot(pen, box, 0.6)
    reach = half * pen.rng.uniform(0.7, 0.98)
    _scribble(pen, x, y, reach, pen.rng.uniform(0.3, 0.55))


def black_out(pen: Pen, box: Rect) -> None:
    """A mark that is taken back: scribbled over, box and all."""
    x, y, half = _spot(pen, box, 0.6)
    _scribble(pen, x, y, half * pen.rng.uniform(1.0, 1.3), 0.3)
    _scribble(pen, x, y, half * pen.rng.uniform(0.9, 1.15), 0.35)


def _scribble(pen: Pen, x: float, y: float, reach: float, step: float) -> None:
    rows = np.arange(-reach, reach + step / 2, step)
    points = [(x + (-reach if at % 2 else reach), y + row) for at, row in enumerate(rows)]
    pen.stroke(points)


def circle(pen: Pen, box: Rect) -> None:
    """Around the box, more or less; sometimes left open by a few degrees."""
    x, y, half = _spot(pen, box, 0.85)
    _ellipse(pen, x, y, half * pen.rng.uniform(1.28, 1.75), half * pen.rng.uniform(1.25, 1.6))


def letter_circle(pen: Pen, box: Rect) -> None:
    """Around the letter only, inside of the box."""
    x, y, half = _spot(pen, box, 0.6)
    _ellipse(pen, x, y, half * pen.rng.uniform(0.6, 0.85), half * pen.rng.uniform(0.65, 0.9))


def words_circle(pen: Pen, box: Rect) -> None:
    """Around the box and the words beside it."""
    x, y, half = _spot(pen, box, 0.85)
    _ellipse(
        pen, x + half * 3.2, y, half * pen.rng.uniform(4.6, 5.2), half * pen.rng.uniform(1.4, 1.7)
    )


def _ellipse(pen: Pen, x: float, y: float, wide: float, high: float) -> None:
    start, turn = pen.rng.uniform(0, 2 * np.pi), np.radians(pen.rng.uniform(335, 420))
    angles = np.linspace(start, start + turn, 30)
    drift = np.linspace(1, pen.rng.uniform(0.93, 1.07), 30)
    at = np.stack([x + wide * np.cos(angles) * drift, y + high * np.sin(angles) * drift], axis=1)
    pen.stroke([(a, b) for a, b in at.tolist()])


def faint(pen: Pen, box: Rect) -> None:
    pen_dark, pen.dark = pen.dark, pen.rng.uniform(0.08, 0.2)
    cross(pen, box)
    pen.dark = pen_dark


def slash(pen: Pen, box: Rect) -> None:
    """One stroke of a cross."""
    x, y, half = _spot(pen, box)
    pen.stroke([(x - half, y + half), (x + half, y - half)])


def dot(pen: Pen, box: Rect) -> None:
    """Where a pen rested."""
    x, y, _ = _spot(pen, box, 1.7)
    pen.stroke([(x, y), (x + 0.1, y + 0.1)], width=pen.rng.uniform(0.3, 0.8))


def crossed_through(pen: Pen, box: Rect) -> None:
    """A circle that is taken back by a cross over it."""
    circle(pen, box)
    x, y, half = _spot(pen, box)
    far = half * pen.rng.uniform(1.2, 1.7)
    pen.stroke([(x - far, y - far), (x + far, y + far)])
    pen.stroke([(x + far, y - far), (x - far, y + far)])


Mark = Callable[[Pen, Rect], None]
