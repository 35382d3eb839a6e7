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


def test_the_number_of_people_served_stands_beside_the_respondents(skm: Skm) -> None:
    head = "code,period,field,option,count\n"
    Path("users.csv").write_text(f"{head}MANAHAN,2026-Q9,,,800\n", encoding="utf-8")
    assert skm("upp", "users", "users.csv").code == 1
    Path("users.csv").write_text(
        f"{head}MANAHAN,2026-Q4,,,800\nMANAHAN,2026-Q4,gender,male,300\n", encoding="utf-8"
    )
    ended = skm("upp", "users", "users.csv")
    assert (ended.code, ended.out.strip()) == (0, "Users of 1 units and periods are stored.")
    assert "users users.csv: 1 units and periods" in skm("audit", "log").out
