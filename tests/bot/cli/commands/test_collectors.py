"""`skm collector add` and `skm collector list`."""

import re

from tests.bot.cli.conftest import AddsCollector
from tests.tools.command_line import Skm


def test_a_collector_gets_a_code_without_characters_that_look_alike(
    skm: Skm, adds_collector: AddsCollector
) -> None:
    code = adds_collector("--place", "Loket 2")
    assert re.fullmatch("[2-9A-HJ-NP-Z]{6}", code)
    assert skm("collector", "list").out == f"{code}\tPAJANG\tPoli Umum\tLoket 2\t\n"
    assert skm("collector", "list", "--upp", "DINKES").out.startswith(code)
    assert skm("collector", "list", "--upp", "MANAHAN").out == ""
