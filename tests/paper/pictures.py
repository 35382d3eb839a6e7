"""Pictures of paper forms for docs/: `python -m tests.paper.pictures docs`."""

import sys
from pathlib import Path

import cv2
import numpy as np

from skm.paper.layout import HEIGHT
from skm.vision.crop import item_crop
from skm.vision.read import SeenForm, forms_in
from tests.paper import pens
from tests.paper.camera import Conditions, photo
from tests.paper.filled import LAYOUT, blank
from tests.paper.pens import DOTS, Page, Pen
from tests.skm.survey.test_instrument import SKM9

PIXELS = 5  # of a millimetre


def marked() -> Page:
    """A form with crosses; U4 has two."""
    page = blank(0, "id").copy()
    pen = Pen(page, np.random.default_rng(5), width=0.55, dark=0.85, shake=0.08)
    for at, item in enumerate(LAYOUT.questions):
        pens.cross(pen, LAYOUT.of(item)[2 + at % 2].rect)
    for item, option in (("gender", 0), ("age", 2), ("education", 2), ("occupation", 4)):
        pens.cross(pen, LAYOUT.of(item)[option].rect)
    pens.cross(pen, LAYOUT.of("U4")[1].rect)
    return page


def main(folder: Path) -> None:
    page = marked()
    taken = photo(
        page, Conditions(longer=1280, tilt=14, turn=4, shadow=0.3), np.random.default_rng(2)
    )
    [seen] = forms_in(taken, SKM9)
    assert isinstance(seen, SeenForm)
    (folder / "paper_question.png").write_bytes(item_crop(seen, "U4"))
    scale = PIXELS / DOTS
    form = cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    shot = cv2.imdecode(np.frombuffer(taken, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert shot is not None
    high = round(HEIGHT * PIXELS)
    beside = cv2.resize(shot, (shot.shape[1] * high // shot.shape[0], high))
    both = np.concatenate([form, np.full((high, 20), 255, np.uint8), beside], axis=1)
    cv2.imwrite(str(folder / "paper_form.png"), both)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
