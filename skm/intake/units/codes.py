"""Codes of units: those that offices use, and those made from names.

A code is typed in chats, so it has up to 12 of A–Z, 0–9 and -.
"""

import re
import unicodedata
from collections.abc import Collection

from skm.instansi.find_upp import folded
from skm.intake.words import SHORT_WORDS

CODE = re.compile(r"[A-Z0-9-]{1,12}")
LONGEST = 12
NAMELESS = "UNIT"  # of a name without any letter of A–Z

_SHORT = sorted(SHORT_WORDS, key=len, reverse=True)


def written(cell: str) -> str | None:
    """A code as it is stored: "1.02.01" is 1-02-01. None if it cannot be one."""
    code = re.sub(r"[\s._/]+", "-", unicodedata.normalize("NFKC", cell).upper()).strip("-")
    return code if CODE.fullmatch(code) else None


def made(name: str, taken: Collection[str]) -> str:
    """A code that can be recognised: "Puskesmas Pajang" is PKMPAJANG. Among `taken` codes it is
    the first free one with a number behind it.
    """
    plain = _shortened(_plain(name)) or NAMELESS
    if plain not in taken:
        return plain
    number = 2
    while (code := f"{plain[: LONGEST - len(str(number))]}{number}") in taken:
        number += 1
    return code


def _plain(name: str) -> str:
    bare = unicodedata.normalize("NFKD", folded(name)).encode("ascii", "ignore").decode()
    return " ".join(bare.split())


def _shortened(name: str) -> str:
    """The words whole, or each cut to the same length where together they are too long."""
    text = f" {name} "
    for words in _SHORT:
        short = SHORT_WORDS[words]
        text = text.replace(f" {words} ", f" {short} " if short else " ")
    parts = [part.upper() for part in (text.split() or name.split())]
    if sum(map(len, parts)) <= LONGEST:
        return "".join(parts)
    fixed = [part for part in parts if part in SHORT_WORDS.values() or part.isdecimal()]
    cut = len(parts) - len(fixed)
    each = max(1, (LONGEST - sum(map(len, fixed))) // cut) if cut else LONGEST
    return "".join(part if part in fixed else part[:each] for part in parts)[:LONGEST]
