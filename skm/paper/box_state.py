"""What the measures of one box say: empty, marked, circled, taken back, or uncertain.

Ink is compared with that of the form's other boxes, most of which are empty, so that a blurred
photo or a coarse copy moves the thresholds with it. They are set on the generated forms of
tests/paper.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median, median_low, quantiles

from skm.paper.measures import BoxMeasure

EMPTY, MARKED = 0.018, 0.042  # ink inside of a box, above that of the form's empty boxes
NOISY_EMPTY, NOISY_MARKED = 4, 6.5  # the same, in standard deviations of the form's empty boxes
LIGHT = 0.3  # of the ink of the form's usual mark: what has less may be a fold of the paper
LIGHT_BLURRED = 0.5  # the same in a photo that does not show faint marks
BESIDE = 0.03  # at most, ink inside of an empty box above that of the others of its item
DOT = 0.3  # ink in the middle of an empty box, above that of its letter
SOLID = 0.6  # ink of a box that is black all over, if also SOLID_MORE above the form's usual answer
SOLID_MORE = 0.2
FILLS = 0.5  # ink of the usual answer of a person who fills boxes, and cannot take one back so
BLACK, BLACK_MORE = 0.85, 0.1  # ink of a filled box that may be taken back, above the usual answer
SATURATED = 0.97  # share of a box, from which on nothing tells a filled one from a blacked-out one
HAZE = 0.15  # ink of the usual box, above which most are marked or nothing can be told
SPILLED = 6  # sectors that have ink around a box that was blacked out
SECTOR = 0.07  # ink of a sector through which a line goes, above that of the form's empty boxes
STRAY_SECTORS, CIRCLE_SECTORS = 1, 8  # at most without, at least with a circle
PART_SECTORS, PART_QUARTERS = 4, 3  # at least where a circle is seen in part
TAIL_SECTORS = 5  # at most around a box with a mark inside that was not circled
SEEN = 0.45  # how well the frame of an empty box is seen
OPEN_EMPTY, OPEN_MOST = 0.014, 0.022  # ink of a box of a field that is left open, at most
OPEN_NOISY = 3  # the same, in standard deviations
SHOWS_FAINT = 0.91  # contrast of a photo in which a faint mark would be seen: no worn-out copy
BLURRED = 0.045  # ink that a blurred frame leaves in an empty box, where a faint mark is not seen


class BoxState(StrEnum):
    EMPTY = "empty"
    INSIDE = "inside"  # a cross, a tick, a filled box
    SOLID = "solid"  # much blacker than this form's other marks: taken back
    CIRCLED = "circled"
    PART_CIRCLED = "part circled"  # a mark, if the person circles
    BOTH = "both"  # a circle and a mark inside: taken back, if the person circles
    UNSURE = "unsure"


@dataclass(frozen=True)
class UsualBoxes:
    """What the empty boxes of one size measure, and a mark of the form.

    `spread`: the standard deviation of `inside` among empty boxes. `mark`: the ink of marks inside
    of boxes; `answer`: of the darkest box of an item, about 0 where the person circles.
    `shows_faint`: whether a faint mark would be seen in the photo.
    """

    inside: float
    spread: float
    letter: float
    sector: float
    mark: float
    answer: float
    shows_faint: bool

    @classmethod
    def of(
        cls, boxes: list[BoxMeasure], whole: list[list[BoxMeasure]], contrast: float
    ) -> "UsualBoxes":
        """Of the boxes of one size, and of all boxes of the form item by item."""
        if len(boxes) < 2:
            return cls(0, 0, 0, 0, 0, 0, shows_faint=False)
        lower, middle, _ = quantiles((box.inside for box in boxes), n=4)
        inside = [[box.inside - middle for box in item] for item in whole]
        marks = [ink for item in inside for ink in item if ink > MARKED]
        return cls(
            inside=middle,
            spread=(middle - lower) / 0.674,
            letter=median(box.letter for box in boxes),
            sector=median(ink for box in boxes for ink in box.ring),
            mark=median(marks) if marks else 0,
            answer=median(max(item) for item in inside),
            shows_faint=contrast >= SHOWS_FAINT and middle <= BLURRED,
        )

    def states(self, boxes: Mapping[str, BoxMeasure]) -> dict[str, BoxState]:
        """The states of an item's boxes, by option."""
        beside = median_low(box.inside for box in boxes.values())
        states = {one: self._state(box, beside) for one, box in boxes.items()}
        lasting = [boxes[one].inside for one in boxes if states[one] is BoxState.INSIDE]
        for one, state in states.items():
            if state is BoxState.SOLID and lasting:
                blacker = boxes[one].inside - max(lasting)
                states[one] = state if blacker > SOLID_MORE else BoxState.UNSURE
        return states

    def _state(self, box: BoxMeasure, beside: float) -> BoxState:
        """`beside`: the ink inside of the item's emptier boxes."""
        if self.inside > HAZE:
            return BoxState.UNSURE
        ink = box.inside - self.inside
        lines = [one - self.sector > SECTOR for one in box.ring]
        sectors = sum(lines)
        if self._is_black(box, ink, sectors):
            return BoxState.SOLID if self.answer < FILLS else BoxState.UNSURE
        if ink >= max(MARKED, NOISY_MARKED * self.spread):
            if sectors >= CIRCLE_SECTORS:
                return BoxState.BOTH
            light = LIGHT if self.shows_faint else LIGHT_BLURRED
            sure = sectors <= TAIL_SECTORS and ink >= light * max(self.mark, self.answer)
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

    def _is_black(self, box: BoxMeasure, ink: float, sectors: int) -> bool:
        """Whether a box may be blacked out, to take its mark back."""
        if self.answer >= FILLS and ink > max(BLACK, self.answer + BLACK_MORE):
            return True
        more = sectors >= SPILLED or ink > self.answer + SOLID_MORE
        return ink >= SOLID and (more or box.inside >= SATURATED)

    def are_surely_empty(self, boxes: Iterable[BoxMeasure]) -> bool:
        """Whether not even a faint mark is in one of these boxes."""
        least = min(max(OPEN_EMPTY, OPEN_NOISY * self.spread), OPEN_MOST)
        return self.shows_faint and all(box.inside - self.inside <= least for box in boxes)


def _quarters(lines: Sequence[bool]) -> int:
    """In how many quarters of the ring there is a line."""
    each = len(lines) // 4
    return sum(any(lines[at : at + each]) for at in range(0, len(lines), each))
