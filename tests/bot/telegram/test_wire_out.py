"""Outgoing messages as calls of the Bot API."""

import pytest

from bot.messaging.message import Attachment, Choice, Outbound
from bot.messaging.text_length import units
from bot.telegram import wire


def test_a_message_is_plain_text_without_link_preview() -> None:
    call = wire.call(Outbound("1 < 2 & <b>tidak tebal</b> https://sp4n.go.id"))
    assert call.method == "sendMessage"
    assert call.arguments == {
        "text": "1 < 2 & <b>tidak tebal</b> https://sp4n.go.id",
        "link_preview_options": {"is_disabled": True},
    }


def test_buttons_carry_their_data_and_the_chosen_one_is_ticked() -> None:
    rows = (
        (Choice("Baik", "v.a", hint="seperti seharusnya"), Choice("Buruk", "v.b", chosen=True)),
        (Choice("Hasil", url="https://example.go.id/hasil"),),
    )
    call = wire.call(Outbound("?", rows))
    assert call.arguments["reply_markup"] == {
        "inline_keyboard": [
            [
                {"text": "Baik", "callback_data": "v.a"},
                {"text": "✓ Buruk", "callback_data": "v.b"},
            ],
            [{"text": "Hasil", "url": "https://example.go.id/hasil"}],
        ]
    }


def test_a_replacement_is_an_edit_and_without_rows_the_buttons_go() -> None:
    call = wire.call(Outbound("Terima kasih", replaces="12"))
    assert call.method == "editMessageText"
    assert call.arguments["message_id"] == 12
    assert "reply_markup" not in call.arguments


@pytest.mark.parametrize(("done", "drawn"), [(0, "▱▱▱▱▱▱▱▱▱"), (3, "▰▰▰▱▱▱▱▱▱"), (9, "▰▰▰▰▰▰▰▰▰")])
def test_progress_is_drawn_under_the_text(done: int, drawn: str) -> None:
    assert wire.call(Outbound("?", progress=(done, 9))).arguments["text"] == f"?\n\n{drawn}"


@pytest.mark.parametrize(
    ("media_type", "method", "field"),
    [
        ("image/png", "sendPhoto", "photo"),
        ("image/jpeg", "sendPhoto", "photo"),
        ("image/svg+xml", "sendDocument", "document"),
        ("application/pdf", "sendDocument", "document"),
    ],
)
def test_a_picture_is_a_photo_and_anything_else_a_document(
    media_type: str, method: str, field: str
) -> None:
    attachment = Attachment("laporan", media_type, b"...")
    call = wire.call(Outbound("Laporan", attachment=attachment, replaces="12"))
    assert call.method == method
    assert call.arguments["caption"] == "Laporan"
    assert call.arguments[field].input_file_content == b"..."
    assert "message_id" not in call.arguments


def test_a_file_needs_no_caption() -> None:
    call = wire.call(Outbound("", attachment=Attachment("a.pdf", "application/pdf", b"...")))
    assert "caption" not in call.arguments


@pytest.mark.parametrize("data", ["", "x" * 65, "é" * 33])
def test_button_data_of_the_wrong_size_raises_value_error(data: str) -> None:
    with pytest.raises(ValueError, match="a button carries 1 to 64 bytes"):
        wire.call(Outbound("?", ((Choice("Baik", data),),)))


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_text_raises_value_error(text: str) -> None:
    with pytest.raises(ValueError, match="needs a text"):
        wire.call(Outbound(text))


def test_the_longest_texts_fit_with_their_progress() -> None:
    long = "\n".join(["Pelayanan petugas sangat ramah 👍"] * 300)
    text = wire.call(Outbound(long, progress=(3, 9))).arguments["text"]
    assert units(text) <= 4096
    assert text.endswith("…\n\n▰▰▰▱▱▱▱▱▱")
    attachment = Attachment("a.png", "image/png", b"...")
    assert units(wire.call(Outbound(long, attachment=attachment)).arguments["caption"]) <= 1024
