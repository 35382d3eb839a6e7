"""Groups of fewer than five are not shown, nor can they be had by subtraction."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skm.disclosure import K, hidden, shown


@pytest.mark.parametrize(("n", "may"), [(0, True), (1, False), (4, False), (5, True), (600, True)])
def test_a_group_of_one_to_four_is_not_shown(n: int, may: bool) -> None:
    assert shown(n) is may


@pytest.mark.parametrize(
    ("groups", "hide"),
    [
        ({"L": 20, "P": 30}, set()),
        ({"L": 3, "P": 30}, {"L", "P"}),
        ({"SD": 2, "SMP": 9, "SMA": 40}, {"SD", "SMP"}),
        ({"SD": 2, "SMP": 4, "SMA": 40}, {"SD", "SMP"}),
        ({"SD": 1, "SMP": 1, "SMA": 40}, {"SD", "SMP", "SMA"}),
        ({"SD": 0, "SMP": 7}, set()),
        ({}, set()),
    ],
)
def test_what_is_hidden_takes_a_second_group_with_it(
    groups: dict[str, int], hide: set[str]
) -> None:
    assert hidden(groups) == hide


@given(st.dictionaries(st.integers(), st.integers(0, 60), max_size=8))
def test_no_small_group_follows_from_the_total_and_what_is_shown(groups: dict[int, int]) -> None:
    hide = hidden(groups)
    assert all(shown(n) for key, n in groups.items() if key not in hide)
    left = sum(groups[key] for key in hide)
    everything_hidden = all(key in hide or n == 0 for key, n in groups.items())
    assert not hide or (len(hide) > 1 and left >= K) or everything_hidden
