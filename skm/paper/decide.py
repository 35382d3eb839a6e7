"""From measures to answers: what is certain, and what a person has to be asked.

Nothing is guessed. An item is clear if one of its boxes is surely marked and all others are surely
empty; everything else is asked.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from skm.paper.box_state import BoxState, UsualBoxes
from skm.paper.layout import Layout
from skm.paper.measures import FormMeasures

WORDS = 0.004  # share of the box for words that has ink: a word of five letters
OF_A_HABIT = 0.6  # the share of a form's marks that are of the usual kind


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
    may_be_open = set[str]()
    every = [*layout.questions, *layout.fields]
    measured = {
        item: {box.option: measures.boxes[item, box.option] for box in layout.of(item)}
        for item in every
    }
    whole = [list(boxes.values()) for boxes in measured.values()]
    for items in (layout.questions, layout.fields):
        kind = [box for item in items for box in measured[item].values()]
        usual = UsualBoxes.of(kind, whole, measures.contrast)
        for item in items:
            states[item] = usual.states(measured[item])
            if item in layout.fields and usual.are_surely_empty(measured[item].values()):
                may_be_open.add(item)
    habit = _habit(states.values())
    return {item: _item(own, habit, item in may_be_open) for item, own in states.items()}


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


def _item(states: Mapping[str, BoxState], habit: BoxState | None, may_be_open: bool) -> ItemReading:
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
