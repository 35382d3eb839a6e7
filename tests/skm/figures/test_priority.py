"""The priorities as a table, and against one city's published recap."""

import csv
from fractions import Fraction

import pytest

from skm.figures.ikm import nrr
from skm.figures.priority import alike, differ, priority, tied
from skm.survey.unsur import Unsur
from tests.tools.tallies import RECAP, tally_of


def nrr_of(*values: str) -> dict[Unsur, Fraction]:
    return {unsur: Fraction(value) for unsur, value in zip(Unsur, values, strict=True)}


@pytest.mark.parametrize(
    ("nrr", "first"),
    [
        ("3.1 3.2 3.3 3.4 3.5 3.6 3.7 3.8 3.9", "U1 U2 U3"),
        ("3.9 3.8 3.7 3.6 3.5 3.4 3.3 3.2 3.1", "U9 U8 U7"),
        ("3.5 3.5 3.5 3.5 3.5 3.5 3.5 3.5 3.5", "U1 U2 U3"),
        ("3.5 3.5 3.0 3.5 3.5 3.5 3.5 2.9 3.5", "U8 U3 U1"),
        ("3.5 3.5 3.4999 3.5 3.5 3.5 3.5 3.5 3.5", "U3 U1 U2"),
    ],
)
def test_the_three_lowest_come_first_and_the_lower_number_breaks_a_tie(
    nrr: str, first: str
) -> None:
    assert priority(nrr_of(*nrr.split())) == tuple(Unsur(name) for name in first.split())


@pytest.mark.parametrize(
    ("nrr", "ties"),
    [
        ("3.1 3.2 3.3 3.4 3.5 3.6 3.7 3.8 3.9", ""),
        ("3.5 3.1 3.1 3.1 3.5 3.5 3.5 3.5 3.5", ""),
        ("3.5 3.5 3.0 3.5 3.6 3.6 3.6 2.9 3.5", "U2 U4 U9"),
        ("3.5 3.5 3.5 3.5 3.5 3.5 3.5 3.5 3.5", "U4 U5 U6 U7 U8 U9"),
    ],
)
def test_an_unsur_that_only_its_number_leaves_out_is_a_tie(nrr: str, ties: str) -> None:
    exact = nrr_of(*nrr.split())
    assert tied(exact, priority(exact)) == tuple(Unsur(name) for name in ties.split())


def test_the_published_recap_of_2023_sets_the_same_priorities_except_for_ties() -> None:
    """Of 155 rows one names a single priority. In 149 of the other 154 the three are ours; in the
    other five an unsur that is equal in print stands in for ours.
    """
    with RECAP.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["period"] == "2023-Q2"]
    complete = [row for row in rows if row["priority_3"]]
    same = 0
    for row in complete:
        printed = nrr_of(*(row[f"u{i}"] for i in range(1, 10)))
        theirs = [Unsur(row[f"priority_{i}"]) for i in (1, 2, 3)]
        ours = priority(printed)
        assert sorted(printed[unsur] for unsur in theirs) == [printed[unsur] for unsur in ours]
        same += set(theirs) == set(ours)
    assert (len(rows), len(complete), same) == (155, 154, 149)


def test_unsur_that_are_as_low_as_the_third_are_named() -> None:
    tally = tally_of(*[[2, 4, 2, 4, 3, 4, 4, 3, 4], [2, 4, 2, 4, 4, 4, 4, 4, 4]] * 40)
    chosen = priority(nrr(tally) or {})
    assert chosen == (Unsur.U1, Unsur.U3, Unsur.U5)
    assert alike(tally, chosen) == (Unsur.U8,)
    assert differ(tally, Unsur.U1, Unsur.U2)
    assert not differ(tally, Unsur.U2, Unsur.U4)


def test_without_responses_no_unsur_is_named() -> None:
    assert alike(tally_of(), ()) == ()
