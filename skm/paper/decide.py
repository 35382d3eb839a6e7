"""From measures to answers: what is certain, and what a person has to be asked.

Nothing is guessed. An item is clear if one of its boxes is surely marked and all others are surely
empty; everything else is asked. Ink is compared with that of the form's other boxes, most of which
are empty, so that a blurred photo or a coarse copy moves the thresholds with it. They are set on
the generated forms of tests/paper.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median, median_low, quantiles

from skm.paper.layout import Layout
from skm.paper.measures import BoxMeasure, FormMeasures

EMPTY, MARKED = 0.022, 0.042  # ink inside of a box, above that of the form's empty boxes
NOISY_EMPTY, NOISY_MARKED = 4, 6.5  # the same, in standard deviations of the form's empty boxes
LIGHT = 0.25  # of the ink of the form's usual mark: what has less may be a fold of the paper
BESIDE = 0.03  # at most, ink inside of an empty box above that of the others of its item
DOT = 0.3  # ink in the middle of an empty box, above that of its letter
SOLID = 0.6  # ink of a box that is black all over, if also SOLID_MORE above the form's usual mark
SOLID_MORE = 0.2
FILLS = 0.5  # ink of the usual mark of a person who fills boxes, and cannot take one back so
BLACK, BLACK_MORE = 0.93, 0.1  # ink of a filled box that may be taken back, above the usual mark
SPILLED = 6  # sectors that have ink around a box that was blacked out
SECTOR = 0.07  # ink of a sector through which a line goes, above that of the form's empty boxes
STRAY_SECTORS, CIRCLE_SECTORS = 1, 8  # at most without, at least with a circle
PART_SECTORS, PART_QUARTERS = 4, 3  # at least where a circle is seen in part
TAIL_SECTORS = 5  # at most around a box with a mark inside that was not circled
SEEN = 0.45  # how well the frame of an empty box is seen
WORDS = 0.004  # share of the box for words that has ink: a word of five letters
OF_A_HABIT = 0.6  # the share of a form's marks that are of the usual kind


class BoxState(StrEnum):
    EMPTY = "empty"
    INSIDE = "inside"  # a cross, a tick, a filled box
    SOLID = "solid"  # much blacker than this form's other marks: taken back
    CIRCLED = "circled"
    PART_CIRCLED = "part circled"  # a mark, if the person circles
    BOTH = "both"  # a circle and a mark inside: taken back, if the person circles
    UNSURE = "unsure"


class Question(StrEnum):
    """Why a person is asked about an item."""

    NONE = "none"  # no mark
    SEVERAL = "several"  # marks in more than one box
    UNSURE = "unsure"  # a mark that is faint, partly covered, or could be either
    TAKEN_BACK = "taken_back"  # a mark that seems to be taken back, and no other


@dataclass(frozen=True)
class ItemReading:
    """`option`: the answer, None if there is none or it is uncertain. `question`: why it is asked,
    None if it is certain. `marked`: the options whose boxes are not empty.
    """

    option: str | None
    question: Question | None = None
    marked: tuple[str, ...] = ()


def reading_of(measures: FormMeasures, layout: Layout) -> dict[str, ItemReading]:
    """What each item and profile field of a form says. A profile field may be left open."""
    states = dict[str, dict[str, BoxState]]()
    for items in (layout.questions, layout.fields):
        own = {item: [box.option for box in layout.of(item)] for item in items}
        kind = [measures.boxes[item, one] for item in own for one in own[item]]
        usual = _Usual.of(kind, list(measures.boxes.values()))
        for item, options in own.items():
            boxes = {one: measures.boxes[item, one] for one in options}
            empty = median_low(box.inside for box in boxes.values())
            states[item] = {one: usual.state(box, empty) for one, box in boxes.items()}
    habit = _habit(states.values())
    return {
        item: _item(own, habit, may_be_open=item in layout.fields) for item, own in states.items()
    }


@dataclass(frozen=True)
class _Usual:
    """What the empty boxes of one size measure, and a mark of the form.

    `spread`: the standard deviation of `inside` among empty boxes.
    """

    inside: float
    spread: float
    letter: float
    sector: float
    mark: float

    @classmethod
    def of(cls, boxes: list[BoxMeasure], whole: list[BoxMeasure]) -> "_Usual":
        """Of the boxes of one size, and of all boxes of the form."""
        if len(boxes) < 2:
            return cls(0, 0, 0, 0, 0)
        lower, middle, _ = quantiles((box.inside for box in boxes), n=4)
        marks = [box.inside - middle for box in whole if box.inside > middle + MARKED]
        return cls(
            inside=middle,
            spread=(middle - lower) / 0.674,
            letter=median(box.letter for box in boxes),
            sector=median(ink for box in boxes for ink in box.ring),
            mark=median(marks) if marks else 0,
        )

    def state(self, box: BoxMeasure, beside: float) -> BoxState:
        """`beside`: the ink inside of the item's emptier boxes."""
        ink = box.inside - self.inside
        lines = [one - self.sector > SECTOR for one in box.ring]
        sectors = sum(lines)
        if ink >= SOLID and (sectors >= SPILLED or ink > self.mark + SOLID_MORE):
            return BoxState.SOLID if self.mark < FILLS else BoxState.UNSURE
        if self.mark >= FILLS and ink > max(BLACK, self.mark + BLACK_MORE):
            return BoxState.UNSURE
        if ink >= max(MARKED, NOISY_MARKED * self.spread):
            if sectors >= CIRCLE_SECTORS:
                return BoxState.BOTH
            sure = sectors <= TAIL_SECTORS and ink >= LIGHT * self.mark
            return BoxState.INSIDE if sure else BoxState.UNSURE
        if sectors >= CIRCLE_SECTORS:
            return BoxState.CIRCLED
        if sectors >= PART_SECTORS and _quarters(lines) >= PART_QUARTERS:
            return BoxState.PART_CIRCLED
        clear = (
            ink <= max(EMPTY, NOISY_EMPTY * self.spread)
            and box.inside - beside <= BESIDE
            and box.letter - self.letter <= DOT
            and sectors <= STRAY_SECTORS
            and box.frame >= SEEN
        )
        return BoxState.EMPTY if clear else BoxState.UNSURE


def _quarters(lines: Sequence[bool]) -> int:
    """In how many quarters of the ring there is a line."""
    each = len(lines) // 4
    return sum(any(lines[at : at + each]) for at in range(0, len(lines), each))


def _habit(items: Iterable[Mapping[str, BoxState]]) -> BoxState | None:
    """How this person marks: the state of most single marks; None without a clear habit."""
    marks = [_marks(states, BoxState.CIRCLED) for states in items]
    singles = Counter(state for one in marks if len(one) == 1 for state in one.values())
    if not singles:
        return None
    [(state, count)] = singles.most_common(1)
    return state if count > OF_A_HABIT * singles.total() else None


def has_words(measures: FormMeasures) -> bool:
    """Whether anything is written in the box for words."""
    return measures.words > WORDS


def _marks(states: Mapping[str, BoxState], habit: BoxState | None) -> dict[str, BoxState]:
    """The boxes that are not empty. Part of a circle is a circle if the person circles."""
    part = BoxState.CIRCLED if habit is BoxState.CIRCLED else BoxState.UNSURE
    return {
        option: part if state is BoxState.PART_CIRCLED else state
        for option, state in states.items()
        if state is not BoxState.EMPTY
    }


def _item(
    states: Mapping[str, BoxState], habit: BoxState | None, *, may_be_open: bool
) -> ItemReading:
    marks = _marks(states, habit)
    marked = tuple(marks)
    if not marks:
        return ItemReading(None, None if may_be_open else Question.NONE)
    if BoxState.UNSURE in marks.values():
        return ItemReading(None, Question.UNSURE, marked)
    standing = {one: state for one, state in marks.items() if not _is_taken_back(state, habit)}
    if not standing:
        return ItemReading(None, Question.TAKEN_BACK, marked)
    if len(standing) > 1 or (len(marks) > 1 and habit not in standing.values()):
        return ItemReading(None, Question.SEVERAL, marked)
    [(option, state)] = standing.items()
    if state is BoxState.BOTH:
        return ItemReading(None, Question.UNSURE, marked)
    return ItemReading(option, None, marked)


def _is_taken_back(state: BoxState, habit: BoxState | None) -> bool:
    """Whether a mark is one that was blacked out, or a circle that was crossed through."""
    return state is BoxState.SOLID or (state is BoxState.BOTH and habit is BoxState.CIRCLED)
