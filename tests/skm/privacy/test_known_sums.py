"""Exactly those sums are refused with which a combination of few people follows."""

from collections.abc import Mapping
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from skm.privacy.known_sums import PRIME, KnownSums
from tests.tools.examples import examples

CELLS = "abcdef"
SUMS = st.lists(
    st.dictionaries(st.sampled_from(CELLS), st.sampled_from([1, 1, 1, -1, 2])), max_size=6
)
PEOPLE = st.fixed_dictionaries({cell: st.integers(0, 7) for cell in CELLS})


def rank(rows: list[list[int]]) -> int:
    """By elimination, in the plainest way."""
    rows, found = [list(row) for row in rows], 0
    for column in range(len(CELLS)):
        pivot = next((row for row in rows[found:] if row[column] % PRIME), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        inverse = pow(pivot[column], -1, PRIME)
        rows = [
            [(a - row[column] * inverse * b) % PRIME for a, b in zip(row, pivot, strict=True)]
            if row not in rows[:found]
            else row
            for row in rows
        ]
        rows.insert(found, pivot)
        found += 1
    return found


def discloses(people: Mapping[str, int], sums: list[dict[str, int]]) -> bool:
    """Whether some combination of the sums holds only cells of 1 to 4 people together: then the
    sums have a lower rank without these cells.
    """
    cells = [cell for cell in CELLS if people[cell]]
    for size in range(1, 5):
        for group in combinations(cells, size):
            if sum(people[cell] for cell in group) < 5:
                whole = [[one.get(c, 0) if c in cells else 0 for c in CELLS] for one in sums]
                rest = [[0 if c in group else x for c, x in zip(CELLS, row, strict=True)]
                        for row in whole]  # fmt: skip
                if rank(rest) < rank(whole):
                    return True
    return False


@given(PEOPLE, SUMS, st.dictionaries(st.sampled_from(CELLS), st.sampled_from([1, -1, 2])))
@examples(300)
def test_a_sum_is_refused_exactly_if_a_small_group_would_follow(
    people: dict[str, int], sums: list[dict[str, int]], further: dict[str, int]
) -> None:
    known, accepted = KnownSums(people), list[dict[str, int]]()
    for one in [*sums, further]:
        allowed = known.allows(one)
        assert allowed is not discloses(people, [*accepted, one])
        if allowed:
            known.add(one)
            accepted.append(one)


def test_a_total_with_all_but_one_of_its_parts_discloses_that_one() -> None:
    known = KnownSums({"a": 20, "b": 7, "c": 3})
    known.add(dict.fromkeys("abc", 1))
    assert known.allows({"a": 1})
    known.add({"a": 1})
    assert not known.allows({"b": 1})
    assert not known.allows({"c": 1})


def test_one_who_came_and_one_who_went_are_two_people_though_the_numbers_are_equal() -> None:
    known = KnownSums({"month": 20, "late": 1, "withdrawn": 1})
    known.add({"month": 1})
    assert not known.allows({"month": 1, "late": 1, "withdrawn": -1})
