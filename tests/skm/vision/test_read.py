"""Pictures as they arrive, read as a whole."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
import zxingcpp

from skm.paper.form_code import FormCode
from skm.vision.read import PhotoProblem, SeenForm, UnreadPicture, forms_in
from tests.paper.camera import Conditions, photo
from tests.paper.filled import SERIAL, Filled, blank
from tests.paper.pens import DOTS, Page
from tests.skm.survey.test_instrument import SKM9

PLAIN = Conditions()


def shot(page: Page, how: Conditions = PLAIN) -> bytes:
    return photo(page, how, np.random.default_rng(1))


def as_png(picture: Page) -> bytes:
    return cv2.imencode(".png", picture)[1].tobytes()


def answers(seen: SeenForm | UnreadPicture) -> dict[str, str | None]:
    """What was read; a fold that lies over a box may make one item a question."""
    assert isinstance(seen, SeenForm)
    sure = {item: one.option for item, one in seen.reading.items() if not one.question}
    assert len(sure) >= len(seen.reading) - 1
    return sure


@pytest.mark.parametrize(
    "how",
    [
        PLAIN,
        Conditions(turn=90),
        Conditions(turn=197, tilt=25),
        Conditions(tilt=25, blur=1.2, jpeg=40),
        Conditions(gain=0.3, noise=6, shadow=0.5),
        Conditions(copied=True),
        Conditions(crease=0.7),
        Conditions(longer=3264, tilt=10),
    ],
    ids=["plain", "turned", "far", "tilted", "dark", "copied", "creased", "full size"],
)
def test_a_photo_is_read_whatever_the_light_and_the_angle(form: Filled, how: Conditions) -> None:
    [seen] = forms_in(shot(form.page, how), SKM9)
    read = answers(seen)
    assert read == {item: form.answers[item] for item in read}
    assert isinstance(seen, SeenForm)
    assert seen.code == FormCode("PAJANG", SKM9.version.upper(), SERIAL)


def test_a_sheet_that_was_scanned_uncut_is_two_forms(form: Filled) -> None:
    sheet = np.concatenate([blank(0, "id"), blank(1, "id")], axis=1)
    left, right = forms_in(
        as_png(np.asarray(cv2.resize(sheet, None, fx=0.6, fy=0.6), np.uint8)), SKM9
    )
    for seen in (left, right):
        assert isinstance(seen, SeenForm)
        asked = {item for item, one in seen.reading.items() if one.question}
        assert asked == set(seen.layout.questions)


def test_a_form_without_one_corner_is_still_read(form: Filled) -> None:
    torn = form.page.copy()
    torn[-20 * DOTS :, -20 * DOTS :] = 90
    [seen] = forms_in(shot(torn), SKM9)
    assert isinstance(seen, SeenForm)
    sure = {item: one.option for item, one in seen.reading.items() if not one.question}
    assert sure == {item: form.answers[item] for item in sure}
    assert len(sure) > 10


def covered(page: Page) -> Page:
    """A hand over a part of the page, with questions 4 and 5."""
    hidden = page.copy()
    hidden[75 * DOTS : 105 * DOTS, 60 * DOTS :] = 120
    return hidden


def test_boxes_that_something_covers_are_asked_for(form: Filled) -> None:
    [seen] = forms_in(shot(covered(form.page)), SKM9)
    assert isinstance(seen, SeenForm)
    assert {"U4", "U5"} <= {item for item, one in seen.reading.items() if one.question}
    sure = {item: one.option for item, one in seen.reading.items() if not one.question}
    assert sure == {item: form.answers[item] for item in sure}


def without_two_corners(page: Page) -> Page:
    cut = page.copy()
    cut[-30 * DOTS :] = 128
    return cut


def without_its_code(page: Page) -> Page:
    torn = page.copy()
    torn[5 * DOTS : 31 * DOTS, 105 * DOTS : 131 * DOTS] = 255
    return torn


def two_beside_each_other(page: Page) -> Page:
    return np.concatenate([page, page], axis=1)


def a_poster(page: Page) -> Page:
    """A QR that leads to a web page."""
    code = zxingcpp.create_barcode("https://skm.example.id/PAJANG", zxingcpp.BarcodeFormat.QRCode)
    poster, qr = np.full_like(page, 250), np.array(code.to_image(scale=20))
    poster[600 : 600 + qr.shape[0], 500 : 500 + qr.shape[1]] = qr
    return poster


def a_desk(page: Page) -> Page:
    return np.full_like(page, 128)


@pytest.mark.parametrize(
    ("made", "problem"),
    [
        (without_two_corners, PhotoProblem.CUT_OFF),
        (without_its_code, PhotoProblem.NO_CODE),
        (two_beside_each_other, PhotoProblem.SEVERAL),
        (a_desk, PhotoProblem.NO_FORM),
        (a_poster, PhotoProblem.NO_FORM),
    ],
)
def test_a_picture_that_cannot_be_read_says_why(
    form: Filled, made: object, problem: PhotoProblem
) -> None:
    assert callable(made)
    assert list(forms_in(shot(made(form.page)), SKM9)) == [UnreadPicture(problem)]


def test_a_form_of_an_older_questionnaire_says_so(form: Filled) -> None:
    newer = replace(SKM9, version="skm9-99")
    [seen] = forms_in(shot(form.page), newer)
    assert seen == UnreadPicture(PhotoProblem.OTHER_INSTRUMENT)


def test_an_empty_page_of_a_scan_says_so(form: Filled) -> None:
    noise = np.random.default_rng(1).normal(245, 3, form.page.shape).astype(np.uint8)
    assert list(forms_in(as_png(noise), SKM9)) == [UnreadPicture(PhotoProblem.BLANK)]
