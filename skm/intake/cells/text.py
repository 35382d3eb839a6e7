"""Text in cells: without invisible characters, and so that no spreadsheet runs it as a formula."""

import re
import unicodedata

# Where a cell begins that would be run, also in a program that splits at semicolons or tabs.
_BEGINS = r"(?:^|(?<=[;\t\r\n]))"
_RUN = r"(?=['\" \xa0]*[=+\-@＝＋－＠])"
FORMULA = re.compile(rf"^(?='*[\t\r])|{_BEGINS}{_RUN}")
ESCAPED = re.compile(rf"^'(?='*[\t\r])|{_BEGINS}'{_RUN}")


def escaped(text: str) -> str:
    """The text as a cell that no spreadsheet runs as a formula: with an apostrophe before each sign
    that begins one, also after a semicolon, a tab or a line break.

    `unescaped` is the inverse for every text.
    """
    return FORMULA.sub("'", text)


def unescaped(cell: str) -> str:
    """The text of a cell, without the apostrophes that `escaped` put into it."""
    return ESCAPED.sub("", cell)


def visible(name: str) -> str:
    """The name without invisible characters, so that names that look the same are the same."""
    return "".join(char for char in " ".join(name.split()) if char.isprintable())


def plain(cell: str) -> str:
    """The text with narrow letters, the digits 0–9 and without invisible characters and outer
    spaces: full-width and Arabic digits are digits as well.
    """
    if cell.isascii():
        return cell.strip()
    text = unicodedata.normalize("NFKC", cell)
    shown = (char for char in text if unicodedata.category(char) != "Cf")
    return "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() else char for char in shown
    ).strip()
