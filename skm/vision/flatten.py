"""Finds the marks of paper forms in a picture, and lays each form flat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from skm.paper.layout import CORNERS, HEIGHT, WIDTH, Rect
from skm.paper.marks import SIDES, number_of, place_of
from skm.vision.pictures import Gray

DOTS = 8  # pixels of a millimetre of a form that is laid flat
SEEN_AT = 1600  # pixels of the longer side, in which marks are looked for first
NEEDED = 3  # marks of the four
TOLERANCE = 2.5  # mm by which a mark may lie beside its place, as on creased paper

Points = npt.NDArray[np.float64]
"""Rows of x, y."""


@dataclass(frozen=True)
class FoundForm:
    """A form in a picture. `to_picture`: the homography from millimetres of the form to pixels.

    `side`: of the printed sheet; `marks`: how many of its four were found.
    """

    side: int
    to_picture: Points
    marks: int

    def flat(self, picture: Gray, part: Rect | None = None, dots: float = DOTS) -> Gray:
        """The form, or a part of it, seen from above with so many pixels a millimetre."""
        part = part or Rect(0, 0, WIDTH, HEIGHT)
        to_mm = np.array([[1 / dots, 0, part.x], [0, 1 / dots, part.y], [0, 0, 1]])
        size = round(part.width * dots), round(part.height * dots)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        flat = cv2.warpPerspective(
            picture, self.to_picture @ to_mm, size, flags=flags, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(flat, np.uint8)

    @property
    def scale(self) -> float:
        """Pixels of the picture a millimetre, about the middle of the form."""
        [[a], [b]] = _mapped(self.to_picture, [[(WIDTH / 2, 100)], [(WIDTH / 2, 110)]])
        return float(np.hypot(*(a - b))) / 10


class SeveralForms(Exception):
    """The same mark twice: several cut forms in one picture."""


def find_forms(picture: Gray) -> list[FoundForm]:
    """The forms in the picture with at least three marks in their places, left of a sheet first.

    Raises SeveralForms.
    """
    seen = _marks(picture)
    forms = (_form(side, seen) for side in range(SIDES))
    return [form for form in forms if form is not None]


def _form(side: int, seen: Mapping[int, Points]) -> FoundForm | None:
    own = {corner: seen[number_of(side, corner)] for corner in range(4)}
    own = {corner: points for corner, points in own.items() if len(points)}
    if len(own) < NEEDED:
        return None
    in_mm = np.concatenate([_outline(CORNERS[corner]) for corner in own])
    in_pixels = np.concatenate(list(own.values()))
    to_picture, _ = cv2.findHomography(in_mm, in_pixels, 0)
    if to_picture is None:
        return None
    found = FoundForm(side, np.asarray(to_picture), len(own))
    [beside] = _mapped(np.asarray(np.linalg.inv(found.to_picture), np.float64), [in_pixels])
    return found if np.abs(beside - in_mm).max() < TOLERANCE else None


def _outline(rect: Rect) -> Points:
    x, y, right, bottom = rect.x, rect.y, rect.x + rect.width, rect.y + rect.height
    return np.array([(x, y), (right, y), (right, bottom), (x, bottom)], np.float64)


def _mapped(homography: Points, groups: Sequence[object]) -> list[Points]:
    return [
        cv2.perspectiveTransform(np.array([group], np.float64), homography)[0].astype(np.float64)
        for group in groups
    ]


@cache
def _detector() -> cv2.aruco.ArucoDetector:
    how = cv2.aruco.DetectorParameters()
    how.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    how.minMarkerPerimeterRate = 0.02
    how.adaptiveThreshWinSizeMax = 43
    how.errorCorrectionRate = 0.4
    return cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50), how)


def _marks(picture: Gray) -> dict[int, Points]:
    """By number, the corners of each mark in pixels; no points for one that was not found.

    Looked for in a smaller picture first, and in the whole one if a form is incomplete there.
    """
    best: dict[int, Points] = {}
    shrink = max(1.0, max(picture.shape) / SEEN_AT)
    for factor in sorted({shrink, max(1.0, shrink / 2)}, reverse=True):
        size = round(picture.shape[1] / factor), round(picture.shape[0] / factor)
        small = picture if factor == 1 else cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        seen = _seen_in(np.asarray(small, np.uint8), factor)
        best = seen if len(seen) > len(best) else best
        if best and len(best) % 4 == 0:
            break
    return {number: best.get(number, np.empty((0, 2))) for number in range(4 * SIDES)}


def _seen_in(picture: Gray, factor: float) -> dict[int, Points]:
    outlines, numbers, _ = _detector().detectMarkers(picture)
    seen: dict[int, Points] = {}
    for outline, number in zip(outlines, [] if numbers is None else numbers.ravel(), strict=True):
        if place_of(int(number)) is None:
            continue
        if int(number) in seen:
            raise SeveralForms
        seen[int(number)] = (np.asarray(outline, np.float64).reshape(4, 2) + 0.5) * factor - 0.5
    return seen
