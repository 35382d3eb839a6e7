"""`skm batches` and `skm undo`."""

from tests.bot.cli.conftest import Figures, Imports, row
from tests.tools.command_line import Skm


def test_batches_are_listed_the_newest_first(skm: Skm, imports: Imports) -> None:
    imports(row() * 2 + row("PUSAT"), "--skip-bad")
    imports(row(nilai=4))
    found = [line.split("\t") for line in skm("batches").out.splitlines()]
    assert [(one[0], *one[1:5], one[6]) for one in found] == [
        ("2", "responses", "rows.csv", "1", "1", "stored"),
        ("1", "responses", "rows.csv", "3", "2", "stored"),
    ]
    assert len(skm("batches", "--limit", "1").out.splitlines()) == 1


def test_a_batch_is_taken_back_with_its_figures_and_only_once(
    skm: Skm, imports: Imports, figures: Figures
) -> None:
    imports(row() * 3)
    imports(row(nilai=4))
    assert skm("undo", "1").out == "Kiriman 1 (rows.csv) sudah diambil kembali.\n"
    assert (figures("PAJANG", "2026")["responden"], figures("PAJANG", "2026")["ikm"]) == (
        1,
        "100.00",
    )
    ended = skm("undo", "1", "--language", "en")
    assert (ended.code, ended.err) == (1, "Batch 1 was taken back already.\n")
    assert skm("undo", "9", "--language", "en").err == "There is no batch 9: see `skm batches`.\n"
    assert skm("recount").code == 0
