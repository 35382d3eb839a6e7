"""Posters for desks: a QR with its code and short help, on A4, A5 or as a tent to fold."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from skm.output.typesetting import pdf

TEMPLATE = Path(__file__).with_name("desk.typ")
AT_ONCE = 50  # posters a file that typst sets: so that progress shows


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
class Poster:
    """`qr`: an SVG; `code`: the line under it; `place`: unit, layanan and desk, line by line."""

    qr: str
    code: str
    unit: str
    place: str
    help: Sequence[Help]


def posters_pdf(
    posters: Sequence[Poster],
    size: Size,
    title: str,
    advance: Callable[[int], None] = lambda done: None,
) -> bytes:
    """A page a poster; the same ones give the same pages. `advance` is told how many are done."""
    done = pdf(
        TEMPLATE,
        {"title": title, "size": size.value, "posters": [asdict(one) for one in posters]},
    )
    advance(len(posters))
    return done
