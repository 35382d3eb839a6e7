"""Visit tickets to print and cut: a QR and its code, ten on an A4 page."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from skm.output.documents.typesetting import pdf

TEMPLATE = Path(__file__).with_suffix(".typ")


@dataclass(frozen=True)
class Ticket:
    """`code`: as it is typed, CODE-SECRET. `qr`: an SVG."""

    code: str
    qr: str


@dataclass(frozen=True)
class TicketWords:
    """What stands on every ticket. `language`: an ISO code. `place`: unit and layanan."""

    language: str
    title: str
    place: str
    how: str
    once: str


def tickets_pdf(tickets: Sequence[Ticket], words: TicketWords) -> bytes:
    """The tickets in their order; the same ones give the same pages."""
    data = {**asdict(words), "tickets": [asdict(ticket) for ticket in tickets]}
    return pdf(TEMPLATE, data)
