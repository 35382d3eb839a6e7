"""A document as PDF/A: pages to sign, print and keep."""

from collections.abc import Mapping
from pathlib import Path

from skm.output.documents.document import (
    SHORT,
    Block,
    BulletList,
    Document,
    Facts,
    Heading,
    Paragraph,
    Picture,
    Signature,
    Table,
    captioned,
)
from skm.output.documents.typesetting import pdf

TEMPLATE = Path(__file__).with_name("document.typ")


def as_pdf(document: Document) -> bytes:
    """The same document gives the same bytes."""
    blocks = iter(captioned(document))
    words = document.words
    return pdf(
        TEMPLATE,
        {
            "language": words.language,
            "contents": words.contents,
            "page": words.page,
            "title": document.title,
            "about": document.about,
            "period": document.period,
            "instansi": document.instansi,
            "cover": list(document.cover),
            "footer": document.footer,
            "chapters": [
                {
                    "number": chapter.number,
                    "title": chapter.title,
                    "wide": chapter.wide,
                    "blocks": [_plain(*next(blocks)) for _ in chapter.blocks],
                }
                for chapter in document.chapters
            ],
        },
    )


def _plain(block: Block, caption: str) -> Mapping[str, object]:
    match block:
        case Heading(text):
            return {"kind": "heading", "text": text}
        case Paragraph(text, small):
            return {"kind": "paragraph", "text": text, "small": small}
        case BulletList(texts, numbered):
            return {"kind": "items", "texts": list(texts), "numbered": numbered}
        case Facts(rows):
            return {"kind": "facts", "rows": rows}
        case Signature(lines):
            return {"kind": "signature", "lines": list(lines)}
        case Picture(_, image, alt, width):
            picture = {"image": list(image), "alt": alt, "width": width}
            return {"kind": "picture", "caption": caption, **picture}
        case Table():
            return {
                "kind": "table",
                "caption": caption,
                "heads": block.heads,
                "rows": block.rows,
                "widths": block.widths,
                "figures": sorted(block.figures),
                "strong": sorted(block.strong),
                "small": block.small,
                "whole": len(block.rows) <= SHORT,
            }
