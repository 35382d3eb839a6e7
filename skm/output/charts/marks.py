"""What charts have in common: the head, a band's letter, an interval, a legend, numbers."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Final

from babel.numbers import format_decimal

from skm.figures.ikm import Mutu
from skm.output.charts.canvas import INNER, MARGIN, WIDTH, Canvas, Font
from skm.output.charts.palette import BANDS, INK, PAPER, SOFT

TITLE: Final = Font(32, bold=True)
FIGURE: Final = Font(30, bold=True)
BODY: Final = Font(24)
SMALL: Final = Font(22)
LETTER: Final = Font(22, bold=True)
CHIP: Final = 32  # the side of the square behind a letter
EDGES: Final = tuple(band.lower_bound for band in Mutu if band is not Mutu.D)

Sign = Callable[[Canvas, float, float], None]
"""Draws the sign of a legend entry, centred on a point (canvas, x, y)."""


def decimals(figure: Decimal, locale: str) -> str:
    """Returns a figure with two decimals as the locale writes it: 86,34."""
    return str(format_decimal(figure, "0.00", locale=locale))


def count(n: int, locale: str) -> str:
    """Returns a number of people as the locale writes it: 1.360."""
    return str(format_decimal(n, "#,##0", locale=locale))


def head(canvas: Canvas, title: str, subtitle: str) -> float:
    """Writes title and subtitle on as many lines as they need; returns the y below them."""
    y = 20.0
    for line in canvas.wrapped(title, TITLE, INNER):
        y += 40
        canvas.text((MARGIN, y - 4), line, TITLE)
    return paragraph(canvas, y + 4, subtitle, SOFT) + 16


def paragraph(
    canvas: Canvas,
    y: float,
    words: str,
    color: str = INK,
    font: Font = BODY,
    *,
    left: float = MARGIN,
    right: float = WIDTH - MARGIN,
) -> float:
    """Writes text from y down, wrapped between left and right; returns the y below it."""
    for line in canvas.wrapped(words, font, right - left):
        y += font.size + 8
        canvas.text((left, y - 8), line, font, color)
    return y


def letter(canvas: Canvas, x: float, y: float, band: Mutu) -> None:
    """Draws a band's letter on its colour, centred on a point."""
    canvas.box(x - CHIP / 2, y - CHIP / 2, CHIP, CHIP, BANDS[band].fill)
    canvas.text((x, y + 8), band.value, LETTER, BANDS[band].ink, "middle")


def letter_sign(band: Mutu) -> Sign:
    """Returns the sign of a band for a legend."""
    return lambda canvas, x, y: letter(canvas, x, y, band)


def whisker(canvas: Canvas, low: float, high: float, y: float) -> None:
    """Draws an interval with bars at both ends, edged in white to be seen on any colour."""
    for color, edge in ((PAPER, 2), (INK, 0)):
        thin, tall = 1.5 + edge, 8 + edge
        left, right = (low - thin, low + thin), (high - thin, high + thin)
        upper = [(left[0], -tall), (left[1], -tall), (left[1], -thin)]
        upper += [(right[0], -thin), (right[0], -tall), (right[1], -tall)]
        lower = [(x, -rise) for x, rise in reversed(upper)]
        canvas.shape([(x, y + rise) for x, rise in upper + lower], color)


def legend(canvas: Canvas, y: float, entries: Iterable[tuple[Sign, str]]) -> float:
    """Writes signs and their explanations side by side as far as they fit; returns the y below."""
    x = float(WIDTH)
    for sign, words in entries:
        width = 48 + canvas.width(words, SMALL)
        if x + width > WIDTH - MARGIN:
            x, y = MARGIN, y + 38
        sign(canvas, x + 18, y - 8)
        for number, line in enumerate(canvas.wrapped(words, SMALL, INNER - 44)):
            y += 30 if number else 0
            canvas.text((x + 44, y), line, SMALL, SOFT)
        x += width + 24
    return y
