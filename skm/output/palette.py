"""The colours of pictures and documents, and what is written on them.

Ink and grey are those of the web pages. Each band differs from the others in lightness or in blue
against orange, the pair that stays apart with every common colour blindness, and stands out from
paper by at least 3:1 (WCAG 2.2, 1.4.11). Its `ink`, in which its letter is written on it, has
4.5:1 (1.4.3). A colour is never the only sign: the letter or the figure stands beside it.
"""

from dataclasses import dataclass
from typing import Final

from skm.ikm import Mutu

PAPER: Final = "#ffffff"
INK: Final = "#14262c"
SOFT: Final = "#4a5d64"  # words that matter less
LINE: Final = "#c3ced2"
SHADE: Final = "#e9eef0"
RIBBON: Final = "#bfd5df"
REACHED: Final = "#3d6570"  # a plain amount, which has no band


@dataclass(frozen=True)
class Paint:
    """A surface and what can be read on it."""

    fill: str
    ink: str


BANDS: Final = {
    Mutu.A: Paint("#0b4f8a", PAPER),
    Mutu.B: Paint("#4a96cc", INK),
    Mutu.C: Paint("#d07a00", INK),
    Mutu.D: Paint("#8f1d2c", PAPER),
}
