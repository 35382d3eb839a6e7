"""The index as a table of numbers, against an oracle, and against one city's published recap."""

import csv
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from fractions import Fraction
from functools import reduce
from operator import add

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skm.figures.ikm import Mutu, Tally, ikm, legacy_ikm, mutu, nrr, rounded
from skm.survey.unsur import Unsur
from tests.tools.tallies import RECAP, nine, tally_of, with_threes

nilai = st.integers(1, 4)
responses = st.lists(st.lists(nilai, min_size=9, max_size=9), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("figure", "band", "kinerja"),
    [
        ("25.00", Mutu.D, "Tidak Baik"),
        ("64.99", Mutu.D, "Tidak Baik"),
        ("64.994", Mutu.D, "Tidak Baik"),
        ("64.995", Mutu.C, "Kurang Baik"),
        ("65.00", Mutu.C, "Kurang Baik"),
        ("76.60", Mutu.C, "Kurang Baik"),
        ("76.604", Mutu.C, "Kurang Baik"),
        ("76.605", Mutu.B, "Baik"),
        ("76.61", Mutu.B, "Baik"),
        ("88.30", Mutu.B, "Baik"),
        ("88.3049", Mutu.B, "Baik"),
        ("88.305", Mutu.A, "Sangat Baik"),
        ("88.31", Mutu.A, "Sangat Baik"),
        ("100.00", Mutu.A, "Sangat Baik"),
    ],
)
def test_every_figure_has_one_band_also_between_the_published_bounds(
    figure: str, band: Mutu, kinerja: str
) -> None:
    assert mutu(Decimal(figure)) is band
    assert band.kinerja == kinerja


@pytest.mark.parametrize(
    ("value", "figure", "band"),
    [(1, "25.00", Mutu.D), (2, "50.00", Mutu.D), (3, "75.00", Mutu.C), (4, "100.00", Mutu.A)],
)
def test_equal_answers_give_25_points_for_each_nilai(value: int, figure: str, band: Mutu) -> None:
    index = ikm(tally_of(*[[value] * 9] * 7))
    assert index == Decimal(figure)
    assert mutu(Decimal(figure)) is band


def test_without_responses_there_is_no_figure() -> None:
    assert nrr(Tally.empty()) is None
    assert ikm(Tally.empty()) is None
    assert legacy_ikm(Tally.empty()) is None


@pytest.mark.parametrize(
    ("value", "places", "printed"),
    [
        (Fraction(1, 8), 2, "0.13"),
        (Fraction(-1, 8), 2, "-0.13"),
        (Fraction(3), 3, "3.000"),
        (Fraction(200, 3), 2, "66.67"),
        (Fraction(9995, 1000), 2, "10.00"),
        (Fraction(5, 2), 0, "3"),
    ],
)
def test_halves_are_rounded_away_from_zero(value: Fraction, places: int, printed: str) -> None:
    assert str(rounded(value, places)) == printed


def test_the_figure_is_rounded_once() -> None:
    """88.304924…: rounded to 88.305 first, it would be printed as 88.31 with band A."""
    assert ikm(tally_of(*with_threes(176, 741))) == Decimal("88.30")
    assert mutu(Decimal("88.30")) is Mutu.B
    on_the_way = rounded(Fraction(25 * (4 * 9 * 176 - 741), 9 * 176), 3)
    assert mutu(on_the_way) is Mutu.A


def test_a_truncated_weight_gives_a_lower_index_and_may_lose_a_band() -> None:
    fours = tally_of([4] * 9)
    assert (ikm(fours), legacy_ikm(fours)) == (Decimal("100.00"), Decimal("99.90"))
    assert legacy_ikm(fours, Decimal("0.11")) == Decimal("99.00")
    tally = tally_of(*with_threes(100, 420))
    assert (ikm(tally), legacy_ikm(tally)) == (Decimal("88.33"), Decimal("88.25"))


@given(responses)
def test_the_index_equals_the_mean_of_column_means(rows: list[list[int]]) -> None:
    """The oracle uses no counts and no fractions, but column means in 60 digits."""
    with localcontext(Context(prec=60)):
        means = [Decimal(sum(column)) / len(rows) for column in zip(*rows, strict=True)]
        expected = (25 * sum(means, Decimal()) / 9).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert ikm(tally_of(*rows)) == expected


@given(st.lists(nilai, min_size=9, max_size=9), responses)
def test_a_further_response_moves_the_index_towards_it(
    row: list[int], rows: list[list[int]]
) -> None:
    figures = [ikm(tally_of(*part)) for part in (rows, [*rows, row], [row])]
    assert sorted(filter(None, figures)) in (figures, figures[::-1])


@given(
    st.lists(st.integers(1, 6), min_size=9, max_size=9).flatmap(
        lambda sizes: st.lists(
            st.tuples(*(st.lists(nilai, min_size=k, max_size=k) for k in sizes)),
            min_size=1,
            max_size=12,
        )
    )
)
def test_an_unsur_of_several_items_counts_with_their_mean(
    rows: list[tuple[list[int], ...]],
) -> None:
    tally = reduce(add, (Tally.of_response(dict(zip(Unsur, row, strict=True))) for row in rows))
    own = [[Fraction(sum(items), len(items)) for items in row] for row in rows]
    means = nrr(tally)
    assert means is not None
    assert list(means.values()) == [sum(column) / len(rows) for column in zip(*own, strict=True)]
    assert tally.total == 60 * sum(sum(row) for row in own)
    assert tally.total_sq == sum((60 * sum(row)) ** 2 for row in own)


@given(responses, responses)
def test_tallies_add_like_the_responses_they_count(
    some: list[list[int]], more: list[list[int]]
) -> None:
    assert tally_of(*some) + tally_of(*more) == tally_of(*more, *some)
    assert tally_of(*some) + Tally.empty() == tally_of(*some)


@given(responses, responses)
def test_subtracting_tallies_removes_their_responses(
    some: list[list[int]], more: list[list[int]]
) -> None:
    assert tally_of(*some, *more) - tally_of(*more) == tally_of(*some)


@given(responses)
def test_a_tally_of_many_responses_is_the_sum_of_their_tallies(rows: list[list[int]]) -> None:
    assert Tally.of([nine(row) for row in rows]) == tally_of(*rows)
    assert Tally.of([]) == Tally.empty()


def test_the_published_recap_of_2023_follows_the_rule_in_all_155_rows() -> None:
    """Its unsur are printed to 0.25 (nrr to two decimals), its index to 0.01: hence 0.13."""
    with RECAP.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["period"] == "2023-Q2"]
    assert len(rows) == 155
    for row in rows:
        mean = Fraction(sum(Fraction(row[f"u{i}"]) for i in range(1, 10)), 9)
        assert abs(mean - Fraction(row["ikm"])) <= Fraction("0.13"), row["unit"]
        assert mutu(mean) == mutu(Decimal(row["ikm"])) == row["mutu"], row["unit"]
