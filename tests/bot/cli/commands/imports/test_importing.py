"""Inputs of real offices through `skm responses import`: tests/intake_cases says where from."""

import asyncio
import json
from functools import partial
from pathlib import Path

import pytest

from skm.instansi.upp import Upp
from skm.store.database.database import Database
from skm.store.figures import recaps
from skm.store.survey import upps
from tests.bot.cli.conftest import Figures, Imports, row
from tests.tools.command_line import Ended, Operator, Skm
from tests.tools.databases import sqlite_in

CASES = Path(__file__).parents[4] / "intake_cases"
UNITS = [Upp("PKMUJI", "Puskesmas Uji"), Upp("PKM2", "Puskesmas Dua"), Upp("001", "Dinas Satu")]


async def _add_units(url: str) -> None:
    async with Database.open(url) as db:
        await db.write(partial(upps.put, units=UNITS))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with three units, in which nothing is stored."""
    url = sqlite_in(tmp_path_factory.mktemp("shared"))
    asyncio.run(_add_units(url))
    return url


@pytest.fixture
def office(database_url: str, operator: Operator) -> Skm:
    """`skm` on a database of its own with three units."""
    asyncio.run(_add_units(database_url))
    operator.sets(language="en")
    return operator.deployed(database_url)


def case(number: str) -> str:
    (path,) = (path for path in CASES.glob(f"{number}-*") if path.suffix != ".md")
    return str(path)


def brings(skm: Skm, number: str, *options: str) -> Ended:
    return skm("responses", "import", case(number), *options)


# --- what a look at them says --------------------------------------------------------------------

GOOD = [
    ("01", 1, "88.89"),
    ("02", 1, "80.56"),  # 4, 3, 3, 4, 3, 3, 3, 3, 3: "Berfungsi kurang maksimal" is c, 3
    ("03", 1, "77.78"),
    ("06", 2, "88.89"),
    ("07", 2, "88.89"),
    ("09", 1, "88.89"),
    ("10", 1, "88.89"),
    ("21", 1, "88.89"),
    ("25", 1, "88.89"),
    ("26", 6, "90.28"),
    ("32", 1, "88.89"),
    ("34", 4, "62.50"),
    ("39", 1, "88.89"),
    ("47", 1, "88.89"),
    ("50", 1, "88.89"),
    ("51", 1, "88.89"),
]


@pytest.mark.parametrize(("number", "rows", "ikm"), GOOD)
def test_a_file_that_needs_no_answer_is_understood(
    number: str, rows: int, ikm: str, shared: str, operator: Operator
) -> None:
    operator.sets(language="en")
    ended = brings(operator.deployed(shared), number, "--preview")
    assert ended.code == 0, ended.err
    assert f"Rows: {rows}. Can be stored: {rows}, cannot yet: 0." in ended.out
    assert f"IKM of the rows that can be stored: {ikm}" in ended.out
    assert "Puskesmas Uji (PKMUJI)" in ended.out


ASKED = [
    ("05", "answers up to 5. The SKM scale is 1 to 4", "--recode"),
    ("14", "The questions are only numbered (9)", "--order form or --order unsur"),
    ("14", "There is no column for the unit.", "--upp UNIT"),
    ("14", "There is no column for the date.", "--date"),
    ("14", "The column names are in line 4; rows above that were passed over: 3.", ""),
    ("16", "Line 2: u2 is empty.", ""),
    ("16", "Line 3: u2 is “-”", ""),
    ("16", "Line 4: u2 is “0”", ""),
    ("16", "Line 5: u2 is “99”", ""),
    ("16", "Line 6: u2 is “NULL”", "--value answer:TEXT=4"),
    ("17", "Line 2: “Puskesmas Ujii” is not a unit’s code or name.", "Puskesmas Uji (PKMUJI)"),
    ("17", "Line 2: u3 is “5”", "Line 2: u9 is empty."),
    ("17", "the mode “Google Form” is not known", "mandiri, bantuan, kertas"),
    ("23", "Line 2: saran holds a character that is no text (NUL)", ""),
    ("24", "Line 6: u3 is “9”", ""),
    ("31", "The file is empty.", ""),
    ("36", "Line 2: the mode “online” is not known; write mandiri, bantuan, kertas.", ""),
    ("37", "Line 2: “1” is not a unit’s code or name.", "Dinas Satu (001)"),
    ("38", "Line 3: u9 is empty.", ""),
    ("42", "The columns u9, u9 all mean U9", "--column"),
    ("43", "This file is really a web page", "There is no column for U2"),
    (
        "44",
        "Numbered questions in the file: 16, in the questionnaire in force: 9",
        "SKM_INSTRUMENT",
    ),
    ("46", "Each row must hold all answers of one respondent", "turned into one row"),
    ("48", "An IKM of 30.56 is very low", "--best 1"),
]


@pytest.mark.parametrize(("number", "said", "offered"), ASKED)
def test_what_needs_an_answer_is_asked_and_nothing_is_stored(
    number: str, said: str, offered: str, shared: str, operator: Operator
) -> None:
    operator.sets(language="en")
    skm = operator.deployed(shared)
    ended = brings(skm, number)
    assert (ended.code, ended.out) == (1, "")
    assert said in ended.err
    assert offered in ended.err
    assert "Nothing was stored." in ended.err
    assert skm("batches").out == ""


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("22", "u8, u9 are read as codes of unsur: U8 complaints, U9 facilities"),
        ("15", "Line 3: “Jumlah” was passed over"),
        ("15", "Line 4: “NRR” was passed over"),
        ("15", "Line 7: “IKM” was passed over"),
        ("40", "The column “Nama” was passed over."),
        ("27", "Line 2: of a comment of 2,001 characters the first 2,000 are kept."),
        ("48", "U1 Requirements 1.00 (10/0/0/0)"),
    ],
)
def test_what_was_done_with_a_file_is_said_before_it_is_stored(
    number: str, said: str, shared: str, operator: Operator
) -> None:
    operator.sets(language="en")
    assert said in brings(operator.deployed(shared), number, "--preview").out


# --- what storing them does ----------------------------------------------------------------------


def figures_of(skm: Skm, period: str) -> tuple[object, object]:
    found = json.loads(skm("report", "PKMUJI", period, "--json").out)
    return found["responden"], found["ikm"]


def test_an_option_answers_each_question(office: Skm) -> None:
    asked = ("--order", "form", "--upp", "puskesmas uji", "--date", "1/9/2026")
    assert brings(office, "14", *asked).code == 0
    assert figures_of(office, "2026-09") == (2, "88.89")
    assert brings(office, "48", "--best", "1").code == 0
    assert figures_of(office, "2026-09") == (12, "93.52")
    rule = "1=1,2=1,3=2,4=3,5=4"
    assert brings(office, "05", "--recode", rule).code == 0
    assert brings(office, "37", "--value", "upp:1=001").code == 0
    found = office("batches").out.splitlines()
    assert [line.split("\t")[3:5] for line in found] == [
        ["1", "1"],
        ["1", "1"],
        ["10", "10"],
        ["2", "2"],
    ]


def test_the_order_of_a_form_is_remembered_for_the_next_file_of_the_office(office: Skm) -> None:
    asked = ("--order", "form", "--date", "2026-09-01")
    assert brings(office, "14", *asked, "--upp", "PKMUJI").code == 0
    path = Path("lagi.csv")
    path.write_text(Path(case("14")).read_text("utf-8").replace("4,4,3,4", "1,4,3,4"), "utf-8")
    again = ("responses", "import", "lagi.csv", "--date", "2026-10-01")
    ended = office(*again, "--upp", "PKMUJI")
    assert ended.code == 0
    assert "Columns and options are read as in batch 1." in ended.err
    assert "The questions are only numbered (9)" in office(*again, "--upp", "PKM2").err


def test_two_counters_whose_people_answer_alike_lose_nobody(office: Skm) -> None:
    assert "responses stored 5" in brings(office, "18a").out
    ended = brings(office, "18b")
    assert "Line 2, 3, 4: Rows that say the same as rows of batch 1: 3." in ended.err
    assert "responses stored 3" in ended.out
    assert figures_of(office, "2026-09") == (8, "100.00")


def test_rows_like_earlier_ones_are_left_out_only_when_asked(office: Skm) -> None:
    brings(office, "18a")
    ended = brings(office, "18b", "--similar", "skip")
    assert "Rows that say the same as rows of batch 1 and are left out: 3." in ended.err
    assert ended.out == "Nothing was stored.\n"
    assert figures_of(office, "2026-09") == (5, "100.00")


def test_a_batch_is_taken_back_and_its_corrected_file_brought_in(office: Skm) -> None:
    brings(office, "19a")
    assert "Rows that say the same as rows of batch 1: 1." in brings(office, "19b", "--preview").out
    assert office("undo", "1").out == "Batch 1 (19a-first.csv) was taken back.\n"
    assert brings(office, "19b").code == 0
    assert figures_of(office, "2026-09") == (2, "94.44")
    assert office("recount").code == 0
    states = [line.split("\t")[-1] for line in office("batches").out.splitlines()]
    assert states == ["stored", "taken back"]
    log = office("audit", "log").out
    assert "undone\tresponses 1 19a-first.csv" in log
    ended = office("undo", "1")
    assert (ended.code, ended.err) == (1, "Batch 1 was taken back already.\n")


def test_the_same_file_is_recognised_also_when_it_was_saved_in_another_way(office: Skm) -> None:
    brings(office, "18a")
    saved = Path(case("18a")).read_text("utf-8").replace(",", ";").replace("\n", "\r\n")
    Path("lagi.csv").write_bytes(b"\xef\xbb\xbf" + saved.encode())
    ended = office("responses", "import", "lagi.csv")
    assert (ended.code, ended.out) == (0, "")
    assert "already stored as batch 1" in ended.err
    assert office("responses", "import", "lagi.csv", "--again").code == 0
    assert figures_of(office, "2026-09") == (10, "100.00")


def test_our_own_export_brings_nothing_new(office: Skm) -> None:
    assert brings(office, "35").code == 0
    assert office("responses", "export", "--out", "keluar.csv").code == 0
    ended = office("responses", "import", "keluar.csv")
    assert (ended.code, ended.out) == (0, "Nothing was stored.\n")
    assert "Rows from an export of this system, which are stored already: 2." in ended.err
    assert figures_of(office, "2026-09") == (2, "88.89")


def test_weeks_at_the_turn_of_a_year_are_those_of_iso(office: Skm) -> None:
    brings(office, "34")
    for period, people in [("2024-W52", 1), ("2025-W01", 2), ("2020-W53", 1), ("2024", 2)]:
        assert figures_of(office, period)[0] == people


def test_comments_go_out_as_they_came_in_and_are_not_run(office: Skm) -> None:
    brings(office, "25")
    brings(office, "26")
    office("responses", "export", "--out", "keluar.csv")
    out = Path("keluar.csv").read_text("utf-8")
    assert Path(case("25")).read_text("utf-8").strip().rpartition(",")[2] in out
    for cell in ('"\'=HYPERLINK(""x"")"', "'+62812 telepon saya", "'@admin tolong", "'＝1+1"):
        assert cell in out


def test_the_average_row_of_a_recap_is_no_unit(office: Skm) -> None:
    ended = office("recap", "import", case("60"))
    assert ended.out.startswith("2 new rows")
    assert "“RATA-RATA KOTA” was left out: a row of sums or means, not a unit." in ended.err


def test_months_of_a_recap_are_periods_and_never_a_day(office: Skm, database_url: str) -> None:
    assert office("recap", "import", case("66")).out.startswith("7 new rows")

    async def periods() -> list[str]:
        async with Database.open(database_url) as db:
            return [str(row.period) for row in await db.read(recaps.rows)]

    assert sorted(asyncio.run(periods())) == [
        "2021", "2022-Q2", "2023-S1", "2024-S1", "2024-S2", "2025-Q1", "2025-S2",
    ]  # fmt: skip


def test_rows_that_are_left_out_say_how_much_they_could_move_the_index(office: Skm) -> None:
    ended = brings(office, "24", "--skip-bad")
    assert ended.code == 0
    assert "Without the rows that were skipped (1) the IKM is 88.89" in ended.out
    assert "between 86.11 and 90.28" in ended.out


def test_of_a_thousand_faults_of_one_kind_one_line_is_said(imports: Imports) -> None:
    ended = imports(row(nilai=0) * 1000)
    [said] = [line for line in ended.err.splitlines() if "u1" in line]
    assert said.startswith("Baris 2, 3, 4, 5, 6, 7, 8, 9, dan 992 lainnya: u1 berisi “0”")


def test_units_below_get_their_rows(imports: Imports, figures: Figures) -> None:
    assert imports(row() + row("MANAHAN", nilai=1)).code == 0
    assert figures("DINKES", "2026")["ikm"] == "50.00"
