"""The canvas that charts are drawn on, with matplotlib.

Coordinates are pixels from the top left, y downwards. A canvas is WIDTH pixels wide, which a phone
shows at half the size, so that text is never smaller than 11 of the phone's pixels. It grows
downwards as far as a chart needs. The same drawing gives the same bytes on every machine.

All marks of a chart are one artist, a PathCollection. Text is part of it as outlines, which are
kept: most texts are the same in every chart, and a Text artist takes 2 to 4 ms each time.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path as File
from typing import TYPE_CHECKING, Final, Literal, NamedTuple
from unicodedata import category

from skm.output.charts.palette import INK, PAPER

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties
    from matplotlib.path import Path
    from PIL.Image import Image

WIDTH: Final = 720
TALLEST: Final = 4096
MARGIN: Final = 24
INNER: Final = WIDTH - 2 * MARGIN
DPI: Final = 72  # so that a point is a pixel
FONTS: Final = File(__file__).parents[1] / "fonts"
KEPT: Final = 1024  # texts whose width and outlines are kept, about 10 MiB
BOX: Final = "□"  # instead of a letter that the font lacks
DASH: Final = 8
GAP: Final = 6

Point = tuple[float, float]
Align = Literal["left", "middle", "right"]
SHARES: Final = {"left": 0.0, "middle": 0.5, "right": 1.0}  # of a text that is left of its place


class Font(NamedTuple):
    """DejaVu Sans. `size` in pixels."""

    size: int
    bold: bool = False


class _Mark(NamedTuple):
    """Something drawn: its area has the colour `fill`, its outline the colour `edge`."""

    path: "Path"
    fill: str = "none"
    edge: str = "none"
    width: float = 0
    dashed: bool = False

    @property
    def style(self) -> tuple[float, tuple[float, float] | None]:
        """The dashes as matplotlib counts them, in widths of the line."""
        return 0, (DASH / self.width, GAP / self.width) if self.dashed else None


class Canvas:
    """An empty white page. Use it for one chart, in one thread."""

    def __init__(self) -> None:
        self._marks: list[_Mark] = []

    def box(self, x: float, y: float, width: float, height: float, color: str) -> None:
        """Draws a filled rectangle whose edges lie on whole pixels."""
        left, top, right, bottom = map(round, (x, y, x + width, y + height))
        self.shape([(left, top), (right, top), (right, bottom), (left, bottom)], color)

    def shape(self, corners: Iterable[Point], color: str) -> None:
        """Draws a filled polygon."""
        from matplotlib.path import Path

        self._marks.append(_Mark(Path([*corners]), color))

    def line(
        self, points: Sequence[Point], color: str, width: float = 2, *, dashed: bool = False
    ) -> None:
        """Draws a line through at least two points."""
        from matplotlib.path import Path

        self._marks.append(_Mark(Path(points), edge=color, width=width, dashed=dashed))

    def dot(self, centre: Point, radius: float, color: str, edge: str, width: float = 2) -> None:
        """Draws a filled circle; its edge lies half inside and half outside the radius."""
        from matplotlib.path import Path

        self._marks.append(_Mark(Path.circle(centre, radius), color, edge, width))

    def text(
        self, place: Point, words: str, font: Font, color: str = INK, align: Align = "left"
    ) -> None:
        """Writes one line of text; `place` is the left, middle or right end of its baseline."""
        from matplotlib.transforms import Affine2D

        x, y = round(place[0] - SHARES[align] * self.width(words, font)), round(place[1])
        written = Affine2D().translate(x, y).transform_path(_outlines(words, font))
        self._marks.append(_Mark(written, color))

    def width(self, words: str, font: Font) -> float:
        """Returns how wide a line of text is, in pixels."""
        return _width(words, font)

    def wrapped(self, words: str, font: Font, width: float) -> list[str]:
        """Returns the lines into which a text falls; a word longer than a line is broken."""
        lines: list[str] = []
        used = width
        for word in re.findall("[^ \n]+", words):  # a no-break space is no place to break
            more = self.width(" ", font) + self.width(word, font)
            if used + more <= width:
                lines[-1] += f" {word}"
                used += more
            else:
                lines += self._broken(word, font, width)
                used = self.width(lines[-1], font)
        return lines

    def picture(self, height: float) -> "Image":
        """Returns what was drawn down to `height`. Raises ValueError for more than TALLEST."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.collections import PathCollection
        from matplotlib.figure import Figure
        from matplotlib.transforms import Affine2D
        from PIL import Image

        if height > TALLEST:
            raise ValueError(f"A chart is at most {TALLEST} pixels high: give it fewer rows.")
        marks = PathCollection(
            [mark.path for mark in self._marks],
            facecolors=[mark.fill for mark in self._marks],
            edgecolors=[mark.edge for mark in self._marks],
            linewidths=[mark.width for mark in self._marks],
            linestyles=[mark.style for mark in self._marks],
            joinstyle="round",
            transform=Affine2D().scale(1, -1).translate(0, round(height)),
        )
        figure = Figure((WIDTH / DPI, round(height) / DPI), DPI, facecolor=PAPER)
        figure.add_artist(marks)
        page = FigureCanvasAgg(figure)
        page.draw()
        return Image.frombuffer("RGBA", page.get_width_height(), page.buffer_rgba()).convert("RGB")

    def _broken(self, word: str, font: Font, width: float) -> list[str]:
        pieces = [""]
        for letter in word:
            if self.width(pieces[-1] + letter, font) > width:
                pieces.append("")
            pieces[-1] += letter
        return pieces


@lru_cache(KEPT)
def _outlines(words: str, font: Font) -> "Path":
    """Returns the outlines of a line of text whose baseline begins at (0, 0)."""
    from matplotlib.path import Path
    from matplotlib.textpath import text_to_path
    from matplotlib.transforms import Affine2D

    points, codes = text_to_path.get_text_path(_properties(font), _drawable(words, font))
    size = font.size / text_to_path.FONT_SCALE
    return Affine2D().scale(size, -size).transform_path(Path(points, codes or None))


@lru_cache(KEPT)
def _width(words: str, font: Font) -> float:
    from matplotlib.textpath import text_to_path

    drawable = _drawable(words, font)
    return text_to_path.get_text_width_height_descent(drawable, _properties(font), False)[0]


def _drawable(words: str, font: Font) -> str:
    """Returns the text without characters that have no shape, such as a zero-width space, and with
    a box for each letter that the font lacks.
    """
    shaped = (letter for letter in words if category(letter)[0] != "C")
    return "".join(letter if ord(letter) in _letters(font.bold) else BOX for letter in shaped)


@cache
def _letters(bold: bool) -> frozenset[int]:
    from matplotlib.font_manager import get_font

    return frozenset(get_font(_file(bold)).get_charmap())


@cache
def _properties(font: Font) -> "FontProperties":
    from matplotlib.font_manager import FontProperties

    return FontProperties(fname=_file(font.bold), size=font.size)


def _file(bold: bool) -> File:
    return FONTS / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")
