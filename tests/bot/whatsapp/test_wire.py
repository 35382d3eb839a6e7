"""What WhatsApp's webhooks mean."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.message import Inbound, Photo
from bot.phrase import parse_button
from bot.settings import INSTRUMENTS
from bot.whatsapp.wire import Failure, Reader
from skm.instrument import Instrument
from tests.bot.whatsapp.bodies import NUMBER, PHONE_ID, SRI, body

NINE = Instrument.parse((INSTRUMENTS / "skm9.toml").read_text(encoding="utf-8"))
READER = Reader(PHONE_ID, NINE, {"id": "Halo, saya mau", "en": "Hello, I would"})


def done(name: str) -> list[Inbound]:
    return [inbound for message in READER.read(body(name)).messages for inbound in message.done]


def only(name: str) -> Inbound:
    [inbound] = done(name)
    return inbound


# --- in -------------------------------------------------------------------------------------------


def test_a_prefilled_message_is_a_link_that_was_followed() -> None:
    assert only("text").start == "PAJANG"
    assert only("text").language == "id"


def test_a_prefilled_message_that_was_edited_is_text_in_which_the_code_is_found_later() -> None:
    assert only("text_edited").text == "Assalamualaikum pajang saya mau isi ya 🙏"


def test_a_tap_carries_what_our_row_or_button_carried() -> None:
    assert only("list_reply").choice == "K7Q2M9XD.a:U1:4"
    assert only("button_reply").choice == "K7Q2M9XD.done"


def test_a_form_is_its_answers_one_after_the_other_under_names_of_their_own() -> None:
    given = done("flow_reply")
    events = [str(parse_button(one.choice)[1]) for one in given if one.choice]
    assert events[:3] == ["a:U1:2", "a:U2:3", "a:U3:4"]
    assert events[9:] == ["p:gender:female", "p:age:26", "skip"]
    assert given[-1].text == "Kursi ruang tunggu kurang."
    assert len({one.id for one in given}) == len(given) == 13


def test_a_form_of_another_version_only_asks_where_we_are() -> None:
    old = body("flow_reply")
    reply = old["entry"][0]["changes"][0]["value"]["messages"][0]["interactive"]["nfm_reply"]
    reply["response_json"] = reply["response_json"].replace("skm9-1", "skm9-0")
    [message] = READER.read(old).messages
    assert [one.choice for one in message.done] == ["K7Q2M9XD.show"]


def test_every_message_of_a_batch_is_read_in_its_order() -> None:
    assert [one.text or one.choice for one in done("batched")] == [
        "PAJANG",
        "LOKET7",
        "K7Q2M9XD.a:U1:3",
    ]
    assert [one.text for one in done("several_entries")] == ["satu", "dua"]


def test_a_duplicate_keeps_its_id_for_the_database_to_know_it_by() -> None:
    first, second = done("duplicate")
    assert first.id == second.id == "wamid.HBgTWICE"


@pytest.mark.parametrize("name", ["text", "hidden_number", "list_reply", "flow_reply"])
def test_people_are_known_by_their_business_scoped_id(name: str) -> None:
    assert {one.address.user for one in done(name)} == {SRI}
    assert {one.address.chat for one in done(name)} == {SRI}


@pytest.mark.parametrize("name", ["no_profile", "no_contacts"])
def test_where_there_is_no_such_id_the_number_stands_for_it(name: str) -> None:
    assert only(name).address.user == NUMBER


def test_a_picture_is_something_that_we_cannot_read() -> None:
    inbound = only("image")
    assert (inbound.start, inbound.choice, inbound.text) == (None, None, None)
    assert inbound.photo == Photo("2754859441498128")


@pytest.mark.parametrize("key", ["../106540352242922/messages", "a b", "", "1?x=2"])
def test_a_picture_whose_name_could_lead_elsewhere_is_not_asked_for(key: str) -> None:
    raw = body("image")
    raw["entry"][0]["changes"][0]["value"]["messages"][0]["image"]["id"] = key
    [message] = READER.read(raw).messages
    assert [one.photo for one in message.done] == [None]


def test_the_button_of_an_invitation_opens_the_chat_and_else_asks_for_the_report() -> None:
    [message] = READER.read(body("template_button")).messages
    assert message.opens
    assert [one.choice for one in message.done] == ["/report"]


def test_statuses_are_understood_and_only_failures_are_told() -> None:
    assert READER.read(body("status")).failures == ()
    assert READER.read(body("status")).messages == ()
    assert READER.read(body("status_failed")).failures == (Failure(SRI, 131047),)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("unknown_type", "hologram"),
        ("unsupported", "unsupported"),
        ("reaction", "reaction"),
        ("number_changed", "system"),
        ("group", "text"),
        ("other_number", "another number's"),
        ("account_update", "nothing about messages"),
    ],
)
def test_what_does_not_concern_us_is_passed_over_and_named(name: str, kind: str) -> None:
    notice = READER.read(body(name))
    assert notice.messages == ()
    assert notice.skipped == (kind,)


def test_a_message_id_too_long_for_the_store_is_kept_as_its_digest() -> None:
    long = body("text")
    long["entry"][0]["changes"][0]["value"]["messages"][0]["id"] = "wamid." + "x" * 400
    [message] = READER.read(long).messages
    assert len(message.done[0].id) == 64


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON, st.sampled_from(["entry", "changes", "value", "messages", "contacts", "interactive"]))
def test_nothing_that_is_sent_breaks_the_reader(junk: Any, where: str) -> None:
    def bent(raw: Any) -> Any:
        if isinstance(raw, dict):
            return {key: junk if key == where else bent(value) for key, value in raw.items()}
        return [bent(one) for one in raw] if isinstance(raw, list) else raw

    READER.read(junk)
    READER.read(bent(body("list_reply")))


@given(JSON)
def test_nothing_in_a_form_breaks_the_reader(junk: Any) -> None:
    raw = body("flow_reply")
    reply = raw["entry"][0]["changes"][0]["value"]["messages"][0]["interactive"]["nfm_reply"]
    given = {**json.loads(reply["response_json"]), "U1": junk, "saran": junk}
    reply["response_json"] = json.dumps(given)
    READER.read(raw)
    reply["response_json"] = json.dumps(junk)
    READER.read(raw)
