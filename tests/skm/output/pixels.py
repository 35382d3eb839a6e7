"""What can be seen in a picture."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from skm.output.charts import Chart, draw

Pixels = NDArray[np.uint8]
"""Rows of red, green and blue, from the top left."""


def drawn(*charts: Chart) -> Pixels:
    return np.asarray(Image.open(io.BytesIO(draw(*charts))))


def where(pixels: Pixels, color: str) -> NDArray[np.bool_]:
    """Which pixels have exactly that colour."""
    wanted = [int(color[i : i + 2], 16) for i in (1, 3, 5)]
    return np.asarray((pixels == wanted).all(axis=2))


def amount(pixels: Pixels, color: str) -> int:
    return int(where(pixels, color).sum())


def longest_run(pixels: Pixels, color: str) -> int:
    """How many pixels of a colour stand in the row that has most of them."""
    return int(where(pixels, color).sum(axis=1).max())


def columns(pixels: Pixels, color: str) -> NDArray[np.intp]:
    """The x of all columns in which a colour occurs."""
    return np.flatnonzero(where(pixels, color).any(axis=0))


def rows(pixels: Pixels, color: str) -> NDArray[np.intp]:
    """The y of all rows in which a colour occurs."""
    return np.flatnonzero(where(pixels, color).any(axis=1))
