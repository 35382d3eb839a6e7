"""A sample of the generated forms: `make bench ARGS=paper` reads three thousand."""

import pytest

from tests.paper.accuracy import Score, total
from tests.paper.cases import Case
from tests.paper.filled import BUILT_WITH, HELD_OUT, STYLES, Hands
from tests.paper.measured import measured


@pytest.mark.parametrize("hands", [BUILT_WITH, HELD_OUT], ids=["built with", "held out"])
def test_no_answer_is_read_wrong_without_a_question(hands: Hands) -> None:
    cases = [Case(number, hands, odd=0.15, longer=1280) for number in range(8)]
    score = total(Score.of(measured(case)) for case in cases)
    assert score.wrong == []
    assert score.forms == 8
    assert score.unread <= 1
    assert score.asked.total() > 5


@pytest.mark.parametrize("style", [style for style in STYLES if style != "circle"])
def test_a_form_that_is_marked_as_usual_needs_no_question(style: str) -> None:
    first = [*STYLES].index(style)
    cases = [Case(first + 8 * at, odd=0, longer=1280) for at in range(3)]
    assert {case.style for case in cases} == {style}
    score = total(Score.of(measured(case)) for case in cases)
    assert (score.clear, score.asked.total(), score.wrong) == (3, 0, [])
