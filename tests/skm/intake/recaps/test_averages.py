"""The averages of a city are compared with the rows they were computed from."""

from decimal import Decimal

import pytest

from skm.errors import SkmError
from skm.instansi.period import Period
from skm.intake.recaps.audit import audit
from skm.intake.recaps.finding import Check, Finding
from skm.intake.recaps.recap import PrintedAverage
from skm.intake.recaps.rows import read
from skm.survey.unsur import Unsur
from tests.tools.recaps import Q1, Q2, SEED_AVERAGES, published, recap_of, row
from tests.tools.tallies import RECAP

S1 = Period.parse("2023-S1")


def average(figure: str, period: Period = S1, unsur: Unsur | None = None) -> PrintedAverage:
    return PrintedAverage(period, unsur, Decimal(figure))


def of_city(*averages: PrintedAverage) -> list[Finding]:
    return [one for one in audit(published(), averages) if one.unit is None]


def with_line(line: str) -> list[Finding]:
    """What is found about the city where the published recap ends with this line."""
    return [
        one
        for one in audit(read(RECAP.read_bytes() + line.encode(), "recap.csv"))
        if one.unit is None
    ]


# --- what one city published in 2023 --------------------------------------------------------------


def test_the_printed_averages_of_the_quarters_are_those_of_their_rows() -> None:
    assert of_city(average("89.23", Q1), average("89.72", Q2)) == []


def test_the_average_of_the_conclusion_is_not_that_of_the_semesters_rows() -> None:
    assert of_city(average("89.11")) == [
        Finding(
            Check.AVERAGE,
            None,
            S1,
            printed=Decimal("89.11"),
            expected=Decimal("89.47"),
            tolerance=Decimal("0.0100"),
            by_respondents=Decimal("88.92"),
        )
    ]


def test_the_printed_average_of_u3_is_not_that_of_the_rows() -> None:
    (finding,) = of_city(average("84.8", unsur=Unsur.U3))
    assert (finding.check, finding.unsur, finding.printed) == (
        Check.AVERAGE,
        Unsur.U3,
        Decimal("84.8"),
    )
    assert (finding.expected, finding.by_respondents) == (Decimal("86.27"), Decimal("85.67"))


@pytest.mark.parametrize(
    "line",
    [
        f"RATA-RATA KOTA,,2023-S1,{SEED_AVERAGES},95.1,,,,,,\n",
        f"RATA-RATA KOTA,,,{SEED_AVERAGES},95.1,,,,,,\n",  # of all rows
    ],
)
def test_the_row_of_averages_is_checked_as_it_stands_in_the_file(line: str) -> None:
    """Its index 95,1 is neither the mean of the rows nor that of its own unsur, and its U3 84,8 is
    not that of the rows, 86,27.
    """
    told = [(one.check, one.period, one.unsur, str(one.expected)) for one in with_line(line)]
    assert told == [
        (Check.INDEX, S1, None, "89.56"),
        (Check.AVERAGE, S1, Unsur.U3, "86.27"),
        (Check.AVERAGE, S1, None, "89.47"),
    ]


# --- what is accepted -----------------------------------------------------------------------------


@pytest.mark.parametrize("printed", ["89.47", "89.48", "89.5", "89", "88.92", "88.9"])
def test_a_semester_may_print_any_mean_of_its_rows_rounded_as_it_likes(printed: str) -> None:
    """The mean of the rows, of both quarters' means (89.475), or by respondents."""
    assert of_city(average(printed)) == []


@pytest.mark.parametrize("printed", ["86.27", "86.3", "86.25", "86", "85.67"])
def test_an_unsur_may_be_printed_as_the_rows_print_theirs(printed: str) -> None:
    """Also as 25 × an nrr of two decimals."""
    assert of_city(average(printed, unsur=Unsur.U3)) == []


def test_a_row_of_the_right_averages_is_no_finding() -> None:
    right = "88.46,88.42,86.27,96.79,87.69,87.92,89.12,95.31,87.46"
    assert with_line(f"Rata-rata,,2023-Q2,{right},89.72,,,,,,\n") == []


@pytest.mark.parametrize("name", ["Rata-rata", "Jumlah"])
def test_what_cannot_be_read_in_a_row_of_means_and_any_row_of_sums_is_not_compared(
    name: str,
) -> None:
    cells = "-" if name == "Rata-rata" else "95"
    assert with_line(f"{name},,2023-Q2{f',{cells}' * 10},,,,,,\n") == []


def test_the_average_of_a_period_that_the_file_does_not_have_is_left_out() -> None:
    assert with_line(f"Rata-rata,,2022,{SEED_AVERAGES},95.1,,,,,,\n") == []


@pytest.mark.parametrize(
    ("printed", "right"),
    [
        ("85.00", True),  # the mean of the units
        ("82.50", True),  # by respondents
        ("85.01", True),  # may come from indices that were not rounded
        ("85.02", False),
        ("85.0", True),
        ("84", False),
        ("83", True),
        ("82", True),  # 82.50 itself may be 82.4999
    ],
)
def test_an_average_may_be_plain_or_weighted(printed: str, right: bool) -> None:
    recap = recap_of(row("A", "80 " * 9, "80.00", 300), row("B", "90.01 " * 9, "90.00", 100))
    findings = audit(recap, [average(printed, Q1)])
    assert [one.check for one in findings] == ([] if right else [Check.AVERAGE])
    if findings:
        assert (findings[0].unit, findings[0].expected) == (None, Decimal("85.00"))


def test_an_average_of_a_period_without_rows_is_an_error() -> None:
    with pytest.raises(SkmError, match="no rows of 2024-Q1"):
        audit(recap_of(row()), [average("85.25", Period.parse("2024-Q1"))])
