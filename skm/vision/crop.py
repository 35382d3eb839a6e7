"""Cuts the part of a form that a person is asked about, with its reading drawn on it."""

from collections.abc import Sequence

import cv2
import numpy as np

from skm.paper.layout import HEIGHT, WIDTH, Rect
from skm.vision.flatten import DOTS
from skm.vision.measure import BoxPlace, Ink
from skm.vision.read import SeenForm

ASKED, READ = (0, 120, 255), (60, 160, 0)  # blue, green, red: orange and green
Color = tuple[int, int, int]
MARGIN = 3.0  # mm around the boxes
ENLARGED = 1.3


def item_crop(form: SeenForm, item: str) -> bytes:
    """The question with its boxes as a PNG. The answer that was read is framed in green, or while
    it is uncertain every mark in orange.
    """
    reading = form.reading[item]
    framed = reading.marked if reading.question else (reading.option,)
    color = ASKED if reading.question else READ
    wanted = [one for one in form.places if one.box.item == item and one.box.option in framed]
    return _png(form, _around(form, item), wanted, color)


def words_crop(form: SeenForm) -> bytes:
    """The box for words as a PNG."""
    return _png(form, form.layout.words, [], READ)


def _around(form: SeenForm, item: str) -> Rect:
    boxes = [box.rect for box in form.layout.of(item)]
    named = form.layout.questions.get(item) or form.layout.fields[item]
    top = min(named.y, min(box.y for box in boxes)) - MARGIN / 2
    bottom = max(box.y + box.height for box in boxes) + MARGIN
    return Rect(4, top, WIDTH - 8, min(bottom, HEIGHT) - top)


def _png(form: SeenForm, part: Rect, framed: Sequence[BoxPlace], color: Color) -> bytes:
    size = round(part.width * DOTS * ENLARGED), round(part.height * DOTS * ENLARGED)
    bright = np.clip(255 * (1 - _cut(form.ink, part)), 0, 255).astype(np.uint8)
    picture = cv2.cvtColor(bright, cv2.COLOR_GRAY2BGR)
    picture = cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC)
    for place in framed:
        half = (place.box.rect.width / 2 + place.box.ring) * DOTS
        corners = np.array([(place.x - half, place.y - half), (place.x + half, place.y + half)])
        first, last = np.round((corners - (part.x * DOTS, part.y * DOTS)) * ENLARGED).astype(int)
        cv2.rectangle(picture, first.tolist(), last.tolist(), color, 3)
    done, png = cv2.imencode(".png", picture, [cv2.IMWRITE_PNG_COMPRESSION, 7])
    if not done:
        raise ValueError("the crop has no pixels")
    return png.tobytes()


def _cut(ink: Ink, part: Rect) -> Ink:
    x, y = round(part.x * DOTS), round(part.y * DOTS)
    return ink[y : y + round(part.height * DOTS), x : x + round(part.width * DOTS)]
