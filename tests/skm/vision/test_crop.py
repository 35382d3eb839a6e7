"""The crops that a person is asked about."""

import io

import cv2
import numpy as np
from PIL import Image

from skm.paper.decide import has_words
from skm.vision.crop import item_crop, words_crop
from skm.vision.read import SeenForm, forms_in
from tests.paper.camera import Conditions, photo
from tests.paper.filled import Filled
from tests.paper.pens import DOTS, Page, Pen
from tests.skm.survey.test_instrument import SKM9


def seen(page: Page) -> SeenForm:
    [one] = forms_in(photo(page, Conditions(), np.random.default_rng(1)), SKM9)
    assert isinstance(one, SeenForm)
    return one


def colored(png: bytes) -> tuple[int, int]:
    """How many pixels are green and how many orange."""
    picture = np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)
    red, green, blue = np.moveaxis(picture, 2, 0)
    return int(((green > red + 60) & (green > blue + 60)).sum()), int((red > blue + 120).sum())


def test_an_answer_that_was_read_is_framed_in_green_and_a_doubt_in_orange(form: Filled) -> None:
    page = form.page.copy()
    sure = seen(page)
    green, orange = colored(item_crop(sure, "U3"))
    assert green > 300
    assert orange == 0
    for box in sure.layout.of("U3")[:2]:
        x, y = (round(value * DOTS) for value in box.rect.centre)
        cv2.line(page, (x - 20, y - 20), (x + 20, y + 20), 30, 6)
    green, orange = colored(item_crop(seen(page), "U3"))
    assert green == 0
    assert orange > 600


def test_writing_in_the_box_for_words_is_noticed_and_shown(form: Filled) -> None:
    assert not has_words(seen(form.page).measures)
    page = form.page.copy()
    words = seen(page).layout.words
    pen = Pen(page, np.random.default_rng(3), width=0.5, dark=0.8, shake=0.4)
    for at in range(10):
        x = words.x + 5 + 3 * at
        pen.stroke([(x, words.y + 8), (x + 1, words.y + 11), (x + 2, words.y + 8)])
    written = seen(page)
    assert has_words(written.measures)
    picture = np.asarray(Image.open(io.BytesIO(words_crop(written))).convert("L"))
    assert (picture < 100).mean() > 0.003
