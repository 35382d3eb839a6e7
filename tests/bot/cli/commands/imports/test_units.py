"""`skm upp import` and `list`."""

from pathlib import Path

from tests.tools.command_line import Ended, Skm

OFFICE = """DAFTAR UNIT PELAYANAN
No;OPD;Nama Unit;Jumlah Penduduk
1;Dinas Kesehatan;Puskesmas Sibela;9.500
2;;Puskesmas Pajang;12.500
3;Dinas Sosial;Dinas Sosial;
;Jumlah;;22.000
"""


def listed(skm: Skm) -> list[str]:
    return skm("upp", "list").out.splitlines()


def imported(skm: Skm, text: str, *options: str) -> Ended:
    Path("more.csv").write_text(text, encoding="utf-8")
    return skm("upp", "import", "more.csv", "--language", "en", *options)


def test_units_are_listed_with_tabs_into_a_pipe(skm: Skm) -> None:
    assert listed(skm)[1] == "MANAHAN\tPuskesmas Manahan\tDINKES\t"


def test_a_bad_row_is_reported_and_no_unit_is_stored(skm: Skm) -> None:
    ended = imported(skm, "code,name,parent\nA,Satu,\nB,Dua,TIADA\n")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == (
        "Line 3: parent “TIADA” is no unit’s code or name: add a row for it.\nNothing was stored.\n"
    )
    assert len(listed(skm)) == 3


def test_an_offices_list_is_previewed_stored_and_taken_back(skm: Skm) -> None:
    before = listed(skm)
    shown = imported(skm, OFFICE, "--preview").out.splitlines()
    assert shown[:5] == [
        "Preview of more.csv",
        "2 new units, 1 changed, 0 already stored.",
        "Puskesmas Sibela (PKMSIBELA), below DINKES",
        "Dinas Sosial (DINSOSIAL)",
        "Puskesmas Pajang (PAJANG), below DINKES",
    ]
    assert listed(skm) == before
    ended = imported(skm, OFFICE)
    assert (ended.code, ended.out) == (
        0,
        "2 new units, 1 changed, 0 already stored.\n"
        "Stored as batch 1. `skm undo 1` takes it back.\n",
    )
    assert "PAJANG\tPuskesmas Pajang\tDINKES\t12500" in listed(skm)
    again = imported(skm, OFFICE)
    assert again.out == "0 new units, 0 changed, 3 already stored.\n"
    assert "This file is already stored as batch 1" in again.err
    assert skm("undo", "1", "--language", "en").out == "Batch 1 (more.csv) was taken back.\n"
    assert listed(skm) == before
    assert skm("undo", "1").code == 1


def test_our_own_list_imported_again_says_nothing_new(skm: Skm) -> None:
    ended = imported(skm, "code\tname\tparent\tpopulation\n" + skm("upp", "list").out)
    assert (ended.code, ended.out) == (0, "0 new units, 0 changed, 3 already stored.\n")
    assert skm("batches").out == ""


def test_a_unit_that_is_in_use_keeps_its_batch(skm: Skm) -> None:
    imported(skm, "unit,induk\nPuskesmas Sibela,Puskesmas Pajang\n")
    assert skm("collector", "add", "PKMSIBELA", "--layanan", "Poli").code == 0
    ended = skm("undo", "1", "--language", "en")
    assert (ended.code, ended.err) == (
        1,
        "Batch 1 cannot be taken back: PKMSIBELA are in use.\n",
    )
    assert len(listed(skm)) == 4


def test_a_batch_that_a_later_one_builds_on_is_taken_back_after_it(skm: Skm) -> None:
    before = listed(skm)
    imported(skm, "unit\nBalai Satu\n")
    imported(skm, "unit,induk\nBalai Dua,Balai Satu\n")
    assert skm("undo", "1").code == 1
    assert skm("undo", "2").code == skm("undo", "1").code == 0
    assert listed(skm) == before


def test_a_similar_name_and_unknown_headings_are_asked_about_and_remembered(skm: Skm) -> None:
    text = "Sasaran,Unit\nx,Puskesmas Pajangg\n"
    ended = imported(skm, text)
    assert ended.code == 1
    assert "“Puskesmas Pajangg” is nearly the name of a stored unit." in ended.err
    assert "Puskesmas Pajang (PAJANG)" in ended.err
    assert "--new" in ended.err
    options = ("--value", "name:Puskesmas Pajangg=PAJANG")
    assert imported(skm, text, *options).code == 0
    assert "PAJANG\tPuskesmas Pajangg\tDINKES\t12000" in listed(skm)
    twice = "Nama,Unit\nBalai Tiga,y\n"
    assert imported(skm, twice).code == 1
    assert imported(skm, twice, "--column", "Unit=").code == 0
    assert "1 new units" in imported(skm, twice.replace("Tiga", "Empat")).out
    named = ("--map", "resmi")
    other = "Sebutan\nBalai Lima\n"
    assert "No row of column names" in imported(skm, other).err
    assert imported(skm, other, *named, "--column", "Sebutan=name").code == 0
    assert "1 new units" in imported(skm, other.replace("Lima", "Enam"), *named).out
