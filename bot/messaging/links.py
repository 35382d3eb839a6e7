"""Links to a collector: its landing page, which offers every channel, and each messenger."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from skm.errors import SkmError

TELEGRAM_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
WHATSAPP_TEXT = 140  # characters of a prefilled text; old phones cut longer ones


class LinkError(SkmError):
    """A link that would not work; the message says what to change."""


def payload(code: str, ticket: str = "") -> str:
    """The part of a link that names a collector: CODE, or CODE-TICKET for one visit."""
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
    return True


@dataclass(frozen=True)
class Links:
    """The links of this deployment. A channel is offered if its bot or number is not empty.

    `known_bot`: the bot's name if it is learned while the server runs, "" until then.
    """

    base: str
    telegram_bot: str = ""
    whatsapp_number: str = ""
    offers_whatsapp: Callable[[], bool] = always
    known_bot: Callable[[], str] = str

    def landing(self, code: str, ticket: str = "") -> str:
        """The page behind a QR."""
        return landing_url(self.base, code, ticket)

    def telegram(self, code: str, ticket: str = "") -> str | None:
        """The link into Telegram, None without a bot."""
        bot = self.telegram_bot or self.known_bot()
        return telegram_url(bot, code, ticket) if bot else None

    def whatsapp(self, text: str) -> str | None:
        """The link into WhatsApp with a prefilled text; None without a number, or if WhatsApp is
        not offered now.
        """
        offered = self.whatsapp_number and self.offers_whatsapp()
        return whatsapp_url(self.whatsapp_number, text) if offered else None
