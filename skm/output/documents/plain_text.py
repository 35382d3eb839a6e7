"""A document as plain text: to read in a terminal, to compare, to search."""

from collections.abc import Iterator

from skm.output.documents.document import (
    Block,
    BulletList,
    Document,
    Facts,
    Heading,
    Paragraph,
    Signature,
    captioned,
)


def as_text(document: Document) -> str:
    """One line a paragraph; a row of a table with bars between its cells."""
    blocks = iter(captioned(document))
    lines = [document.instansi, document.title, document.about, document.period, *document.cover]
    for chapter in document.chapters:
        lines += ["", f"== {chapter.number} {chapter.title}".replace("  ", " "), ""]
        for _ in chapter.blocks:
            lines += _lines(*next(blocks))
    return "\n".join(lines) + "\n"


def _lines(block: Block, caption: str) -> Iterator[str]:
    match block:
        case Heading(text):
            yield from ("", f"-- {text}")
        case Paragraph(text):
            yield text
        case BulletList(texts, numbered):
            for number, text in enumerate(texts, 1):
                yield f"{number}. {text}" if numbered else f"• {text}"
        case Signature(lines):
            yield from ("", *lines)
        case Facts(rows):
            yield from (f"{name}: {value}" for name, value in rows)
        case _:
            yield from _illustration(block, caption)


def _illustration(block: Block, caption: str) -> Iterator[str]:
    from skm.output.documents.document import Picture, Table

    match block:
        case Picture():
            yield f"[{caption}: {block.alt}]"
        case Table():
            yield caption
            yield from (" | ".join(row) for row in [block.heads, *block.rows])
            yield ""
