"""Forms as inbounds, and messages as views; without sockets and locales."""

import json

from hypothesis import given
from hypothesis import strategies as st

from bot.messaging.message import Choice, Inbound, Outbound
from bot.web.survey.wire import address, inbounds, merged, pack, unpack, view

ITEM = Outbound(
    "Selamat datang.\n\nTanpa nama.\n\nPertanyaan 3 dari 9\nBagaimana kecepatannya?",
    (
        (Choice("Lambat", "K2.a:U3:1"),),
        (Choice("Cepat", "K2.a:U3:4", chosen=True, hint="Lebih cepat dari janji"),),
        (Choice("Kembali", "K2.back"), Choice("Bahasa", "K2.langs"), Choice("Berhenti", "K2.stop")),
    ),
    progress=(2, 9),
    title="Bagaimana kecepatannya?",
    language="id",
)


def labels(choices: tuple[Choice, ...]) -> list[str]:
    return [choice.label for choice in choices]


def test_the_question_is_the_heading_with_its_number_above() -> None:
    page = view(ITEM)
    assert (page.step, page.heading) == ("Pertanyaan 3 dari 9", "Bagaimana kecepatannya?")
    assert page.before == ("Selamat datang.", "Tanpa nama.")
    assert page.after == ()


def test_answers_are_large_and_ways_around_are_quiet() -> None:
    page = view(ITEM)
    assert labels(page.options) == ["Lambat", "Cepat"]
    assert labels(page.controls) == ["Kembali", "Bahasa", "Berhenti"]
    assert page.actions == ()
    assert not page.comment


def test_skipping_a_profile_field_is_a_way_around() -> None:
    page = view(
        Outbound(
            "Usia Anda?",
            ((Choice("17–25", "K2.p:usia:17"),), (Choice("Lewati", "K2.p:usia"),)),
            title="Usia Anda?",
        )
    )
    assert labels(page.options) == ["17–25"]
    assert labels(page.controls) == ["Lewati"]


def test_where_the_survey_can_be_finished_a_comment_can_be_written() -> None:
    page = view(
        Outbound(
            "Terima kasih.\n\nNomor: K2\n\nAda saran?",
            ((Choice("Selesai", "K2.done"),), (Choice("Lihat jawaban", "K2.review"),)),
            title="Terima kasih.",
        )
    )
    assert page.comment
    assert page.heading == "Terima kasih."
    assert page.after == ("Nomor: K2", "Ada saran?")
    assert labels(page.actions) == ["Selesai"]
    assert labels(page.controls) == ["Lihat jawaban"]


def test_a_review_shows_each_answer_once() -> None:
    page = view(
        Outbound(
            "Jawaban Anda\n1. Kecepatan: Cepat",
            (
                (Choice("Kecepatan", "K2.change:U3", hint="Cepat"),),
                (Choice("Lanjutkan", "K2.resume"),),
            ),
            title="Jawaban Anda",
        )
    )
    assert (page.heading, page.after) == ("Jawaban Anda", ())
    assert labels(page.options) == ["Kecepatan"]
    assert labels(page.actions) == ["Lanjutkan"]


def test_languages_are_options_and_back_is_a_control() -> None:
    page = view(
        Outbound(
            "Pilih bahasa",
            ((Choice("English", "K2.lang::en"),), (Choice("Kembali", "K2.lang"),)),
        )
    )
    assert page.heading == "Pilih bahasa"
    assert (labels(page.options), labels(page.controls)) == (["English"], ["Kembali"])


def test_yes_and_no_are_options() -> None:
    page = view(Outbound("Hapus?", ((Choice("Ya", "/hapus ya"),), (Choice("Tidak", "/start"),))))
    assert labels(page.options) == ["Ya", "Tidak"]


def test_a_message_without_buttons_ends_the_survey() -> None:
    page = view(Outbound("Kode tidak dikenal.\n\nPeriksa kertas QR."))
    assert page.over
    assert (page.heading, page.after) == ("Kode tidak dikenal.", ("Periksa kertas QR.",))


def test_several_replies_are_merged_into_one_message() -> None:
    screen = merged([Outbound("Tersimpan."), ITEM])
    assert screen is not None
    assert screen.text.startswith("Tersimpan.\n\nSelamat datang.")
    assert screen.rows == ITEM.rows
    assert merged([]) is None


def test_a_tap_is_a_choice() -> None:
    (said,) = inbounds({"choice": "K2.a:U3:4"}, "f1", "u1")
    assert said == Inbound(said.id, address("u1"), choice="K2.a:U3:4")


def test_the_same_content_of_one_form_has_the_same_id() -> None:
    once, twice = (inbounds({"choice": "K2.a:U3:4"}, "f1", "u1")[0].id for _ in range(2))
    assert once == twice
    assert inbounds({"choice": "K2.a:U3:3"}, "f1", "u1")[0].id != once
    assert inbounds({"choice": "K2.a:U3:4"}, "f2", "u1")[0].id != once


def test_a_comment_comes_before_the_finish_button_of_the_same_form() -> None:
    said = inbounds({"text": " Bagus ", "choice": "K2.done"}, "f1", "u1", assisted=True)
    assert [(i.text, i.choice, i.assisted) for i in said] == [
        ("Bagus", None, True),
        (None, "K2.done", True),
    ]
    assert len({i.id for i in said}) == 2


def test_nul_characters_are_removed() -> None:
    said = inbounds({"text": "ba\0ik", "choice": "V.a:U1\0:3"}, "f", "u")
    assert [(one.text, one.choice) for one in said] == [("baik", None), (None, "V.a:U1:3")]


def test_an_empty_form_gives_no_inbound() -> None:
    assert inbounds({"text": "  "}, "f1", "u1") == ()


CHOICES = st.builds(
    Choice, st.text(max_size=40), st.text(max_size=30), chosen=st.booleans(), hint=st.text()
)
OUTBOUNDS = st.builds(
    Outbound,
    st.text(),
    st.lists(st.lists(CHOICES, max_size=3).map(tuple), max_size=4).map(tuple),
    progress=st.none() | st.tuples(st.integers(0, 9), st.integers(1, 16)),
    title=st.text(),
    language=st.sampled_from(["id", "jv", "en"]),
)


@given(OUTBOUNDS)
def test_unpack_is_the_inverse_of_pack(outbound: Outbound) -> None:
    assert unpack(json.loads(json.dumps(pack(outbound)))) == outbound


@given(OUTBOUNDS)
def test_a_view_contains_every_button(outbound: Outbound) -> None:
    page = view(outbound)
    shown = [*page.options, *page.actions, *page.controls]
    assert sorted(map(repr, shown)) == sorted(map(repr, outbound.choices))
