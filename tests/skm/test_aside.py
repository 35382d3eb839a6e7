"""The shape of a message shows a developer what came, and nobody anything that was in it."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from skm.aside import LONGEST, shape_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def test_names_and_nesting_stay_and_words_and_numbers_go() -> None:
    raw = {"message": {"text": "Ramah sekali", "from": {"id": 7001, "is_bot": False}, "photo": [1]}}
    assert shape_of(raw) == (
        '{"message": {"text": "str 12", "from": {"id": "int 4", "is_bot": "bool"},'
        ' "photo": ["int 1"]}}'
    )


def test_what_is_no_name_of_a_field_does_not_stay_either() -> None:
    assert shape_of({"Bu Sri, Jl. Slamet Riyadi": None}) == '{"a name of 25": "NoneType"}'


def test_a_shape_stays_small_whatever_came() -> None:
    deep: Any = []
    for _ in range(900):
        deep = [deep]
    for raw in (deep, {f"n{n}": "x" for n in range(9999)}, 10**9000, b"\xff" * 5000):
        assert len(shape_of(raw)) <= LONGEST


@given(JSON)
def test_every_json_has_a_shape(raw: object) -> None:
    assert len(shape_of(raw)) <= LONGEST


@given(st.text("abcdefghij ", min_size=9), st.integers(min_value=10**6))
def test_no_word_and_no_number_is_in_it(text: str, number: int) -> None:
    shape = shape_of({"update_id": number, "message": {"text": text, "chat": [text, number]}})
    assert text not in shape
    assert str(number) not in shape
