"""The audit finds figures that cannot be right and allows for rounding."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skm.figures.ikm import Mutu, ikm, mutu, nrr, rounded
from skm.figures.priority import priority
from skm.follow_up.realised import share
from skm.intake.recaps.audit import audit
from skm.intake.recaps.finding import Check, Finding
from skm.intake.recaps.recap import RecapRow
from skm.survey.unsur import Unsur
from tests.tools.recaps import Q1, Q2, child, nine, published, recap_of, row
from tests.tools.tallies import tally_of

QUARTERS = "85.25 84.5 90 91 85.75 85 84 93.5 86"  # their mean is 87.2222…


def found(*rows: RecapRow, check: Check | None = None) -> list[Finding]:
    findings = audit(recap_of(*rows))
    return [finding for finding in findings if check in (None, finding.check)]


# --- the recap that one city published in 2023 ---------------------------------------------------


def test_what_is_found_in_the_published_recap() -> None:
    findings = audit(published())
    counted = Counter((str(finding.period), finding.check) for finding in findings)
    assert counted == {
        ("2023-Q1", Check.INDEX): 137,
        ("2023-Q1", Check.PRIORITY): 128,
        ("2023-Q1", Check.PRIORITY_COUNT): 2,
        ("2023-Q2", Check.PRIORITY_COUNT): 1,
        ("2023-Q2", Check.SAME_UNSUR): 155,
        ("2023-Q1", Check.FEWER_RESPONDENTS): 1,
        ("2023-Q2", Check.FEWER_RESPONDENTS): 1,
        ("2023-Q1", Check.CHILDREN): 3,
        ("2023-Q2", Check.CHILDREN): 7,
    }


def test_all_155_units_carry_the_same_unsur_in_both_quarters() -> None:
    findings = [one for one in audit(published()) if one.check is Check.SAME_UNSUR]
    assert len({finding.unit for finding in findings}) == 155
    assert {finding.since for finding in findings} == {Q1}
    assert findings[0] == Finding(
        Check.SAME_UNSUR,
        "Dinas Pendidikan",
        Q2,
        printed=Decimal("86.98"),
        expected=Decimal("86.34"),
        since=Q1,
    )


def test_a_wrong_index_of_the_first_quarter_is_reported_with_the_expected_one() -> None:
    findings = {one.unit: one for one in audit(published()) if one.check is Check.INDEX}
    assert findings["Kelurahan Semanggi"] == Finding(
        Check.INDEX,
        "Kelurahan Semanggi",
        Q1,
        printed=Decimal("100.0"),
        expected=Decimal("88.75"),
        tolerance=Decimal("0.1300"),
    )


# --- index and mutu ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ikm", "follows"),
    [("87.10", True), ("87.09", False), ("87.22", True), ("87.35", True), ("87.36", False)],
)
def test_an_index_follows_from_unsur_printed_to_a_quarter_within_0_13(
    ikm: str, follows: bool
) -> None:
    """Their mean is 87.222…: 87.10 is 0.1222 away, 87.09 is 0.1322."""
    assert (found(row(nilai=QUARTERS, ikm=ikm)) == []) is follows


def test_an_index_follows_from_unsur_printed_to_a_hundredth_within_0_01() -> None:
    fine = QUARTERS.replace("85.25", "85.26")  # 87.2233…
    assert found(row(nilai=fine, ikm="87.23")) == []
    (finding,) = found(row(nilai=fine, ikm="87.24"))
    assert (finding.expected, finding.tolerance) == (Decimal("87.22"), Decimal("0.0100"))


def test_a_truncated_weight_is_found() -> None:
    """Nine times 0.11 is 0.99: the index of a spreadsheet with that weight is too low."""
    (finding,) = found(row(nilai=QUARTERS, ikm="86.35"))
    assert (finding.check, finding.expected) == (Check.INDEX, Decimal("87.22"))


@pytest.mark.parametrize(
    ("ikm", "printed", "expected"),
    [("88.31", "A", "A"), ("88.30", "A", "B"), ("76.60", "B", "C"), ("76.61", "B", "B")],
)
def test_the_band_is_that_of_the_printed_index(ikm: str, printed: str, expected: str) -> None:
    findings = found(replace(row(nilai=f"{ikm} " * 9, ikm=ikm), mutu=Mutu(printed)))
    right = Finding(Check.MUTU, "Pasar", Q1, Mutu(printed), Mutu(expected))
    assert findings == ([] if printed == expected else [right])


# --- priorities and follow-ups -------------------------------------------------------------------

TIES = "80 90 85 99 85 95 85 96 97"  # U1 is the lowest, then U3, U5 and U7 alike


@pytest.mark.parametrize(
    ("named", "checks"),
    [
        ("U1 U3 U5", []),
        ("U5 U3 U1", []),
        ("U1 U5 U7", []),
        ("U7 U1 U3", []),
        ("U3 U5 U7", [Check.PRIORITY]),
        ("U1 U3 U2", [Check.PRIORITY]),
        ("", []),
        ("U1", [Check.PRIORITY_COUNT]),
        ("U1 U7", [Check.PRIORITY_COUNT]),
        ("U1 U1 U3", [Check.PRIORITY_COUNT]),
        ("U3", [Check.PRIORITY, Check.PRIORITY_COUNT]),
    ],
)
def test_priorities_are_the_lowest_three_in_any_order_and_with_any_choice_of_ties(
    named: str, checks: list[Check]
) -> None:
    printed = tuple(map(Unsur, named.split()))
    findings = found(replace(row(nilai=TIES, ikm="90.22"), prioritas=printed))
    assert [finding.check for finding in findings] == checks
    if Check.PRIORITY in checks:
        assert findings[0].printed == printed
        assert findings[0].expected == (Unsur.U1, Unsur.U3, Unsur.U5)


@pytest.mark.parametrize(
    ("printed", "nearest"),
    [
        ("100", None),
        ("66.67", None),
        ("66.7", None),
        ("67", None),
        ("33.33", None),
        ("0.00", None),
        ("66.66", "66.67"),
        ("50", "33.33"),
        ("75", "66.67"),
        ("99.99", "100.00"),
    ],
)
def test_a_realised_share_is_a_rounded_number_of_thirds(printed: str, nearest: str | None) -> None:
    findings = found(replace(row(), realised=Decimal(printed)))
    told = [(finding.check, finding.printed, finding.expected) for finding in findings]
    expected = [(Check.REALISED, Decimal(printed), Decimal(nearest))] if nearest else []
    assert told == expected


# --- periods, parents ------------------------------------------------------------------


def test_equal_unsur_must_have_equal_indices() -> None:
    quarters = [replace(row(nilai=QUARTERS, ikm="87.22"), period=Q1.next())]
    quarters.append(row(nilai=QUARTERS.replace("86", "86.0"), ikm="87.25"))
    quarters.append(replace(quarters[0], period=Q2.next(), nilai=nine(f"84 {QUARTERS[6:]}")))
    quarters.append(replace(row("Terminal", nilai=QUARTERS, ikm="87.24"), period=Q2))
    (finding,) = found(*quarters, check=Check.SAME_UNSUR)
    assert (finding.period, finding.since) == (Q2, Q1)
    assert (finding.printed, finding.expected) == (Decimal("87.22"), Decimal("87.25"))


def test_a_row_that_is_repeated_with_its_index_is_no_finding() -> None:
    once = row(nilai=QUARTERS, ikm="87.22")
    assert found(once, replace(once, period=Q2)) == []


@pytest.mark.parametrize(
    ("ikm", "n", "nearest"),
    [
        ("85.01", 200, None),  # 100 others said the same as the children
        ("92.51", 200, None),  # 100 others said 100: 92.505
        ("92.52", 200, "92.51"),
        ("55.00", 200, None),  # 100 others said 25: 55.005
        ("54.99", 200, "55.01"),
        ("85.02", 100, None),  # nobody else, but rounding
        ("85.03", 100, "85.01"),
    ],
)
def test_a_parents_figure_must_be_possible_with_its_children(
    ikm: str, n: int, nearest: str | None
) -> None:
    """Two children, 60 and 40 respondents, whose weighted figure is 85.01."""
    parent = row("Dinas", f"{ikm} " * 9, ikm, n)
    findings = found(parent, child("Dinas", "A", "81.01", 60), child("Dinas", "B", "91.01", 40))
    told = [(finding.unit, finding.expected, finding.unsur) for finding in findings]
    unsur = [None, *Unsur]
    assert told == ([("Dinas", Decimal(nearest), one) for one in unsur] if nearest else [])


def test_a_parent_has_at_least_the_respondents_of_its_children() -> None:
    parts = [child("Dinas", name, "85.00", 60) for name in "AB"]
    assert found(row("Dinas", "85 " * 9, "85.00", 119), *parts) == [
        Finding(Check.FEWER_RESPONDENTS, "Dinas", Q1, 119, 120)
    ]
    assert found(row("Dinas", "85 " * 9, "85.00", 120), *parts) == []


def test_a_parent_must_have_a_row_in_the_same_period() -> None:
    parent = replace(row("Dinas", "30 " * 9, "30.00"), period=Q2)
    assert found(parent, child("Dinas", "A", "85.00", 60)) == [
        Finding(Check.NO_PARENT, "A", Q1, "Dinas", None)
    ]


# --- what is computed by the rules is never accused ----------------------------------------------

counts = st.lists(st.lists(st.integers(1, 4), min_size=9, max_size=9), min_size=1, max_size=8)


@given(st.lists(counts, min_size=1, max_size=4), st.integers(0, 3), st.booleans())
def test_a_recap_that_is_printed_by_the_rules_has_no_findings(
    units: list[list[list[int]]], places: int, as_nrr: bool
) -> None:
    """With unsur printed in any step; the parent includes all responses of its children."""
    everybody = [response for unit in units for response in unit]
    rows = [_printed("Dinas", everybody, places, as_nrr)]
    rows += [
        replace(_printed(f"UPT {i}", unit, places, as_nrr), parent="Dinas")
        for i, unit in enumerate(units)
    ]
    assert found(*rows) == []


def _printed(unit: str, responses: list[list[int]], places: int, as_nrr: bool) -> RecapRow:
    tally = tally_of(*responses)
    means, figure = nrr(tally), ikm(tally)
    assert means is not None
    assert figure is not None
    return RecapRow(
        unit=unit,
        parent=None,
        period=Q1,
        nilai={
            unsur: 25 * rounded(mean, max(places, 1)) if as_nrr else rounded(25 * mean, places)
            for unsur, mean in means.items()
        },
        ikm=figure,
        mutu=mutu(figure),
        respondents=tally.n,
        prioritas=priority(means),
        realised=share(tally.n % 4),
    )
