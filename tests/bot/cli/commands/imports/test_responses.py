"""`skm responses import` and `export`; tests/bot/cli/test_importing.py has the files of offices."""

import csv
from pathlib import Path

import pytest

from tests.bot.cli.conftest import Figures, Imports, row
from tests.conftest import Fresh
from tests.tools.command_line import Skm


def test_bad_rows_are_listed_and_nothing_is_stored(imports: Imports, figures: Figures) -> None:
    bad = row("PUSAT") + row(day="kemarin") + row(nilai=9)
    ended = imports(row() + bad, "--language", "en")
    assert (ended.code, ended.out) == (1, "")
    assert "Line 3: “PUSAT” is not a unit’s code or name." in ended.err
    assert "Line 4: the date “kemarin” cannot be read; write 24/11/2026" in ended.err
    assert "Line 5: u1 is “9”; write 1, 2, 3, 4" in ended.err
    assert figures("PAJANG", "2026")["responden"] == 0


def test_messages_are_in_the_language_of_the_deployment(imports: Imports) -> None:
    assert "bukan kode atau nama unit" in imports(row("PUSAT")).err
    ended = imports(row("PUSAT"), "--language", "xx")
    assert (ended.code, ended.err) == (1, "There is no language xx: choose one of id, jv, en.\n")


def test_another_scale_is_not_left_out_row_by_row(imports: Imports, figures: Figures) -> None:
    rows = row(nilai=5) * 3 + row(nilai=4) * 3
    ended = imports(rows, "--skip-bad", "--language", "en")
    assert ended.code == 1
    assert "The SKM scale is 1 to 4" in ended.err
    assert figures("PAJANG", "2026")["responden"] == 0


def test_rows_that_cannot_be_read_may_be_left_out(imports: Imports, figures: Figures) -> None:
    ended = imports(row() * 9 + row("PUSAT"), "--skip-bad", "--language", "en")
    assert "Batch 1: responses stored 9, rows left out 1." in ended.out
    assert figures("PAJANG", "2026")["responden"] == 9


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--upp", "TIADA"], "No unit is called “TIADA”"),
        (["--date", "2026-Q3"], "--date 2026-Q3 is no day: write 2026-11-24."),
        (["--recode", "5=6"], "“5=6” must lead to 1, 2, 3 or 4"),
        (["--column", "u1"], "Write “u1” with an equals sign: TEXT=MEANING."),
        (["--value", "1=001"], "Write “1” as COLUMN:TEXT=MEANING"),
        (["--best", "3"], "--best is 4 or 1."),
    ],
)
def test_an_option_that_cannot_be_read_is_explained(
    imports: Imports, options: list[str], said: str
) -> None:
    ended = imports(row(), *options)
    assert ended.code != 0
    assert said in " ".join(ended.err.split())


def test_a_file_that_is_not_there_is_named(skm: Skm) -> None:
    ended = skm("responses", "import", "tiada.csv")
    assert (ended.code, ended.err) == (1, "tiada.csv cannot be read: No such file or directory.\n")


@pytest.mark.thorough
@pytest.mark.takes_long
def test_fifty_thousand_rows_are_imported(imports: Imports, figures: Figures) -> None:
    rows = "".join(
        row(day=f"2026-0{n % 9 + 1}-{n % 28 + 1:02}", nilai=n % 4 + 1) for n in range(50_000)
    )
    assert "50.000 jawaban tersimpan" in imports(rows).out
    assert figures("PAJANG", "2026")["responden"] == 50_000
    assert figures("PAJANG", "2026")["ikm"] == "62.50"


def test_an_export_can_be_imported_by_another_deployment(
    skm: Skm, imports: Imports, figures: Figures, fresh: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    imports(row(saran="=1+1") + row("MANAHAN", nilai=1))
    ended = skm("responses", "export", "--out", "all.csv")
    assert ended.out == "2 responses are in all.csv.\n"
    skm("responses", "export", "--out", "one.csv", "--upp", "manahan", "--period", "2026-Q4")
    with Path("one.csv").open(encoding="utf-8", newline="") as file:
        assert [exported["upp"] for exported in csv.DictReader(file)] == ["MANAHAN"]
    with fresh() as url:
        monkeypatch.setenv("SKM_DATABASE_URL", url)
        skm("upp", "import", "upp.csv")
        assert "2 jawaban tersimpan" in skm("responses", "import", "all.csv").out
        assert figures("DINKES", "2026")["ikm"] == "50.00"


def test_a_closed_period_is_named_and_what_it_counts_stays(closed_quarter: Skm) -> None:
    head = f"upp,submitted_at,{','.join(f'u{n}' for n in range(1, 10))}\n"
    rows = [f"PAJANG,2026-{day},{','.join('3' * 9)}\n" for day in ("09-30", "10-01")]
    Path("rows.csv").write_text(head + "".join(rows), encoding="utf-8")
    ended = closed_quarter("responses", "import", "rows.csv", "--language", "en")
    assert "responses stored 2" in ended.out
    assert "2026-Q3 is closed: its new rows count in its revision only.\n" in ended.err
    assert closed_quarter("undo", "1").code == 0
