"""The text in the QR of a paper form."""

import pytest
import segno

from skm.paper.form_code import FormCode, form_code


def test_a_code_is_read_back_as_it_was_written() -> None:
    code = FormCode("PAJANG", "SKM9-1", "7H2KQ4M")
    assert form_code(str(code)) == code


@pytest.mark.parametrize(
    "text", ["", "https://example.go.id/s/PAJANG", "SKM1:PAJANG:SKM9-1", "SKMX:A:B:C"]
)
def test_the_qr_of_something_else_is_no_form(text: str) -> None:
    assert form_code(text) is None


def test_the_longest_code_still_makes_large_modules() -> None:
    """At 23 mm, 29 modules are 0.8 mm each: four pixels of a photo that a chat has shrunk."""
    code = FormCode("WWWWWWWWWWWW", "SKM9-12", "7H2KQ4M")
    assert segno.make_qr(str(code), error="m").symbol_size(border=0)[0] <= 29
