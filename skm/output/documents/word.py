"""A document as DOCX that an office can go on editing: cover, contents and chapters."""

import io
from typing import TYPE_CHECKING, Any, Final

from skm.output.charts.palette import INK
from skm.output.documents.document import Chapter, Document, captioned
from skm.output.documents.word_blocks import add, element, qualified

if TYPE_CHECKING:
    from docx.document import Document as Docx

FONT: Final = "Times New Roman"
WIDTH: Final = 16.0  # cm between the margins
WIDE: Final = 26.7  # of a page on its side


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
            add(book, *next(blocks), width)
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
        style.font.color.rgb = RGBColor.from_string(INK[1:].upper())
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qualified(f"w:{theme}"), None)
        fonts.set(qualified("w:cs"), FONT)
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
    run._r.append(element("w:fldChar", {"w:fldCharType": "begin"}))
    run._r.append(element("w:instrText", {}, " PAGE "))
    run._r.append(element("w:fldChar", {"w:fldCharType": "end"}))


def _contents(book: "Docx", document: Document) -> None:
    """The chapters by name, as a field that the office's program fills with page numbers."""
    _new_page(book)
    book.add_paragraph().add_run(document.words.contents).bold = True
    lines = [_title(chapter) for chapter in document.chapters]
    for at, line in enumerate(lines):
        run: Any = book.add_paragraph().add_run()
        if at == 0:
            run._r.append(element("w:fldChar", {"w:fldCharType": "begin"}))
            run._r.append(element("w:instrText", {}, ' TOC \\o "1-2" \\h \\z \\u '))
            run._r.append(element("w:fldChar", {"w:fldCharType": "separate"}))
        run.add_text(line)
        if at == len(lines) - 1:
            run._r.append(element("w:fldChar", {"w:fldCharType": "end"}))


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
