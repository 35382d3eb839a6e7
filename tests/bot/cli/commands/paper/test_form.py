"""`skm paper form`."""

from pypdf import PdfReader

from tests.bot.cli.conftest import AddsCollector
from tests.tools.command_line import Skm


def test_forms_are_printed_two_on_a_sheet(skm: Skm, adds_collector: AddsCollector) -> None:
    code = adds_collector()
    ended = skm("paper", "form", code, "--count", "5", "--out", "forms.pdf")
    assert (ended.code, ended.out) == (0, "5 forms are in forms.pdf.\n")
    pages = PdfReader("forms.pdf").pages
    assert len(pages) == 3
    assert pages[0].extract_text().count("Puskesmas Pajang") == 2


def test_a_unit_with_one_collector_needs_no_code(skm: Skm, adds_collector: AddsCollector) -> None:
    refused = skm("paper", "form", "PAJANG", "--out", "forms.pdf")
    assert refused.err == "Name the collector of Puskesmas Pajang: its codes are none.\n"
    first = adds_collector()
    assert skm("paper", "form", "PAJANG", "--count", "1", "--out", "forms.pdf").code == 0
    second = adds_collector("--place", "Loket 2")
    refused = skm("paper", "form", "PAJANG", "--out", "forms.pdf")
    assert refused.code == 1
    assert first in refused.err
    assert second in refused.err


def test_a_form_speaks_the_language_that_is_asked_for(
    skm: Skm, adds_collector: AddsCollector
) -> None:
    code = adds_collector()
    skm("paper", "form", code, "--count", "1", "--language", "en", "--out", "forms.pdf")
    assert "Put a cross in the box" in PdfReader("forms.pdf").pages[0].extract_text()
