"""Reads a file as grids of text, by what it holds and not by what its name ends with."""

from skm.files import separated, spreadsheet, web_page
from skm.intake.remark import IntakeError, Remark, RemarkKind
from skm.intake.table.grid import SourceFile

LARGEST_FILE = 50 << 20  # bytes
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
OTHERS = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
    b"{\\rtf": "RTF",
}


def read(content: bytes, name: str) -> SourceFile:
    """The sheets of a file. Raises IntakeError for one that is no table."""
    if len(content) > LARGEST_FILE:
        raise IntakeError(Remark(RemarkKind.TOO_LARGE, value=f"{LARGEST_FILE >> 20} MB"))
    if not content.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise IntakeError(Remark(RemarkKind.EMPTY_FILE))
    for start, kind in OTHERS.items():
        if content.startswith(start):
            raise IntakeError(Remark(RemarkKind.NOT_A_TABLE, value=kind))
    if content.startswith((ZIP, OLE)):
        return SourceFile(name, spreadsheet.grids(content))
    text = separated.decoded(content)
    if web_page.is_one(text):
        return SourceFile(name, web_page.grids(text), is_web_page=True)
    return SourceFile(name, (separated.grid(text),))
