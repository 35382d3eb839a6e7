"""The sheet that charts are drawn on: pixels from the top left, down as far as a chart needs.

It stands on matplotlib's Agg renderer alone, without figure, axes or pyplot: those lay out ticks
and boxes that no chart here has, and cost more than all of the drawing. What takes the rest of the
time is text, so a text once drawn is kept as a stamp and set again by copying. A canvas is 720
pixels wide, shown on a phone at 360; nothing on it is written smaller than 22, there 11.

A canvas is for one thread at a time. The same drawing gives the same bytes.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path as File
from typing import TYPE_CHECKING, Final, Literal, NamedTuple
from unicodedata import category

from skm.output.palette import INK

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.font_manager import FontProperties
    from numpy.typing import NDArray

WIDTH: Final = 720
TALLEST: Final = 4096
MARGIN: Final = 24
INNER: Final = WIDTH - 2 * MARGIN
STAMPS: Final = 256  # some 8 MiB
BOX: Final = "□"  # for a letter that the font does not have

Point = tuple[float, float]
Align = Literal["left", "middle", "right"]


class Font(NamedTuple):
    """DejaVu Sans, which comes with matplotlib: the same on every machine. `size` in pixels."""

    size: int
    bold: bool = False


class Stamp(NamedTuple):
    """A text as drawn, lowest row first. It starts `left` of where it is set and ends `below`."""

    pixels: "NDArray[np.uint8]"
    left: int
    below: int


class Canvas:
    """Kept and used again: `clear`, draw, `picture`. Coordinates in pixels, y downwards."""

    def __init__(self) -> None:
        import matplotlib
        import numpy as np
        from matplotlib.backends.backend_agg import RendererAgg
        from matplotlib.transforms import IdentityTransform

        self._fonts = File(matplotlib.get_data_path()) / "fonts" / "ttf"
        self._sheet = RendererAgg(WIDTH, TALLEST, dpi=72)  # at 72 a point is a pixel
        self._pixels = np.asarray(self._sheet.buffer_rgba())
        self._as_is = IdentityTransform()
        self._stamp = lru_cache(STAMPS)(self._draw_stamp)
        self._measured = lru_cache(STAMPS)(self._measure)
        self._letters = lru_cache(2)(self._read_letters)

    def clear(self) -> None:
        """Begin anew on white."""
        self._pixels[:] = 255

    def box(self, x: float, y: float, width: float, height: float, color: str) -> None:
        right, bottom = x + width, y + height
        self.shape([(x, y), (right, y), (right, bottom), (x, bottom)], color, sharp=True)

    def shape(self, corners: Iterable[Point], color: str, *, sharp: bool = False) -> None:
        """A filled polygon; `sharp` sets its edges on whole pixels."""
        self._path([*corners], color, fill=color, width=0, sharp=sharp)

    def line(
        self, points: Sequence[Point], color: str, width: float = 2, *, dashed: bool = False
    ) -> None:
        """Through at least two points."""
        self._path(points, color, width=width, dashed=dashed)

    def dot(self, centre: Point, radius: float, color: str, edge: str, width: float = 2) -> None:
        """A filled circle with an edge."""
        from matplotlib.colors import to_rgba
        from matplotlib.path import Path
        from matplotlib.transforms import Affine2D

        gc = self._sheet.new_gc()
        gc.set_foreground(edge)
        gc.set_linewidth(width)
        place = Affine2D().scale(radius).translate(centre[0], TALLEST - centre[1])
        self._sheet.draw_path(gc, Path.unit_circle(), place, to_rgba(color))

    def text(
        self, place: Point, words: str, font: Font, color: str = INK, align: Align = "left"
    ) -> None:
        """One line of text; `place` is the left, the middle or the right end of its baseline."""
        if not words:
            return
        stamp = self._stamp(words, font, color)
        shift = {"left": 0.0, "middle": 0.5, "right": 1.0}[align] * self.width(words, font)
        x, y = round(place[0] - shift) - stamp.left, round(place[1]) + stamp.below
        self._sheet.draw_image(self._sheet.new_gc(), x, TALLEST - y, stamp.pixels)

    def width(self, words: str, font: Font) -> float:
        """How wide a line of text is."""
        return self._measured(words, font)

    def wrapped(self, words: str, font: Font, width: float) -> list[str]:
        """The lines into which a text falls; a word too long for a line is broken."""
        lines: list[str] = []
        used = width
        for word in re.findall("[^ \n]+", words):  # a no-break space is no place to break
            more = self.width(f" {word}", font)
            if used + more <= width:
                lines[-1] += f" {word}"
                used += more
            else:
                lines += self._broken(word, font, width)
                used = self.width(lines[-1], font)
        return lines

    def picture(self, height: float) -> "NDArray[np.uint8]":
        """What was drawn down to that height: rows of red, green, blue and a fourth, unused."""
        if height > TALLEST:
            raise ValueError(f"A chart is at most {TALLEST} pixels high: give it fewer rows.")
        return self._pixels[: round(height)].copy()

    def _path(
        self,
        points: Sequence[Point],
        color: str,
        *,
        fill: str | None = None,
        width: float,
        dashed: bool = False,
        sharp: bool = False,
    ) -> None:
        from matplotlib.colors import to_rgba
        from matplotlib.path import Path

        gc = self._sheet.new_gc()
        gc.set_foreground(color)
        gc.set_linewidth(width)
        gc.set_snap(sharp)
        gc.set_dashes(0, [8, 6] if dashed else None)
        path = Path([(x, TALLEST - y) for x, y in points])
        self._sheet.draw_path(gc, path, self._as_is, to_rgba(fill) if fill else None)

    def _broken(self, word: str, font: Font, width: float) -> list[str]:
        pieces = [""]
        for letter in word:
            if self.width(pieces[-1] + letter, font) > width:
                pieces.append("")
            pieces[-1] += letter
        return pieces

    def _measure(self, words: str, font: Font) -> float:
        drawn, prop = self._drawn(words, font), self._prop(font)
        return float(self._sheet.get_text_width_height_descent(drawn, prop, False)[0])

    def _drawn(self, words: str, font: Font) -> str:
        """As the font can: a box for a letter it lacks, nothing for a sign that has no shape."""
        letters = self._letters(font.bold)
        return "".join(
            letter if ord(letter) in letters else "" if category(letter)[0] == "C" else BOX
            for letter in words
        )

    def _read_letters(self, bold: bool) -> frozenset[int]:
        from matplotlib.ft2font import FT2Font

        return frozenset(FT2Font(self._file(bold)).get_charmap())

    def _draw_stamp(self, words: str, font: Font, color: str) -> Stamp:
        import numpy as np
        from matplotlib.backends.backend_agg import RendererAgg

        edge, above, below = 4, round(1.2 * font.size), round(0.4 * font.size)
        scratch = RendererAgg(self.width(words, font) + 2 * edge, above + below, dpi=72)
        gc = scratch.new_gc()
        gc.set_foreground(color)
        scratch.draw_text(gc, edge, above, self._drawn(words, font), self._prop(font), 0)
        pixels = np.asarray(scratch.buffer_rgba())
        return Stamp(np.ascontiguousarray(pixels[::-1]), edge, below)

    def _prop(self, font: Font) -> "FontProperties":
        from matplotlib.font_manager import FontProperties

        return FontProperties(fname=self._file(font.bold), size=font.size)

    def _file(self, bold: bool) -> File:
        return self._fonts / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")
