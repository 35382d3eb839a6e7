"""Paper forms to print: A5, two on an A4 sheet, with marks and a QR by which a photo is read."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from skm.output.documents.typesetting import pdf
from skm.paper import layout
from skm.paper.layout import Layout
from skm.paper.marks import PATTERNS

TEMPLATE = Path(__file__).with_suffix(".typ")


@dataclass(frozen=True)
class PaperForm:
    """`qr`: an SVG without a quiet zone. `serial`: the line under it."""

    qr: str
    serial: str


@dataclass(frozen=True)
class FormWords:
    """What stands on every form. `questions` and `fields`: by item or field id; `options`: by item
    or field id and option. `language`: an ISO code.
    """

    language: str
    title: str
    unit: str
    place: str
    how: str
    questions: Mapping[str, str]
    fields: Mapping[str, str]
    options: Mapping[str, Mapping[str, str]]
    comment: str
    private: str


def forms_pdf(forms: Sequence[PaperForm], words: FormWords, where: Layout) -> bytes:
    """The forms in their order, two on a sheet; the same ones give the same pages."""
    boxes = [
        {
            "rect": asdict(box.rect),
            "label": asdict(where.label(box)),
            "text": words.options[box.item][box.option],
            "letter": "abcd"[int(box.option) - 1] if box.item in where.questions else "",
        }
        for box in where.boxes
    ]
    lines = {
        "questions": [
            {"rect": asdict(rect), "text": f"{number}. {words.questions[item]}"}
            for number, (item, rect) in enumerate(where.questions.items(), start=1)
        ],
        "fields": [
            {"rect": asdict(rect), "text": words.fields[field]}
            for field, rect in where.fields.items()
        ],
    }
    fixed = {
        "qr_at": asdict(layout.QR),
        "title_at": asdict(layout.TITLE),
        "how_at": asdict(layout.HOW),
        "serial_at": asdict(layout.SERIAL),
        "words_at": asdict(where.words),
        "corners": [asdict(corner) for corner in layout.CORNERS],
        "patterns": PATTERNS,
        "frame": layout.FRAME,
        "page": {"width": layout.WIDTH, "height": layout.HEIGHT},
    }
    shared = {
        key: getattr(words, key)
        for key in ("language", "title", "unit", "place", "how", "comment", "private")
    }
    shown = [asdict(form) for form in forms]
    return pdf(TEMPLATE, {**shared, **fixed, **lines, "boxes": boxes, "forms": shown})
