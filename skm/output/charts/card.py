"""The preview picture of a shared link: the unit, the period, and the index with its band.

It has the format in which messengers show previews (1.91 to 1) and large text.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from skm.figures.ikm import mutu
from skm.output.charts.canvas import INNER, MARGIN, WIDTH, Canvas, Font
from skm.output.charts.marks import SMALL, TITLE, decimals
from skm.output.charts.palette import BANDS, SOFT

HEIGHT: Final = 378
PANEL: Final = 176  # the height of the coloured part
LINES: Final = 2  # of the title; a longer one is cut
HUGE: Final = Font(96, bold=True)
STRONG: Final = Font(30, bold=True)


@dataclass(frozen=True)
class Card:
    """`title`: the unit's name. `subtitle`: the period and the number of respondents.

    `label`: the name of the index. `kinerja`: the name of its band. `locale`: how numbers are
    written.
    """

    title: str
    subtitle: str
    label: str
    ikm: Decimal
    kinerja: str
    locale: str


def draw_card(canvas: Canvas, card: Card) -> float:
    """Draws the card and returns its height in pixels."""
    y = 28.0
    for line in _title(canvas, card.title):
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


def _title(canvas: Canvas, title: str) -> list[str]:
    """Returns the lines of the title, the last one cut with an ellipsis where it is too long."""
    lines = canvas.wrapped(title, TITLE, INNER)
    if len(lines) <= LINES:
        return lines
    last = lines[LINES - 1]
    while canvas.width(f"{last}…", TITLE) > INNER:
        last = last[:-1].rstrip()
    return [*lines[: LINES - 1], f"{last}…"]
