"""Colours: text on them can be read, and colour-blind people can tell the bands apart."""

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.web import html
from skm.figures.ikm import Mutu
from skm.output.charts import bars, funnel, heatmap, marks, palette, trend
from skm.output.charts.canvas import Font
from skm.output.charts.palette import BANDS, INK, LINE, PAPER, REACHED, SHADE, SOFT

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
def test_text_has_a_contrast_of_at_least_4_5(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= 4.5


@pytest.mark.parametrize("color", [REACHED, SOFT, *(paint.fill for paint in BANDS.values())])
def test_bars_and_marks_have_a_contrast_of_at_least_3(color: str) -> None:
    assert contrast(color, PAPER) >= 3


def test_lines_are_fainter_than_anything_that_carries_information() -> None:
    assert contrast(LINE, PAPER) < 2


def test_nothing_is_written_smaller_than_11_pixels_on_a_phone() -> None:
    """A chart is 720 pixels wide and a small phone 360."""
    values = [
        value for file in (marks, bars, funnel, heatmap, trend) for value in vars(file).values()
    ]
    fonts = [value for value in values if isinstance(value, Font)]
    assert len(fonts) > 5
    assert min(font.size for font in fonts) >= 2 * 11


def test_the_web_pages_have_the_same_ink_and_grey() -> None:
    """A stylesheet holds literals, so they are compared."""
    css = (Path(html.__file__).parent / "static" / "skm.css").read_text("utf-8")
    light_theme = css.partition("}")[0]
    assert dict(re.findall(r"--(ink|soft): (#\w+)", light_theme)) == {"ink": INK, "soft": SOFT}


def test_no_other_file_of_the_documents_names_a_colour() -> None:
    output = Path(palette.__file__).parents[1]
    files = [path for path in output.rglob("*") if path.suffix in (".py", ".typ")]
    assert len(files) > 20
    colour = re.compile(r"#[0-9a-fA-F]{6}\b")
    assert [p.name for p in files if colour.search(p.read_text("utf-8"))] == ["palette.py"]
