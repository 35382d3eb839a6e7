"""A stranger's words can be read and not tapped."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skm.survey.inert_text import inert


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Petugas ramah, antre 19.30 sampai 20.15.", "Petugas ramah, antre 19.30 sampai 20.15."),
        ("Biaya Rp50.000,- dan/atau 1/2 hari", "Biaya Rp50.000,- dan/atau 1/2 hari"),
        ("Buka https://evil.test/x", "Buka https: // evil. test/x"),
        ("tg://resolve?domain=evil", "tg: // resolve?domain=evil"),
        ("evil.com, www.evil.co.id", "evil. com, www. evil. co. id"),
        ("//evil.com", "// evil. com"),
        ("http://1.2.3.4/", "http: // 1. 2. 3. 4/"),
        ("ketik /hapus atau /tutup@skm_bot", "ketik / hapus atau / tutup@ skm_bot"),
        ("@wali_kota a@b.id ＠x", "@ wali_kota a@ b. id ＠ x"),
        ("#lapor $TON", "# lapor $ TON"),
        ("mailto:a@b.id", "mailto: a@ b. id"),
        ("evil。com", "evil。 com"),
        ("abc\u202egnp.exe\u200b\ufeff", "abcgnp. exe"),
        ("nul\x00 esc\x1b[2J\u2066x\u2069", "nul esc[2Jx"),
        ("👩‍👧 ꦲꦏ꧀ꦱꦫ baris\nbaru\ttab", "👩‍👧 ꦲꦏ꧀ꦱꦫ baris\nbaru\ttab"),
    ],
)
def test_nothing_in_it_can_be_tapped(written: str, read: str) -> None:
    assert inert(written) == read


SIGNS = st.text(st.sampled_from("ab1/:.@#$。 \n\u202e\u200b"), max_size=20)


@given(SIGNS)
def test_no_arrangement_of_signs_leaves_a_link_a_mention_or_a_command(written: str) -> None:
    read = inert(written)
    assert not re.search(r"[a-z]:\S|@\w|(?<!\w)[/#]\w|\w[.。][a-z]|[\u202e\u200b]", read)
    assert inert(read) == read


@given(st.text(max_size=50))
def test_the_words_stay_in_their_order(written: str) -> None:
    def letters(text: str) -> list[str]:
        return [char for char in text if char.isalnum()]

    assert letters(inert(written)) == letters(written)
