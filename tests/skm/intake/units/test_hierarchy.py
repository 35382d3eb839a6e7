"""Which row is above which, from its number."""

import pytest

from skm.intake.units.hierarchy import by_numbers


@pytest.mark.parametrize(
    ("numbers", "above"),
    [
        (["1", "1.1", "1.1.1", "2"], [None, 0, 1, None]),
        (["1-02", "1-02-01", "1-02-02"], None),
        (["A", "1", "B", "1"], [None, 0, None, 2]),
        (["1", "2", "3"], None),
        (["1.1", "1.2"], None),
        (["A", "B"], None),
        (["1", "A"], None),
        ([], None),
        (["", ""], None),
    ],
)
def test_parents_follow_from_numbers_only_where_they_are_clear(
    numbers: list[str], above: list[int | None] | None
) -> None:
    assert by_numbers(numbers) == above
