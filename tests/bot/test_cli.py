"""The command line as an operator meets it: what it prints, what it leaves, how it ends."""

import csv
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from tests.command_line import KEY, Ended, Operator, Skm
from tests.conftest import Fresh

PUBLIC = "https://survei.example.go.id"
HEAVY = {"sqlalchemy", "uvicorn", "starlette", "telegram", "matplotlib", "babel", "typst"}
UPPS = """code,name,parent,population
DINKES,Dinas Kesehatan,,
PAJANG,Puskesmas Pajang,DINKES,12000
MANAHAN,Puskesmas Manahan,DINKES,
"""
HEADER = f"upp,submitted_at,{','.join(f'u{n}' for n in range(1, 10))},saran\n"


def row(upp: str = "PAJANG", day: str = "2026-11-20", nilai: int = 3, saran: str = "") -> str:
    return f"{upp},{day}{f',{nilai}' * 9},{saran}\n"


@pytest.fixture
def bare(operator: Operator) -> Skm:
    """`skm` in an empty folder without any setting."""
    return operator.skm


@pytest.fixture
def empty(operator: Operator) -> Skm:
    """`skm` with settings, before anything else."""
    operator.sets(secret_key=KEY, public_url=PUBLIC)
    return operator.skm


@pytest.fixture
def skm(empty: Skm, database_url: str, operator: Operator) -> Skm:
    """`skm` of an office with three units."""
    operator.deployed(database_url)
    assert empty("migrate").code == 0
    Path("upp.csv").write_text(UPPS, encoding="utf-8")
    assert empty("upp", "import", "upp.csv").out == "Units: 3 new, 0 there already.\n"
    return empty


def imported(skm: Skm, rows: str, *options: str) -> Ended:
    Path("rows.csv").write_text(HEADER + rows, encoding="utf-8")
    return skm("responses", "import", "rows.csv", *options)


def figures(skm: Skm, upp: str, period: str) -> dict[str, object]:
    ended = skm("report", upp, period, "--json")
    assert ended.code == 0, ended.err
    found: dict[str, object] = json.loads(ended.out)
    return found


# --- before anything works -----------------------------------------------------------------------


def test_help_needs_no_settings_and_nothing_heavy(tmp_path: Path) -> None:
    program = (
        "import sys; sys.argv = ['skm', '--help']\n"
        "from bot.__main__ import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print('LOADED', *sorted({HEAVY!r} & set(sys.modules)))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path,
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    assert "Serve a demo city" in run.stdout
    assert run.stdout.splitlines()[-1] == "LOADED"


@pytest.mark.parametrize(
    "arguments", [["serve"], ["report", "X", "2026"], ["upp", "list"], ["chat", "PAJANG"], ["seed"]]
)
def test_a_missing_setting_is_one_sentence_and_2(bare: Skm, arguments: list[str]) -> None:
    ended = bare(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("SKM_SECRET_KEY is not set: ")
    assert len(ended.err.splitlines()) == 1


def test_a_wrong_setting_is_one_sentence_and_2(empty: Skm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKM_TIMEZONE", "Solo")
    ended = empty("migrate")
    assert (ended.code, ended.err) == (
        2,
        "SKM_TIMEZONE is no time zone; use one like Asia/Jakarta.\n",
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["raport"], "No such command"),
        (["report", "DINKES"], "Missing argument"),
        (["report", "DINKES", "2026-Q5"], "“2026-Q5” is not a period: write it like 2026-Q4"),
        (["qr", "PAJANG", "--out", "qr.gif"], "qr.gif must end with .png or .svg."),
        (["tickets", "PAJANG", "--out", "t.pdf", "--count", "0"], "Invalid value for '--count'"),
        (["whatsapp", "flow", "--out", "."], "must end with .json."),
        (["responses", "export"], "Missing option '--out'"),
        (["responses", "export", "--out", "x.xlsx"], "x.xlsx must end with .csv."),
    ],
)
def test_wrong_usage_is_told_and_2(skm: Skm, arguments: list[str], said: str) -> None:
    ended = skm(*arguments)
    assert ended.code == 2
    assert said in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["whatsapp", "flow", "--out", "flow.json"],
        ["qr", "--all", "--out", "posters.pdf"],
        ["poster", "DINKES", "2026-Q4", "--out", "poster.png"],
    ],
)
def test_a_language_that_we_do_not_speak_is_not_taken_for_another(
    skm: Skm, arguments: list[str]
) -> None:
    skm("collector", "add", "DINKES")
    ended = skm(*arguments, "--language", "xx")
    assert ended.code == 1
    assert ended.err.splitlines()[-1] == "There is no language xx: choose one of id, jv, en."
    assert not Path(arguments[-1]).exists()


def test_a_database_without_tables_says_to_migrate(empty: Skm) -> None:
    ended = empty("upp", "list")
    assert (ended.code, ended.err) == (
        1,
        "The database is not up to date: run `skm migrate` first.\n",
    )


def test_a_port_that_is_taken_is_told_before_anything_starts(
    empty: Skm, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("SKM_HTTP_PORT", str(taken.getsockname()[1]))
        ended = empty("serve")
    assert ended.code == 1
    assert "cannot be used (Address already in use): choose another SKM_HTTP_PORT." in ended.err


# --- responses and figures -----------------------------------------------------------------------


def test_imported_rows_are_in_the_report(skm: Skm) -> None:
    ended = imported(skm, row(nilai=3) + row(nilai=4) + row("MANAHAN", nilai=2))
    assert (ended.code, ended.out) == (0, "Responses: 3 new, 0 there already.\n")
    assert figures(skm, "PAJANG", "2026-Q4") == {
        "upp": "PAJANG",
        "period": "2026-Q4",
        "instrument": "skm9-1",
        "responden": 2,
        "ikm": "87.50",
        "mutu": "B",
        "kinerja": "Baik",
        "interval": ["25.00", "100.00"],
        "nrr": {f"U{n}": "3.500" for n in range(1, 10)},
        "nilai": {f"U{n}": "87.50" for n in range(1, 10)},
        "prioritas": ["U1", "U2", "U3"],
        "target": 372,
    }
    assert figures(skm, "DINKES", "2026-11")["ikm"] == "75.00"
    assert figures(skm, "dinas kesehatan", "2026-S2")["responden"] == 3


def test_nobody_answered_is_null_and_not_nought(skm: Skm) -> None:
    found = figures(skm, "MANAHAN", "2026-W47")
    assert found["responden"] == 0
    assert {key for key, value in found.items() if value is None} == {
        "instrument", "ikm", "mutu", "kinerja", "interval", "nrr", "nilai", "prioritas",
    }  # fmt: skip


def test_the_whole_instansi_is_shown_both_ways(skm: Skm) -> None:
    imported(skm, row(nilai=4) * 3 + row("MANAHAN", nilai=2))
    found = figures(skm, "kota", "2026")
    assert found["ikm"] == "87.50"
    assert found["instansi"] == {
        "ikm_gabungan": "87.50",
        "ikm_rerata_upp": "75.00",
        "upp": 3,
        "upp_terukur": 2,
    }
    told = skm("report", "semua", "2026").out
    assert "IKM           87.50  mutu B, Baik" in told
    assert "Mean of units 75.00  (2 have responses)" in told


def test_a_report_in_words_names_the_unsur_and_what_to_mend_first(skm: Skm) -> None:
    imported(skm, row(nilai=3) * 2)
    told = skm("report", "PAJANG", "2026-Q4").out
    assert "Puskesmas Pajang (PAJANG) · 2026-Q4" in told
    assert "Respondents   2  (target 372)" in told
    assert re.search(r"U1 +Persyaratan +← priority 1 +3\.000 +75\.00", told)
    none = skm("report", "MANAHAN", "2026-Q4").out
    assert "IKM           none: nobody answered in this period" in none


def test_a_name_that_fits_several_units_is_asked_back(skm: Skm) -> None:
    ended = skm("report", "puskesmas", "2026")
    assert ended.code == 1
    assert "did you mean" in ended.err
    assert {"PAJANG (Puskesmas Pajang)", "MANAHAN (Puskesmas Manahan)"} <= set(
        re.findall(r"[A-Z]+ \([\w ]+\)", ended.err)
    )


def test_bad_rows_are_listed_and_nothing_is_stored(skm: Skm) -> None:
    bad = row("PUSAT") + row(day="kemarin") + row(nilai=9)
    ended = imported(skm, row() + bad)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.splitlines() == [
        "Line 3: upp “PUSAT” is no unit's code or name: see `skm upp list`.",
        "Line 4: submitted_at “kemarin” is no date: write 2026-11-24 or 2026-11-24 09:30.",
        "Line 5: u1 is “9”: write 1, 2, 3 or 4.",
        "Nothing was stored. Rows to mend: 3.",
    ]
    assert figures(skm, "PAJANG", "2026")["responden"] == 0
    ended = imported(skm, row() + bad, "--skip-bad")
    assert (ended.code, ended.out) == (0, "Responses: 1 new, 0 there already, 3 left out.\n")


def test_a_thousand_bad_rows_do_not_flood_the_screen(skm: Skm) -> None:
    ended = imported(skm, row(nilai=9) * 1000)
    assert len(ended.err.splitlines()) == 52
    assert "… and 950 more." in ended.err


@pytest.mark.takes_long
def test_fifty_thousand_rows_are_taken(skm: Skm) -> None:
    rows = "".join(
        row(day=f"2026-0{n % 9 + 1}-{n % 28 + 1:02}", nilai=n % 4 + 1) for n in range(50_000)
    )
    ended = imported(skm, rows)
    assert ended.out == "Responses: 50,000 new, 0 there already.\n"
    assert figures(skm, "PAJANG", "2026")["responden"] == 50_000
    assert figures(skm, "PAJANG", "2026")["ikm"] == "62.50"


def test_an_export_can_be_imported_by_another_office(
    skm: Skm, fresh: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(skm, row(saran="=1+1") + row("MANAHAN", nilai=1))
    ended = skm("responses", "export", "--out", "all.csv")
    assert ended.out == "2 responses are in all.csv.\n"
    skm("responses", "export", "--out", "one.csv", "--upp", "manahan", "--period", "2026-Q4")
    with Path("one.csv").open(encoding="utf-8", newline="") as file:
        assert [said["upp"] for said in csv.DictReader(file)] == ["MANAHAN"]
    with fresh() as url:
        monkeypatch.setenv("SKM_DATABASE_URL", url)
        skm("upp", "import", "upp.csv")
        ended = skm("responses", "import", "all.csv")
        assert ended.out == "Responses: 2 new, 0 there already.\n"
        assert figures(skm, "DINKES", "2026")["ikm"] == "50.00"


# --- units and ways in ---------------------------------------------------------------------------


def test_units_are_listed_for_people_and_programs(skm: Skm) -> None:
    assert skm("upp", "list").out.splitlines()[1] == "MANAHAN\tPuskesmas Manahan\tDINKES\t"


def test_a_bad_unit_is_told_and_none_is_stored(skm: Skm) -> None:
    Path("more.csv").write_text("code,name,parent\nA,Satu,\nB,Dua,TIADA\n", encoding="utf-8")
    ended = skm("upp", "import", "more.csv")
    assert ended.code == 1
    assert "Line 3: parent TIADA is the code of no unit: add a row for it." in ended.err
    assert len(skm("upp", "list").out.splitlines()) == 3


def way_in(skm: Skm, *options: str) -> str:
    ended = skm("collector", "add", "Puskesmas Pajang", "--layanan", "Poli Umum", *options)
    assert ended.code == 0, ended.err
    return ended.out.strip()


def test_a_way_in_gets_a_code_that_nobody_misreads(skm: Skm) -> None:
    code = way_in(skm, "--place", "Loket 2")
    assert re.fullmatch("[2-9A-HJ-NP-Z]{6}", code)
    assert skm("collector", "list").out == f"{code}\tPAJANG\tPoli Umum\tLoket 2\t\n"
    assert skm("collector", "list", "--upp", "DINKES").out.startswith(code)
    assert skm("collector", "list", "--upp", "MANAHAN").out == ""


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_the_qr_leads_to_the_landing_page(skm: Skm, suffix: str) -> None:
    code = way_in(skm)
    ended = skm("qr", code.lower(), "--out", f"qr.{suffix}")
    assert ended.out == f"qr.{suffix} leads to {PUBLIC}/s/{code}.\n"
    if suffix == "png":
        with Image.open("qr.png") as picture:
            [found] = zxingcpp.read_barcodes(picture)
        assert found.text == f"{PUBLIC}/s/{code}"


def test_a_qr_that_only_works_on_this_machine_is_warned_of(
    skm: Skm, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = way_in(skm)
    monkeypatch.delenv("SKM_PUBLIC_URL")
    assert "SKM_PUBLIC_URL is not set" in skm("qr", code, "--out", "qr.svg").err


def test_an_unknown_code_and_a_folder_that_is_not_there_are_told(skm: Skm) -> None:
    ended = skm("qr", "TIADA9", "--out", "qr.svg")
    assert (ended.code, ended.err) == (
        1,
        "No collector has the code TIADA9: see `skm collector list`.\n",
    )
    ended = skm("qr", way_in(skm), "--out", "tiada/qr.svg")
    assert (ended.code, ended.err) == (
        1,
        "tiada/qr.svg cannot be written: No such file or directory.\n",
    )


def test_tickets_for_a_printer_are_new_every_time(skm: Skm) -> None:
    code = way_in(skm, "--ticketed")
    made = set()
    for _ in range(2):
        assert skm("tickets", code, "--count", "100", "--out", "t.csv").code == 0
        with Path("t.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert all(row["url"] == f"{PUBLIC}/s/{row['ticket']}" for row in rows)
        made |= {row["ticket"] for row in rows}
    assert len(made) == 200
    assert all(re.fullmatch(f"{code}-[2-9A-HJ-NP-Z]{{6}}", ticket) for ticket in made)


def test_tickets_on_paper_are_ten_a_page_each_with_its_code(skm: Skm) -> None:
    pytest.importorskip("typst")
    code = way_in(skm, "--ticketed")
    assert (
        skm("tickets", code, "--count", "25", "--out", "t.pdf").out == "25 tickets are in t.pdf.\n"
    )
    pages = [page.extract_text() for page in PdfReader("t.pdf").pages]
    assert [len(re.findall(f"{code}-[2-9A-Z]{{6}}", page)) for page in pages] == [10, 10, 5]
    assert "Puskesmas Pajang · Poli Umum" in " ".join(pages[0].split())


def test_an_open_collector_needs_no_tickets(skm: Skm) -> None:
    ended = skm("tickets", way_in(skm), "--out", "t.csv")
    assert ended.code == 1
    assert "asks for no tickets" in ended.err
    assert not Path("t.csv").exists()


# --- a process of its own ------------------------------------------------------------------------

PROGRAM = [sys.executable, "-m", "bot"]


@pytest.fixture
def outside(tmp_path: Path) -> dict[str, str]:
    """The environment of a process that is started in an empty folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SKM_")}
    kept["SKM_DATABASE_URL"] = os.environ.get("SKM_DATABASE_URL", "sqlite+aiosqlite:///skm.db")
    return {**kept, "PYTHONPATH": str(Path(__file__).parents[2]), "SKM_SECRET_KEY": KEY}


@pytest.fixture
def demo(tmp_path: Path, outside: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running `skm demo`, and where it is."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (tmp_path / "said").open("w+", encoding="utf-8") as said:
        process = subprocess.Popen(
            [*PROGRAM, "demo", "--port", str(port)],
            cwd=tmp_path,
            env=outside,
            stderr=said,
            text=True,
        )
        try:
            yield process, f"http://127.0.0.1:{port}"
        finally:
            process.kill()
            process.wait()


def fetched(url: str, process: subprocess.Popen[str]) -> str:
    """The page, once there is one."""
    while process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as page:
                return str(page.read().decode())
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the demo ended")


def test_the_demo_starts_from_nothing_and_stops_cleanly(
    demo: tuple[subprocess.Popen[str], str], tmp_path: Path, outside: dict[str, str]
) -> None:
    process, base = demo
    assert "UPT. Puskesmas Pajang" in fetched(f"{base}/s/PAJANG", process)
    assert "UPT. Puskesmas Pajang" in fetched(f"{base}/hasil/PKMPAJANG", process)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) in (0, 130)
    said = (tmp_path / "said").read_text(encoding="utf-8")
    assert f"{base}/s/PAJANG" in said
    assert f"{base}/hasil/PKMPAJANG" in said
    assert "Traceback" not in said
    env = tmp_path / ".demo" / "env"
    assert env.stat().st_mode & 0o077 == 0
    shell = 'set -a; . .demo/env; set +a; "$0" -m bot report kota 2>&1'
    year = time.strftime("%Y")
    told = subprocess.run(
        ["sh", "-c", f"{shell} {year}", sys.executable],
        cwd=tmp_path, env=outside, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "Kota Surakarta (data contoh)" in told.stdout


@pytest.mark.takes_long
def test_a_survey_in_the_terminal_goes_on_after_leaving(
    skm: Skm, tmp_path: Path, outside: dict[str, str]
) -> None:
    code = way_in(skm)

    def chat(typed: str) -> str:
        run = subprocess.run(
            [*PROGRAM, "chat", code, "--as", "siti"], cwd=tmp_path, env=outside, input=typed,
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return run.stdout

    assert "Pertanyaan 3 dari 9" in chat("3\n3\n")
    assert "Nomor tanda terima" in chat("3\n" * 7 + "lewati semua\n")
    year = time.strftime("%Y")
    assert figures(skm, "PAJANG", year)["responden"] == 1


@pytest.mark.takes_long
def test_ctrl_c_ends_a_chat_without_a_trace(
    skm: Skm, tmp_path: Path, outside: dict[str, str]
) -> None:
    chat = subprocess.Popen(
        [*PROGRAM, "chat", way_in(skm)], cwd=tmp_path, env=outside, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert chat.stdout is not None
    for line in chat.stdout:
        if "Tidak bersedia" in line:
            break
    time.sleep(0.3)
    chat.send_signal(signal.SIGINT)
    _, err = chat.communicate(timeout=30)
    assert chat.returncode == 0
    assert "Traceback" not in err
