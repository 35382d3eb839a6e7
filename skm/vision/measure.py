"""Measures the ink in and around every box of a form that was laid flat."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from skm.paper.layout import FRAME, Layout, PaperBox
from skm.paper.measures import SECTORS, BoxMeasure, FormMeasures
from skm.vision.flatten import DOTS
from skm.vision.pictures import Gray

Ink = npt.NDArray[np.float32]
"""Of each pixel: 0 as bright as the paper around it, 1 black; noise goes below 0 as well."""
Weights = npt.NDArray[np.float32]

PAPER = 7.0  # mm: nothing that is drawn or printed in a box is larger
SEARCH = 1.3  # mm by which a box may lie beside its place
STRAY = 0.4  # mm by which a box may differ from what its neighbours say
EDGE = 0.55  # mm inside of a frame that its line may blur into
OUTSIDE = 0.45  # mm outside of it
DARK = 0.4  # ink of a pixel with writing on it
LETTER = (2.0, 2.6)  # mm of the middle, where the letter is


def ink_of(flat: Gray) -> Ink:
    """The ink, whatever the light: against the paper's own brightness around each place."""
    quarter = cv2.resize(flat, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    kernel = np.ones((_pixels(PAPER / 4) | 1,) * 2, np.uint8)
    paper = cv2.morphologyEx(cv2.medianBlur(quarter, 3), cv2.MORPH_CLOSE, kernel)
    paper = cv2.GaussianBlur(paper, (0, 0), 3)
    paper = cv2.resize(paper, (flat.shape[1], flat.shape[0]), interpolation=cv2.INTER_LINEAR)
    bright = flat.astype(np.float32) / np.maximum(paper.astype(np.float32), 1)
    ink = np.minimum(1 - bright, 1)
    return np.asarray(ink - np.median(ink[::4, ::4]), np.float32)


@dataclass(frozen=True)
class BoxPlace:
    """Where a box was found: its centre in pixels of the flat form, and how well its frame fits."""

    box: PaperBox
    x: float
    y: float
    fit: float


def measures_of(ink: Ink, layout: Layout, scale: float) -> tuple[FormMeasures, list[BoxPlace]]:
    """The measures of a form, and where its boxes are. `scale`: pixels a mm of the picture."""
    found = [_searched(ink, box) for box in layout.boxes]
    places = [*_smoothed(found)]
    contrast = max(float(np.median([_blackness(ink, one) for one in places])), 0.02)
    usual = max(float(np.median([one.fit for one in found])), 0.02)
    boxes = {
        (one.box.item, one.box.option): _box(
            ink / contrast, one, round(one.fit / usual, 2), one.box.item in layout.questions
        )
        for one in places
    }
    words = _written(ink / contrast, layout)
    return FormMeasures(boxes, round(contrast, 3), round(scale, 2), round(words, 4)), places


# --- where the boxes are -------------------------------------------------------------------------


def _searched(ink: Ink, box: PaperBox) -> BoxPlace:
    """Where near its place the frame of a box fits best."""
    template, reach = _frame(box.rect.width), _pixels(SEARCH)
    half = template.shape[0] // 2
    x, y = (round(value * DOTS) for value in box.rect.centre)
    size = half + reach
    part = ink[max(y - size, 0) : y + size + 1, max(x - size, 0) : x + size + 1]
    fits = cv2.matchTemplate(part, template, cv2.TM_CCORR)
    _, fit, _, (right, down) = cv2.minMaxLoc(fits)
    left, top = max(x - size, 0), max(y - size, 0)
    return BoxPlace(box, left + right + half, top + down + half, float(fit))


@cache
def _frame(side: float) -> Weights:
    """Weights whose sum with a black frame is about 1, and with even grey 0."""
    reach = side / 2 + 0.9
    away = _away(_pixels(reach), side)
    on = np.abs(away + FRAME / 2) <= FRAME / 2 + 0.1
    beside = ~on & (np.abs(away + FRAME / 2) <= 0.75)
    return np.asarray(on / on.sum() - beside / beside.sum(), np.float32)


def _away(half: int, side: float) -> Weights:
    """Of each pixel around a box: how many mm outside of its edge it is, negative inside."""
    one = np.abs(np.arange(-half, half + 1)) / DOTS - side / 2
    return np.asarray(np.maximum(one[:, None], one[None, :]), np.float32)


def _smoothed(found: list[BoxPlace]) -> Iterator[BoxPlace]:
    """The places, where those that were found badly or far off take what their neighbours say.

    Paper bends: the shift of the boxes is a smooth function of where they are on the page.
    """
    at = np.array([one.box.rect.centre for one in found]) * DOTS
    moved = np.array([(one.x, one.y) for one in found]) - at
    u, v = (at / at.max(axis=0) - 0.5).T
    basis = np.stack([np.ones_like(u), u, v, u * v, u * u, v * v], axis=1)
    fits = np.array([one.fit for one in found])
    good = fits > 0.5 * np.median(fits)
    smooth = np.zeros_like(moved)
    for _ in range(4):
        if good.sum() < 12:
            break
        smooth = basis @ np.linalg.lstsq(basis[good], moved[good], rcond=None)[0]
        good &= np.abs(moved - smooth).max(axis=1) < STRAY * DOTS
    for one, shift, centre, trusted in zip(found, smooth, at, good, strict=True):
        x, y = centre + shift
        yield one if trusted else BoxPlace(one.box, float(x), float(y), 0.0)


# --- how much ink they have ----------------------------------------------------------------------


def _blackness(ink: Ink, place: BoxPlace) -> float:
    """How dark the print of a frame is, however blurred: its ink over the width of its line."""
    side = place.box.rect.width
    away = _away(_pixels(side / 2 + 0.7), side)
    strip = np.abs(away + FRAME / 2) <= 0.7
    part = _cut(ink, place, strip.shape[0])
    return float(part[strip].sum()) / (4 * (side - FRAME) * FRAME * DOTS**2)


def _box(ink: Ink, place: BoxPlace, frame: float, lettered: bool) -> BoxMeasure:
    """The measures of a box. `ink`: 1 is as black as the print."""
    inside, letter, ring = _regions(place.box.rect.width, place.box.ring, lettered)
    part = np.minimum(_cut(ink, place, inside.shape[0]), 1)

    def mean(weights: Weights) -> float:
        return round(float((part * weights).sum()), 3)

    return BoxMeasure(mean(inside), mean(letter), tuple(mean(one) for one in ring), frame)


def _written(ink: Ink, layout: Layout) -> float:
    """The share of the box for words that has ink, below its heading."""
    box = layout.words
    top, bottom = _pixels(box.y + 4.5), _pixels(box.y + box.height - 1.5)
    part = ink[top:bottom, _pixels(box.x + 1.5) : _pixels(box.x + box.width - 1.5)]
    return float((part > DARK).mean())


def _cut(ink: Ink, place: BoxPlace, size: int) -> Ink:
    return np.asarray(cv2.getRectSubPix(ink, (size, size), (place.x, place.y)), np.float32)


@cache
def _regions(side: float, ring: float, lettered: bool) -> tuple[Weights, Weights, list[Weights]]:
    """Weights of the inside, the letter and each sector around a box; each sums to 1."""
    half = _pixels(side / 2 + ring)
    away = _away(half, side)
    y, x = np.mgrid[-half : half + 1, -half : half + 1] / DOTS
    middle = (np.abs(x) <= LETTER[0] / 2) & (np.abs(y) <= LETTER[1] / 2)
    within = away <= -EDGE
    around = (away >= OUTSIDE) & (away <= ring)
    sector = np.floor((np.arctan2(y, x) / (2 * np.pi) % 1) * SECTORS).astype(int)
    inside = within & ~middle if lettered else within
    return (
        _even(inside),
        _even(middle),
        [_even(around & (sector == number)) for number in range(SECTORS)],
    )


def _even(region: npt.NDArray[np.bool_]) -> Weights:
    return np.asarray(region / region.sum(), np.float32)


def _pixels(millimetres: float) -> int:
    return round(millimetres * DOTS)
