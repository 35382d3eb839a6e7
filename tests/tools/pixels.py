"""Counts and places of exact colours in a drawn picture."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from skm.output.charts.canvas import MARGIN
from skm.output.charts.draw import Chart, draw
from skm.output.charts.marks import CHIP

Pixels = NDArray[np.uint8]
"""Rows of red, green and blue, from the top left."""


def drawn(*charts: Chart) -> Pixels:
    return decoded(draw(*charts))


def decoded(png: bytes) -> Pixels:
    return np.asarray(Image.open(io.BytesIO(png)))


def bars(pixels: Pixels, color: str) -> int:
    """Returns how many bars of a colour start at the left margin; a band's letter is no bar."""
    starts = where(pixels[:, MARGIN : MARGIN + 2 * CHIP], color).all(axis=1)
    return int((np.diff(starts.astype(int), prepend=0) == 1).sum())


def where(pixels: Pixels, color: str) -> NDArray[np.bool_]:
    """Returns which pixels have exactly that colour, such as "#0b4f8a"."""
    wanted = [int(color[i : i + 2], 16) for i in (1, 3, 5)]
    return np.asarray((pixels == wanted).all(axis=2))


def amount(pixels: Pixels, color: str) -> int:
    return int(where(pixels, color).sum())


def longest_run(pixels: Pixels, color: str) -> int:
    """Returns how many pixels of a colour are in the row that has most of them."""
    return int(where(pixels, color).sum(axis=1).max())


def columns(pixels: Pixels, color: str) -> NDArray[np.intp]:
    """Returns the x of all columns in which a colour occurs."""
    return np.flatnonzero(where(pixels, color).any(axis=0))


def rows(pixels: Pixels, color: str) -> NDArray[np.intp]:
    """Returns the y of all rows in which a colour occurs."""
    return np.flatnonzero(where(pixels, color).any(axis=1))
