"""A cell is what it says: texts stay texts, figures are formulas on the tally."""

import io

import openpyxl
import pytest

from bot.messaging.catalog import Catalog
from skm.figures.ikm import Tally
from skm.figures.report import Report
from skm.instansi.period import Period
from skm.output.workbooks.recap import RecapLine, RecapSheet, Spreadsheet
from skm.output.workbooks.recap_columns import RECAP
from skm.output.workbooks.write_recap import as_xlsx
from skm.survey.unsur import Unsur

DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)"]


def made(
    unit: str, figures: Report | None, people: str = "8", pooled: bool = False
) -> openpyxl.Workbook:
    keys = ("recap", "tally", "side", "charts", "answers", "dictionary")
    table = RecapSheet(["Kolom"], [[unit]], [20])
    written = Spreadsheet(
        title="Rekapitulasi",
        names={key: key for key in keys},
        columns=[*RECAP, "plan"],
        heads={"ikm": "IKM", "unit": "Unit", "band": "Mutu", "responden": "Responden"},
        lines=[RecapLine(unit, "2026-Q4", figures, people, {"plan": unit})],
        pooled=[RecapLine("Semua", "2026-Q4", figures, people, {"plan": ""})] if pooled else [],
        averages=table,
        trend=[],
        trend_title="Tren",
        unsur_title="Unsur",
        answers=table,
        dictionary=table,
    )
    return openpyxl.load_workbook(io.BytesIO(as_xlsx(written)))


def report(*nilai: int) -> Report:
    tally = sum(
        (Tally.of_response({unsur: [each] for unsur in Unsur}) for each in nilai), Tally.empty()
    )
    return Report.of("PASAR", Period.parse("2026-Q4"), {"skm9-1": tally})


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_text_is_ever_run(text: str) -> None:
    book = made(text, report(3, 4))
    for page in book.worksheets:
        cells = [cell for row in page.iter_rows() for cell in row if cell.value == text]
        assert cells
        assert {cell.data_type for cell in cells} == {"s"}


def test_the_index_is_a_formula_on_the_tally() -> None:
    page = made("Pasar", report(3, 4))["recap"]
    assert page["M2"].value == "=ROUND(25*SUM('tally'!AN2:AV2)/9,2)"
    assert page["N2"].value.startswith('=IF(M2>=88.31,"A"')


def test_a_hidden_group_has_no_figure_on_any_sheet() -> None:
    book = made("Pasar", None, "kurang dari 5")
    numbers = [
        cell.value
        for name in ("recap", "tally", "side")
        for row in book[name].iter_rows(min_row=2)
        for cell in row
        if cell.data_type in ("n", "f") and cell.value is not None
    ]
    assert numbers == [1]
    assert book["recap"]["O2"].value == "kurang dari 5"


def test_only_units_are_numbered_not_their_sum() -> None:
    page = made("Pasar", report(3, 4), pooled=True)["recap"]
    assert [page["A2"].value, page["B3"].value, page["A3"].value] == [1, "Semua", None]


def test_the_column_of_respondents_holds_what_is_said_instead_of_their_number() -> None:
    said = max((Catalog.load().say(code, "figure.small") for code in ("id", "jv", "en")), key=len)
    page = made("Pasar", None, said)["recap"]
    assert page.column_dimensions["O"].width > len(said) + 1


def test_a_head_stands_on_the_side_of_what_is_below_it() -> None:
    page = made("Pasar", report(3, 4))["recap"]
    sides = {cell.value: cell.alignment.horizontal for cell in page[1]}
    assert sides["U1"] == sides["IKM"] == sides["Responden"] == "right"
    assert sides["Unit"] == sides["Mutu"] == "left" == page["B2"].alignment.horizontal


def test_the_charts_are_printed_on_one_page() -> None:
    book = made("Pasar", report(3, 4))
    assert book["charts"].page_setup.fitToHeight is None  # one, which is not written
    assert book["answers"].page_setup.fitToHeight == 0
