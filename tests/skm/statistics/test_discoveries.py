"""Which of many results remain, against statsmodels."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from skm.statistics.discoveries import discoveries


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30, unique=True))
def test_the_results_are_those_of_statsmodels(p_values: list[float]) -> None:
    kept, *_ = multipletests(p_values, 0.05, method="fdr_bh")
    assert discoveries(dict(enumerate(p_values))) == {
        at for at, is_kept in enumerate(kept) if is_kept
    }


def test_a_single_result_is_tested_at_5_percent() -> None:
    assert discoveries({"one": 0.05}) == {"one"}
    assert discoveries({"one": 0.0501}) == set()
    assert discoveries({}) == set()


@pytest.mark.parametrize("units", [155])
def test_where_nothing_changed_hardly_ever_any_unit_is_named(units: int) -> None:
    dice = random.Random(units)
    named = [len(discoveries({at: dice.random() for at in range(units)})) for _ in range(400)]
    assert sum(found > 0 for found in named) / 400 <= 0.07
