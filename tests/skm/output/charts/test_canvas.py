"""The canvas: text is broken into lines without losing a letter."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skm.output.charts.canvas import INNER, Canvas, Font
from skm.output.charts.marks import count, decimals
from tests.tools.chart_samples import longest_name

CANVAS = Canvas()
BODY = Font(24)
LETTERS = st.characters(min_codepoint=0x21, max_codepoint=0x17F, exclude_categories=("C", "Z"))


@given(st.lists(st.text(LETTERS, min_size=1, max_size=60), max_size=12), st.integers(60, INNER))
def test_no_letter_is_lost_and_no_line_too_wide(words: list[str], width: int) -> None:
    lines = CANVAS.wrapped(" ".join(words), BODY, width)
    assert "".join(lines).replace(" ", "") == "".join(words)
    assert all(CANVAS.width(line, BODY) <= width + 1 for line in lines)


@given(st.text(), st.booleans())
def test_text_in_any_script_is_drawn_without_a_warning(words: str, bold: bool) -> None:
    """Warnings of ours are errors in the tests, see pyproject.toml."""
    CANVAS.text((24, 24), words, Font(24, bold))


def test_a_letter_that_the_font_lacks_is_a_box_and_a_sign_without_shape_is_nothing() -> None:
    assert written("Loket \u200b日本\x07") == written("Loket 語語") != written("Loket ")
    assert written("\u200b\x07") == written("")


def written(words: str) -> bytes:
    canvas = Canvas()
    canvas.text((24, 40), words, BODY)
    return canvas.picture(60).tobytes()


def test_lines_are_broken_between_words() -> None:
    lines = CANVAS.wrapped(longest_name(), BODY, INNER)
    assert len(lines) == 3
    assert " ".join(lines) == longest_name()


def test_a_no_break_space_keeps_words_together() -> None:
    words = "U5\xa0Produk " * 6
    assert all(line.startswith("U5") for line in CANVAS.wrapped(words, BODY, 400))


@pytest.mark.parametrize(
    ("locale", "figure", "people"),
    [("id", "86,34", "1.360"), ("jv", "86,34", "1.360"), ("en", "86.34", "1,360")],
)
def test_numbers_are_written_as_people_there_write_them(
    locale: str, figure: str, people: str
) -> None:
    assert decimals(Decimal("86.34"), locale) == figure
    assert count(1360, locale) == people
    assert decimals(Decimal(100), locale)[:3] == "100"
