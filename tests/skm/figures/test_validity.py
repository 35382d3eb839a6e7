"""Validity and reliability against a textbook in another library, and the figures beside U4."""

import statistics
from collections.abc import Mapping, Sequence
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from skm.figures.ikm import Tally
from skm.figures.validity import Moments, Validity, gratis, ikm_without_u4
from skm.figures.validity import validity as of_moments
from skm.survey.unsur import Unsur
from tests.tools.tallies import tally_of

ITEMS = ["U1", "U2", "U3"]


def validity(said: Sequence[Mapping[str, int]]) -> Validity | None:
    """The validity from respondents added one by one."""
    each = [Moments.of(answers) for answers in said]
    return of_moments(sum(each[1:], each[0]) if each else None)


def answers(*columns: list[int]) -> list[dict[str, int]]:
    return [dict(zip(ITEMS, row, strict=True)) for row in zip(*columns, strict=True)]


@pytest.mark.parametrize(
    ("n", "critical"),
    [(30, "0.361"), (32, "0.349"), (40, "0.312"), (52, "0.273"), (102, "0.195"), (1002, "0.062")],
)
def test_the_critical_r_is_that_of_the_printed_table(n: int, critical: str) -> None:
    found = validity([{"U1": 1, "U2": 2}] * n)
    assert found is not None
    assert (found.n, found.critical) == (n, Decimal(critical))


def test_with_fewer_than_thirty_respondents_there_is_no_validity() -> None:
    assert validity([{"U1": 1, "U2": 2}] * 29) is None
    assert validity([]) is None


def test_items_with_equal_answers_are_valid_and_reliable() -> None:
    said = [1, 2, 3, 4, 4] * 6
    found = validity(answers(said, said, said))
    assert found is not None
    assert found.item_total == dict.fromkeys(ITEMS, Decimal("1.000"))
    assert found.valid == dict.fromkeys(ITEMS, True)
    assert (found.alpha, found.reliable) == (Decimal("1.000"), True)


def test_an_item_that_contradicts_the_others_is_invalid_and_makes_the_scale_unreliable() -> None:
    said = [1, 2, 3, 4, 4] * 6
    found = validity(answers(said, said, [5 - nilai for nilai in said]))
    assert found is not None
    assert found.item_total == {"U1": None, "U2": None, "U3": Decimal("-1.000")}
    assert found.valid == {"U1": None, "U2": None, "U3": False}
    assert (found.alpha, found.reliable) == (Decimal("-3.000"), False)


def test_an_item_that_all_answer_alike_has_no_r() -> None:
    said = [3, 4, 3, 4, 3] * 6
    found = validity(answers(said, said, [4] * 30))
    assert found is not None
    assert found.item_total["U3"] is None
    assert found.valid == {"U1": True, "U2": True, "U3": None}


def test_if_all_respondents_agree_there_is_no_alpha() -> None:
    found = validity(answers([3] * 30, [4] * 30, [3] * 30))
    assert found is not None
    assert set(found.item_total.values()) == {None}
    assert (found.alpha, found.reliable) == (None, None)


def test_one_item_has_no_alpha() -> None:
    found = validity([{"U1": nilai} for nilai in [3, 4] * 15])
    assert found is not None
    assert (found.item_total, found.alpha) == ({"U1": None}, None)


@given(st.lists(st.lists(st.integers(1, 4), min_size=9, max_size=9), min_size=30, max_size=60))
def test_the_figures_are_those_of_the_textbook(rows: list[list[int]]) -> None:
    found = validity([dict(zip(Unsur, row, strict=True)) for row in rows])
    assert found is not None
    matrix = np.array(rows, float)
    totals = matrix.sum(axis=1)
    if totals.std() == 0:
        assert found.alpha is None
        return
    own = matrix.var(axis=0, ddof=1).sum()
    alpha = 9 / 8 * (1 - own / totals.var(ddof=1))
    assert float(found.alpha or 0) == pytest.approx(alpha, abs=0.00051)
    for unsur, column in zip(Unsur, matrix.T, strict=True):
        r = found.item_total[unsur]
        if column.std() == 0:
            assert r is None
        else:
            rest = totals - column
            if rest.std() == 0:
                assert r is None
                continue
            expected = statistics.correlation(column.tolist(), rest.tolist())
            assert float(r or 0) == pytest.approx(expected, abs=0.00051)


def test_respondents_with_equal_answers_can_be_added_at_once() -> None:
    one, other = {"U1": 3, "U2": 4}, {"U1": 2, "U2": 1}
    by_one = Moments.of(one) + Moments.of(other) + Moments.of(one) + Moments.of(one)
    assert Moments.of(one, 3) + Moments.of(other) == by_one


def test_items_of_noise_are_seldom_valid() -> None:
    """Nine unrelated items in 50 surveys of 100: with the item in the sum 93 % would be valid."""
    rng, valid = np.random.default_rng(9), 0
    for _ in range(50):
        rows = rng.integers(1, 5, (100, 9)).tolist()
        found = validity([dict(zip(Unsur, row, strict=True)) for row in rows])
        assert found is not None
        valid += sum(bool(each) for each in found.valid.values())
    assert valid / 450 <= 0.05


def test_the_interval_of_alpha_is_feldts() -> None:
    said = [1, 2, 3, 4, 4] * 6
    found = validity(answers(said, said, said[1:] + said[:1]))
    assert found is not None
    assert found.alpha is not None
    assert found.alpha_interval is not None
    for bound, p in zip(found.alpha_interval, (0.975, 0.025), strict=True):
        expected = 1 - (1 - float(found.alpha)) * float(stats.f.ppf(p, 29, 58))
        assert float(bound) == pytest.approx(expected, abs=0.002)


# --- U4 ------------------------------------------------------------------------------------------


def test_a_free_service_has_a_higher_index_than_its_other_eight_unsur() -> None:
    tally = tally_of(*[[3, 3, 3, 4, 3, 3, 3, 3, 3]] * 3, [3, 3, 3, 2, 3, 3, 3, 3, 3])
    assert ikm_without_u4(tally) == Decimal("75.00")
    assert gratis(tally) == Decimal("75.00")


@pytest.mark.parametrize("u4", [1, 2, 3, 4])
def test_answers_to_u4_do_not_change_the_index_without_it(u4: int) -> None:
    assert ikm_without_u4(tally_of([4, 4, 4, u4, 3, 3, 3, 3, 3])) == Decimal("84.38")
    assert gratis(tally_of([4, 4, 4, u4, 3, 3, 3, 3, 3])) == (100 if u4 == 4 else 0)


def test_the_share_of_gratis_is_in_percent() -> None:
    assert gratis(tally_of([3] * 9, [4] * 9, [3] * 9)) == Decimal("33.33")


def test_without_responses_there_are_no_side_figures() -> None:
    assert ikm_without_u4(Tally.empty()) is None
    assert gratis(Tally.empty()) is None
