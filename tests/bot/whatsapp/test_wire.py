"""What WhatsApp's webhooks mean, and what our screens become within its limits."""

import json
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog import Catalog
from bot.fit import units
from bot.message import Attachment, Choice, Inbound, Outbound
from bot.phrase import Phrase, parse_button
from bot.settings import INSTRUMENTS
from bot.whatsapp.wire import BODY, Failure, Json, Reader, chosen_few, messages, parted
from skm.instrument import Instrument
from skm.interview import Event, EventType, Interview, Note, Prompt, Stage
from skm.upp import Collector, Mode
from skm.visit import Visit
from tests.bot.whatsapp.bodies import NUMBER, PHONE_ID, SRI, body
from tests.chat import Time

CATALOG = Catalog.load()
NINE = Instrument.parse((INSTRUMENTS / "skm9.toml").read_text(encoding="utf-8"))
SIXTEEN = Instrument.parse((INSTRUMENTS / "skm16.toml").read_text(encoding="utf-8"))
READER = Reader(PHONE_ID, NINE, {"id": "Halo, saya mau", "en": "Hello, I would"})
SAY = partial(CATALOG.say, "id")
CHART = Attachment("grafik.png", "image/png", b"png", "Grafik IKM")
SHEET = Attachment("laporan.xlsx", "application/vnd.ms-excel", b"xlsx")


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
        ("account_update", "a body that is not WhatsApp's"),
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


# --- out: the form of a message ------------------------------------------------------------------


def drawn(*labels: str, text: str = "Apa?", **more: Any) -> list[Json]:
    rows = tuple((Choice(label, f"v.{label}"),) for label in labels)
    return messages(Outbound(text, rows, **more), SAY, media="m1")


def test_a_sentence_is_a_text_without_a_preview_of_its_links() -> None:
    assert drawn(text="Halo") == [{"type": "text", "text": {"body": "Halo", "preview_url": False}}]


def test_up_to_three_short_choices_are_buttons() -> None:
    [message] = drawn("Ya", "Tidak")
    assert message["interactive"]["type"] == "button"
    assert [b["reply"]["id"] for b in message["interactive"]["action"]["buttons"]] == [
        "v.Ya",
        "v.Tidak",
    ]


@pytest.mark.parametrize("labels", [("a", "b", "c", "d"), ("x" * 21,)])
def test_more_or_longer_ones_are_a_list(labels: tuple[str, ...]) -> None:
    [message] = drawn(*labels)
    assert message["interactive"]["type"] == "list"
    assert message["interactive"]["action"]["button"] == "Pilih"


def test_a_long_name_is_said_in_full_below_its_title() -> None:
    [message] = drawn("Dinas Kependudukan dan Pencatatan Sipil")
    [row] = message["interactive"]["action"]["sections"][0]["rows"]
    assert row["title"] == "Dinas Kependudukan dan…"
    assert row["description"] == "Dinas Kependudukan dan Pencatatan Sipil"


def test_the_answer_given_earlier_is_marked() -> None:
    rows = ((Choice("Baik", "v.a", chosen=True, hint="Bersih"), Choice("Buruk", "v.b")),)
    [message] = messages(Outbound("?", rows), SAY)
    first, _ = message["interactive"]["action"]["sections"][0]["rows"]
    assert first["description"] == "✓ Bersih"


def test_a_link_is_written_out_since_buttons_cannot_hold_it() -> None:
    [message] = messages(Outbound("Lihat", ((Choice("Hasil", url="https://x.id"),),)), SAY)
    assert message["text"]["body"] == "Lihat\nHasil: https://x.id"


def test_a_text_too_long_for_buttons_is_said_before_them() -> None:
    first, second = drawn("Ya", text="\n".join(["baris " * 20] * 20))
    assert first["type"] == "text"
    assert second["interactive"]["type"] == "button"


def test_a_chart_with_buttons_is_one_message() -> None:
    [message] = drawn("Ya", text="Ringkasan", attachment=CHART)
    assert message["interactive"]["header"] == {"type": "image", "image": {"id": "m1"}}


def test_a_chart_with_a_list_is_two_and_a_file_keeps_its_name() -> None:
    picture, asked = drawn("a", "b", "c", "d", text="Ringkasan", attachment=CHART)
    assert picture == {"type": "image", "image": {"id": "m1"}}
    assert asked["interactive"]["type"] == "list"
    assert drawn(text="Ini", attachment=SHEET) == [
        {
            "type": "document",
            "document": {"id": "m1", "filename": "laporan.xlsx", "caption": "Ini"},
        }
    ]


def test_a_message_without_a_text_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="needs a text"):
        messages(Outbound(" "), SAY)


@given(st.text(alphabet="ab \n👍", min_size=1, max_size=3000), st.integers(50, BODY))
def test_what_is_said_before_and_above_the_buttons_is_the_whole_text(text: str, most: int) -> None:
    before, above = parted(text, most)
    assert units(above) <= most
    assert "".join((before + above).split()).rstrip("…") == "".join(text.split())


# --- out: every screen of every instrument in every language --------------------------------------


def visit(instrument: Instrument, language: str, **said: Any) -> Visit:
    now = Time()()
    return Visit(
        Interview("K7Q2M9XD", language, **said),
        Collector("PAJANG", "PAJANG", "Pendaftaran", "Loket 1"),
        "Dinas Pemberdayaan Perempuan dan Perlindungan Anak, Keluarga",
        instrument.version,
        "p",
        "whatsapp",
        "a",
        Mode.SELF,
        now,
        now,
    )


def screens(instrument: Instrument, language: str) -> list[Outbound]:
    phrase = Phrase(CATALOG, instrument)
    full = {item.id: 3 for item in instrument.items}
    empty, complete = visit(instrument, language), visit(instrument, language, answers=full)
    prompts = [
        *((empty, Prompt(Stage.ITEM, item.id)) for item in instrument.items),
        *((complete, Prompt(Stage.ITEM, item.id, Note.RESUMED)) for item in instrument.items),
        *((complete, Prompt(Stage.PROFILE, field.id)) for field in instrument.profile),
        *((complete, Prompt(stage)) for stage in (Stage.THANKS, Stage.REVIEW, Stage.LANGUAGE)),
        *((empty, Prompt(stage)) for stage in (Stage.ENDED, Stage.LANGUAGE)),
    ]
    return [phrase.screen(*one) for one in prompts] + [phrase.confirm_forget(language)]


def checked(message: Json) -> None:
    """Meta's limits on an interactive message (Cloud API reference, interactive object)."""
    asked = message["interactive"]
    assert 0 < units(asked["body"]["text"]) <= 1024
    if asked["type"] == "button":
        titles = [button["reply"]["title"] for button in asked["action"]["buttons"]]
        ids = [button["reply"]["id"] for button in asked["action"]["buttons"]]
        assert 1 <= len(titles) <= 3
        assert all(0 < units(title) <= 20 for title in titles)
    else:
        assert 0 < units(asked["action"]["button"]) <= 20
        [section] = asked["action"]["sections"]
        assert 1 <= len(section["rows"]) <= 10
        assert all(0 < units(row["title"]) <= 24 for row in section["rows"])
        assert all(0 < units(row.get("description", "x")) <= 72 for row in section["rows"])
        titles = [row["title"] for row in section["rows"]]
        ids = [row["id"] for row in section["rows"]]
    assert all(0 < len(id) <= 200 for id in ids)
    assert len(set(ids)) == len(ids)
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("language", CATALOG.languages)
@pytest.mark.parametrize("instrument", [NINE, SIXTEEN], ids=["skm9", "skm16"])
def test_every_screen_is_one_message_within_the_limits(
    instrument: Instrument, language: str
) -> None:
    for screen in screens(instrument, language):
        [message] = messages(screen, partial(CATALOG.say, language))
        if screen.choices:
            checked(message)


@pytest.mark.parametrize("language", CATALOG.languages)
@pytest.mark.parametrize("instrument", [NINE, SIXTEEN], ids=["skm9", "skm16"])
def test_what_has_no_row_is_named_to_be_typed(instrument: Instrument, language: str) -> None:
    for screen in screens(instrument, language):
        shown, hidden = chosen_few(screen.choices)
        assert sorted(map(id, [*shown, *hidden])) == sorted(map(id, screen.choices))
        [message] = messages(screen, partial(CATALOG.say, language))
        if hidden:
            assert all(c.label in message["interactive"]["body"]["text"] for c in hidden)


def test_seven_occupations_leave_room_for_what_leads_on() -> None:
    complete = visit(NINE, "id", answers={item.id: 3 for item in NINE.items})
    screen = Phrase(CATALOG, NINE).screen(complete, Prompt(Stage.PROFILE, "occupation"))
    shown, hidden = chosen_few(screen.choices)
    assert [choice.label for choice in shown[7:]] == ["Lewati", "Lewati semua", "Kembali"]
    assert [choice.label for choice in hidden] == ["Periksa jawaban"]


def test_a_review_of_sixteen_answers_can_still_be_left_with_a_tap() -> None:
    complete = visit(SIXTEEN, "id", answers={item.id: 3 for item in SIXTEEN.items})
    screen = Phrase(CATALOG, SIXTEEN).screen(complete, Prompt(Stage.REVIEW))
    shown, hidden = chosen_few(screen.choices)
    assert shown[-1].label == "Sudah benar, lanjut"
    assert len(hidden) == 7


def test_an_option_comes_before_every_control() -> None:
    control = Choice("Kembali", "v." + str(Event(EventType.BACK)))
    options = [Choice(f"{n}", f"v.a:U1:{n}") for n in range(1, 5)]
    shown, _ = chosen_few([control, *options])
    assert shown == [*options, control]
    assert chosen_few([replace(control, label="x")])[1] == []
