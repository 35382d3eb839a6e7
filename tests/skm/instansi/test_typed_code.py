"""Collector codes as people type and paste them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skm.instansi.typed_code import MOST, squeezed, typed_codes

PAJANG = [
    "PAJANG", "pajang", " Pajang ", "_PAJANG_", "*PAJANG*", "`PAJANG`", "“PAJANG”", "(PAJANG)",
    "PAJ ANG", "P A J A N G", "PAJ-ANG", "PAJ–ANG", "PAJ.ANG", "PAJANG.", "PAJANG!", "PAJANG?",
    "PAJANG,", "#PAJANG", "Kode:PAJANG", "Kode: PAJANG", "kode PAJANG", "PAJ\u200bANG",
    "\u2068PAJANG\u2069", "ＰＡＪＡＮＧ", "PAJ\nANG", "/s/PAJANG",
    "https://survei.surakarta.go.id/s/PAJANG", "HTTPS://survei.surakarta.go.id/s/pajang?lang=jv",
    "https://t.me/skm_bot?start=PAJANG", "survei.surakarta.go.id/s/PAJANG.",
    "https://survei.surakarta.go.id/s/PAJANG/chat", "t.me/skm_bot?lang=x&start=PAJANG",
    "https://wa.me/62812?text=Halo. Kode: PAJANG",
]  # fmt: skip


@pytest.mark.parametrize("text", PAJANG)
def test_a_code_is_found_however_it_is_typed(text: str) -> None:
    assert ("PAJANG", "") in typed_codes(text)


@pytest.mark.parametrize(
    "text",
    ["LOKET7-AB23", "loket7 ab23", "LOKET7 AB 23", "LOK ET7-AB23", "LOKET7.AB23", "LOKET7 - AB23",
     "_LOKET7-AB23_", "https://survei.go.id/s/LOKET7-AB23", "Kode: LOKET7-AB23"],
)  # fmt: skip
def test_a_ticket_follows_its_code(text: str) -> None:
    assert ("LOKET7", "AB23") in typed_codes(text)


def test_of_the_words_of_a_sentence_the_last_one_comes_first() -> None:
    found = typed_codes("Saya di Puskesmas Pajang mau isi survei di loket LOKET7")
    assert [code for code, _ in found][:3] == ["LOKET7", "LOKET", "SURVEI"]


@pytest.mark.parametrize("text", ["", " ", "…", "abc", "👍", "x" * 13, "-", "a-b", "\0"])
def test_what_is_no_code_is_not_looked_up(text: str) -> None:
    assert typed_codes(text) == []


def test_a_ticket_is_typed_with_spaces_and_marks() -> None:
    assert [squeezed(text) for text in ("ab 23", "AB-23.", "a", "")] == ["AB23", "AB23", "", ""]


@given(st.text())
def test_any_text_gives_few_plain_codes(text: str) -> None:
    found = typed_codes(text)
    assert len(found) <= MOST
    assert all((code + ticket).isascii() and (code + ticket).isalnum() for code, ticket in found)
