"""Text that no spreadsheet runs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skm.intake.cells.text import escaped, unescaped
from tests.tools.examples import examples


@pytest.mark.parametrize("text", ["=1+1", "+62", "-", "@x", "\tx", "'=x", "＝1+1", "＠x"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert escaped(text) == f"'{text}"


@given(st.text())
@examples(200)
def test_every_text_comes_back(text: str) -> None:
    assert unescaped(escaped(text)) == text
    assert not escaped(text).startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
