"""Groups of fewer than five are withheld and cannot be derived by subtraction."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skm.privacy.small_groups import (
    K,
    WithheldReason,
    is_small,
    withheld_groups,
    withhold_counts,
)
from tests.tools.examples import examples


@pytest.mark.parametrize(("n", "may"), [(0, True), (1, False), (4, False), (5, True), (600, True)])
def test_one_to_four_people_are_a_small_group(n: int, may: bool) -> None:
    assert is_small(n) is not may


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
def test_a_second_group_is_withheld_with_a_small_one(
    groups: dict[str, int], hide: set[str]
) -> None:
    assert withheld_groups(groups) == hide


@given(st.dictionaries(st.integers(), st.integers(0, 60), max_size=8))
def test_no_small_group_follows_from_the_total_and_the_shown_groups(groups: dict[int, int]) -> None:
    hide = withheld_groups(groups)
    assert all(not is_small(n) for key, n in groups.items() if key not in hide)
    left = sum(groups[key] for key in hide)
    everything_hidden = all(key in hide or n == 0 for key, n in groups.items())
    assert not hide or (len(hide) > 1 and left >= K) or everything_hidden


@given(st.dictionaries(st.sampled_from("abcde"), st.integers(0, 13), min_size=2))
@examples(300)
def test_no_size_of_a_withheld_group_follows_from_the_others_and_the_labels(
    groups: dict[str, int],
) -> None:
    """Readers know the total, which groups are small, and that the smallest of the others were
    withheld with them.
    """
    counts = withhold_counts(groups)
    withheld = [key for key, n in counts.items() if isinstance(n, WithheldReason)]
    shown = [n for n in counts.values() if isinstance(n, int) and n]
    if shown and withheld:
        most = min(shown)
        ranges = [
            range(1, K) if counts[key] is WithheldReason.SMALL else range(K, most + 1)
            for key in withheld
        ]
        total = sum(groups[key] for key in withheld)
        possible = [sizes for sizes in product(*ranges) if sum(sizes) == total]
        assert tuple(groups[key] for key in withheld) in possible
        assert all(len(set(column)) > 1 for column in zip(*possible, strict=True))
