"""What the measures of a form say."""

from dataclasses import replace

import pytest

from skm.paper.decide import Question, reading_of
from skm.paper.layout import layout_of
from skm.paper.measures import SECTORS, BoxMeasure, FormMeasures
from tests.skm.survey.test_instrument import SKM9

LAYOUT = layout_of(SKM9)
NO_LINE = (0.0,) * SECTORS
CIRCLE = (0.3,) * SECTORS
EMPTY = BoxMeasure(0.0, 0.08, NO_LINE, 1.0)
CROSS = BoxMeasure(0.25, 0.4, NO_LINE, 0.9)
BLACK = BoxMeasure(0.97, 0.97, CIRCLE, 0.2)
CIRCLED = replace(EMPTY, ring=CIRCLE)
CROSSED_CIRCLE = replace(CROSS, ring=CIRCLE)
HALF_CIRCLE = replace(EMPTY, ring=(0.3,) * 5 + (0.0,) * 7)
FAINT = replace(EMPTY, inside=0.03)
DOT = replace(EMPTY, letter=0.5)
COVERED = replace(EMPTY, frame=0.1)


def read(mark: BoxMeasure, **first: BoxMeasure) -> tuple[str | None, Question | None]:
    """The reading of U1, whose boxes are `first` ({"a": CROSS}); all other items have `mark`."""
    boxes = {(box.item, box.option): EMPTY for box in LAYOUT.boxes}
    boxes |= {(item, "2"): mark for item in LAYOUT.questions if item != "U1"}
    boxes |= {("U1", str("abcd".index(letter) + 1)): box for letter, box in first.items()}
    reading = reading_of(FormMeasures(boxes, 0.98, 6), LAYOUT)["U1"]
    return reading.option, reading.question


@pytest.mark.parametrize("mark", [CROSS, CIRCLED], ids=["cross", "circle"])
def test_one_mark_and_nothing_else_is_an_answer(mark: BoxMeasure) -> None:
    assert read(mark, c=mark) == ("3", None)


@pytest.mark.parametrize(
    ("boxes", "question"),
    [
        ({}, Question.NONE),
        ({"a": CROSS, "b": CROSS}, Question.SEVERAL),
        ({"a": CROSS, "b": CIRCLED}, Question.SEVERAL),
        ({"a": FAINT}, Question.UNSURE),
        ({"a": CROSS, "b": FAINT}, Question.UNSURE),
        ({"a": CROSS, "b": DOT}, Question.UNSURE),
        ({"a": CROSS, "b": COVERED}, Question.UNSURE),
        ({"a": HALF_CIRCLE}, Question.UNSURE),
        ({"a": BLACK}, Question.TAKEN_BACK),
        ({"a": BLACK, "b": BLACK}, Question.TAKEN_BACK),
        ({"a": BLACK, "b": CIRCLED}, Question.SEVERAL),
    ],
)
def test_what_is_not_certain_is_asked(boxes: dict[str, BoxMeasure], question: Question) -> None:
    assert read(CROSS, **boxes) == (None, question)


def test_a_box_that_was_blacked_out_does_not_count() -> None:
    assert read(CROSS, a=BLACK, d=CROSS) == ("4", None)


def test_a_circle_that_was_crossed_through_does_not_count_where_people_circle() -> None:
    assert read(CIRCLED, a=CROSSED_CIRCLE, d=CIRCLED) == ("4", None)
    assert read(CIRCLED, a=CROSSED_CIRCLE) == (None, Question.TAKEN_BACK)
    assert read(CROSS, a=CROSSED_CIRCLE, d=CROSS) == (None, Question.SEVERAL)


def test_part_of_a_circle_is_enough_where_people_circle() -> None:
    wide = replace(EMPTY, ring=(0.3, 0, 0, 0.3, 0, 0, 0.3, 0, 0.3, 0, 0, 0))
    assert read(CIRCLED, a=wide) == ("1", None)
    assert read(CROSS, a=wide) == (None, Question.UNSURE)


def test_a_fold_through_a_box_is_no_mark() -> None:
    """It is much lighter than what this person marks."""
    filled, fold = BoxMeasure(0.6, 0.6, NO_LINE, 0.8), BoxMeasure(0.08, 0.08, NO_LINE, 1.0)
    assert read(filled, b=fold) == (None, Question.UNSURE)
    assert read(filled, a=filled, b=fold) == (None, Question.UNSURE)


def test_boxes_that_are_filled_are_no_corrections() -> None:
    filled = BoxMeasure(0.9, 0.9, NO_LINE, 0.7)
    assert read(filled, b=filled) == ("2", None)


def test_a_filled_box_that_may_be_blacked_out_is_asked() -> None:
    """Who fills boxes cannot take one back by filling it: another mark beside it is no answer."""
    filled = BoxMeasure(0.75, 0.8, NO_LINE, 0.8)
    darker = BoxMeasure(0.97, 0.97, NO_LINE, 0.8)
    assert read(filled, b=darker) == (None, Question.UNSURE)
    assert read(filled, b=BLACK) == (None, Question.UNSURE)
    assert read(filled, a=filled, b=BLACK) == (None, Question.UNSURE)


def test_a_box_that_is_black_all_over_is_asked_also_where_most_are_nearly_black() -> None:
    """A hard photocopy makes filled and blacked-out boxes alike."""
    dense, black = BoxMeasure(0.9, 0.9, NO_LINE, 1.0), BoxMeasure(1.0, 1.0, NO_LINE, 1.0)
    assert read(dense, b=dense) == ("2", None)
    assert read(dense, b=black) == (None, Question.UNSURE)


def test_a_box_that_is_blacked_out_is_no_answer_of_a_person_who_circles() -> None:
    black = BoxMeasure(0.9, 0.9, NO_LINE, 0.9)
    assert read(CIRCLED, a=black) == (None, Question.TAKEN_BACK)
    assert read(CIRCLED, a=black, c=CIRCLED) == ("3", None)


def test_a_thick_cross_is_not_taken_for_a_blacked_out_box_beside_another() -> None:
    thick, thicker = replace(CROSS, inside=0.58), replace(CROSS, inside=0.62)
    assert read(replace(CROSS, inside=0.4), a=thick, b=thicker) == (None, Question.UNSURE)


def test_a_light_mark_in_a_blurred_photo_is_asked() -> None:
    """It may be a fold of the paper."""

    def blurred(box: BoxMeasure) -> BoxMeasure:
        return replace(box, inside=box.inside + 0.08)

    boxes = {(box.item, box.option): blurred(EMPTY) for box in LAYOUT.boxes}
    boxes |= {(item, "3"): blurred(CROSS) for item in LAYOUT.questions}
    boxes["age", "26"] = replace(EMPTY, inside=0.17)
    reading = reading_of(FormMeasures(boxes, 0.87, 6), LAYOUT)
    assert reading["age"].question is Question.UNSURE
    assert reading["U1"].option == "3"


def open_field(
    contrast: float = 0.98, empty: float = 0.0, age: float = 0.0
) -> tuple[str | None, Question | None]:
    """The reading of the field age, one of whose boxes has some ink; `empty`: of all others."""
    boxes = {(box.item, box.option): replace(EMPTY, inside=empty) for box in LAYOUT.boxes}
    boxes |= {(item, "3"): CROSS for item in LAYOUT.questions}
    boxes["gender", "female"] = CROSS
    boxes["age", "26"] = replace(EMPTY, inside=empty + age)
    reading = reading_of(FormMeasures(boxes, contrast, 6), LAYOUT)
    assert (reading["gender"].option, reading["gender"].question) == ("female", None)
    return reading["age"].option, reading["age"].question


def test_a_profile_field_may_be_left_open() -> None:
    assert open_field() == (None, None)


def test_an_open_field_is_asked_where_a_faint_mark_would_not_be_seen() -> None:
    assert open_field(contrast=0.8) == (None, Question.NONE)  # a worn-out copy
    assert open_field(empty=0.07) == (None, Question.NONE)  # a blurred photo
    assert open_field(age=0.016) == (None, Question.NONE)  # a trace of a pencil


def test_a_photo_that_makes_everything_darker_moves_the_thresholds() -> None:
    def haze(box: BoxMeasure) -> BoxMeasure:
        ring = tuple(ink + 0.1 for ink in box.ring)
        return replace(box, inside=box.inside + 0.1, ring=ring)

    boxes = {(box.item, box.option): haze(EMPTY) for box in LAYOUT.boxes}
    boxes |= {(item, "3"): haze(CROSS) for item in LAYOUT.questions}
    reading = reading_of(FormMeasures(boxes, 0.5, 5), LAYOUT)
    assert {reading[item].option for item in LAYOUT.questions} == {"3"}


def test_measures_are_kept_as_text_and_decide_the_same_again() -> None:
    boxes = {(box.item, box.option): EMPTY for box in LAYOUT.boxes}
    boxes["U4", "1"] = CROSS
    measures = FormMeasures(boxes, 0.98, 6)
    again = FormMeasures.from_json(measures.to_json())
    assert again == measures
    assert len(measures.to_json()) < 8000
    assert reading_of(again, LAYOUT) == reading_of(measures, LAYOUT)


def test_a_mark_that_is_faint_beside_its_neighbours_is_asked_also_in_a_noisy_photo() -> None:
    """The page as a whole varies more than this mark; the boxes of its own row do not."""
    boxes = {
        (box.item, box.option): replace(EMPTY, inside=0.018 * (at // 4 % 3))
        for at, box in enumerate(LAYOUT.boxes)
    }
    boxes |= {(item, "3"): CROSS for item in LAYOUT.questions}
    assert reading_of(FormMeasures(boxes, 0.98, 6), LAYOUT)["U1"].option == "3"
    boxes["U1", "2"] = replace(EMPTY, inside=0.04)
    reading = reading_of(FormMeasures(boxes, 0.98, 6), LAYOUT)["U1"]
    assert reading.question is Question.UNSURE
