"""Deep links and QR codes: how a Collector is reached through each channel.

One QR leads to the landing page, which offers every channel; a QR may also point straight at one.
"""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

import segno

from skm.errors import SkmError

TELEGRAM_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
WHATSAPP_TEXT = 140  # characters of a prefilled message: longer ones are cut by old phones
QUIET_ZONE = 4  # modules of white around a QR (ISO/IEC 18004)


class LinkError(SkmError):
    """A link that would not work, and what to change."""


def payload(code: str, ticket: str = "") -> str:
    """What names a collector in a link: CODE, or CODE-TICKET for one visit."""
    return f"{code}-{ticket}" if ticket else code


def landing_url(base: str, code: str, ticket: str = "") -> str:
    """The landing page of a QR, e.g. https://survei.example.go.id/s/K7M2PQ."""
    return f"{base}/s/{quote(payload(code, ticket), safe='-')}"


def telegram_url(bot: str, code: str, ticket: str = "") -> str:
    """https://t.me/BOT?start=…; `bot` is the bot's username, with or without @."""
    start = payload(code, ticket)
    if not TELEGRAM_PAYLOAD.fullmatch(start):
        raise LinkError(f"Telegram takes up to 64 of A–Z a–z 0–9 _ - after start=: change {start}.")
    return f"https://t.me/{bot.lstrip('@')}?start={start}"


def whatsapp_url(number: str, text: str) -> str:
    """https://wa.me/NUMBER?text=…; `number` with its country code, `text` is prefilled."""
    digits = re.sub(r"\D", "", number)
    if not 8 <= len(digits) <= 15 or digits.startswith("0"):
        raise LinkError(f"Write the WhatsApp number with its country code (62…), not {number}.")
    if len(text) > WHATSAPP_TEXT:
        raise LinkError(f"Shorten the prefilled text to {WHATSAPP_TEXT} characters: {text}")
    return f"https://wa.me/{digits}?text={quote(text, safe='')}"


def always() -> bool:
    """A channel that is offered whatever it costs."""
    return True


@dataclass(frozen=True)
class Links:
    """The addresses of this deployment. An empty bot or number: that channel is not offered.

    `learned_bot`: the bot's name where it is learned while we serve, "" until then.
    """

    base: str
    telegram_bot: str = ""
    whatsapp_number: str = ""
    offers_whatsapp: Callable[[], bool] = always
    learned_bot: Callable[[], str] = str

    def landing(self, code: str, ticket: str = "") -> str:
        """The page behind a QR."""
        return landing_url(self.base, code, ticket)

    def telegram(self, code: str, ticket: str = "") -> str | None:
        """The link into Telegram, None where there is no bot."""
        bot = self.telegram_bot or self.learned_bot()
        return telegram_url(bot, code, ticket) if bot else None

    def whatsapp(self, text: str) -> str | None:
        """The link into WhatsApp with a prefilled text; None without a number, or once the month's
        budget for messages is spent."""
        offered = self.whatsapp_number and self.offers_whatsapp()
        return whatsapp_url(self.whatsapp_number, text) if offered else None


def _qr(url: str) -> segno.QRCode:
    """Level H: up to 30 % may be dirty, torn or under a logo. Never a Micro QR: few can read it."""
    return segno.make_qr(url, error="h", boost_error=False)


def qr_svg(url: str, *, title: str = "") -> bytes:
    """The QR as a stand-alone SVG that scales to any size; `title` is what a screen reader says."""
    out = io.BytesIO()
    _qr(url).save(
        out, kind="svg", border=QUIET_ZONE, title=title or None, light="#fff", omitsize=True
    )
    return out.getvalue()


def qr_png(url: str, *, module: int = 16) -> bytes:
    """The QR as a PNG with `module` pixels a module (16: 10 cm at 160 modules per inch or more)."""
    out = io.BytesIO()
    _qr(url).save(out, kind="png", border=QUIET_ZONE, scale=module)
    return out.getvalue()
