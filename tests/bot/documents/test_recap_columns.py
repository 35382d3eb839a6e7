"""A column of the recap stands in one place, and appears in the report and in the workbook."""

import io

import openpyxl
import pytest

from bot.documents import recap_columns
from bot.documents.recap_columns import COLUMNS, RecapColumn, RecapWording
from bot.documents.recap_workbook import RecapWorkbook
from skm.closing.dossier import CityDossier, Part
from skm.figures.ikm import Tally
from skm.figures.instansi import InstansiReport
from skm.figures.report import Report
from skm.instansi.period import Period
from skm.instansi.upp import Upp
from skm.output.workbooks.write_recap import as_xlsx
from skm.survey.unsur import Unsur
from tests.documents.test_nothing_made_up import SKM9, topic_of

QUARTER = Period.parse("2026-Q3")
PASAR = Upp("PASAR", "Pasar Gede")
WORDING = RecapWording(topic_of(None, QUARTER))


def part_of(n: int) -> Part:
    """A part with one unit and `n` responses, all of nilai 3."""
    tally = Tally.of_response({unsur: [3] for unsur in Unsur}) * n
    report = Report.of("PASAR", QUARTER, {SKM9.version: tally})
    return Part(InstansiReport(report, [report]), {"PASAR": report}, {}, {}, [PASAR])


@pytest.mark.parametrize(
    ("n", "cells"),
    [
        (8, ["1", "Pasar Gede", "2026-Q3", *["75,00"] * 10, "C", "8"]),
        (4, ["1", "Pasar Gede", "2026-Q3", *["–"] * 11, "kurang dari 5"]),
        (0, ["1", "Pasar Gede", "2026-Q3", *["–"] * 11, "0"]),
    ],
)
def test_a_unit_without_figures_has_dashes_and_says_how_many_responded(
    n: int, cells: list[str]
) -> None:
    [row] = WORDING.table(part_of(n)).rows
    assert row[: len(cells)] == cells
    assert len(row) == len(COLUMNS)


def test_a_new_column_is_one_line_for_the_report_and_the_workbook(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    new = RecapColumn("gratis", 1.0, lambda words, row: f"kode {row.unit.code}")
    monkeypatch.setattr(recap_columns, "COLUMNS", (*COLUMNS[:2], new, *COLUMNS[2:]))
    part, head = part_of(8), WORDING.say("gratis")
    table = WORDING.table(part)
    assert (table.heads[2], table.rows[0][2]) == (head, "kode PASAR")
    dossier = CityDossier(part.instansi, [PASAR], [part], [part.instansi.gabungan], [])
    made = RecapWorkbook(WORDING.topic, dossier, [[]]).spreadsheet()
    page = openpyxl.load_workbook(io.BytesIO(as_xlsx(made)))[made.names["recap"]]
    assert [cell.value for cell in page[1]] == table.heads
    assert [page["C1"].value, page["C2"].value] == [head, "kode PASAR"]
    assert page["O2"].value.startswith('=IF(N2>=88.31,"A"')  # formulas moved with their columns


def test_the_recap_names_unsur_that_are_tied_with_the_last_priority() -> None:
    answers = dict(zip(Unsur, (4, 3, 2, 4, 4, 4, 3, 4, 3), strict=True))
    tally = Tally.of_response({unsur: [x] for unsur, x in answers.items()}) * 9
    report = Report.of("PASAR", QUARTER, {SKM9.version: tally})
    assert WORDING.priority(report) == "U3, U2, U7 (seri: U9)"
    answers[Unsur.U9] = 4
    tally = Tally.of_response({unsur: [x] for unsur, x in answers.items()}) * 9
    assert WORDING.priority(Report.of("PASAR", QUARTER, {SKM9.version: tally})) == "U3, U2, U7"
