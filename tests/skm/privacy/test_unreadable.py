"""The shape of a message shows its structure and nothing of its content."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from skm.privacy.unreadable import LONGEST, shape_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def test_a_shape_has_names_and_nesting_but_no_words_and_numbers() -> None:
    raw = {"message": {"text": "Ramah sekali", "from": {"id": 7001, "is_bot": False}, "photo": [1]}}
    assert shape_of(raw) == (
        '{"message": {"text": "str 12", "from": {"id": "int 4", "is_bot": "bool"},'
        ' "photo": ["int 1"]}}'
    )


def test_keys_that_are_no_field_names_are_left_out() -> None:
    assert shape_of({"Bu Sri, Jl. Slamet Riyadi": None}) == '{"a name of 25": "NoneType"}'


def test_a_shape_is_short_for_any_input() -> None:
    deep: Any = []
    for _ in range(900):
        deep = [deep]
    for raw in (deep, {f"n{n}": "x" for n in range(9999)}, 10**9000, b"\xff" * 5000):
        assert len(shape_of(raw)) <= LONGEST


@given(JSON)
def test_every_json_has_a_shape(raw: object) -> None:
    assert len(shape_of(raw)) <= LONGEST


@given(st.text("abcdefghij ", min_size=9), st.integers(min_value=10**6))
def test_a_shape_contains_no_word_and_no_number_of_the_message(text: str, number: int) -> None:
    shape = shape_of({"update_id": number, "message": {"text": text, "chat": [text, number]}})
    assert text not in shape
    assert str(number) not in shape
