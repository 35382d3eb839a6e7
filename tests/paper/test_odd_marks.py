"""Marks that a person could read in two ways: each is asked about, none is guessed."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from skm.paper.decide import ItemReading
from skm.paper.layout import Rect
from skm.vision.read import SeenForm, forms_in
from tests.paper import pens
from tests.paper.camera import Conditions, photo
from tests.paper.filled import LAYOUT, blank
from tests.paper.pens import DOTS, Page, Pen
from tests.skm.survey.test_instrument import SKM9

ITEM = "U4"
A, B, C, D = (box.rect for box in LAYOUT.of(ITEM))
Draw = Callable[[Pen], None]


def crossed(*skipped: str, dark: float = 0.85) -> Pen:
    """A pen over a form whose third boxes are crossed, but for the items that are skipped."""
    pen = Pen(blank(0, "id").copy(), np.random.default_rng(3), 0.5, dark, shake=0.05)
    for item in LAYOUT.questions:
        if item not in skipped:
            pens.cross(pen, LAYOUT.of(item)[2].rect)
    return pen


def read(page: Page, how: Conditions | None = None) -> dict[str, ItemReading]:
    [seen] = forms_in(photo(page, how or Conditions(), np.random.default_rng(1)), SKM9)
    assert isinstance(seen, SeenForm)
    return seen.reading


def line(x: float, y: float, x2: float, y2: float) -> Draw:
    return lambda pen: pen.stroke([(x, y), (x2, y2)])


def cross_at(x: float, y: float) -> Draw:
    return lambda pen: pens.cross(pen, Rect(x, y, A.width, A.height))


def faint_cross(pen: Pen) -> None:
    pen.dark = 0.13
    pens.cross(pen, B)


@pytest.mark.parametrize(
    "draw",
    [
        cross_at((A.x + B.x) / 2, A.y),
        cross_at(B.x + 10, B.y),
        cross_at(B.x, B.y + 4),
        cross_at(B.x, B.y + 6.35),
        line(B.x + 8, B.y + 3, B.x + 25, B.y + 3),
        faint_cross,
        lambda pen: pens.black_out(pen, B),
    ],
    ids=[
        "between two boxes",
        "on the words",
        "half below the box",
        "between two questions",
        "words underlined",
        "a faint pencil",
        "a blacked-out box only",
    ],
)
def test_a_mark_that_is_in_no_box_for_certain_is_asked(draw: Draw) -> None:
    pen = crossed(ITEM)
    draw(pen)
    reading = read(pen.page)
    assert reading[ITEM].question
    assert reading["U3"].option == "3"


def struck_through(pen: Pen) -> None:
    pens.cross(pen, A)
    for at in (2.5, 3.5):
        pen.stroke([(A.x - 1, A.y + at), (A.x + 6, A.y + at)])


@pytest.mark.parametrize(
    "draw",
    [
        struck_through,
        lambda pen: pens.crossed_through(pen, A),
        lambda pen: pens.circle(pen, C),
        lambda pen: pens.tick(pen, D),
        line(A.x - 1, A.y + 2.5, D.x + 6, D.y + 2.8),
    ],
    ids=["struck through", "circled and crossed", "the cross circled", "a tick too", "row struck"],
)
def test_a_second_mark_beside_the_cross_is_asked(draw: Draw) -> None:
    pen = crossed()
    draw(pen)
    assert read(pen.page)[ITEM].question


def test_what_was_blacked_out_as_the_form_says_does_not_count() -> None:
    pen = crossed()
    pens.cross(pen, A)
    pens.black_out(pen, A)
    assert read(pen.page)[ITEM] == ItemReading("3", None, ("1", "3"))


def test_a_signature_across_the_form_makes_what_it_touches_a_question() -> None:
    pen = crossed()
    pen.stroke([(20 + 4 * at, 90 + (12 if at % 2 else -6)) for at in range(22)])
    reading = read(pen.page)
    assert {item for item, one in reading.items() if one.question} == {"U5"}
    assert {reading[item].option for item in LAYOUT.questions} == {"3", None}


@pytest.mark.parametrize("dark", [0.1, 0.2])
def test_ink_that_shows_through_from_the_back_is_no_answer(dark: float) -> None:
    """Crosses of the other side, blurred, under the second boxes."""
    back = Pen(np.full_like(blank(0, "id"), 255), np.random.default_rng(9), 0.6, 0.85, shake=0.05)
    for item in LAYOUT.questions:
        pens.cross(back, LAYOUT.of(item)[1].rect)
    through = 1 - cv2.GaussianBlur(back.page, (0, 0), 0.5 * DOTS).astype(np.float32) / 255
    reading = read((crossed(ITEM).page * (1 - dark * through)).astype(np.uint8))
    assert reading[ITEM].question
    assert {reading[item].option for item in LAYOUT.questions} <= {"3", None}


@pytest.mark.parametrize("at", [B, C], ids=["over an empty box", "over the mark"])
def test_a_box_under_glare_is_asked(at: Rect) -> None:
    page = crossed().page
    y, x = np.mgrid[0 : page.shape[0], 0 : page.shape[1]] / DOTS
    far = np.hypot(x - at.centre[0], y - at.centre[1])
    glare = 1 / (1 + np.exp(np.clip((far - 5) / 0.4, -30, 30)))
    assert read((page + (255 - page) * glare).astype(np.uint8))[ITEM].question


@pytest.mark.parametrize("dark", [0.1, 0.15])
def test_a_form_in_faint_pencil_is_asked_and_not_guessed(dark: float) -> None:
    reading = read(crossed(dark=dark).page)
    assert all(reading[item].question or reading[item].option == "3" for item in LAYOUT.questions)


def test_a_form_on_which_every_box_is_marked_has_no_answer() -> None:
    pen = crossed()
    for box in LAYOUT.boxes:
        pens.cross(pen, box.rect)
    assert {one.option for one in read(pen.page).values()} == {None}


def test_a_copy_at_94_percent_is_read() -> None:
    reading = read(crossed().page, Conditions(copied=True))
    assert {reading[item].option for item in LAYOUT.questions} == {"3"}
