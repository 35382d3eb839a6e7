"""What stands in a chapter of a DOCX: headings, paragraphs, tables and pictures with captions."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from skm.output.charts.palette import SHADE
from skm.output.documents.document import (
    SHORT,
    Block,
    BulletList,
    Facts,
    Heading,
    Paragraph,
    Picture,
    Signature,
    Table,
)

if TYPE_CHECKING:
    from docx.document import Document as Docx
    from docx.table import _Row


def add(book: "Docx", block: Block, caption: str, width: float) -> None:
    """At the end of the book. `width`: cm between the margins."""
    from docx.shared import Cm, Pt

    match block:
        case Heading(text):
            book.add_heading(text, 2)
        case Paragraph(text, small):
            book.add_paragraph().add_run(text).font.size = Pt(9 if small else 11)
        case BulletList(texts, numbered):
            for number, text in enumerate(texts, 1):
                # numbers as text: Word would count on from one list to the next
                style = None if numbered else "List Bullet"
                book.add_paragraph(f"{number}. {text}" if numbered else text, style)
        case Facts(rows):
            _rows(book, rows, [0.38, 0.62], width, size=11, lines=False)
        case Signature(lines):
            _sign(book, lines, width)
        case Picture():
            book.add_picture(io.BytesIO(block.image), Cm(width * block.width))
            shape: Any = book.inline_shapes[-1]
            shape._inline.docPr.set("descr", block.alt)
            book.add_paragraph(caption, "Caption")
        case Table():
            book.add_paragraph(caption, "Caption")
            _table(book, block, width)


def _sign(book: "Docx", lines: Sequence[str], width: float) -> None:
    """On the right half, with room for a hand."""
    from docx.shared import Cm, Pt

    for number, text in enumerate(lines, 1):
        paragraph = book.add_paragraph(text)
        paragraph.paragraph_format.left_indent = Cm(width * 0.55)
        paragraph.paragraph_format.keep_with_next = number < len(lines)
        if number == len(lines):
            paragraph.paragraph_format.space_before = Pt(70)


def _table(book: "Docx", block: Table, width: float) -> None:
    size = 7.5 if block.small else 10
    made = _rows(book, [block.heads, *block.rows], block.widths, width, size, lines=True)
    for at, row in enumerate(made):
        for column, cell in enumerate(row._tr.tc_lst):
            properties = cell.get_or_add_tcPr()
            if at == 0:
                properties.append(
                    element(
                        "w:shd", {"w:val": "clear", "w:color": "auto", "w:fill": SHADE[1:].upper()}
                    )
                )
            if column in block.figures:
                cell.p_lst[0].get_or_add_pPr().append(element("w:jc", {"w:val": "right"}))
            if at == 0 or at - 1 in block.strong:
                for run in cell.p_lst[0].r_lst:
                    run.get_or_add_rPr().insert(0, element("w:b", {}))
        if len(block.rows) <= SHORT and at < len(block.rows):  # it stays on one page
            for cell in row._tr.tc_lst:
                cell.p_lst[0].get_or_add_pPr().insert(0, element("w:keepNext", {}))
    made[0]._tr.get_or_add_trPr().append(element("w:tblHeader", {}))


def _rows(
    book: "Docx",
    rows: Sequence[Sequence[str]],
    shares: Sequence[float],
    width: float,
    size: float,
    *,
    lines: bool,
) -> "list[_Row]":
    """A grid of texts. Rows are walked: to look one up in a long table takes minutes."""
    from docx.shared import Cm

    widths = [Cm(width * share / sum(shares)) for share in shares]
    table = book.add_table(len(rows), len(widths), "Table Grid" if lines else None)
    table.autofit = False
    for column, wide in zip(table._tbl.tblGrid.gridCol_lst, widths, strict=True):
        column.w = wide  # the width that LibreOffice goes by
    if lines:
        table._tbl.tblPr.append(_margins(40 if size < 9 else 90))
    made = list(table.rows)
    for row, texts in zip(made, rows, strict=True):
        row._tr.get_or_add_trPr().append(element("w:cantSplit", {}))
        for cell, text, wide in zip(row._tr.tc_lst, texts, widths, strict=True):
            cell.width = wide
            _write(cell, text, size)
    book.add_paragraph()
    return made


def _margins(twips: int) -> Any:
    """Left and right of every cell's text: in a table of many columns each tenth counts."""
    made = element("w:tblCellMar", {})
    for side in ("left", "right"):
        made.append(element(f"w:{side}", {"w:w": str(twips), "w:type": "dxa"}))
    return made


def _write(cell: Any, text: str, size: float) -> None:
    paragraph = cell.p_lst[0]
    properties = paragraph.get_or_add_pPr()
    properties.append(element("w:spacing", {"w:before": "20", "w:after": "20", "w:line": "240"}))
    run = paragraph.add_r()
    run.get_or_add_rPr().append(element("w:sz", {"w:val": str(round(2 * size))}))
    run.text = text


def element(tag: str, attributes: dict[str, str], text: str = "") -> Any:
    """One of WordprocessingML that python-docx has no words for."""
    from docx.oxml import OxmlElement

    made: Any = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qualified(name), value)
    if text:
        made.text = text
        made.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return made


def qualified(tag: str) -> str:
    """ "w:b" with its namespace."""
    from docx.oxml.ns import qn

    return str(qn(tag))
