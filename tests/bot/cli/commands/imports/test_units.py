"""`skm upp import` and `list`."""

from pathlib import Path

from tests.tools.command_line import Skm


def test_units_are_listed_with_tabs_into_a_pipe(skm: Skm) -> None:
    assert skm("upp", "list").out.splitlines()[1] == "MANAHAN\tPuskesmas Manahan\tDINKES\t"


def test_a_bad_row_is_reported_and_no_unit_is_stored(skm: Skm) -> None:
    Path("more.csv").write_text("code,name,parent\nA,Satu,\nB,Dua,TIADA\n", encoding="utf-8")
    ended = skm("upp", "import", "more.csv")
    assert ended.code == 1
    assert "Line 3: parent TIADA is not the code of a unit: add a row for it." in ended.err
    assert len(skm("upp", "list").out.splitlines()) == 3
