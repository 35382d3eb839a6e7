"""The address of the watch table: what it selects, and what it ignores."""

import csv
import io
from dataclasses import replace

import pytest

from bot.web.workplace.watch_table import Selection, as_csv, paged, ranks, select
from skm.figures.report import Report
from skm.instansi.period import Period
from skm.instansi.upp import Upp
from skm.intake.cells.text import escaped
from skm.store.periods.watch import WatchRow
from tests.tools.tallies import tally_of


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({}, Selection()),
        ({"cari": " pajang ", "saring": "diam"}, Selection("pajang", "diam")),
        ({"urut": "-ikm", "hal": "3"}, Selection(sort="-ikm", page=3)),
        ({"saring": "x", "urut": "nama; drop", "hal": "-1"}, Selection()),
        ({"hal": "0"}, Selection()),
        ({"hal": "99999999999999"}, Selection()),
    ],
)
def test_unknown_values_of_the_address_are_left_out(
    query: dict[str, str], wanted: Selection
) -> None:
    assert Selection.of(query) == wanted


def test_an_address_keeps_what_was_chosen_and_changes_one_thing() -> None:
    chosen = Selection("pajang", "diam", "-ikm", 2)
    assert chosen.query(hal=1) == "cari=pajang&saring=diam&urut=-ikm"
    assert Selection().query(hal=1) == ""


def test_a_page_beyond_the_last_is_the_last() -> None:
    rows = [a_row(number) for number in range(250)]
    shown, pages = paged(rows, 9)
    assert (shown, pages) == (rows[200:], 3)
    assert paged([], 1) == ([], 1)


def test_a_name_in_the_download_runs_nowhere_as_a_formula() -> None:
    name = "=1+1;@SUM(A1)"
    text = as_csv([replace(a_row(1), unit=Upp("A", name))], ["kode", "nama"], "2026-Q4", {})
    [_, row] = csv.reader(io.StringIO(text), delimiter=";")
    assert row[1] == escaped(name) == "'=1+1;'@SUM(A1)"


def a_row(number: int) -> WatchRow:
    report = Report.of(str(number), Period.parse("2026-Q4"), {})
    return WatchRow(Upp(str(number), ""), 0, report, report, None, False, 0, 0, False, None, None)


def measured(code: str, parent: str | None, nilai: tuple[int, ...], many: int) -> WatchRow:
    tally = tally_of(*[[one] * 9 for one in nilai] * many)
    report = Report.of(code, Period.parse("2026-Q4"), {"skm9-2": tally})
    unit = Upp(code, code, parent)
    return replace(a_row(1), unit=unit, report=report, before=report)


ROWS = [
    measured("PUAS", None, (4,), 6),  # too few for a rank, however high
    measured("BANYAK", None, (4, 3), 100),
    measured("RENDAH", None, (3, 2), 100),
    measured("KECEWA", None, (1,), 6),
    measured("BAWAH", "RENDAH", (3,), 50),
]


@pytest.mark.parametrize(
    ("sort", "first"), [("ikm", ["RENDAH", "BAWAH", "BANYAK"]), ("-ikm", ["BANYAK", "BAWAH"])]
)
def test_units_with_few_responses_lead_the_list_from_neither_end(
    sort: str, first: list[str]
) -> None:
    order = [row.unit.code for row in select(ROWS, Selection(sort=sort))]
    assert order[: len(first)] == first
    assert order[3:] == ["PUAS", "KECEWA"]


def test_ranks_are_among_the_units_below_the_same_unit() -> None:
    found = ranks(ROWS)
    assert {code: (one.best, one.worst, of) for code, (one, of) in found.items()} == {
        "BANYAK": (1, 1, 2),
        "RENDAH": (2, 2, 2),
    }
