"""`skm qr` and `skm tickets`."""

import csv
import re
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from tests.bot.cli.conftest import PUBLIC_URL, AddsCollector
from tests.tools.command_line import Skm


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_the_qr_leads_to_the_landing_page(
    skm: Skm, adds_collector: AddsCollector, suffix: str
) -> None:
    code = adds_collector()
    ended = skm("qr", code.lower(), "--out", f"qr.{suffix}")
    assert ended.out == f"qr.{suffix} leads to {PUBLIC_URL}/s/{code}.\n"
    if suffix == "png":
        with Image.open("qr.png") as picture:
            [found] = zxingcpp.read_barcodes(picture)
        assert found.text == f"{PUBLIC_URL}/s/{code}"


def test_a_qr_that_leads_to_this_machine_is_warned_of(
    skm: Skm, adds_collector: AddsCollector, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = adds_collector()
    monkeypatch.delenv("SKM_PUBLIC_URL")
    assert "SKM_PUBLIC_URL is not set" in skm("qr", code, "--out", "qr.svg").err


def test_an_unknown_code_and_a_missing_folder_are_reported(
    skm: Skm, adds_collector: AddsCollector
) -> None:
    ended = skm("qr", "TIADA9", "--out", "qr.svg")
    assert (ended.code, ended.err) == (
        1,
        "No collector has the code TIADA9: see `skm collector list`.\n",
    )
    ended = skm("qr", adds_collector(), "--out", "tiada/qr.svg")
    assert (ended.code, ended.err) == (
        1,
        "tiada/qr.svg cannot be written: No such file or directory.\n",
    )


def test_tickets_as_csv_are_new_each_time(skm: Skm, adds_collector: AddsCollector) -> None:
    code = adds_collector("--ticketed")
    made = set()
    for _ in range(2):
        assert skm("tickets", code, "--count", "100", "--out", "t.csv").code == 0
        with Path("t.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert all(row["url"] == f"{PUBLIC_URL}/s/{row['ticket']}" for row in rows)
        made |= {row["ticket"] for row in rows}
    assert len(made) == 200
    assert all(re.fullmatch(f"{code}-[2-9A-HJ-NP-Z]{{8}}", ticket) for ticket in made)


def test_tickets_as_pdf_are_ten_on_a_page_each_with_its_code(
    skm: Skm, adds_collector: AddsCollector
) -> None:
    pytest.importorskip("typst")
    code = adds_collector("--ticketed")
    ended = skm("tickets", code, "--count", "25", "--out", "t.pdf")
    assert ended.out == "25 tickets are in t.pdf.\n"
    pages = [page.extract_text() for page in PdfReader("t.pdf").pages]
    assert [len(re.findall(f"{code}-[2-9A-Z]{{6}}", page)) for page in pages] == [10, 10, 5]
    assert "Puskesmas Pajang · Poli Umum" in " ".join(pages[0].split())


def test_a_collector_without_tickets_makes_none(skm: Skm, adds_collector: AddsCollector) -> None:
    ended = skm("tickets", adds_collector(), "--out", "t.csv")
    assert ended.code == 1
    assert "needs no tickets" in ended.err
    assert not Path("t.csv").exists()
