"""A typed line becomes an event, a message becomes lines; nothing is lost on the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messaging.message import Choice, Inbound, Outbound
from bot.terminal.wire import inbound, lines, opening

QUESTION = Outbound(
    "Apakah petugas ramah?",
    (
        (Choice("Tidak", "v.a:U7:1"),),
        (Choice("Ya", "v.a:U7:4", chosen=True, hint="sangat"),),
        (Choice("Kembali", "v.back"), Choice("Berhenti", "v.stop")),
    ),
    progress=(3, 9),
)


def said(line: str, shown: Outbound | None = QUESTION) -> Inbound:
    return inbound(line, "id", "warga", shown)


def test_a_message_is_its_text_how_far_it_is_and_numbered_choices() -> None:
    assert lines(QUESTION) == (
        "\n\nApakah petugas ramah?"
        "\n\n[###......] 3/9"
        "\n\n  1  Tidak\n  2  ✓ Ya – sangat\n  3  Kembali\n  4  Berhenti"
    )


def test_a_message_without_choices_is_its_text() -> None:
    assert lines(Outbound("Terima kasih.")) == "\n\nTerima kasih."


@pytest.mark.parametrize(
    ("typed", "data"), [("1", "v.a:U7:1"), (" 4 ", "v.stop"), ("02", "v.a:U7:4")]
)
def test_a_number_presses_its_button(typed: str, data: str) -> None:
    assert said(typed).choice == data


@pytest.mark.parametrize(
    "typed", ["5", "0", "-1", "Ya", "/bantuan", "٢", "", "1 dan 2", "9" * 5000]
)
def test_anything_else_was_typed(typed: str) -> None:
    assert (said(typed).choice, said(typed).text) == (None, typed)


def test_without_a_screen_a_number_is_a_text() -> None:
    assert said("1", None).text == "1"


def test_the_start_names_the_collector_and_the_person() -> None:
    start = opening("K7Q2M9-ABCDEF", "id", "warga")
    assert (start.start, start.address.user, start.address.private) == (
        "K7Q2M9-ABCDEF",
        "warga",
        True,
    )


@given(st.text(alphabet=st.characters(codec=None)) | st.just("ba\0ik"))
def test_whatever_a_keyboard_gives_can_be_stored(typed: str) -> None:
    event = said(typed)
    assert event.choice or (event.text is not None and event.text.encode() is not None)
    assert "\0" not in (event.text or "")
