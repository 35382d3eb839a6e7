"""Who answered beside who was served."""

from decimal import Decimal

import numpy as np
import pytest

from skm.figures.ikm import Tally, ikm
from skm.quality.representation import Representation, weighted_to
from skm.survey.unsur import Unsur
from tests.tools.populations import POPULATIONS, People, tally


def all_of(nilai: int, n: int) -> Tally:
    return Tally.of([{unsur: [nilai] for unsur in Unsur}] * n)


def test_groups_count_as_they_were_served() -> None:
    """Thirty women say 4 and ten men 2, where as many men as women were served."""
    answered = {"female": all_of(4, 30), "male": all_of(2, 10)}
    assert str(ikm(answered["female"] + answered["male"])) == "87.50"
    assert weighted_to({"female": 500, "male": 500}, answered) == Decimal("75.00")


def test_with_the_shares_of_the_respondents_it_is_the_index_itself() -> None:
    rng = np.random.default_rng(2)
    groups: dict[str, People] = {
        str(at): POPULATIONS["ordinary"].draw(rng, 20 + at) for at in range(4)
    }
    answered = {name: tally(people) for name, people in groups.items()}
    served = {name: 10 * len(people) for name, people in groups.items()}
    assert weighted_to(served, answered) == ikm(sum(answered.values(), Tally.empty()))


@pytest.mark.parametrize("few", [0, 1, 9])
def test_a_group_of_users_with_few_respondents_allows_no_weighting(few: int) -> None:
    answered = {"female": all_of(4, 30), "male": all_of(2, few)}
    assert weighted_to({"female": 500, "male": 500}, answered) is None
    assert weighted_to({"female": 500, "male": 0}, answered) == Decimal("100.00")
    assert weighted_to({}, answered) is None


def test_weighting_undoes_that_one_group_answers_more_often() -> None:
    """Content people answer thrice as often as others; of the users both are half."""
    rng, found, plain = np.random.default_rng(6), [], []
    content, others = POPULATIONS["90 % content"], POPULATIONS["ordinary"]
    true = (content.ikm + others.ikm) / 2
    for _ in range(50):
        answered = {"a": tally(content.draw(rng, 150)), "b": tally(others.draw(rng, 50))}
        found.append(float(weighted_to({"a": 400, "b": 400}, answered) or 0))
        plain.append(float(ikm(answered["a"] + answered["b"]) or 0))
    assert abs(np.mean(found) - true) < 0.5
    assert np.mean(plain) - true > 2


@pytest.mark.parametrize(
    ("served", "rate", "exceeded"),
    [(400, "12.5", False), (50, "100.0", False), (49, None, True), (None, None, False)],
)
def test_the_response_rate_needs_to_know_who_was_served(
    served: int | None, rate: str | None, exceeded: bool
) -> None:
    found = Representation(served)
    assert found.response_rate(50) == (rate and Decimal(rate))
    assert found.is_exceeded_by(50) is exceeded
