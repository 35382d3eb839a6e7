"""Reads generated forms and counts what was read right, asked, and wrong without a question."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from skm.vision.read import SeenForm, forms_in
from tests.paper.camera import ordinary, photo, rough
from tests.paper.filled import BUILT_WITH, HELD_OUT, STYLES, Filled, Hands, filled
from tests.skm.survey.test_instrument import SKM9

ODD = 0.06  # share of items without a mark, with two, faint, corrected, or with a stray dot
SIZES = {BUILT_WITH: (1280, 1280, 1280, 3264), HELD_OUT: (1100, 1280, 1600, 4000)}


@dataclass(frozen=True)
class Case:
    """`number`: the seed, from which everything else follows. `longer`: pixels of the photo's
    longer side, 0 for one of SIZES.
    """

    number: int
    hands: Hands = BUILT_WITH
    odd: float = ODD
    longer: int = 0

    @property
    def style(self) -> str:
        return [*STYLES][self.number % len(STYLES)]

    @property
    def is_ordinary(self) -> bool:
        return self.number // len(STYLES) % 2 == 0

    def made(self) -> tuple[Filled, bytes]:
        """The form and its photo."""
        rng = np.random.default_rng([self.number, self.hands is HELD_OUT])
        form = filled(rng, self.style, odd=self.odd, hands=self.hands)
        conditions = ordinary if self.is_ordinary else rough
        how = conditions(rng, longer=self.longer or int(rng.choice(SIZES[self.hands])))
        return form, photo(form.page, how, rng)


@dataclass
class Score:
    """Counts over many forms. `wrong`: one text for each silent error."""

    forms: int = 0
    unread: int = 0
    boxes: int = 0
    clear: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, case: Case, form: Filled, content: bytes) -> None:
        self.forms += 1
        [seen] = forms_in(content, SKM9)
        if not isinstance(seen, SeenForm):
            self.unread += 1
            return
        self.boxes += len(seen.measures.boxes)
        usual_asked = 0
        for item, reading in seen.reading.items():
            if reading.question:
                self.asked[reading.question] += 1
                usual_asked += item not in form.odd
            elif reading.option != form.answers[item]:
                self.wrong.append(f"{case}: {item} {reading}, really {form.answers[item]}")
        self.clear += not usual_asked


def scored(cases: Iterable[Case]) -> Iterator[tuple[Case, Score]]:
    """Each case with its own score."""
    for case in cases:
        score = Score()
        score.add(case, *case.made())
        yield case, score


def total(scores: Iterable[Score]) -> Score:
    whole = Score()
    for one in scores:
        whole = replace(
            whole,
            forms=whole.forms + one.forms,
            unread=whole.unread + one.unread,
            boxes=whole.boxes + one.boxes,
            clear=whole.clear + one.clear,
            asked=whole.asked + one.asked,
            wrong=whole.wrong + one.wrong,
        )
    return whole
