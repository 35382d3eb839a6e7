"""`skm recap import` and `skm audit recap`, as an operator types them."""

import asyncio
import io
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import openpyxl
import pytest

from skm.recap import Reported
from skm.store import recaps, upps
from skm.store.database import Database
from skm.upp import Upp
from tests.skm.recaps import csv_of, row
from tests.skm.tallies import RECAP

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def url(database_url: str) -> str:
    """A database with one unit."""

    async def add() -> None:
        async with Database.open(database_url) as db:
            unit = Upp("PKMPAJANG", "UPT Puskesmas Pajang")
            await db.write(partial(upps.put, units=[unit]))

    asyncio.run(add())
    return database_url


@pytest.fixture
def skm(tmp_path: Path) -> Run:
    """Runs `skm` with these words in a folder of its own; settings as keywords."""

    def run(*words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "bot", *words],
            cwd=tmp_path,
            env={**os.environ, **settings},
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run


def history(url: str, unit: Upp) -> list[Reported]:
    async def read() -> list[Reported]:
        async with Database.open(url) as db:
            return await db.read(partial(recaps.of_upp, upp=unit))

    return asyncio.run(read())


# --- skm recap import ----------------------------------------------------------------------------


@pytest.mark.takes_long
def test_a_recap_becomes_history_and_twice_changes_nothing(skm: Run, url: str) -> None:
    settings = {"SKM_DATABASE_URL": url, "SKM_SECRET_KEY": "k" * 32}
    first = skm("recap", "import", str(RECAP), **settings)
    assert (first.returncode, first.stdout) == (0, "310 new rows, 0 corrected, 0 known before.\n")
    assert first.stderr.startswith("154 units of the file are not among ours")
    again = skm("recap", "import", str(RECAP), **settings)
    assert again.stdout == "0 new rows, 0 corrected, 310 known before.\n"
    found = history(url, Upp("PKMPAJANG", "UPT Puskesmas Pajang"))
    assert [(str(one.row.period), str(one.row.ikm), one.source) for one in found] == [
        ("2023-Q1", "87.41", RECAP.name),
        ("2023-Q2", "86.96", RECAP.name),
    ]


def test_of_a_recap_with_mistakes_nothing_is_taken(skm: Run, url: str, tmp_path: Path) -> None:
    good, bad = row("UPT. Puskesmas Pajang"), row("Pasar", ikm="20")
    (tmp_path / "rekap.csv").write_bytes(csv_of([good, bad]))
    run = skm("recap", "import", "rekap.csv", SKM_DATABASE_URL=url, SKM_SECRET_KEY="k" * 32)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == "Line 3: ikm “20” is not a number from 25 to 100.\n"
    assert history(url, Upp("PKMPAJANG", "UPT Puskesmas Pajang")) == []


# --- skm audit recap -----------------------------------------------------------------------------


def test_the_audit_of_the_published_recap_needs_no_database(skm: Run) -> None:
    run = skm("audit", "recap", str(RECAP))
    assert (run.returncode, run.stderr) == (0, "435 findings.\n")
    found, summary, _ = run.stdout.split("\n\n")
    assert len(found.splitlines()) == 435
    assert found.splitlines()[0] == (
        "2023-Q1\tDinas Pendidikan\tIndex does not follow from its unsur\t\t86.34\t86.94\t0.1300"
    )
    said = dict(line.split("\t", 1) for line in summary.splitlines())
    assert said["Mean index of units"] == "89.23\t89.72"
    assert said["Index does not follow from its unsur"] == "137\t0"
    assert said["Same unsur, another index"] == "0\t155"
    assert [said[f"Units with follow-ups {share}%"] for share in ("100.00", "66.67")] == [
        "97\t121",
        "15\t9",
    ]


def test_the_findings_are_written_as_a_workbook(skm: Run, tmp_path: Path) -> None:
    run = skm("audit", "recap", str(RECAP), "--out", "temuan.xlsx")
    assert run.stdout.endswith("Written to temuan.xlsx.\n")
    book = openpyxl.load_workbook(io.BytesIO((tmp_path / "temuan.xlsx").read_bytes()))
    assert book.sheetnames == ["Ringkasan", "Temuan", "Cara memeriksa"]
    assert book["Temuan"].max_row == 436
    rows = [[cell.value for cell in line] for line in book["Ringkasan"].iter_rows()]
    assert ["Indeks tidak sesuai dengan unsurnya", 137, 0] in rows
    english = skm("audit", "recap", str(RECAP), "--out", "e.xlsx", "--language", "en")
    assert english.returncode == 0
    assert openpyxl.load_workbook(tmp_path / "e.xlsx").sheetnames[0] == "Summary"


def test_printed_averages_are_held_against_the_rows(skm: Run) -> None:
    right = skm("audit", "recap", str(RECAP), "--average", "2023-Q1=89,23")
    wrong = skm("audit", "recap", str(RECAP), "--average", "2023-Q1=90.23")
    assert (right.stderr, wrong.stderr) == ("435 findings.\n", "436 findings.\n")
    assert (
        "The whole government\tAverage does not follow from the rows\t\t90.23\t89.23"
        in wrong.stdout
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["tiada.csv"], "tiada.csv cannot be read: No such file or directory."),
        ([str(RECAP), "--average", "2023-Q1"], "The average “” is not a number from 25 to 100."),
        ([str(RECAP), "--average", "Q9=89.23"], "“Q9” is not a period"),
        ([str(RECAP), "--average", "2024-Q1=89.23"], "There are no rows of 2024-Q1"),
        ([str(RECAP), "--out", "temuan.pdf"], "temuan.pdf must end with .xlsx."),
        ([str(RECAP), "--language", "xx"], "--language is one of id, jv, en."),
        ([str(RECAP), "--out", "tiada/temuan.xlsx"], "cannot be written"),
    ],
)
def test_what_is_wrong_is_told_without_a_traceback(skm: Run, words: list[str], told: str) -> None:
    run = skm("audit", "recap", *words)
    assert run.returncode in (1, 2)
    assert told in " ".join(run.stderr.split())
    assert "Traceback" not in run.stderr
