"""Where everything stands on a paper form."""

from itertools import combinations
from pathlib import Path

import pytest

from skm.errors import SkmError
from skm.paper.layout import CORNERS, HEIGHT, HOW, QR, SERIAL, TITLE, WIDTH, Rect, layout_of
from skm.survey.instrument import Instrument
from tests.skm.survey.test_instrument import SKM9

LAYOUT = layout_of(SKM9)
RINGED = {
    f"{box.item} {box.option}": Rect(
        box.rect.x - box.ring,
        box.rect.y - box.ring,
        box.rect.width + 2 * box.ring,
        box.rect.height + 2 * box.ring,
    )
    for box in LAYOUT.boxes
}
PLACES = {
    **RINGED,
    **{f"mark {at}": corner for at, corner in enumerate(CORNERS)},
    **{f"question {item}": rect for item, rect in LAYOUT.questions.items()},
    **{f"field {field}": rect for field, rect in LAYOUT.fields.items()},
    **{"qr": QR, "title": TITLE, "serial": SERIAL, "how": HOW, "words": LAYOUT.words},
}


def overlap(one: Rect, other: Rect) -> bool:
    return (
        min(one.x + one.width, other.x + other.width) - max(one.x, other.x) > 1e-6
        and min(one.y + one.height, other.y + other.height) - max(one.y, other.y) > 1e-6
    )


def test_every_answer_of_the_instrument_has_its_box() -> None:
    wanted = [(item.id, str(nilai)) for item in SKM9.items for nilai in (1, 2, 3, 4)]
    wanted += [(field.id, option) for field in SKM9.profile for option in field.options]
    assert sorted((box.item, box.option) for box in LAYOUT.boxes) == sorted(wanted)


def test_no_two_places_overlap_and_all_are_on_the_page() -> None:
    clashes = [
        (one, other)
        for one, other in combinations(PLACES, 2)
        if overlap(PLACES[one], PLACES[other])
    ]
    assert clashes == []
    for name, rect in PLACES.items():
        assert 5 <= rect.x <= WIDTH - 3 - rect.width, name
        assert 5 <= rect.y <= HEIGHT - 5 - rect.height, name


def test_the_words_beside_a_box_stay_out_of_every_ring() -> None:
    for box in LAYOUT.boxes:
        label = LAYOUT.label(box)
        assert not [name for name, ring in RINGED.items() if overlap(label, ring)]
        assert label.width > 11


def test_the_qr_is_large_enough_for_a_photo_of_a_chat() -> None:
    assert QR.width >= 22


def test_an_instrument_that_is_too_long_for_the_page_is_refused() -> None:
    text = Path("skm/survey/instruments/skm16.toml").read_text(encoding="utf-8")
    with pytest.raises(SkmError, match="holds 9 questions"):
        layout_of(Instrument.parse(text))
