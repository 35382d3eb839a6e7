"""Reads generated forms and counts what was read right, asked, and wrong without a question."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from skm.paper.decide import reading_of
from tests.paper.filled import LAYOUT
from tests.paper.measured import Measured


@dataclass
class Score:
    """Counts over many forms. `wrong`: one text for each silent error."""

    forms: int = 0
    unread: int = 0
    boxes: int = 0
    clear: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, form: Measured) -> "Score":
        """The score of one form."""
        score = cls(forms=1)
        if form.measures is None:
            score.unread = 1
            return score
        score.boxes = len(form.measures.boxes)
        usual_asked = 0
        for item, reading in reading_of(form.measures, LAYOUT).items():
            if reading.question:
                score.asked[reading.question] += 1
                usual_asked += item not in form.odd
            elif reading.option != form.answers[item]:
                is_odd = "odd" if item in form.odd else "usual"
                score.wrong.append(
                    f"{form.case}: {item} ({is_odd}) {reading}, really {form.answers[item]}"
                )
        score.clear = int(not usual_asked)
        return score


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
