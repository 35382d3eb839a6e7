"""A table of a recap: what follows from all rows of a period, and how finely they were printed."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest

from skm.intake.recaps.recap import RecapRow, RecapTable, step, tables
from tests.tools.recaps import Q1, Q2, published, row

MOSTLY_QUARTERS = [row(unit, nilai="84.25 84.5 90 91 85.75 85 84 93.5 86.25") for unit in "ABC"]


def test_the_published_recap_has_these_figures() -> None:
    """The city printed 89.23 and 89.72, and these numbers of units by realised follow-ups."""
    first, second = tables(published().rows).values()
    assert (first.period, second.period) == (Q1, Q2)
    assert [len(table.rows) for table in (first, second)] == [155, 155]
    assert [table.respondents for table in (first, second)] == [37221, 33608]
    assert [table.rerata_upp for table in (first, second)] == [Decimal("89.23"), Decimal("89.72")]
    assert [table.tertimbang for table in (first, second)] == [Decimal("88.59"), Decimal("89.28")]
    assert list(map(str, first.realised)) == ["100.00", "66.67", "33.33", "0.00"]
    assert list(first.realised.values()) == [97, 15, 5, 38]
    assert list(second.realised.values()) == [121, 9, 8, 17]


def test_the_two_means_differ() -> None:
    table = RecapTable(Q1, [row("A", ikm="80.00", n=300), row("B", ikm="90.01", n=100)])
    assert table.rerata_upp == Decimal("85.01")
    assert table.tertimbang == Decimal("82.50")


def test_there_is_a_table_for_each_period_earliest_first() -> None:
    assert list(tables(reversed(published().rows))) == [Q1, Q2]


@pytest.mark.parametrize(
    ("printed", "found"),
    [
        ("100 75", "2.5"),
        ("100 76", "1"),
        ("85.25 84.5 100", "0.25"),
        ("85.2 84.5 100", "0.1"),
        ("85.275 84.5 100", "0.025"),
        ("85.25 84.51 100", "0.01"),
        ("85.253 84.51 100", "0.001"),
        ("85.2533333 84.51", "0.000001"),
    ],
)
def test_the_step_is_the_coarsest_that_could_have_printed_them(printed: str, found: str) -> None:
    assert step(map(Decimal, printed.split())) == Fraction(found)


@pytest.mark.parametrize(
    ("indices", "error"),
    [("87.5 88.0", "0.05"), ("87.5 88.12", "0.005"), ("80.00 90", "0.005"), ("88 90", "0.5")],
)
def test_the_decimals_of_a_table_are_those_of_its_longest_index(indices: str, error: str) -> None:
    """A program that writes numbers may have dropped the zeros of the others."""
    table = RecapTable(Q1, [row(ikm=figure) for figure in indices.split()])
    assert table.ikm_error == Fraction(error)


@pytest.mark.parametrize(
    ("odd", "error"),
    [
        (row("round", nilai="100 " * 9), "0.125"),
        (row("fine", nilai="84.26 84.51 90 91 85.75 85 84 93.5 86.25"), "0.005"),
    ],
)
def test_a_row_with_other_decimals_does_not_change_the_step_of_the_others(
    odd: RecapRow, error: str
) -> None:
    table = RecapTable(Q1, [odd, *MOSTLY_QUARTERS])
    assert table.nilai_error(odd) == Fraction(error)
    assert {table.nilai_error(row) for row in MOSTLY_QUARTERS} == {Fraction("0.125")}


@pytest.mark.parametrize("figure", [lambda t: t.ikm_error, lambda t: t.nilai_error(t.rows[0])])
def test_the_published_tables_are_printed_to_a_hundredth_and_a_quarter(
    figure: Callable[[RecapTable], Fraction],
) -> None:
    found = {figure(table) for table in tables(published().rows).values()}
    assert found in ({Fraction("0.005")}, {Fraction("0.125")})
