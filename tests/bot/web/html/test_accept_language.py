"""The Accept-Language header."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.html.accept_language import negotiate

OURS = ("id", "jv", "en")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("jv-ID,id;q=0.9", "jv"),
        ("en;q=0.3, id;q=0.9", "id"),
        ("fr-FR, in-ID;q=0.8, en;q=0.7", "id"),
        ("jw", "jv"),
        ("in", "id"),
        ("in_ID", "id"),
        ("id_ID, en", "id"),
        ("fr, en;q=0.2, jw-Latn-ID;q=0.4", "jv"),
        ("en;Q=0.3, id;q=0.9;level=1", "id"),
        ("jv;q=nan, en;q=0.1", "en"),
        ("en ; q = 0.5,id;q=0", "en"),
        ("id;q=0", ""),
        ("id;q=viel, en;q=0.1", "en"),
        ("*", ""),
        ("", ""),
        ("fr, de", ""),
    ],
)
def test_the_preferred_language_is_the_one_with_the_highest_weight(
    header: str, language: str
) -> None:
    assert negotiate(header, OURS) == language


def test_equal_weights_keep_their_order() -> None:
    assert negotiate("en,id", OURS) == "en"
    assert negotiate("id;q=0.5,en;q=0.5", OURS) == "id"


@given(st.text())
def test_any_header_gives_one_of_our_languages_or_none(header: str) -> None:
    assert negotiate(header, OURS) in {*OURS, ""}
