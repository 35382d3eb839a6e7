"""A document as values: what stands in it, in order, before it becomes a file of any format.

Every cell and paragraph is text already, worded in bot/documents; so the PDF, the DOCX and the
plain text of a report cannot differ in content.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    """Of a part of a chapter."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """Running text; `small` for a note under a table."""

    text: str
    small: bool = False


@dataclass(frozen=True)
class BulletList:
    """A list; numbered where the order matters."""

    texts: Sequence[str]
    numbered: bool = False


@dataclass(frozen=True)
class Facts:
    """Names and values side by side, without lines."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Table:
    """`widths`: the columns' shares of the page; `figures`: which columns hold figures.

    `strong`: rows (from 0) that sum up the others.
    """

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]
    figures: frozenset[int] = frozenset()
    strong: frozenset[int] = frozenset()
    small: bool = False


@dataclass(frozen=True)
class Picture:
    """A PNG or JPEG; `alt` says in words what it shows. `width`: its share of the page's."""

    caption: str
    image: bytes
    alt: str
    width: float = 0.75


@dataclass(frozen=True)
class Signature:
    """Who signs, line by line; room for a hand before the last."""

    lines: Sequence[str]


Block = Heading | Paragraph | BulletList | Facts | Table | Picture | Signature

SHORT = 12  # rows of a table that stay on one page


@dataclass(frozen=True)
class Chapter:
    """`number`: "BAB I", "Lampiran 1". `wide`: on pages turned on their side."""

    number: str
    title: str
    blocks: Sequence[Block]
    wide: bool = False


@dataclass(frozen=True)
class DocumentWords:
    """What every document of a language says: heads of contents, names before numbers."""

    language: str
    contents: str
    table: str
    picture: str
    page: str


@dataclass(frozen=True)
class Document:
    """`cover`: below the title, line by line. `footer`: on every page."""

    title: str
    about: str
    period: str
    instansi: str
    cover: Sequence[str]
    footer: str
    chapters: Sequence[Chapter]
    words: DocumentWords


def captioned(document: Document) -> Iterator[tuple[Block, str]]:
    """Each block with its caption, numbered through the document: "Tabel 3. Nilai tiap unsur"."""
    tables = pictures = 0
    for chapter in document.chapters:
        for block in chapter.blocks:
            match block:
                case Table():
                    tables += 1
                    yield block, f"{document.words.table} {tables}. {block.caption}"
                case Picture():
                    pictures += 1
                    yield block, f"{document.words.picture} {pictures}. {block.caption}"
                case _:
                    yield block, ""
