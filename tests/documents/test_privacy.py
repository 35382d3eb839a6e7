"""No document tells of a small group, also not by subtraction."""

import io
from collections import Counter
from datetime import date

import openpyxl
import pytest

from skm.closing.dossier import Part, parts
from skm.figures.ikm import Tally
from skm.figures.instansi import InstansiReport
from skm.figures.report import Report
from skm.figures.withheld import withheld_in_tree
from skm.instansi.period import Period
from skm.instansi.upp import Upp
from tests.documents.conftest import CITY, HALF, Made

PERIOD = Period.parse("2026-Q4")


def city(units: list[Upp], responden: dict[str, int]) -> Part:
    """Units whose figures hold those of the units below them, as they may be shown."""
    rows = {unit.code: report(unit.code, responden[unit.code]) for unit in units}
    total = sum(responden[unit.code] for unit in units if unit.parent is None)
    whole = InstansiReport(report("semua", total), list(rows.values()))
    tree = {unit.code: unit.parent for unit in units}
    own = Counter(responden)
    for code, above in tree.items():
        own[above or ""] -= responden[code]
    back = withheld_in_tree(tree, {code: own[code] for code in tree})
    return Part(whole, rows, {}, {}, units).withholding(back)


def report(code: str, n: int) -> Report:
    one = Tally.of_response({unsur: [3] for unsur in Tally.empty().counts})
    tally = sum([one] * n, Tally.empty())
    return Report.of(code, PERIOD, {"skm9-1": tally})


@pytest.mark.parametrize(
    ("responden", "hidden"),
    [
        ({"A": 20, "A1": 10, "A2": 10, "B": 30}, ""),
        ({"A": 20, "A1": 10, "A2": 10, "B": 3}, "A A1 A2 B"),
        ({"A": 20, "A1": 3, "A2": 10, "B": 30}, "A1"),
        ({"A": 13, "A1": 3, "A2": 10, "B": 30}, "A1 A2"),
        ({"A": 10, "A1": 0, "A2": 10, "B": 30}, ""),
        ({"A": 14, "A1": 10, "A2": 0, "B": 30}, "A1"),
    ],
    ids=["nobody", "a small root", "beside own answers", "a small child", "none", "small own"],
)
def test_who_is_hidden(responden: dict[str, int], hidden: str) -> None:
    """In the third, A's own seven and the three of A1 cannot be told apart."""
    units = [Upp("A", "A"), Upp("A1", "A1", "A"), Upp("A2", "A2", "A"), Upp("B", "B")]
    rows = city(units, responden).rows
    assert " ".join(sorted(code for code in rows if rows[code].is_withheld)) == hidden


def test_anonymous_answers_have_no_profile_and_no_small_unit(made: Made) -> None:
    book = openpyxl.load_workbook(io.BytesIO(made(CITY, HALF, "xlsx")), data_only=True)
    heads, *rows = book["Jawaban anonim"].values
    assert heads[:3] == ("Unit", "Periode", "Kuesioner") or heads[0] == "Unit pelayanan"
    assert set(heads[3:]) == {f"U{n}" for n in range(1, 10)}
    groups = Counter(row[:2] for row in rows)
    assert min(groups.values()) >= 5


def test_a_half_year_has_two_quarters_and_a_month_is_itself() -> None:
    assert [str(one) for one in parts(Period.parse("2026-S2"))] == ["2026-Q3", "2026-Q4"]
    assert len(parts(Period.parse("2026"))) == 4
    assert parts(Period.parse("2026-11")) == [Period.parse("2026-11")]
    assert parts(Period.parse("2026-S1"))[-1].end == date(2026, 7, 1)
