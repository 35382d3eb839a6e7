"""Which forms are taken into a batch."""

from datetime import UTC, date, datetime

import numpy as np
import pytest

from bot.paper.reading import NotTaken, TakenForm, take_in
from skm.instansi.collector import Collector
from skm.paper.sheet import SARAN
from skm.store.database.database import Database
from skm.store.paper import batches
from skm.store.survey import collectors, upps
from tests.paper import pens
from tests.paper.camera import Conditions, photo
from tests.paper.filled import LAYOUT, blank
from tests.paper.pens import Pen
from tests.skm.survey.test_instrument import SKM9
from tests.tools.store_city import TREE, call

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)


@pytest.fixture
def picture() -> bytes:
    """A form of PAJANG with a cross everywhere but at U1, and a word in the box for words."""
    page = blank(0, "id").copy()
    pen = Pen(page, np.random.default_rng(3), width=0.5, dark=0.85, shake=0.05)
    for item in LAYOUT.questions:
        if item != "U1":
            pens.cross(pen, LAYOUT.of(item)[3].rect)
    for at in range(12):
        x, y = LAYOUT.words.x + 5 + 3 * at, LAYOUT.words.y + 9
        pen.stroke([(x, y), (x + 1, y + 3), (x + 2, y)])
    return photo(page, Conditions(), np.random.default_rng(1))


async def batch(db: Database) -> int:
    await db.write(call(upps.put, TREE))
    await db.write(call(collectors.add, Collector("PAJANG", "PAJANG"), NOW))
    return await db.write(call(batches.begin, None, date(2026, 11, 24), NOW))


async def test_a_form_is_taken_with_crops_of_what_is_asked(db: Database, picture: bytes) -> None:
    [taken] = await take_in(db, picture, SKM9, await batch(db), None, NOW)
    assert isinstance(taken, TakenForm)
    assert taken.sheet.id == 1
    assert taken.sheet.questions == ("U1",)
    assert taken.crops.keys() == {"U1", SARAN}
    assert all(png.startswith(b"\x89PNG") for png in taken.crops.values())


async def test_a_form_of_another_unit_is_not_taken(db: Database, picture: bytes) -> None:
    number = await batch(db)
    assert await take_in(db, picture, SKM9, number, {"MANAHAN"}, NOW) == [NotTaken("not_yours")]
    assert (await db.read(call(batches.get, number))).forms == 0


async def test_a_file_that_is_no_picture_is_not_taken(db: Database) -> None:
    assert await take_in(db, b"x", SKM9, await batch(db), None, NOW) == [NotTaken("no_picture")]
