"""The colours of charts, documents and workbooks.

Two bands (mutu) always differ in lightness or in blue against orange, which people with any common
colour blindness can tell apart. A band has a contrast of at least 3:1 to paper (WCAG 2.2, 1.4.11),
and its letter 4.5:1 to the band (1.4.3). A colour is never the only sign of a band: its letter or
the figure stands beside it. The web pages use the same ink and grey.
"""

from dataclasses import dataclass
from typing import Final

from skm.figures.ikm import Mutu

PAPER: Final = "#ffffff"
INK: Final = "#14262c"
SOFT: Final = "#4a5d64"  # secondary text
LINE: Final = "#c3ced2"
SHADE: Final = "#e9eef0"  # the background of headings and of empty bars
RIBBON: Final = "#bfd5df"  # the interval of a trend
REACHED: Final = "#3d6570"  # an amount that has no band
ACCENT: Final = "#0b4f8a"


@dataclass(frozen=True)
class Paint:
    """A background and the colour of text on it."""

    fill: str
    ink: str


BANDS: Final = {
    Mutu.A: Paint(ACCENT, PAPER),
    Mutu.B: Paint("#4a96cc", INK),
    Mutu.C: Paint("#d07a00", INK),
    Mutu.D: Paint("#8f1d2c", PAPER),
}
