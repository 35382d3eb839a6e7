"""`skm report` and `skm verify`."""

import re

from tests.bot.cli.commands.conftest import run_sql
from tests.bot.cli.conftest import Figures, Imports, row
from tests.tools.command_line import Skm

STORED = (
    "Kiriman 1: 3 jawaban tersimpan, 0 baris tidak. Dapat diambil kembali dengan `skm undo 1`.\n"
)

# --- skm report ----------------------------------------------------------------------------------


def test_imported_rows_are_in_the_report(imports: Imports, figures: Figures) -> None:
    ended = imports(row(nilai=3) + row(nilai=4) + row("MANAHAN", nilai=2))
    assert (ended.code, ended.out) == (0, STORED)
    found = figures("PAJANG", "2026-Q4")
    del found["sementara"], found["laju"]  # which depend on the day of the test
    assert found == {
        "upp": "PAJANG",
        "period": "2026-Q4",
        "instrument": "skm9-2",
        "responden": 2,
        "ikm": "87.50",
        "mutu": "B",
        "kinerja": "Baik",
        "mutu_mungkin": None,
        "interval": None,
        "nrr": {f"U{n}": "3.500" for n in range(1, 10)},
        "nilai": {f"U{n}": "87.50" for n in range(1, 10)},
        "prioritas": ["U1", "U2", "U3"],
        "target": 94,
    }
    assert figures("DINKES", "2026-11")["ikm"] == "75.00"
    assert figures("dinas kesehatan", "2026-S2")["responden"] == 3


def test_without_responses_figures_are_null_and_not_zero(figures: Figures) -> None:
    found = figures("MANAHAN", "2026-W46")
    assert found["responden"] == 0
    assert {key for key, value in found.items() if value is None} == {
        "instrument", "ikm", "mutu", "kinerja", "mutu_mungkin", "interval", "nrr", "nilai",
        "prioritas", "laju",
    }  # fmt: skip


def test_the_whole_instansi_has_a_pooled_index_and_a_mean_of_units(
    skm: Skm, imports: Imports, figures: Figures
) -> None:
    imports(row(nilai=4) * 3 + row("MANAHAN", nilai=2))
    found = figures("kota", "2026")
    assert found["ikm"] == "87.50"
    assert found["instansi"] == {
        "ikm_gabungan": "87.50",
        "ikm_rerata_upp": "75.00",
        "upp": 3,
        "upp_terukur": 2,
        "upp_mencapai_target": 0,
    }
    text = skm("report", "semua", "2026").out
    assert "IKM           87.50  mutu B, Baik" in text
    assert "Mean of units 75.00  (2 have responses)" in text


def test_a_report_as_text_names_each_unsur_and_the_priorities(skm: Skm, imports: Imports) -> None:
    imports(row(nilai=3) * 2)
    text = skm("report", "PAJANG", "2026-Q4").out
    assert "Puskesmas Pajang (PAJANG) · 2026-Q4" in text
    assert "Respondents   2  (target 94)" in text
    assert re.search(r"U1 +Persyaratan +← priority 1 +3\.000 +75\.00", text)
    none = skm("report", "MANAHAN", "2026-Q4").out
    assert "IKM           none: no responses in this period" in none


def test_a_name_that_fits_several_units_is_answered_with_their_codes(skm: Skm) -> None:
    ended = skm("report", "puskesmas", "2026")
    assert ended.code == 1
    assert "did you mean" in ended.err
    assert {"PAJANG (Puskesmas Pajang)", "MANAHAN (Puskesmas Manahan)"} <= set(
        re.findall(r"[A-Z]+ \([\w ]+\)", ended.err)
    )


def test_the_report_of_a_closed_period_shows_the_frozen_figures(closed_quarter: Skm) -> None:
    ended, out, _ = closed_quarter("report", "pajang", "2026-Q3", "--json")
    assert ended == 0
    assert '"responden": 6' in out
    assert '"ikm": "75.00"' in out


# --- skm verify ----------------------------------------------------------------------------------


def test_withdrawn_and_late_responses_are_no_difference(closed_quarter: Skm) -> None:
    ended, out, _ = closed_quarter("verify", "tw3 2026")
    assert ended == 0
    assert out.startswith("2026-Q3: 6 responses were counted; 1 were withdrawn since, 1 came late.")
    assert out.endswith("Nothing differs.\n")


def test_a_changed_answer_is_found(closed_quarter: Skm, database_url: str) -> None:
    run_sql(
        database_url,
        r"UPDATE response SET answers = replace(answers, '\:3', '\:4') WHERE id = 'r2'",
    )
    ended, out, _ = closed_quarter("verify", "2026-Q3")
    assert ended == 1
    assert out.splitlines()[1:] == [
        "differs: r2: a response is not the one that was counted.",
        "differs: PAJANG: the responses do not add up to the frozen tallies.",
    ]


def test_a_changed_figure_is_found(closed_quarter: Skm, database_url: str) -> None:
    run_sql(database_url, "UPDATE closing SET content = replace(content, '75.00', '95.00')")
    ended, out, _ = closed_quarter("verify", "2026-Q3")
    assert ended == 1
    assert "its SHA-256 is another" in out


def test_a_period_that_is_not_closed_is_one_sentence(closed_quarter: Skm) -> None:
    ended, out, err = closed_quarter("verify", "2026-Q1")
    assert (ended, out) == (1, "")
    assert err.strip().endswith("2026-Q1: it is not closed: there is nothing to verify.")


def test_a_period_that_has_not_begun_is_refused(skm: Skm) -> None:
    ended = skm("report", "kota", "2099")
    assert ended.code != 0
    assert "2099 has not begun: ask for a period that is running or over." in ended.err
