"""Every way into a survey: deep links within the channels' rules, and QR codes that scan."""

import io
from urllib.parse import parse_qs, urlsplit

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.messaging.links import LinkError, Links, landing_url, telegram_url, whatsapp_url
from bot.messaging.qr import qr_png, qr_svg

CODES = st.text("23456789ABCDEFGHJKLMNPQRSTUVWXYZ", min_size=4, max_size=12)
BASE = "https://survei.surakarta.go.id"


def scanned(png: bytes) -> str:
    """What a phone's camera reads in the picture."""
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(png)).convert("L"))
    assert [str(code.format) for code in found] == [str(zxingcpp.BarcodeFormat.QRCode)]
    return found[0].text


def test_a_qr_leads_to_the_landing_page_of_its_collector() -> None:
    assert landing_url(BASE, "K7M2PQ") == "https://survei.surakarta.go.id/s/K7M2PQ"


def test_a_ticket_stands_after_the_code() -> None:
    assert landing_url(BASE, "K7M2PQ", "XT4R").endswith("/s/K7M2PQ-XT4R")
    assert telegram_url("@skm_bot", "K7M2PQ", "XT4R") == "https://t.me/skm_bot?start=K7M2PQ-XT4R"


@given(CODES, CODES)
def test_what_telegram_gets_is_what_it_accepts(code: str, ticket: str) -> None:
    start = parse_qs(urlsplit(telegram_url("skm_bot", code, ticket)).query)["start"][0]
    assert len(start) <= 64
    assert set(start) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")


@pytest.mark.parametrize("code", ["", "K7 M2", "KODE?", "é", "A" * 65])
def test_a_code_that_telegram_would_drop_is_refused(code: str) -> None:
    with pytest.raises(LinkError, match="Telegram takes up to 64"):
        telegram_url("skm_bot", code)


def test_whatsapp_opens_with_the_words_already_typed() -> None:
    text = "Halo, saya ingin menilai layanan Dinas Dukcapil & Sipil. Kode: K7M2PQ"
    url = whatsapp_url("+62 812-3456-7890", text)
    assert url.startswith("https://wa.me/6281234567890?text=")
    assert parse_qs(urlsplit(url).query)["text"] == [text]


def test_a_long_prefilled_text_is_refused_before_a_phone_cuts_it() -> None:
    whatsapp_url("6281234567890", "a" * 140)
    with pytest.raises(LinkError, match="Shorten"):
        whatsapp_url("6281234567890", "a" * 141)


@pytest.mark.parametrize("number", ["", "0812345678", "12", "6" * 16])
def test_a_whatsapp_number_needs_its_country_code(number: str) -> None:
    with pytest.raises(LinkError, match="country code"):
        whatsapp_url(number, "Halo")


def test_a_channel_that_is_not_set_up_has_no_link() -> None:
    links = Links(BASE)
    assert links.telegram("K7M2PQ") is None
    assert links.whatsapp("Halo") is None
    assert links.landing("K7M2PQ") == f"{BASE}/s/K7M2PQ"


@pytest.mark.parametrize("code", ["K7M2PQ", "K7M2PQ-XT4R"])
def test_a_printed_qr_scans(code: str) -> None:
    assert scanned(qr_png(landing_url(BASE, code))) == f"{BASE}/s/{code}"


def test_a_qr_still_scans_under_a_logo() -> None:
    """Level H: a logo of 0.22 of the side in the middle does not hurt."""
    picture = Image.open(io.BytesIO(qr_png(f"{BASE}/s/K7M2PQ"))).convert("L")
    side = int(picture.width * 0.22)
    at = (picture.width - side) // 2
    picture.paste(128, (at, at, at + side, at + side))
    out = io.BytesIO()
    picture.save(out, "png")
    assert scanned(out.getvalue()) == f"{BASE}/s/K7M2PQ"


def test_an_svg_qr_says_what_it_is_and_scales() -> None:
    svg = qr_svg(f"{BASE}/s/K7M2PQ", title="Kode K7M2PQ").decode()
    assert "<title>Kode K7M2PQ</title>" in svg
    assert "viewBox" in svg
