"""Posters for desks: a QR with its code and short help, on A4, A5 or as a tent to fold."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from skm.output.documents.typesetting import pdf

TEMPLATE = Path(__file__).with_suffix(".typ")


class Size(StrEnum):
    A4 = "a4"
    A5 = "a5"
    TENT = "tent"


@dataclass(frozen=True)
class Help:
    """In one language: what to do, and what to do without a camera."""

    language: str
    title: str
    scan: str
    type: str
    private: str


@dataclass(frozen=True)
class DeskPoster:
    """`qr`: an SVG; `code`: the line under it; `place`: unit, layanan and desk, line by line."""

    qr: str
    code: str
    unit: str
    place: str
    help: Sequence[Help]


def posters_pdf(posters: Sequence[DeskPoster], size: Size, title: str) -> bytes:
    """A page a poster; the same ones give the same pages."""
    pages = [asdict(one) for one in posters]
    return pdf(TEMPLATE, {"title": title, "size": size.value, "posters": pages})
