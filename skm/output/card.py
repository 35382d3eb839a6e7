"""The picture that a shared link shows: who, when, and the index with its band.

Wide as such pictures are shown (1.91 to 1), readable where it is made small.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from skm.ikm import mutu
from skm.output.canvas import INNER, MARGIN, WIDTH, Canvas, Font
from skm.output.marks import SMALL, TITLE, decimals
from skm.output.palette import BANDS, SOFT

HEIGHT: Final = 378
PANEL: Final = 176  # the height of the coloured part
LINES: Final = 2  # of a name; the rest is left out
HUGE: Final = Font(96, bold=True)
STRONG: Final = Font(30, bold=True)


@dataclass(frozen=True)
class Card:
    """`title`: the name of the unit; `subtitle`: when, and how many answered.

    `label`: of the index; `kinerja`: what its band is called; `locale`: how numbers are written.
    """

    title: str
    subtitle: str
    label: str
    ikm: Decimal
    kinerja: str
    locale: str


def draw_card(canvas: Canvas, card: Card) -> float:
    """Draws it and gives the height."""
    y = 28.0
    for line in _name(canvas, card.title):
        y += 40
        canvas.text((MARGIN, y - 4), line, TITLE)
    canvas.text((MARGIN, y + 32), card.subtitle, SMALL, SOFT)
    paint, top = BANDS[mutu(card.ikm)], HEIGHT - MARGIN - PANEL
    canvas.box(MARGIN, top, INNER, PANEL, paint.fill)
    canvas.text((MARGIN + 32, top + 46), card.label, SMALL, paint.ink)
    canvas.text((MARGIN + 28, top + 144), decimals(card.ikm, card.locale), HUGE, paint.ink)
    right = WIDTH - MARGIN - 32
    canvas.text((right, top + 96), mutu(card.ikm).value, HUGE, paint.ink, "right")
    canvas.text((right, top + 144), card.kinerja, STRONG, paint.ink, "right")
    return HEIGHT


def _name(canvas: Canvas, name: str) -> list[str]:
    lines = canvas.wrapped(name, TITLE, INNER)
    if len(lines) <= LINES:
        return lines
    last = lines[LINES - 1]
    while canvas.width(f"{last}…", TITLE) > INNER:
        last = last[:-1].rstrip()
    return [*lines[: LINES - 1], f"{last}…"]
