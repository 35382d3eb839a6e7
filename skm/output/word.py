"""A document as DOCX: headings, captions and tables that an office can go on editing."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from skm.output.document import (
    SHORT,
    Block,
    Chapter,
    Document,
    Facts,
    Heading,
    Items,
    Paragraph,
    Picture,
    Signature,
    Table,
    captioned,
)

if TYPE_CHECKING:
    from docx.document import Document as Docx
    from docx.table import _Row

FONT: Final = "Times New Roman"
WIDTH: Final = 16.0  # cm between the margins
WIDE: Final = 26.7  # of a page on its side
SHADE: Final = "E9EEF0"


def as_docx(document: Document) -> bytes:
    """The bytes of the file."""
    from docx import Document as new

    book = new()
    _style(book)
    _cover(book, document)
    _contents(book, document)
    blocks = iter(captioned(document))
    for chapter in document.chapters:
        _begin(book, chapter)
        width = WIDE if chapter.wide else WIDTH
        for _ in chapter.blocks:
            _add(book, *next(blocks), width)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _style(book: "Docx") -> None:
    from docx.shared import Pt, RGBColor

    sizes = {"Normal": 11, "Title": 26, "Heading 1": 15, "Heading 2": 12.5, "Caption": 10}
    for name, size in sizes.items():
        style: Any = book.styles[name]
        style.font.name = FONT
        style.font.size = Pt(size)
        style.font.color.rgb = RGBColor(0x14, 0x26, 0x2C)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(_name(f"w:{theme}"), None)
        fonts.set(_name("w:cs"), FONT)
    body: Any = book.styles["Normal"]
    body.paragraph_format.space_after = Pt(6)
    body.paragraph_format.line_spacing = 1.15
    caption: Any = book.styles["Caption"]
    caption.paragraph_format.keep_with_next = True


def _cover(book: "Docx", document: Document) -> None:
    from docx.shared import Cm, Pt

    core = book.core_properties
    core.title = f"{document.title} {document.about}, {document.period}"
    core.author = document.instansi
    core.comments = ""
    core.language = document.words.language
    first = book.sections[0]
    first.page_width, first.page_height = Cm(21), Cm(29.7)
    first.left_margin = first.right_margin = first.top_margin = first.bottom_margin = Cm(2.5)
    first.different_first_page_header_footer = True
    _footer(book, document)
    book.add_paragraph(document.instansi).paragraph_format.space_after = Pt(180)
    book.add_paragraph(document.title, "Title")
    for text, size in ((document.about, 18), (document.period, 14)):
        book.add_paragraph().add_run(text).font.size = Pt(size)
    book.add_paragraph().paragraph_format.space_after = Pt(180)
    for line in document.cover:
        book.add_paragraph(line)


def _footer(book: "Docx", document: Document) -> None:
    from docx.shared import Pt

    line = book.sections[0].footer.paragraphs[0]
    line.add_run(f"{document.footer}   ·   {document.words.page} ").font.size = Pt(8)
    run: Any = line.add_run()
    run.font.size = Pt(8)
    run._r.append(_element("w:fldChar", {"w:fldCharType": "begin"}))
    run._r.append(_element("w:instrText", {}, " PAGE "))
    run._r.append(_element("w:fldChar", {"w:fldCharType": "end"}))


def _contents(book: "Docx", document: Document) -> None:
    """The chapters by name, as a field that the office's program fills with page numbers."""
    _new_page(book)
    book.add_paragraph().add_run(document.words.contents).bold = True
    lines = [_title(chapter) for chapter in document.chapters]
    for at, line in enumerate(lines):
        run: Any = book.add_paragraph().add_run()
        if at == 0:
            run._r.append(_element("w:fldChar", {"w:fldCharType": "begin"}))
            run._r.append(_element("w:instrText", {}, ' TOC \\o "1-2" \\h \\z \\u '))
            run._r.append(_element("w:fldChar", {"w:fldCharType": "separate"}))
        run.add_text(line)
        if at == len(lines) - 1:
            run._r.append(_element("w:fldChar", {"w:fldCharType": "end"}))


def _new_page(book: "Docx") -> None:
    from docx.enum.text import WD_BREAK

    book.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _begin(book: "Docx", chapter: Chapter) -> None:
    """A chapter starts on a new page, turned where it is wide."""
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm

    section = book.sections[-1]
    if chapter.wide != (section.orientation == WD_ORIENT.LANDSCAPE):
        section = book.add_section()
        section.different_first_page_header_footer = False
        section.orientation = WD_ORIENT.LANDSCAPE if chapter.wide else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = section.page_height, section.page_width
        section.left_margin = section.right_margin = Cm(1.5 if chapter.wide else 2.5)
    else:
        _new_page(book)
    book.add_heading(_title(chapter), 1)


def _title(chapter: Chapter) -> str:
    return f"{chapter.number}  {chapter.title}".strip()


def _add(book: "Docx", block: Block, caption: str, width: float) -> None:
    from docx.shared import Cm, Pt

    match block:
        case Heading(text):
            book.add_heading(text, 2)
        case Paragraph(text, small):
            book.add_paragraph().add_run(text).font.size = Pt(9 if small else 11)
        case Items(texts, numbered):
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
                    _element("w:shd", {"w:val": "clear", "w:color": "auto", "w:fill": SHADE})
                )
            if column in block.figures:
                cell.p_lst[0].get_or_add_pPr().append(_element("w:jc", {"w:val": "right"}))
            if at == 0 or at - 1 in block.strong:
                for run in cell.p_lst[0].r_lst:
                    run.get_or_add_rPr().insert(0, _element("w:b", {}))
        if len(block.rows) <= SHORT and at < len(block.rows):  # it stays on one page
            for cell in row._tr.tc_lst:
                cell.p_lst[0].get_or_add_pPr().insert(0, _element("w:keepNext", {}))
    made[0]._tr.get_or_add_trPr().append(_element("w:tblHeader", {}))


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
        row._tr.get_or_add_trPr().append(_element("w:cantSplit", {}))
        for cell, text, wide in zip(row._tr.tc_lst, texts, widths, strict=True):
            cell.width = wide
            _write(cell, text, size)
    book.add_paragraph()
    return made


def _margins(twips: int) -> Any:
    """Left and right of every cell's text: in a table of many columns each tenth counts."""
    made = _element("w:tblCellMar", {})
    for side in ("left", "right"):
        made.append(_element(f"w:{side}", {"w:w": str(twips), "w:type": "dxa"}))
    return made


def _write(cell: Any, text: str, size: float) -> None:
    paragraph = cell.p_lst[0]
    properties = paragraph.get_or_add_pPr()
    properties.append(_element("w:spacing", {"w:before": "20", "w:after": "20", "w:line": "240"}))
    run = paragraph.add_r()
    run.get_or_add_rPr().append(_element("w:sz", {"w:val": str(round(2 * size))}))
    run.text = text


def _element(tag: str, attributes: dict[str, str], text: str = "") -> Any:
    from docx.oxml import OxmlElement

    made: Any = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(_name(name), value)
    if text:
        made.text = text
        made.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return made


def _name(tag: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(tag))
