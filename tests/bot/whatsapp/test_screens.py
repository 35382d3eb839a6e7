"""Outgoing messages of the Cloud API: as few as possible, within its limits."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.citizen.screens import Screens
from bot.messaging.catalog import Catalog
from bot.messaging.message import Attachment, Choice, Outbound
from bot.messaging.text_length import units
from bot.running.settings import INSTRUMENTS
from bot.whatsapp.http import Payload
from bot.whatsapp.screens import BODY, chosen_rows, messages, parted
from skm.instansi.collector import Collector, Mode
from skm.survey.event import Event, EventType
from skm.survey.instrument import Instrument
from skm.survey.interview import Interview, Note, Prompt, Stage
from skm.survey.visit import Visit
from tests.stand.cloud_limits import complaint
from tests.tools.chat import Time

CATALOG = Catalog.load()
NINE = Instrument.parse((INSTRUMENTS / "skm9.toml").read_text(encoding="utf-8"))
SIXTEEN = Instrument.parse((INSTRUMENTS / "skm16.toml").read_text(encoding="utf-8"))
SAY = partial(CATALOG.say, "id")
CHART = Attachment("grafik.png", "image/png", b"png")
SHEET = Attachment("laporan.xlsx", "application/vnd.ms-excel", b"xlsx")

# --- out: the form of a message ------------------------------------------------------------------


def drawn(*labels: str, text: str = "Apa?", **more: Any) -> list[Payload]:
    rows = tuple((Choice(label, f"v.{label}"),) for label in labels)
    return messages(Outbound(text, rows, **more), SAY, media="m1")


def test_a_text_has_no_link_preview() -> None:
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


def test_a_shortened_title_is_repeated_in_the_description() -> None:
    [message] = drawn("Dinas Kependudukan dan Pencatatan Sipil")
    [row] = message["interactive"]["action"]["sections"][0]["rows"]
    assert row["title"] == "Dinas Kependudukan dan…"
    assert row["description"] == "Dinas Kependudukan dan Pencatatan Sipil"


def test_long_labels_that_begin_alike_keep_their_ends() -> None:
    long = "Unit Pelaksana Teknis Daerah Puskesmas Kecamatan Pasar Kliwon bagian "
    [message] = drawn(f"{long}Utara", f"{long}Selatan", "Mal")
    rows = message["interactive"]["action"]["sections"][0]["rows"]
    assert [row["title"] for row in rows] == [
        "…sar Kliwon bagian Utara",
        "…r Kliwon bagian Selatan",
        "Mal",
    ]
    assert rows[0]["description"] == (
        "Unit Pelaksana Teknis Daerah Puskesm…Kecamatan Pasar Kliwon bagian Utara"
    )


@given(
    st.lists(
        st.text(st.sampled_from("ab💥 "), min_size=1, max_size=90).filter(str.strip),
        min_size=1,
        max_size=10,
    )
)
def test_titles_always_differ(labels: list[str]) -> None:
    rows = tuple((Choice(label, f"v.{at}"),) for at, label in enumerate(labels))
    [message] = messages(Outbound("Apa?", rows), SAY)
    assert complaint({"messaging_product": "whatsapp", "to": "62811", **message}) == ""


def test_the_previous_answer_is_marked() -> None:
    rows = ((Choice("Baik", "v.a", chosen=True, hint="Bersih"), Choice("Buruk", "v.b")),)
    [message] = messages(Outbound("?", rows), SAY)
    first, _ = message["interactive"]["action"]["sections"][0]["rows"]
    assert first["description"] == "✓ Bersih"


def test_a_link_becomes_a_line_of_the_text() -> None:
    [message] = messages(Outbound("Lihat", ((Choice("Hasil", url="https://x.id"),),)), SAY)
    assert message["text"]["body"] == "Lihat\nHasil: https://x.id"


def test_a_text_too_long_for_buttons_is_sent_before_them() -> None:
    first, second = drawn("Ya", text="\n".join(["baris " * 20] * 20))
    assert first["type"] == "text"
    assert second["interactive"]["type"] == "button"


def test_a_chart_with_buttons_is_one_message() -> None:
    [message] = drawn("Ya", text="Ringkasan", attachment=CHART)
    assert message["interactive"]["header"] == {"type": "image", "image": {"id": "m1"}}


def test_a_chart_with_a_list_is_two_messages_and_a_file_keeps_its_name() -> None:
    picture, asked = drawn("a", "b", "c", "d", text="Ringkasan", attachment=CHART)
    assert picture == {"type": "image", "image": {"id": "m1"}}
    assert asked["interactive"]["type"] == "list"
    assert drawn(text="Ini", attachment=SHEET) == [
        {
            "type": "document",
            "document": {"id": "m1", "filename": "laporan.xlsx", "caption": "Ini"},
        }
    ]


def test_an_empty_text_raises_value_error() -> None:
    with pytest.raises(ValueError, match="needs a text"):
        messages(Outbound(" "), SAY)


@given(st.text(alphabet="ab \n👍", min_size=1, max_size=3000), st.integers(50, BODY))
def test_the_two_parts_of_a_long_text_are_all_of_it(text: str, most: int) -> None:
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
        Mode.SELF,
        now,
        now,
    )


def screens(instrument: Instrument, language: str) -> list[Outbound]:
    phrase = Screens(CATALOG, instrument)
    full = {item.id: 3 for item in instrument.items}
    empty, complete = visit(instrument, language), visit(instrument, language, answers=full)
    prompts = [
        *((empty, Prompt(Stage.ITEM, item.id)) for item in instrument.items),
        *((complete, Prompt(Stage.ITEM, item.id, Note.RESUMED)) for item in instrument.items),
        *((complete, Prompt(Stage.PROFILE, field.id)) for field in instrument.profile),
        *((complete, Prompt(stage)) for stage in (Stage.THANKS, Stage.REVIEW, Stage.LANGUAGE)),
        *((empty, Prompt(stage)) for stage in (Stage.ENDED, Stage.LANGUAGE)),
    ]
    forget = phrase.confirm_forget(language, "/hapus #K7Q2M9XD")
    return [phrase.screen(*one) for one in prompts] + [forget]


@pytest.mark.parametrize("language", CATALOG.languages)
@pytest.mark.parametrize("instrument", [NINE, SIXTEEN], ids=["skm9", "skm16"])
def test_every_question_is_one_message_within_the_limits(
    instrument: Instrument, language: str
) -> None:
    for screen in screens(instrument, language):
        [message] = messages(screen, partial(CATALOG.say, language))
        sent = {"messaging_product": "whatsapp", "to": "6281234567890", **message}
        assert complaint(sent) == "", screen.text


@pytest.mark.parametrize("language", CATALOG.languages)
@pytest.mark.parametrize("instrument", [NINE, SIXTEEN], ids=["skm9", "skm16"])
def test_a_choice_without_a_row_is_named_in_the_text(instrument: Instrument, language: str) -> None:
    for screen in screens(instrument, language):
        shown, hidden = chosen_rows(screen.choices)
        assert sorted(map(id, [*shown, *hidden])) == sorted(map(id, screen.choices))
        [message] = messages(screen, partial(CATALOG.say, language))
        if hidden:
            assert all(c.label in message["interactive"]["body"]["text"] for c in hidden)


def test_seven_occupations_leave_a_row_for_the_next_step() -> None:
    complete = visit(NINE, "id", answers={item.id: 3 for item in NINE.items})
    screen = Screens(CATALOG, NINE).screen(complete, Prompt(Stage.PROFILE, "occupation"))
    shown, hidden = chosen_rows(screen.choices)
    assert [choice.label for choice in shown[7:]] == ["Lewati", "Lewati semua", "Kembali"]
    assert [choice.label for choice in hidden] == ["Periksa jawaban"]


def test_a_review_of_sixteen_answers_can_be_finished_with_a_tap() -> None:
    complete = visit(SIXTEEN, "id", answers={item.id: 3 for item in SIXTEEN.items})
    screen = Screens(CATALOG, SIXTEEN).screen(complete, Prompt(Stage.REVIEW))
    shown, hidden = chosen_rows(screen.choices)
    assert shown[-1].label == "Sudah benar, lanjut"
    assert len(hidden) == 7


def test_an_option_comes_before_every_control() -> None:
    control = Choice("Kembali", "v." + str(Event(EventType.BACK)))
    options = [Choice(f"{n}", f"v.a:U1:{n}") for n in range(1, 5)]
    shown, _ = chosen_rows([control, *options])
    assert shown == [*options, control]
    assert chosen_rows([replace(control, label="x")])[1] == []
