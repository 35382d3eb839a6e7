"""Colours: words can be read on them, bands can be told apart, also by the colour-blind."""

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from skm.ikm import Mutu
from skm.output import bars, funnel, heatmap, marks, trend
from skm.output.canvas import Font
from skm.output.palette import BANDS, INK, LINE, PAPER, REACHED, SHADE, SOFT

Linear = NDArray[np.float64]

# Machado, Oliveira & Fernandes 2009, severity 1.0; on linear light.
SIGHT = {
    "usual": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def light(color: str) -> Linear:
    """sRGB as linear light."""
    channels = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """WCAG 2: 1 to 21."""
    darker, lighter = sorted(float(light(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


def lab(linear: Linear) -> Linear:
    """CIE 1976 L*a*b*, D65: a distance of some 2 is just seen, of 20 at a glance."""
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.array(to_xyz) @ np.clip(linear, 0, 1) / [0.9505, 1.0, 1.089]
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("sight", SIGHT)
def test_any_two_bands_can_be_told_apart_at_a_glance(sight: str) -> None:
    seen = {band: lab(np.array(SIGHT[sight]) @ light(BANDS[band].fill)) for band in Mutu}
    for one, other in combinations(Mutu, 2):
        assert np.linalg.norm(seen[one] - seen[other]) > 25, (one, other)


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        *((INK, ground) for ground in (PAPER, SHADE)),
        (SOFT, PAPER),
        *((paint.ink, paint.fill) for paint in BANDS.values()),
    ],
)
def test_words_have_a_contrast_of_at_least_4_5(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= 4.5


@pytest.mark.parametrize("color", [REACHED, SOFT, *(paint.fill for paint in BANDS.values())])
def test_bars_and_marks_stand_out_from_the_paper(color: str) -> None:
    assert contrast(color, PAPER) >= 3


def test_lines_are_fainter_than_anything_that_says_something() -> None:
    assert contrast(LINE, PAPER) < 2


def test_nothing_is_written_smaller_than_11_pixels_on_a_phone() -> None:
    """A chart is 720 pixels wide and a small phone 360."""
    values = [
        value for file in (marks, bars, funnel, heatmap, trend) for value in vars(file).values()
    ]
    fonts = [value for value in values if isinstance(value, Font)]
    assert len(fonts) > 5
    assert min(font.size for font in fonts) >= 2 * 11
