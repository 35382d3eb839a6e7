"""`skm audit recap`; the audit log is tested with the officials."""

import io
from pathlib import Path

import openpyxl
import pytest

from tests.tools.command_line import Skm
from tests.tools.recaps import SEED_AVERAGES, csv_of, with_weight
from tests.tools.tallies import RECAP


def test_the_audit_of_the_published_recap_needs_no_database(unconfigured: Skm) -> None:
    ended = unconfigured("audit", "recap", str(RECAP))
    assert (ended.code, ended.err) == (0, "435 findings.\n")
    found, summary, _ = ended.out.split("\n\n")
    assert len(found.splitlines()) == 435
    assert found.splitlines()[0] == (
        "2023-Q1\tDinas Pendidikan\tIndex does not follow from its unsur\t\t86.34\t86.94\t0.1300"
    )
    by_name = dict(line.split("\t", 1) for line in summary.splitlines())
    assert by_name["Mean index of units"] == "89.23\t89.72"
    assert by_name["Index does not follow from its unsur"] == "137\t0"
    assert by_name["Same unsur, another index"] == "0\t155"
    assert [by_name[f"Units with follow-ups {share}%"] for share in ("100.00", "66.67")] == [
        "97\t121",
        "15\t9",
    ]


def test_the_findings_are_written_as_a_workbook(unconfigured: Skm, tmp_path: Path) -> None:
    ended = unconfigured("audit", "recap", str(RECAP), "--out", "temuan.xlsx")
    assert ended.out.endswith("Written to temuan.xlsx.\n")
    book = openpyxl.load_workbook(io.BytesIO((tmp_path / "temuan.xlsx").read_bytes()))
    assert book.sheetnames == ["Ringkasan", "Temuan", "Cara memeriksa"]
    assert book["Temuan"].max_row == 436
    rows = [[cell.value for cell in line] for line in book["Ringkasan"].iter_rows()]
    assert ["Indeks tidak sesuai dengan unsurnya", 137, 0] in rows
    english = unconfigured("audit", "recap", str(RECAP), "--out", "e.xlsx", "--language", "en")
    assert english.code == 0
    assert openpyxl.load_workbook(tmp_path / "e.xlsx").sheetnames[0] == "Summary"


def test_published_averages_are_compared_with_the_rows(unconfigured: Skm) -> None:
    right = unconfigured("audit", "recap", str(RECAP), "--average", "2023-Q1=89,23")
    wrong = unconfigured("audit", "recap", str(RECAP), "--average", "2023-Q1=90.23")
    assert (right.err, wrong.err) == ("435 findings.\n", "436 findings.\n")
    assert (
        "The whole government\tAverage does not follow from the rows\tIKM\t90.23"
        "\t89.23 mean of units; 88.59 by respondents" in wrong.out
    )


def test_averages_of_a_semester_and_of_an_unsur_are_compared_too(unconfigured: Skm) -> None:
    given = ["--average", "2023-S1=89,11", "--average", "2023-S1:u3=84.8"]
    ended = unconfigured("audit", "recap", str(RECAP), *given)
    assert ended.err == "437 findings.\n"
    said = "2023-S1\tThe whole government\tAverage does not follow from the rows"
    assert f"{said}\tIKM\t89.11\t89.47 mean of units; 88.92 by respondents\t0.0100" in ended.out
    assert f"{said}\tU3\t84.8\t86.27 mean of units; 85.67 by respondents\t0.1750" in ended.out


def test_a_table_with_a_truncated_weight_is_one_finding_and_its_workbook_has_the_right_indices(
    unconfigured: Skm, tmp_path: Path
) -> None:
    (tmp_path / "r.csv").write_bytes(csv_of(with_weight("0.11"), ";", comma=True))
    ended = unconfigured("audit", "recap", "r.csv", "--out", "temuan.xlsx")
    assert "1 finding.\n" in ended.err
    assert ended.out.splitlines()[0] == (
        "2023-Q1\tThe whole government\tWeight of the table is not 1/9\tThe table is calculated"
        " with weight 0.11 instead of 1/9 (155 of 155 units)\t0.11\t1/9\t"
    )
    book = openpyxl.load_workbook(tmp_path / "temuan.xlsx")
    rows = [[cell.value for cell in line] for line in book["Indeks bobot 1-9"].iter_rows()]
    assert rows[1] == ["2023-Q1", "Dinas Pendidikan", 86.08, "B", 86.94, "B"]
    assert len(rows) == 156
    told = [cell.value for cell in next(book["Temuan"].iter_rows(min_row=2))]
    assert told[3] == "Tabel dihitung dengan bobot 0,11, bukan 1/9 (155 dari 155 unit)"


def test_a_row_of_means_in_the_file_is_said_to_be_compared(
    unconfigured: Skm, tmp_path: Path
) -> None:
    means = f"RATA-RATA KOTA,,2023-S1,{SEED_AVERAGES},95.1,,,,,,\n"
    (tmp_path / "r.csv").write_bytes(RECAP.read_bytes() + means.encode())
    ended = unconfigured("audit", "recap", "r.csv")
    assert "2023-S1 IKM 95.1: printed as a mean, and compared with the rows." in ended.err
    assert ended.err.endswith("438 findings.\n")
    assert "Index does not follow from its unsur\t\t95.1\t89.56" in ended.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["tiada.csv"], "tiada.csv cannot be read: No such file or directory."),
        ([str(RECAP), "--average", "2023-Q1"], "The average “” is not a number from 25 to 100."),
        ([str(RECAP), "--average", "Q9=89.23"], "“Q9” is not a period"),
        ([str(RECAP), "--average", "2023-S1:U0=89.23"], "“U0” is none of U1 to U9"),
        ([str(RECAP), "--average", "2024-Q1=89.23"], "There are no rows of 2024-Q1"),
        ([str(RECAP), "--out", "temuan.pdf"], "temuan.pdf must end with .xlsx."),
        ([str(RECAP), "--language", "xx"], "--language is one of id, jv, en."),
        ([str(RECAP), "--out", "tiada/temuan.xlsx"], "cannot be written"),
    ],
)
def test_wrong_usage_is_explained_without_a_traceback(
    unconfigured: Skm, words: list[str], said: str
) -> None:
    ended = unconfigured("audit", "recap", *words)
    assert ended.code in (1, 2)
    assert said in " ".join(ended.err.split())
    assert "Traceback" not in ended.err
