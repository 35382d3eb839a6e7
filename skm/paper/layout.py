"""Where everything stands on a paper form, in millimetres from its top left corner.

The page that is printed and the reader that looks for boxes both use this, so they cannot differ.
Positions depend on the instrument's items and options only, never on the length of its words.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from skm.errors import SkmError
from skm.survey.instrument import NILAI, Field, Instrument

VERSION = 1  # of these positions; the QR of a form names it
WIDTH, HEIGHT = 148.0, 210.0  # A5
MOST_QUESTIONS = 9

QUESTION_BOX, QUESTION_RING = 5.0, 1.9
PROFILE_BOX, PROFILE_RING = 4.0, 1.2
FRAME = 0.35  # the line around a box
LEFT, RIGHT = 10.0, 140.0
QUESTIONS_TOP, QUESTION_PITCH = 33.5, 12.7
QUESTION_OPTION = (RIGHT - LEFT) / len(NILAI)
BOX_BELOW = 5.7  # from the top of a question to its boxes
PROFILE_PITCH, PROFILE_NAME, PROFILE_OPTION, SLOTS = 7.0, 17.0, 19.2, 6


@dataclass(frozen=True)
class Rect:
    x: float
    y: float
    width: float
    height: float

    @property
    def centre(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True)
class PaperBox:
    """A box to mark: the answer `option` to `item`, an item's or a profile field's id.

    `option`: a nilai as text, or an option of the field. `ring`: how far around the box nothing
    else is printed.
    """

    item: str
    option: str
    rect: Rect
    ring: float


MARK = 8.0
CORNERS = (
    Rect(6, 6, MARK, MARK),
    Rect(WIDTH - 6 - MARK, 6, MARK, MARK),
    Rect(WIDTH - 6 - MARK, HEIGHT - 6 - MARK, MARK, MARK),
    Rect(6, HEIGHT - 6 - MARK, MARK, MARK),
)
"""The marks for the camera: clockwise from the top left."""

QR = Rect(105.5, 6, 24, 24)  # still 22 mm when printed at 94 %
TITLE = Rect(17, 6, 85, 11.5)
SERIAL = Rect(17, 17.8, 85, 3)
HOW = Rect(17, 21.5, 85, 11)


@dataclass(frozen=True)
class Layout:
    """`questions`: of each item, where its words stand; `fields`: of each profile field."""

    boxes: tuple[PaperBox, ...]
    questions: dict[str, Rect]
    fields: dict[str, Rect]
    words: Rect

    def of(self, item: str) -> tuple[PaperBox, ...]:
        """The boxes of an item or field, in their order."""
        return tuple(box for box in self.boxes if box.item == item)

    def label(self, box: PaperBox) -> Rect:
        """Where the words beside a box stand: clear of its ring and of the next box's."""
        rect, gap = box.rect, box.ring + 0.4
        column = QUESTION_OPTION if box.item in self.questions else PROFILE_OPTION
        wide = column - rect.width - gap - box.ring
        return Rect(rect.x + rect.width + gap, rect.y - 0.8, wide, rect.height + 1.6)


def layout_of(instrument: Instrument) -> Layout:
    """The form of an instrument. Raises SkmError for one with more than nine questions."""
    if len(instrument.items) > MOST_QUESTIONS:
        raise SkmError(
            f"A paper form holds {MOST_QUESTIONS} questions: {instrument.version} has"
            f" {len(instrument.items)}. Choose another instrument for paper."
        )
    tops = [QUESTIONS_TOP + QUESTION_PITCH * at for at in range(len(instrument.items) + 1)]
    items = [item.id for item in instrument.items]
    questions = {
        item: Rect(8, top, 132, BOX_BELOW - QUESTION_RING)
        for item, top in zip(items, tops, strict=False)
    }
    boxes = [box for item, rect in questions.items() for box in _row(item, rect.y + BOX_BELOW)]
    fields, asked, bottom = _profile(instrument.profile, tops[-1] + 1)
    words = Rect(16, bottom + 1.5, WIDTH - 32, HEIGHT - 5 - bottom - 1.5)
    return Layout((*boxes, *asked), questions, fields, words)


def _row(item: str, top: float) -> Iterator[PaperBox]:
    for at, nilai in enumerate(NILAI):
        rect = Rect(LEFT + QUESTION_OPTION * at, top, QUESTION_BOX, QUESTION_BOX)
        yield PaperBox(item, str(nilai), rect, QUESTION_RING)


def _profile(
    fields: tuple[Field, ...], top: float
) -> tuple[dict[str, Rect], list[PaperBox], float]:
    """Fields row by row, each after its name; a short one takes the free end of an earlier row.

    Returns the places of the names, the boxes, and where the last row ends.
    """
    ends = list[float]()  # of each row, the x from which it is free
    names, boxes = dict[str, Rect](), list[PaperBox]()
    for field in fields:
        for part, options in enumerate(_parts(field)):
            wide = PROFILE_NAME + PROFILE_OPTION * len(options)
            fits = (at for at, end in enumerate(ends) if end + wide <= WIDTH - 6)
            row = len(ends) if part else next(fits, len(ends))
            if row == len(ends):
                ends.append(LEFT - 2)
            x, y = ends[row], top + PROFILE_PITCH * row
            if part == 0:
                names[field.id] = Rect(x, y, PROFILE_NAME - PROFILE_RING, PROFILE_PITCH)
            for at, option in enumerate(options):
                left = x + PROFILE_NAME + PROFILE_OPTION * at
                place = Rect(left, y + 1.5, PROFILE_BOX, PROFILE_BOX)
                boxes.append(PaperBox(field.id, option, place, PROFILE_RING))
            ends[row] += wide
    return names, boxes, top + PROFILE_PITCH * len(ends)


def _parts(field: Field) -> list[tuple[str, ...]]:
    """The options in rows of about equal length."""
    rows = -(-len(field.options) // SLOTS)
    each = -(-len(field.options) // rows)
    return [field.options[at : at + each] for at in range(0, len(field.options), each)]
