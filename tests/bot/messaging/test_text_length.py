"""Cutting a text to a length, counted in UTF-16 code units."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messaging.text_length import fitted, fitting, one_line, units, whole_lines


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("satu\ndua\ntiga", 13, "satu\ndua\ntiga"),
        ("satu\ndua\ntiga", 12, "satu\ndua\n…"),
        ("satu\ndua\ntiga", 10, "satu\ndua\n…"),
        ("satu\ndua\ntiga", 9, "satu\n…"),
        ("satu dua tiga", 9, "satu dua…"),
        ("👍👍👍👍", 6, "👍👍…"),
        ("\n\nsatu dua tiga", 9, "satu dua…"),
    ],
)
def test_what_is_too_long_is_cut_by_lines(text: str, limit: int, cut: str) -> None:
    assert whole_lines(text, limit) == cut
    assert units(cut) <= limit


@given(st.text(st.sampled_from("a👍 \n"), max_size=60), st.integers(4, 50))
def test_a_cut_text_fits_and_begins_as_the_text_does(text: str, limit: int) -> None:
    cut = whole_lines(text, limit)
    assert units(cut) <= limit
    assert cut == text or text.strip().startswith(cut.removesuffix("…").strip())


@pytest.mark.parametrize(
    ("most", "text"),
    [
        (15, "satu\ndua\ntiga"),
        (14, "satu\ndua\n…"),
        (10, "satu\ndua\n…"),
        (9, "satu\n…"),
        (2, "satu\n…"),
    ],
)
def test_a_list_keeps_its_head_and_shows_that_lines_are_missing(most: int, text: str) -> None:
    assert fitted("satu", ["dua", "tiga"], most) == text


def test_a_list_of_which_no_line_fits_may_be_left_out() -> None:
    assert fitted("satu", ["dua", "tiga"], 9, otherwise="tanpa daftar") == "tanpa daftar"
    assert fitted("satu", ["dua", "tiga"], 10, otherwise="tanpa daftar") == "satu\ndua\n…"


def test_whole_lines_are_kept_from_the_first() -> None:
    assert fitting(["👍👍", "dua", "tiga"], 8) == ["👍👍", "dua"]
    assert fitting(["👍👍", "dua", "tiga"], 7) == ["👍👍"]


def test_a_comment_is_clipped_in_one_line() -> None:
    assert one_line("satu\n\ndua   tiga", 9) == "satu dua…"
