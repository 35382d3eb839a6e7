"""A weight of 0.11 or 0.111 in a whole table is named, and never where rounding may explain it."""

from dataclasses import replace
from decimal import ROUND_DOWN, Decimal

import pytest

from skm.intake.recaps.audit import audit
from skm.intake.recaps.finding import Check
from skm.intake.recaps.recap import RecapRow, tables
from skm.intake.recaps.rows import read
from skm.intake.recaps.weight import wrong_weight
from tests.tools.recaps import csv_of, published, recap_of, row, with_weight


def named(rows: list[RecapRow]) -> str | None:
    (table,) = tables(rows).values()
    found = wrong_weight(table)
    return str(found.weight) if found else None


@pytest.mark.parametrize("weight", ["0.11", "0.111"])
@pytest.mark.parametrize(("nilai_places", "places"), [(2, 2), (1, 2), (2, 1), (1, 1)])
def test_the_weight_of_a_citys_table_is_named_however_it_is_rounded(
    weight: str, nilai_places: int, places: int
) -> None:
    rows = with_weight(weight, nilai_places, places)
    (table,) = tables(rows).values()
    found = wrong_weight(table)
    assert found is not None
    assert (str(found.weight), len(found.rows)) == (weight, 155)


@pytest.mark.parametrize("weight", ["0.11", "0.111"])
def test_the_weight_is_named_in_a_file_with_decimal_commas(weight: str) -> None:
    findings = audit(read(csv_of(with_weight(weight), ";", comma=True), "recap.csv"))
    (finding,) = [one for one in findings if one.check is Check.WEIGHT]
    assert (str(finding.printed), finding.expected, len(finding.rows)) == (weight, "1/9", 155)
    assert not [one for one in findings if one.check is Check.INDEX]


def test_a_row_with_an_error_of_its_own_is_reported_beside_the_weight() -> None:
    rows = with_weight("0.11")
    rows[7] = replace(rows[7], ikm=Decimal("100.00"))
    findings = [one for one in audit(recap_of(*rows)) if one.check in (Check.WEIGHT, Check.INDEX)]
    assert [(one.check, one.unit) for one in findings] == [
        (Check.WEIGHT, None),
        (Check.INDEX, rows[7].unit),
    ]
    assert len(findings[0].rows) == 154


def test_the_table_of_an_office_with_few_units_is_enough() -> None:
    assert named(with_weight("0.11")[:3]) == "0.11"
    assert named(with_weight("0.111")[:20]) == "0.111"


# --- where none is named --------------------------------------------------------------------------


def test_neither_quarter_of_the_published_recap_is_accused() -> None:
    """The indices of its first quarter do not follow from its unsur by any weight."""
    assert [wrong_weight(table) for table in tables(published().rows).values()] == [None, None]


@pytest.mark.parametrize(("nilai_places", "places"), [(2, 2), (1, 2), (2, 1), (1, 1), (0, 0)])
def test_a_table_by_the_rule_is_not_accused(nilai_places: int, places: int) -> None:
    assert named(with_weight("1/9", nilai_places, places)) is None


@pytest.mark.parametrize("step", ["0.1", "0.01", "1"])
def test_a_table_whose_indices_are_cut_off_instead_of_rounded_is_not_accused(step: str) -> None:
    cut = [
        replace(one, ikm=one.mean.quantize(Decimal(step), ROUND_DOWN)) for one in with_weight("1/9")
    ]
    assert [n for n in (3, 8, 20, 50, 155) if named(cut[:n])] == []


def test_two_rows_are_no_table() -> None:
    assert named(with_weight("0.11")[:2]) is None
    findings = audit(recap_of(*with_weight("0.11")[:2]))
    assert [one.check for one in findings] == [Check.INDEX, Check.INDEX]


def test_a_table_in_which_a_few_rows_have_the_weight_is_not_accused() -> None:
    rows = [*with_weight("0.11")[:20], *with_weight("1/9")[20:]]
    assert named(rows) is None
    assert len([one for one in audit(recap_of(*rows)) if one.check is Check.INDEX]) == 20


def test_a_print_too_coarse_to_tell_the_weights_apart_is_not_accused() -> None:
    rows = [row(f"Unit {n}", "85 " * 9, "84", 50) for n in range(4)]
    assert named(rows) is None
