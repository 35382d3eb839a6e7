"""Incoming updates (outgoing messages: test_wire_out.py)."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messaging.message import Address, Inbound
from bot.telegram import wire
from tests.bot.telegram.updates import GROUP, PRIVATE, WARGA, message, press

SRI = Address("telegram", "7000000001", "7000000001")
IN_GROUP = Address("telegram", "7000000001", "-1001234", private=False)


def inbound(raw: dict[str, Any], username: str = "skm_bot") -> Inbound | None:
    """What is read, without its time."""
    found = wire.read(raw, username).inbound
    return found and replace(found, sent_at=None)


@pytest.mark.parametrize(
    ("date", "sent_at"),
    [
        (1_795_000_000, datetime(2026, 11, 18, 11, 6, 40, tzinfo=UTC)),
        (0, None), (-1, None), (1 << 62, None), ("1795000000", None), (None, None), (True, None),
    ],
)  # fmt: skip
def test_a_message_has_the_time_of_its_sending_if_that_is_plausible(
    date: object, sent_at: datetime | None
) -> None:
    found = wire.read(message("halo", date=date)).inbound
    assert found is not None
    assert found.sent_at == sent_at


def test_a_press_has_no_time() -> None:
    found = wire.read(press()).inbound
    assert found is not None
    assert found.sent_at is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/start K7Q2M9", {"start": "K7Q2M9"}),
        ("/start   K7Q2M9-AB12  ", {"start": "K7Q2M9-AB12"}),
        ("/start@skm_bot K7Q2M9", {"start": "K7Q2M9"}),
        ("/START@SKM_Bot K7Q2M9", {"start": "K7Q2M9"}),
        ("/start", {"start": ""}),
        ("/start@skm_bot", {"start": ""}),
        ("/started K7Q2M9", {"text": "/started K7Q2M9"}),
        ("please /start", {"text": "please /start"}),
        ("/hapus", {"text": "/hapus"}),
        ("/report@skm_bot 2026-Q4", {"text": "/report@skm_bot 2026-Q4"}),
        ("Pelayanannya <b>baik</b> 👍🏽 مرحبا", {"text": "Pelayanannya <b>baik</b> 👍🏽 مرحبا"}),
        ("3", {"text": "3"}),
        ("x" * 4096, {"text": "x" * 4096}),
    ],
)
def test_a_message_is_a_start_or_a_text(text: str, said: Any) -> None:
    assert inbound(message(text)) == Inbound("5", SRI, language="id", **said)


def test_a_command_for_another_bot_of_the_group_is_ignored() -> None:
    assert inbound(message("/report@lain_bot", chat=GROUP)) is None
    assert inbound(message("/report@lain_bot", chat=GROUP), username="") is not None


def test_a_press_has_its_data_and_its_message() -> None:
    update = wire.read(press("K7Q2M9.A:U3:4"))
    assert update.press == "900"
    assert update.inbound == Inbound("6", SRI, choice="K7Q2M9.A:U3:4", message="12", language="id")


def test_a_press_on_an_inaccessible_message_is_read() -> None:
    gone = {"message_id": 12, "date": 0, "chat": PRIVATE}
    found = inbound(press("v.a", message=gone))
    assert found is not None
    assert found.message == "12"


def test_a_press_of_a_game_or_in_another_chat_is_only_answered() -> None:
    game = press()
    del game["callback_query"]["data"]
    for raw in (game, press(message=None, inline_message_id="AAAA")):
        assert wire.read(raw) == wire.Update(6, None, "900")


def test_a_press_on_a_message_that_telegram_does_not_have_is_answered_in_the_users_chat() -> None:
    found = inbound(press("v.a", message=None))
    assert found == Inbound("6", SRI, choice="v.a", language="id")


def test_a_message_in_a_topic_names_it_and_a_reply_elsewhere_does_not() -> None:
    for raw, thread in (
        (message("/help", chat=GROUP, message_thread_id=7, is_topic_message=True), "7"),
        (message("/help", chat=GROUP, message_thread_id=7), ""),
    ):
        found = inbound(raw)
        assert found is not None
        assert found.address == replace(IN_GROUP, thread=thread)


def test_a_group_is_not_private() -> None:
    for raw in (message("/help", chat=GROUP), press(chat=GROUP)):
        found = inbound(raw)
        assert found is not None
        assert found.address == IN_GROUP


@pytest.mark.parametrize(
    "kind",
    [
        "photo",
        "sticker",
        "voice",
        "video",
        "document",
        "location",
        "contact",
        "poll",
        "of_next_year",
    ],
)
def test_other_content_is_an_empty_inbound(kind: str) -> None:
    raw = message()
    raw["message"][kind] = {"of": "a new kind"}
    assert inbound(raw) == Inbound("5", SRI, language="id")


@pytest.mark.parametrize(
    "raw",
    [
        message(new_chat_members=[WARGA], chat=GROUP),
        message(pinned_message={"message_id": 1}),
        {"update_id": 5, "edited_message": message("diubah")["message"]},
        {"update_id": 5, "channel_post": {"message_id": 1, "chat": GROUP, "text": "/start A"}},
        {"update_id": 5, "my_chat_member": {"chat": PRIVATE, "from": WARGA}},
        {"update_id": 5, "something_of_next_year": {"a": 1}},
        {"update_id": 5},
    ],
)
def test_service_messages_and_other_updates_are_ignored(raw: dict[str, Any]) -> None:
    assert wire.read(raw) == wire.Update(5)


def test_a_post_of_a_channel_is_ignored() -> None:
    raw = message("/start A", chat=GROUP)
    del raw["message"]["from"]
    assert inbound(raw) is None


@pytest.mark.parametrize(
    ("code", "language"),
    [("id", "id"), ("en-US", "en"), ("JV", "jv"), (None, ""), (7, ""), ("", "")],
)
def test_the_language_is_the_clients_hint(code: object, language: str) -> None:
    found = inbound(message("halo", who={**WARGA, "language_code": code}))
    assert found is not None
    assert found.language == language


def test_a_lone_surrogate_becomes_a_question_mark() -> None:
    found = inbound(json.loads('{"update_id":5,"message":' + json.dumps(
        message("baik")["message"]).replace("baik", r"ba\ud800ik") + "}"))  # fmt: skip
    assert found is not None
    assert found.text == "ba?ik"


def test_nul_characters_are_removed() -> None:
    found = wire.read(message("ba\0ik")).inbound
    assert found is not None
    assert found.text == "baik"


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        (None, "update_id"),
        ([], "update_id"),
        ({}, "update_id"),
        ({"update_id": "5"}, "update_id"),
        ({"update_id": True}, "update_id"),
        ({"update_id": 5, "message": "halo"}, "message"),
        (message("halo", who={"id": "7"}), "id"),
        (message("halo", chat={"id": 1}), "type"),
        (message("halo", chat={"type": "private"}), "id"),
        (message(text={"html": "halo"}), "text"),
        (press(data=7), "data"),
        (press(id=900), "id"),
        (press(message={"chat": PRIVATE}), "message_id"),
    ],
)
def test_a_malformed_update_names_the_field_and_not_its_content(raw: object, field: str) -> None:
    with pytest.raises(wire.MalformedUpdate) as caught:
        wire.read(raw)
    assert str(caught.value).startswith(f"{field} is missing or not of type ")
    assert "halo" not in str(caught.value)


def test_an_id_beyond_64_bits_is_malformed() -> None:
    with pytest.raises(wire.MalformedUpdate, match="id is out of range"):
        wire.read(message("halo", who={"id": 10**300}))


@pytest.mark.parametrize(
    ("raw", "number"),
    [({"update_id": 5, "message": 3}, 5), ({"update_id": "5"}, None), (True, None), (None, None)],
)
def test_the_id_of_a_malformed_update_can_be_read(raw: object, number: int | None) -> None:
    assert wire.id_of(raw) == number


any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@st.composite
def bent(draw: st.DrawFn) -> object:
    """A valid update in which one field, at any depth, is replaced or removed."""
    raw: dict[str, Any] = json.loads(json.dumps(draw(st.sampled_from(
        [message("/start A"), message("halo"), message(photo=[]), press()]
    ))))  # fmt: skip
    inside: dict[str, Any] = raw
    while True:
        name = draw(st.sampled_from(sorted(inside)))
        if not isinstance(inside[name], dict) or not inside[name] or draw(st.booleans()):
            break
        inside = inside[name]
    inside[name] = draw(any_json)
    if draw(st.booleans()):
        del inside[name]
    return raw


@given(any_json | bent())
def test_reading_raises_nothing_but_malformed_update(raw: object) -> None:
    try:
        update = wire.read(raw, "skm_bot")
    except wire.MalformedUpdate:
        return
    assert wire.id_of(raw) == update.id
    for said in (update.inbound and (update.inbound.text, update.inbound.start)) or ():
        assert said is None or said.encode()
