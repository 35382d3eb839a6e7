"""Reading the JSON of webhooks."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messaging.button import parse_button
from bot.messaging.message import Address, Inbound, SentPhoto
from bot.running.settings import INSTRUMENTS
from bot.whatsapp.wire import MessageStatus, WebhookReader
from skm.survey.instrument import Instrument
from tests.bot.whatsapp.bodies import NUMBER, PHONE_ID, SRI, body

NINE = Instrument.parse((INSTRUMENTS / "skm9.toml").read_text(encoding="utf-8"))
READER = WebhookReader(PHONE_ID, NINE, {"id": "Halo, saya mau", "en": "Hello, I would"})


def done(name: str) -> list[Inbound]:
    return [inbound for message in READER.read(body(name)).messages for inbound in message.inbounds]


def only(name: str) -> Inbound:
    [inbound] = done(name)
    return inbound


# --- in -------------------------------------------------------------------------------------------


def test_a_prefilled_message_is_a_followed_link() -> None:
    assert only("text").start == "PAJANG"
    assert only("text").language == "id"


def test_an_edited_prefilled_message_is_a_text() -> None:
    assert only("text_edited").text == "Assalamualaikum pajang saya mau isi ya 🙏"


def test_a_tap_has_the_data_of_its_row_or_button() -> None:
    assert only("list_reply").choice == "K7Q2M9XD.a:U1:4"
    assert only("button_reply").choice == "K7Q2M9XD.done"


def test_a_flow_is_read_as_its_answers_each_with_an_id() -> None:
    given = done("flow_reply")
    events = [str(parse_button(one.choice)[1]) for one in given if one.choice]
    assert events[:3] == ["a:U1:2", "a:U2:3", "a:U3:4"]
    assert events[9:] == ["p:gender:female", "p:age:26", "skip"]
    assert given[-1].text == "Kursi ruang tunggu kurang."
    assert len({one.id for one in given}) == len(given) == 13


def test_a_flow_of_another_version_asks_for_the_current_question() -> None:
    old = body("flow_reply")
    reply = old["entry"][0]["changes"][0]["value"]["messages"][0]["interactive"]["nfm_reply"]
    reply["response_json"] = reply["response_json"].replace("skm9-2", "skm9-0")
    [message] = READER.read(old).messages
    assert [one.choice for one in message.inbounds] == ["K7Q2M9XD.show"]


def test_the_messages_of_a_batch_are_read_in_order() -> None:
    assert [one.text or one.choice for one in done("batched")] == [
        "PAJANG",
        "LOKET7",
        "K7Q2M9XD.a:U1:3",
    ]
    assert [one.text for one in done("several_entries")] == ["satu", "dua"]


def test_a_duplicate_has_the_same_id() -> None:
    first, second = done("duplicate")
    assert first.id == second.id == "wamid.HBgTWICE"


@pytest.mark.parametrize("name", ["text", "hidden_number", "list_reply", "flow_reply"])
def test_users_are_identified_by_their_business_scoped_id(name: str) -> None:
    assert {one.address.user for one in done(name)} == {SRI}
    assert {one.address.chat for one in done(name)} == {SRI}


@pytest.mark.parametrize("name", ["no_profile", "no_contacts"])
def test_without_a_scoped_id_the_number_identifies_the_user(name: str) -> None:
    assert only(name).address.user == NUMBER


def test_an_image_is_an_inbound_without_text() -> None:
    inbound = only("image")
    assert (inbound.start, inbound.choice, inbound.text) == (None, None, None)
    assert inbound.photo == SentPhoto("2754859441498128")


@pytest.mark.parametrize("key", ["../106540352242922/messages", "a b", "", "1?x=2"])
def test_a_media_id_that_is_unsafe_in_a_url_is_ignored(key: str) -> None:
    raw = body("image")
    raw["entry"][0]["changes"][0]["value"]["messages"][0]["image"]["id"] = key
    [message] = READER.read(raw).messages
    assert [one.photo for one in message.inbounds] == [None]


def test_the_button_of_an_invitation_opens_the_chat_or_asks_for_the_report() -> None:
    [message] = READER.read(body("template_button")).messages
    assert message.opens_chat
    assert [one.choice for one in message.inbounds] == ["/report"]


def test_statuses_say_which_message_arrived_or_failed_and_why() -> None:
    both = (SRI, "6281234567890")
    assert READER.read(body("status")).messages == ()
    assert READER.read(body("status")).statuses == (MessageStatus("wamid.HBgOURS", both),)
    failed = READER.read(body("status_failed")).statuses
    assert failed == (MessageStatus("wamid.HBgOURS", both, 131047),)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("reaction", "reaction"),
        ("group", "text"),
        ("other_number", "for another number"),
        ("account_update", "nothing about messages"),
    ],
)
def test_what_nobody_said_to_us_is_skipped_by_the_name_of_its_type(name: str, kind: str) -> None:
    notice = READER.read(body(name))
    assert notice.messages == ()
    assert notice.skipped == (kind,)


def test_a_changed_number_is_read_with_the_former_one() -> None:
    moved = only("number_changed")
    assert moved.moved
    assert moved.address == Address(
        "whatsapp", "6281234567891", "6281234567891", formerly=("6281234567890",)
    )


@pytest.mark.parametrize(
    "system",
    [
        {"type": "customer_identity_changed", "wa_id": "6281234567891"},
        {"type": "user_changed_number", "wa_id": "6281234567890"},
        {"type": "user_changed_number", "wa_id": "x"},
        {"type": "user_changed_user_id", "previous_user_id": SRI},
        {},
    ],
    ids=str,
)
def test_another_system_message_is_skipped(system: dict[str, str]) -> None:
    raw = body("number_changed")
    raw["entry"][0]["changes"][0]["value"]["messages"][0]["system"] = system
    notice = READER.read(raw)
    assert (notice.messages, notice.skipped, notice.malformed) == ((), ("system",), ())


@pytest.mark.parametrize("name", ["unknown_type", "unsupported"])
def test_other_content_is_an_empty_inbound(name: str) -> None:
    found = only(name)
    assert (found.text, found.choice, found.start, found.photo) == (None, None, None, None)
    assert READER.read(body(name)).malformed == ()


def test_a_long_message_id_is_replaced_by_its_digest() -> None:
    long = body("text")
    long["entry"][0]["changes"][0]["value"]["messages"][0]["id"] = "wamid." + "x" * 400
    [message] = READER.read(long).messages
    assert len(message.inbounds[0].id) == 64


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON, st.sampled_from(["entry", "changes", "value", "messages", "contacts", "interactive"]))
def test_reading_a_webhook_never_raises(junk: Any, where: str) -> None:
    def bent(raw: Any) -> Any:
        if isinstance(raw, dict):
            return {key: junk if key == where else bent(value) for key, value in raw.items()}
        return [bent(one) for one in raw] if isinstance(raw, list) else raw

    READER.read(junk)
    READER.read(bent(body("list_reply")))


@given(JSON)
def test_reading_a_flow_never_raises(junk: Any) -> None:
    raw = body("flow_reply")
    reply = raw["entry"][0]["changes"][0]["value"]["messages"][0]["interactive"]["nfm_reply"]
    given = {**json.loads(reply["response_json"]), "U1": junk, "saran": junk}
    reply["response_json"] = json.dumps(given)
    READER.read(raw)
    reply["response_json"] = json.dumps(junk)
    READER.read(raw)
