"""Visit tickets to print and cut: a QR and its code, ten on an A4 page."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

from skm.errors import SkmError

TEMPLATE = Path(__file__).with_suffix(".typ")


@dataclass(frozen=True)
class Ticket:
    """`code`: as it is typed, CODE-SECRET. `qr`: an SVG."""

    code: str
    qr: str


@dataclass(frozen=True)
class Words:
    """What stands on every ticket. `language`: an ISO code. `place`: unit and layanan."""

    language: str
    title: str
    place: str
    how: str
    once: str


def tickets_pdf(tickets: Sequence[Ticket], words: Words) -> bytes:
    """The tickets in their order; the same ones give the same pages."""
    try:
        import typst
    except ImportError:
        raise SkmError(
            "PDFs need one more package: pip install 'skm-bot[documents]', or take tickets.csv."
        ) from None
    data = {**asdict(words), "tickets": [asdict(ticket) for ticket in tickets]}
    compiled = typst.compile(
        TEMPLATE,
        format="pdf",
        font_paths=[_fonts()],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data)},
    )
    assert isinstance(compiled, bytes)
    return compiled


def _fonts() -> Path:
    """DejaVu Sans, which comes with matplotlib: the same on every machine."""
    found = find_spec("matplotlib")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
